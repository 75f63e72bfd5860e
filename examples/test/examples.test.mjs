// Each example as its reader runs it: a real order, paid on a real local chain, that the example notices by itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { launch } from '../../e2e/lib/browser.mjs';
import { start } from '../../e2e/lib/dev.mjs';
import { open } from './shop.mjs';

const WAIT_MS = 60_000; // A payment is found, confirmed and told by then, on a busy machine.

let dev;
let coin; // A stable coin with six decimals.

before(async () => {
  dev = await start();
  coin = dev.token((token) => token.decimals === 6);
});

after(() => dev?.stop());

async function running(name, t) {
  const example = await open(name, dev);
  t.after(example.stop);
  return example;
}

async function until(holds, what, example) {
  const last = Date.now() + WAIT_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < last, `${what}:\n${example.output()}`);
    await pause(100);
  }
}

const json = async (url) => (await fetch(url)).json();
const form = (url, fields) => fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

/** The session of a payment page's link. */
function session(link) {
  const { searchParams } = new URL(link);
  const headers = { 'x-session-token': searchParams.get('session'), 'x-signature': searchParams.get('signature') };
  return { payment_session_headers: headers };
}

test('node-shop: an order is paid in the embedded checkout, and the webhook ships it once', async (t) => {
  const shop = await running('node-shop', t);
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    const icon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !icon) faults.push(message.text());
  });
  await page.goto(shop.url);
  await page.getByRole('button', { name: 'Buy for $49.99' }).click();
  const checkout = page.frameLocator('#checkout iframe');
  await checkout.getByRole('button', { name: `Pay with ${coin.symbol} on` }).first().click();
  await checkout.getByRole('button', { name: 'Pay from the devnet faucet' }).click();
  await page.getByRole('status').filter({ hasText: 'is paid' }).waitFor();
  assert.deepEqual(faults, []);
  assert.equal(shop.output().match(/is paid: ship the Desk lamp/g).length, 1);
});

test('node-shop: a webhook that nobody signed ships nothing', async (t) => {
  const shop = await running('node-shop', t);
  const { headers } = await form(`${shop.url}/orders`, { product: 'chair' });
  const order = headers.get('location').split('/').at(-1);
  const forged = { id: 'evt_1-1', object: 'event', type: 'invoice.updated', data: { object: { safe_to_fulfill: true, metadata: { order } } } };
  for (const signature of [undefined, 'ab'.repeat(32)]) {
    const signed = signature ? { 'x-pepay-signature': signature, 'x-pepay-timestamp': String(Date.now()) } : {};
    const answer = await fetch(`${shop.url}/webhooks`, {
      method: 'POST', body: JSON.stringify(forged), headers: { 'content-type': 'application/json', ...signed },
    });
    assert.equal(answer.status, 400);
  }
  assert.deepEqual(await json(`${shop.url}/orders/${order}/status`), { status: 'new' });
});

test('axum-shop: an order is paid on the hosted page, and the webhook ships it once', async (t) => {
  const shop = await running('axum-shop', t);
  const { headers } = await form(`${shop.url}/orders`, {});
  const invoice = session(headers.get('location'));
  const details = await dev.call('GET', '/api/v1/payments/session-details', undefined, invoice.payment_session_headers);
  const { metadata } = await dev.invoice(details.invoice_id);
  const order = `${shop.url}/orders/${metadata.order}`;
  assert.deepEqual(await json(order), { paid: false, shipments: 0 });
  const forged = await fetch(`${shop.url}/webhooks`, { method: 'POST', body: '{}' });
  assert.equal(forged.status, 401);
  await dev.payFromFaucet(invoice, coin);
  await until(async () => (await json(order)).paid, 'the order was not paid', shop);
  assert.deepEqual(await json(order), { paid: true, shipments: 1 });
});

test('donation-page: a gift is paid on the hosted page and counted', async (t) => {
  const site = await running('donation-page', t);
  const raised = async () => (await (await fetch(site.url)).text()).match(/<strong>(.*)<\/strong>/)[1];
  assert.equal(await raised(), '$0.00 from 0 people');
  for (const usd of ['0', 'much', '1e9']) assert.equal((await form(`${site.url}/donate`, { usd })).status, 400);
  const { status, headers } = await form(`${site.url}/donate`, { usd: '12.50' });
  assert.equal(status, 303);
  await dev.payFromFaucet(session(headers.get('location')), coin);
  await until(async () => (await raised()) === '$12.50 from 1 people', 'the gift was not counted', site);
});
