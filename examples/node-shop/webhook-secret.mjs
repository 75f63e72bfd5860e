// Registers this shop's endpoint and gives its secret. In production you do this once and keep the secret; here every
// start does it, so that one command is enough.

export async function webhookSecret(pepay, url) {
  for await (const endpoint of pepay.webhooks.list()) {
    if (endpoint.url === url) return (await pepay.webhooks.rotateSecret(endpoint.id)).secret;
  }
  return (await pepay.webhooks.create({ url, enabled_events: ['invoice.*'] })).secret;
}
