// Chromium, on a page of another origin than the program's: a payor, and streams over its own WebSocket.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { launch } from '../../../e2e/lib/browser.mjs';
import { coin, customer, dev, merchant, pay, payor } from './support/live.mjs';
import { listening } from './support/network.mjs';

const LIMIT = { timeout: 120_000 };
const baseUrl = dev.base_url;
const pepay = merchant();

let browser;
let page;
let shop;

before(async () => {
  const entry = fileURLToPath(new URL('browser/entry.mjs', import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  shop = await listening(
    createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')),
  );
  browser = await launch();
  page = await browser.newPage();
  await page.goto(shop.url);
  await page.addScriptTag({ type: 'module', content: outputFiles[0].text });
  await page.waitForFunction(() => globalThis.tests);
});

after(async () => {
  await browser?.close();
  await shop?.close();
});

test("a checkout of one's own works in a browser", LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 3, description: 'A lamp' });
  const { session_token: sessionToken, signature } = invoice;
  const given = { baseUrl, sessionToken, signature, coin };
  const seen = await page.evaluate((it) => globalThis.tests.payor(it), given);
  assert.equal(seen.details.description, 'A lamp');
  assert.ok(seen.tokens.some(({ id }) => id === coin.tokenId));
  assert.equal(seen.address.quote_status, 'available');
  assert.deepEqual([seen.email.email, seen.status], ['ada@example.com', 'unpaid']);
  assert.deepEqual(seen.refused, { name: 'PepayValidationError', code: 'TOKEN_NOT_SUPPORTED', traced: true });
  await pay(invoice);
  const { invoice: paid } = await pepay.invoices.waitForStatus(invoice.invoice_id, {
    intervalMs: 100,
    timeoutMs: 60_000,
  });
  assert.equal(paid.status, 'paid');
});

test("a payor's stream in a browser tells of the payment", LIMIT, async () => {
  const invoice = await pepay.invoices.create({ amount_usd: 3 });
  const { ws_connection } = await payor(invoice).paymentSessions.createPaymentAddress(coin);
  const watching = page.evaluate((it) => globalThis.tests.watch(it), { baseUrl, token: ws_connection.token });
  await pay(invoice);
  const seen = await watching;
  assert.ok(seen.includes('invoice_payment.created'), seen.join());
});

test("a merchant's stream in a browser brings what was missed, with a token and no key", LIMIT, async () => {
  const customer_id = customer();
  const [newest] = (await pepay.events.list({ limit: 1 })).data;
  for (let index = 0; index < 3; index++) await pepay.invoices.create({ amount_usd: 1, customer_id });
  const { token } = await pepay.ws.token.mint({ ttlSeconds: 120 });
  const given = { baseUrl, token, customer_id, since: newest?.id ?? 'evt_0-0', count: 3 };
  const expected = (await pepay.events.recoverSince(newest?.id, { customer_id })).map(({ id }) => id);
  assert.deepEqual(await page.evaluate((it) => globalThis.tests.listen(it), given), expected);
});

test('a refused stream ends in a browser too, whose WebSocket tells no reason', LIMIT, async () => {
  const { token } = await pepay.ws.token.mint({ ttlSeconds: 120 });
  for (const [options, status, code] of [
    [{ token, types: 'no such type' }, 400, 'VALIDATION_ERROR'],
    [{ token: 'not.a.token' }, 401, 'TOKEN_INVALID'],
  ]) {
    const ended = await page.evaluate((it) => globalThis.tests.listen(it), { baseUrl, ...options });
    assert.deepEqual(ended, { code, status, willReconnect: false });
  }
});
