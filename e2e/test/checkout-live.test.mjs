// News over the payor stream, and without it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { choose, faucet, heading, offered } from '../lib/checkout.mjs';
import { start } from '../lib/dev.mjs';

let dev;
let browser;
let coin;

before(async () => {
  [dev, browser] = await Promise.all([start(), launch()]);
  coin = dev.token((token) => token.decimals === 6);
});

after(async () => {
  await browser?.close();
  await dev?.stop();
});

test('the stream tells of the payment, and the page asks no more than it must', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    const frames = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(JSON.parse(payload))));
    let asked = 0;
    page.on('request', (request) => { if (request.url().includes('/pay/state')) asked += 1; });
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    await offered(page);
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/pay/state')));
    assert.equal(frames[0].type, 'ready');
    const before = asked;
    await faucet(page).click();
    await heading(page, 'Payment complete');
    const types = frames.filter(({ object }) => object === 'event').map(({ type }) => type);
    for (const type of ['invoice_payment.created', 'invoice_payment.updated', 'invoice.updated']) assert.ok(types.includes(type), `${types}`);
    assert.ok(asked - before <= types.length + 6, `${asked - before} questions for ${types.length} events`);
  });
});

test('where no stream comes through, the page asks by itself', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.routeWebSocket(/\/ws\/payment/, (socket) => socket.close({ code: 1011 }));
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    await offered(page);
    await dev.payFromFaucet(invoice, coin);
    await heading(page, 'Payment complete');
  });
});
