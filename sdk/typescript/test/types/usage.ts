// Compiled and never run: what the types promise to a strict caller, and what they refuse.

import {
  createWebhookVerifier,
  Pepay,
  PepayError,
  PepayRateLimitError,
  PepayStreamError,
  type CreatedInvoice,
  type Invoice,
  type Page,
  type Payment,
  type PepayEvent,
  type PepayEventStream,
  type WebhookRefusal,
} from 'pepay';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

declare const apiKey: string | undefined;
const pepay = new Pepay({
  baseUrl: 'https://pay.example',
  apiKey,
  retryableStatusCodes: [429, 500, 503],
  webSocketFactory: (url) => new WebSocket(url),
});

export async function invoices(signal: AbortSignal): Promise<void> {
  const created = await pepay.invoices.create(
    { amount_usd: 49.99, metadata: { order: 7 } },
    { idempotencyKey: 'order-7', signal, timeoutMs: 5_000 },
  );
  same<typeof created, CreatedInvoice>(true);
  // @ts-expect-error an invoice has an amount
  await pepay.invoices.create({ description: 'none' });
  // @ts-expect-error which is a number
  await pepay.invoices.create({ amount_usd: '49.99' });
  // @ts-expect-error nothing else is known of it
  await pepay.invoices.create({ amount_usd: 1, amount_eur: 1 });

  const page = await pepay.invoices.list({ status: ['paid', 'underpaid'], created_gte: new Date(), limit: 100 });
  same<typeof page, Page<Invoice>>(true);
  // @ts-expect-error no such status in a list of them
  pepay.invoices.list({ status: ['settled'] });
  for await (const invoice of pepay.invoices.listByCustomer('c-1')) same<typeof invoice, Invoice>(true);

  const { invoice, latest_payment } = await pepay.invoices.waitForStatus(created.invoice_id, {
    timeoutMs: 60_000,
    intervalMs: 500,
    until: ['paid'],
    signal,
  });
  same<typeof invoice.status, 'unpaid' | 'underpaid' | 'paid' | 'expired' | 'canceled'>(true);
  const total: number = invoice.amount + (latest_payment?.amount ?? 0);
  await pepay.invoices.retrieve(invoice.id, { expand: ['payments'], payments_limit: total });
  await pepay.invoices.manualVerification.trigger(invoice.id, { network: 'base' });
}

export async function events(): Promise<void> {
  const recovered: PepayEvent[] = await pepay.events.recoverSince('evt_1-1', { limit: 100 });
  const stream: PepayEventStream = pepay.ws.connectMerchantEvents({ types: 'invoice.*', since: recovered.at(-1)?.id });
  stream
    .on('control', ({ type, last_event_id }) => console.log(type, last_event_id))
    .on('error', (error) => {
      same<typeof error, PepayStreamError>(true);
    });
  // @ts-expect-error a stream says nothing else
  stream.on('close', () => {});
  for await (const event of stream) {
    if (event.type === 'invoice.updated') same<typeof event.data.object, Invoice>(true);
    else if (event.type === 'invoice_payment.created') same<typeof event.data.object, Payment>(true);
    // @ts-expect-error nobody tells of that
    else if (event.type === 'invoice.deleted') return;
  }
}

export async function payor({
  session_token: sessionToken,
  signature,
}: CreatedInvoice): Promise<string | null | undefined> {
  const { paymentSessions, ws } = pepay.withAuth({ sessionToken, signature });
  const address = await paymentSessions.createPaymentAddress({ network: 'base', tokenId: 1202 });
  ws.connectPaymentSession({ token: address.ws_connection.token, format: 'event_v1' }).on('event', ({ data }) =>
    console.log(data.object.status),
  );
  await paymentSessions.submitForm({ responses: [{ question_id: 'size', response: 'M' }] });
  return address.temp_address;
}

export async function webhook(request: Request): Promise<WebhookRefusal | PepayEvent> {
  const verifier = createWebhookVerifier({ secrets: ['whsec_x'], toleranceMs: 300_000 });
  const found = await verifier.verify({ rawBody: await request.text(), headers: request.headers });
  return found.valid ? found.event : found.reason;
}

export function classify(error: unknown): number | undefined {
  if (error instanceof PepayRateLimitError) return error.retryAfterMs;
  return error instanceof PepayError ? error.status : undefined;
}
