// Streams against the real program: each option, a bad network, and a payor's.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as sdk from '../dist/esm/index.js';
import { chaos } from './support/chaos.mjs';
import { coin, customer, dev, merchant, pay, payor } from './support/live.mjs';

const LIMIT = { timeout: 180_000 };
const pepay = merchant();
const ready = (stream) => new Promise((resolve) => stream.on('control', ({ type }) => type === 'ready' && resolve()));

test('a stream token is minted, and opens the stream', LIMIT, async () => {
  const minted = await pepay.ws.token.mint({ scope: 'merchant', ttlSeconds: 120 });
  assert.ok(
    minted.scope === 'merchant' &&
      minted.network_environment === 'devnet' &&
      minted.expires_at * 1000 > Date.now() + 60_000,
  );
  await assert.rejects(pepay.ws.token.mint({ ttlSeconds: 5 }), sdk.PepayValidationError);
  const customer_id = customer();
  // As a browser has it: a token, and no key.
  const stream = merchant({ apiKey: undefined }).ws.connectMerchantEvents({ token: minted.token, customer_id });
  await ready(stream);
  const { invoice_id } = await pepay.invoices.create({ amount_usd: 1, customer_id });
  for await (const event of stream) {
    assert.deepEqual([event.type, event.data.object.id, event.object], ['invoice.created', invoice_id, 'event']);
    break;
  }
  await stream.closed;
});

test('a stream tells the life of an invoice in order, and resumes after any event of it', LIMIT, async () => {
  const customer_id = customer();
  const stream = pepay.ws.connectMerchantEvents({
    customer_id,
    types: ['invoice.*', 'invoice_payment.*'],
    format: 'event_v1',
    environment: 'devnet',
    invoice_type: 'standard',
  });
  await ready(stream);
  const invoice = await pepay.invoices.create({ amount_usd: 2, customer_id });
  await payor(invoice).paymentSessions.createPaymentAddress(coin);
  await pay(invoice);
  const seen = [];
  for await (const event of stream) {
    seen.push(event);
    if (event.type === 'invoice.updated' && event.data.object.safe_to_fulfill) break;
  }
  assert.equal(seen[0].type, 'invoice.created');
  assert.ok(seen.some(({ type }) => type === 'invoice_payment.created'));
  const ids = seen.map(({ id }) => id);
  for (const [index, since] of ids.slice(0, -1).entries()) {
    const again = [];
    for await (const { id } of pepay.ws.connectMerchantEvents({ invoice_id: invoice.invoice_id, since })) {
      again.push(id);
      if (again.length === ids.length - 1 - index) break;
    }
    assert.deepEqual(again, ids.slice(index + 1));
  }
});

test('refused streams end with an error that says why', LIMIT, async () => {
  const cases = [
    [merchant(), { types: 'no such type' }, 400],
    [merchant({ apiKey: undefined }), { token: 'not.a.token' }, 401],
  ];
  for (const [client, options, status] of cases) {
    const stream = client.ws.connectMerchantEvents(options);
    const error = await new Promise((resolve) => stream.on('error', resolve));
    assert.deepEqual([error.willReconnect, error.status], [false, status]);
    await stream.closed;
  }
});

test('a stream through chaos to the real program is complete, in order, and once', LIMIT, async (t) => {
  const customer_id = customer();
  const network = await chaos(dev.base_url, 21, { requests: 0.5, frames: 8 });
  const [newest] = (await pepay.events.list({ limit: 1 })).data;
  const client = merchant({ baseUrl: network.url, timeoutMs: 1_500 });
  const stream = client.ws.connectMerchantEvents({ customer_id, since: newest?.id ?? 'evt_0-0', idleTimeoutMs: 500 });
  const total = 200;
  const trading = (async () => {
    for (let index = 0; index < total / 2; index++) {
      const { invoice_id } = await pepay.invoices.create({ amount_usd: 1, customer_id });
      await pepay.invoices.cancel(invoice_id);
    }
  })();
  const seen = [];
  for await (const { id } of stream) {
    seen.push(id);
    if (seen.length === total) break;
  }
  await trading;
  const log = await pepay.events.recoverSince(newest?.id, { customer_id });
  assert.deepEqual(
    seen,
    log.map(({ id }) => id),
  );
  t.diagnostic(JSON.stringify(network.happened));
  await network.close();
});

test('a payor follows one payment to its end', LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 2 });
  const client = payor(invoice);
  const { ws_connection } = await client.paymentSessions.createPaymentAddress(coin);
  const stream = client.ws.connectPaymentSession({ token: ws_connection.token, format: 'event_v1' });
  await ready(stream);
  await pay(invoice);
  for await (const event of stream) {
    assert.equal(JSON.stringify(event).includes('merchant_settlement_id'), false, 'payor-safe');
    if (event.type === 'invoice.updated' && event.data.object.status === 'paid') break;
  }
  await stream.closed;
});
