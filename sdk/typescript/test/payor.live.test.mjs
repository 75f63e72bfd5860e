// Each payor call against the real program and chain.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as sdk from '../dist/esm/index.js';
import { coin, merchant, pay, payor } from './support/live.mjs';

const LIMIT = { timeout: 120_000 };
const pepay = merchant();

test('a payor sees the invoice, chooses a token, gets an address, pays', LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 20, description: 'Two lamps' });
  const { paymentSessions } = payor(invoice);
  const details = await paymentSessions.getSessionDetails({ invoice_id: invoice.invoice_id });
  assert.deepEqual(
    [details.invoice_id, details.amount_usd, details.description, details.invoice_status],
    [invoice.invoice_id, 20, 'Two lamps', 'unpaid'],
  );
  assert.ok(details.remaining_time > 0);
  const tokens = await paymentSessions.listAvailableTokens({
    mode: 'network',
    network: coin.network,
    available_only: true,
  });
  assert.ok(tokens.some(({ id }) => id === coin.tokenId) && tokens.every(({ network }) => network === coin.network));
  const address = await paymentSessions.createPaymentAddress(coin);
  assert.deepEqual(
    [address.success, address.quote_status, address.supported_token_id, address.usd_amount],
    [true, 'available', coin.tokenId, 20],
  );
  assert.match(address.temp_address, /^0x[0-9a-fA-F]{40}$/);
  assert.deepEqual(await paymentSessions.getPaymentStatus(), { status: 'unpaid', paid_at: null });
  await pay(invoice);
  await pepay.invoices.waitForStatus(invoice.invoice_id, { intervalMs: 100, timeoutMs: 60_000 });
  const { status, paid_at } = await paymentSessions.getPaymentStatus();
  assert.ok(status === 'paid' && paid_at > 0);
  await assert.rejects(
    paymentSessions.createPaymentAddress(coin),
    (error) => error.code === 'INVOICE_ALREADY_PAID' && error instanceof sdk.PepayValidationError,
  );
});

test('a payor says where the receipt goes, and answers questions', LIMIT, async () => {
  const questions = [{ id: 'size', question: 'Which size?', type: 'text', validation: { required: true } }];
  const invoice = await pepay.invoices.create({ amount_usd: 1, questions: { questions } });
  const { paymentSessions } = payor(invoice);
  assert.deepEqual(await paymentSessions.getCustomerEmail(), { email: null, has_email: false });
  const set = await paymentSessions.setCustomerEmail({ email: 'ada@example.com' });
  assert.deepEqual([set.success, set.email], [true, 'ada@example.com']);
  assert.deepEqual(await paymentSessions.getCustomerEmail(), { email: 'ada@example.com', has_email: true });
  await assert.rejects(paymentSessions.setCustomerEmail({ email: 'nobody' }), sdk.PepayValidationError);

  const asked = await paymentSessions.getQuestions();
  assert.equal(asked.has_questions, true);
  assert.equal(JSON.stringify(asked).includes('Which size?'), true);
  await assert.rejects(paymentSessions.submitForm({ responses: [] }), sdk.PepayValidationError);
  assert.equal(
    (await paymentSessions.submitForm({ responses: [{ question_id: 'size', response: 'M' }] })).success,
    true,
  );
  assert.deepEqual((await pepay.invoices.retrieve(invoice.invoice_id)).responses, [
    { question_id: 'size', response: 'M' },
  ]);
});

test('an invoice that ended is gone for its payor', LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 1, expires_in: 1_000 });
  await pepay.invoices.waitForStatus(invoice.invoice_id, { intervalMs: 100, timeoutMs: 60_000 });
  await assert.rejects(
    payor(invoice).paymentSessions.setCustomerEmail({ email: 'ada@example.com' }),
    (error) => error instanceof sdk.PepayGoneError || error.code === 'SESSION_EXPIRED',
  );
});
