// The real program behind a bad network: writes happen once, reads give the truth.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chaos } from './support/chaos.mjs';
import { coin, customer, dev, merchant, pay, payor } from './support/live.mjs';

const LIMIT = { timeout: 180_000 };
const INVOICES = 40;

let network;
before(async () => {
  network = await chaos(dev.base_url, 11);
});
after(() => network?.close());

const through = (make, ...args) => make(...args, { baseUrl: network.url, timeoutMs: 1_500, maxRetries: 12 });

test('each create through chaos makes one invoice, however often it was sent', LIMIT, async (t) => {
  const customer_id = customer();
  const pepay = through(merchant);
  const create = (_, index) => pepay.invoices.create({ amount_usd: 1 + index, customer_id });
  const created = [];
  for (let wave = 0; wave < 4; wave++)
    created.push(...(await Promise.all(Array.from({ length: INVOICES / 4 }, create))));
  const found = [];
  for await (const { id } of merchant().invoices.listByCustomer(customer_id, { limit: 100 })) found.push(id);
  assert.deepEqual(found.sort(), created.map(({ invoice_id }) => invoice_id).sort());
  assert.equal(new Set(found).size, INVOICES);
  const { cutAfter = 0, twice = 0, truncate = 0 } = network.happened;
  assert.ok(cutAfter && twice && truncate, JSON.stringify(network.happened));
  t.diagnostic(JSON.stringify(network.happened));
});

test('an invoice is paid, waited for and read through chaos', LIMIT, async () => {
  const pepay = through(merchant);
  const invoice = await pepay.invoices.create({ amount_usd: 3 });
  await through(payor, invoice).paymentSessions.createPaymentAddress(coin);
  await pay(invoice);
  const { invoice: paid } = await pepay.invoices.waitForStatus(invoice.invoice_id, {
    intervalMs: 100,
    timeoutMs: 90_000,
  });
  assert.deepEqual([paid.status, paid.amount_paid], ['paid', 3_000]);
});

test('a list through chaos has every invoice once and in order', LIMIT, async () => {
  const customer_id = customer();
  const ids = [];
  for (let index = 0; index < 30; index++)
    ids.push((await merchant().invoices.create({ amount_usd: 1, customer_id })).invoice_id);
  const found = [];
  for await (const { id } of through(merchant).invoices.list({ customer_id, limit: 3 })) found.push(id);
  assert.deepEqual(found, ids.reverse());
});

test('a cancel through chaos is done once, and says so', LIMIT, async () => {
  for (let round = 0; round < 5; round++) {
    const { invoice_id } = await merchant().invoices.create({ amount_usd: 1 });
    assert.equal((await through(merchant).invoices.cancel(invoice_id)).status, 'canceled');
  }
});
