// Each merchant call against the real program and chain.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as sdk from '../dist/esm/index.js';
import { coin, customer, dev, merchant, pay, payor, transfer } from './support/live.mjs';

const LIMIT = { timeout: 120_000 };
const MISSING = '00000000-0000-4000-8000-000000000000';
const pepay = merchant();

test('an invoice is created, read, listed, counted, explained and canceled', LIMIT, async () => {
  const customer_id = customer();
  const created = await pepay.invoices.create({
    amount_usd: 49.99,
    customer_id,
    description: 'Blue T-shirt',
    metadata: { order: 7 },
  });
  assert.match(created.session_token, /^pst_/);
  assert.equal(created.payment_session_headers['x-signature'], created.signature);
  const id = created.invoice_id;

  const invoice = await pepay.invoices.retrieve(id, { expand: ['latest_payment', 'payments'], payments_limit: 5 });
  assert.deepEqual(
    [invoice.id, invoice.status, invoice.amount, invoice.metadata, invoice.payments],
    [id, 'unpaid', 49_990, { order: 7 }, []],
  );
  assert.deepEqual(await pepay.invoices.status(id), {
    object: 'invoice_status',
    invoice: await pepay.invoices.retrieve(id),
    latest_payment: null,
  });
  const created_gte = new Date((invoice.created_at - 5) * 1000);
  for (const list of [
    pepay.invoices.list({ customer_id, status: ['unpaid', 'paid'], created_gte }),
    pepay.invoices.listByCustomer(customer_id),
  ]) {
    assert.deepEqual(
      (await list).data.map((it) => it.id),
      [id],
    );
  }
  const { totals } = await pepay.invoices.totals({ customer_id });
  assert.deepEqual([totals.unpaid.count, totals.all.amount, totals.paid.count], [1, 49_990, 0]);
  assert.equal((await pepay.invoices.explain(id)).invoice_id, id);
  assert.equal((await pepay.invoices.cancel(id)).status, 'canceled');
  await assert.rejects(
    pepay.invoices.cancel(id),
    (error) => error instanceof sdk.PepayConflictError && error.code === 'INVOICE_NOT_CANCELABLE',
  );
});

test('lists go through all pages, both ways', LIMIT, async () => {
  const customer_id = customer();
  const ids = [];
  for (let index = 0; index < 12; index++)
    ids.push((await pepay.invoices.create({ amount_usd: 1, customer_id })).invoice_id);
  const all = async (list) => {
    const found = [];
    for await (const { id } of list) found.push(id);
    return found;
  };
  assert.deepEqual(await all(pepay.invoices.list({ customer_id, limit: 5 })), [...ids].reverse());
  assert.deepEqual(
    await all(pepay.invoices.listByCustomer(customer_id, { limit: 5, ending_before: ids[2] })),
    ids.slice(3),
  );
  assert.deepEqual(
    await all(pepay.invoices.listByCustomer(customer_id, { limit: 5, starting_after: ids[2] })),
    ids.slice(0, 2).reverse(),
  );
});

test('the same idempotency key gives the same invoice, another body a conflict', LIMIT, async () => {
  const customer_id = customer();
  const options = { idempotencyKey: `order-${customer_id}` };
  const first = await pepay.invoices.create({ amount_usd: 5, customer_id }, options);
  assert.deepEqual(await pepay.invoices.create({ amount_usd: 5, customer_id }, options), first);
  await assert.rejects(
    pepay.invoices.create({ amount_usd: 6, customer_id }, options),
    (error) => error instanceof sdk.PepayConflictError && error.code === 'IDEMPOTENCY_KEY_REUSED',
  );
  assert.equal((await pepay.invoices.list({ customer_id })).data.length, 1);
});

test('refusals are typed, and say what is wrong where', LIMIT, async () => {
  const refused = async (promise, kind, fields) => {
    await assert.rejects(promise, (error) => {
      assert.ok(error instanceof kind, `${error}`);
      assert.ok(error.requestId, 'every answer has a request id');
      for (const [name, value] of Object.entries(fields)) assert.equal(error[name], value);
      return true;
    });
  };
  await refused(pepay.invoices.create({ amount_usd: -1 }), sdk.PepayValidationError, {
    code: 'INVALID_AMOUNT_RANGE',
    status: 400,
    param: '/amount_usd',
  });
  await refused(pepay.invoices.retrieve(MISSING), sdk.PepayNotFoundError, { code: 'INVOICE_NOT_FOUND', status: 404 });
  await refused(pepay.invoices.list({ limit: 101 }), sdk.PepayValidationError, { code: 'INVALID_LIMIT' });
  const typo = `${dev.api_key.slice(0, -1)}${dev.api_key.endsWith('a') ? 'b' : 'a'}`;
  await refused(merchant({ apiKey: typo }).invoices.totals(), sdk.PepayAuthenticationError, {
    code: 'API_KEY_INVALID',
    status: 401,
  });
  const invoice = await pepay.invoices.create({ amount_usd: 1 });
  const forged = payor({ ...invoice, signature: `${'0'.repeat(64)}.${invoice.signature.split('.')[1]}` });
  await refused(forged.paymentSessions.getPaymentStatus(), sdk.PepayPermissionError, {
    code: 'INVALID_SIGNATURE',
    status: 403,
  });
});

