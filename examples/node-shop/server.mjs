// A shop: the checkout is embedded in the order's page, and the order is paid when a verified webhook says so.

import express from 'express';
import { Pepay, createWebhookVerifier } from 'pepay';

import { PRODUCTS, Orders } from './orders.mjs';
import { confirmation, front } from './pages.mjs';
import { settings } from './settings.mjs';
import { webhookSecret } from './webhook-secret.mjs';

const { baseUrl, apiKey, port } = await settings();
const pepay = new Pepay({ baseUrl, apiKey });
const orders = new Orders();
const app = express();
let verifier;

// The raw body, before anything parses it: that is what is signed.
app.post('/webhooks', express.raw({ type: 'application/json' }), async (request, response) => {
  const { valid, reason, event } = await verifier.verify({ rawBody: request.body, headers: request.headers });
  if (!valid) return response.status(400).send(reason);
  if (event.type === 'invoice.updated') orders.follow(event.id, event.data.object);
  return response.sendStatus(204);
});

app.use((_, response, next) => {
  const ours = new URL(baseUrl).origin;
  response.set('content-security-policy', `default-src 'none'; script-src 'self' ${ours}; style-src 'self'; frame-src ${ours}; connect-src 'self'; form-action 'self'`);
  next();
});
app.use(express.static(new URL('public', import.meta.url).pathname));
app.use(express.urlencoded({ extended: false }));

app.get('/', (_, response) => response.send(front(PRODUCTS)));

app.post('/orders', async (request, response) => {
  const product = PRODUCTS.find(({ id }) => id === request.body.product);
  if (!product) return response.status(400).send('no such product');
  const order = orders.place(product);
  // The order's id as the key: however often this is repeated, it is one invoice.
  const invoice = await pepay.invoices.create(
    { amount_usd: product.usd, invoice_title: product.name, metadata: { order: order.id } },
    { idempotencyKey: `order-${order.id}` },
  );
  orders.bill(order.id, invoice);
  return response.redirect(303, `/orders/${order.id}`);
});

app.get('/orders/:id', (request, response) => {
  const order = orders.get(request.params.id);
  return order ? response.send(confirmation(order, baseUrl)) : response.status(404).send('no such order');
});

app.get('/orders/:id/status', (request, response) => {
  const order = orders.get(request.params.id);
  return order ? response.json({ status: order.status }) : response.status(404).json({ status: null });
});

// Listens first, so that the endpoint answers from its first delivery on.
const server = app.listen(port, '127.0.0.1', async () => {
  const here = `http://localhost:${server.address().port}`;
  const secret = process.env.PEPAY_WEBHOOK_SECRET ?? (await webhookSecret(pepay, `${here}/webhooks`));
  verifier = createWebhookVerifier({ secrets: [secret] });
  console.log(`The shop is open: ${here}`);
});