test('tokens are listed, searched, blocked and unblocked; wallets are listed', LIMIT, async () => {
  const { tokens, environment } = await pepay.tokens.listMerchantSupported({ environment: 'devnet' });
  assert.ok(environment === 'devnet' && tokens.some(({ id }) => id === coin.tokenId));
  const found = await pepay.tokens.searchMerchantTokens({
    search: coin.symbol,
    network: coin.network,
    token_type: 'erc20',
    limit: 5,
  });
  assert.ok(found.total >= 1 && found.tokens.every(({ network }) => network === coin.network));
  const [spare] = tokens.filter(({ id, is_active }) => id !== coin.tokenId && is_active);
  for (const blocked of [true, false]) {
    assert.deepEqual(await pepay.tokens.blockOrUnblock(spare.id, { blocked }), { success: true, blocked });
    const { tokens: now } = await pepay.tokens.searchMerchantTokens({ blocked: true, limit: 200 });
    assert.equal(
      now.some(({ id }) => id === spare.id),
      blocked,
    );
  }
  const wallets = await pepay.wallets.list();
  assert.ok(Array.isArray(wallets) && wallets.every(({ network, wallets: of }) => network && Array.isArray(of)));
});

test('waitForStatus returns paid, and what was paid is told', LIMIT, async () => {
  const customer_id = customer();
  const invoice = await pepay.invoices.create({ amount_usd: 12.5, customer_id });
  await payor(invoice).paymentSessions.createPaymentAddress(coin);
  await pay(invoice);
  const { invoice: paid, latest_payment } = await pepay.invoices.waitForStatus(invoice.invoice_id, {
    intervalMs: 100,
    timeoutMs: 60_000,
  });
  assert.deepEqual(
    [paid.status, paid.amount_paid, paid.safe_to_fulfill, latest_payment.status],
    ['paid', 12_500, true, 'confirmed'],
  );
  const { payments } = await pepay.invoices.retrieve(invoice.invoice_id, { expand: 'payments' });
  assert.equal(payments[0].id, latest_payment.id);
  const filter = {
    customer_id,
    payer_wallet_address: paid.payer_wallet_address,
    payer_wallet_network: paid.payer_wallet_network,
  };
  assert.deepEqual(
    (await pepay.invoices.list(filter)).data.map(({ id }) => id),
    [invoice.invoice_id],
  );
});

test('waitForStatus returns underpaid when asked to, expired, canceled, and times out', LIMIT, async () => {
  const wait = { intervalMs: 100, timeoutMs: 60_000 };
  const part = await pepay.invoices.create({ amount_usd: 10 });
  await payor(part).paymentSessions.createPaymentAddress(coin);
  await pay(part, '4000000');
  const { invoice: underpaid } = await pepay.invoices.waitForStatus(part.invoice_id, {
    ...wait,
    until: ['underpaid', 'paid'],
  });
  assert.deepEqual([underpaid.status, underpaid.amount_remaining], ['underpaid', 6_000]);

  const short = await pepay.invoices.create({ amount_usd: 1, expires_in: 1_500 });
  assert.equal((await pepay.invoices.waitForStatus(short.invoice_id, wait)).invoice.status, 'expired');

  const unwanted = await pepay.invoices.create({ amount_usd: 1 });
  const waiting = pepay.invoices.waitForStatus(unwanted.invoice_id, wait);
  await pepay.invoices.cancel(unwanted.invoice_id);
  assert.equal((await waiting).invoice.status, 'canceled');

  const open = await pepay.invoices.create({ amount_usd: 1 });
  const began = performance.now();
  await assert.rejects(
    pepay.invoices.waitForStatus(open.invoice_id, { timeoutMs: 700, intervalMs: 100 }),
    (error) =>
      error instanceof sdk.PepayTimeoutError && error.code === 'WAIT_TIMEOUT' && error.message.includes('unpaid'),
  );
  assert.ok(performance.now() - began < 5_000);
});

test('a payment that came too late is accepted, once', LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 4 });
  const id = invoice.invoice_id;
  const { temp_address } = await payor(invoice).paymentSessions.createPaymentAddress(coin);
  await pepay.invoices.cancel(id);
  await assert.rejects(
    pepay.invoices.waitForStatus(id, { until: ['paid'] }),
    (error) => error instanceof sdk.PepayInvoiceEndedError && error.found.invoice.status === 'canceled',
  );
  await transfer(temp_address, 4_000_000);
  let payment;
  do {
    ({ latest_payment: payment } = await pepay.invoices.status(id));
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (!payment?.confirmed_at);
  assert.deepEqual([payment.status, payment.late], ['manual_retry', true]);
  const accepted = await pepay.invoices.acceptPayment(id, payment.id);
  assert.deepEqual([accepted.status, accepted.amount_paid, accepted.exception], ['canceled', 4_000, 'paid_late']);
  assert.equal((await pepay.invoices.status(id)).latest_payment.status, 'confirmed');
  await assert.rejects(
    pepay.invoices.acceptPayment(id, payment.id),
    (error) => error instanceof sdk.PepayConflictError && error.code === 'PAYMENT_NOT_ACCEPTABLE',
  );
});

test('a manual verification is asked for and followed, by the merchant and by the payor', LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 1 });
  const of = payor(invoice);
  await of.paymentSessions.createPaymentAddress(coin);
  await assert.rejects(pepay.invoices.manualVerification.retrieve(invoice.invoice_id), sdk.PepayNotFoundError);
  const asked = await pepay.invoices.manualVerification.trigger(invoice.invoice_id, { network: coin.network });
  assert.deepEqual(
    [asked.object, asked.invoice_id, asked.network],
    ['invoice_manual_verification', invoice.invoice_id, coin.network],
  );
  assert.equal((await pepay.invoices.manualVerification.retrieve(invoice.invoice_id)).id, asked.id);
  assert.equal((await of.invoices.manualVerification.retrieve(invoice.invoice_id)).id, asked.id);
  assert.equal((await of.invoices.manualVerification.trigger(invoice.invoice_id)).invoice_id, invoice.invoice_id);
});
