// The checkout within, and over, a page of another origin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, launch, visit } from '../lib/browser.mjs';
import { choose, faucet, heading, offered } from '../lib/checkout.mjs';
import { start } from '../lib/dev.mjs';
import { openShop } from '../lib/shop.mjs';
import { Wallet } from '../lib/wallet.mjs';

const UNINVITED = 'shop.localhost'; // `pepay dev` lets localhost itself in.

let dev;
let browser;
let shop;
let coin;

before(async () => {
  [dev, browser] = await Promise.all([start(), launch()]);
  shop = await openShop(dev.url);
  coin = dev.token((token) => token.decimals === 6);
});

after(async () => {
  await browser?.close();
  await shop?.close();
  await dev?.stop();
});

const options = (invoice, more) => ({ sessionToken: invoice.session_token, signature: invoice.signature, ...more });
const heard = (page) => page.evaluate(() => globalThis.heard);
const hears = (page, type) => page.waitForFunction((wanted) => globalThis.heard.some((it) => it.type === wanted), type);
const framed = (page) => page.frameLocator('iframe');
const visitShop = (more, look) => visit(browser, { origins: [dev.url], viewport: { width: 900, height: 900 }, ...more }, look);

test('an embedded checkout is paid with a wallet, and the page around it hears each step', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 12 });
  const wallet = new Wallet(dev.manifest.networks);
  wallet.chainId = coin.chainId;
  await visitShop({}, async (page) => {
    await wallet.inject(page);
    await page.goto(shop.url(options(invoice, { mode: 'mount', locale: 'en', theme: 'dark' })));
    await hears(page, 'ready');
    const frame = framed(page);
    assert.equal(await frame.locator('html').getAttribute('data-theme'), 'dark');
    await choose(frame, coin);
    await offered(frame);
    await frame.getByRole('button', { name: 'Pay with Test Wallet' }).click();
    await heading(frame, 'Payment complete');
    await hears(page, 'paid');
    const events = await heard(page);
    const told = events.map(({ type }) => type).filter((type) => type !== 'resize');
    assert.deepEqual(told, ['ready', 'payment_detected', 'paid']);
    assert.deepEqual(events.find(({ type }) => type === 'paid'), { type: 'paid', invoiceId: invoice.invoice_id, status: 'paid' });
    // The frame is as high as what it shows: nothing scrolls inside.
    const last = events.findLast(({ type }) => type === 'resize').height;
    const height = await page.locator('iframe').evaluate((it) => it.clientHeight);
    assert.ok(Math.abs(height - last) <= 1, `${height} px for ${last}`);
  });
  assert.equal((await dev.invoice(invoice.invoice_id)).status, 'paid');
});

test('the modal form keeps the focus, closes by Escape from within, and gives the focus back', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 7 });
  await visitShop({}, async (page) => {
    await page.goto(shop.url(options(invoice, { mode: 'modal' })));
    const open = page.getByRole('button', { name: 'Pay now' });
    await open.focus();
    await page.keyboard.press('Enter');
    await hears(page, 'ready');
    await heading(framed(page), 'Choose how to pay');
    // The focus goes into the frame, onto the heading.
    await framed(page).locator('[data-f=headline]:focus').waitFor();
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      const behind = await page.evaluate(() => document.activeElement === document.querySelector('#open'));
      assert.equal(behind, false, 'the page behind got the focus');
    }
    await framed(page).locator('[data-f=langs] summary').focus();
    await page.keyboard.press('Escape');
    await hears(page, 'closed');
    assert.equal(await page.locator('iframe').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'open');
    // And once more, by the button; the same checkout opens again.
    await page.keyboard.press('Enter');
    await heading(framed(page), 'Choose how to pay');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.waitForFunction(() => globalThis.heard.filter(({ type }) => type === 'closed').length === 2);
  });
});

test('the modal form is paid from the faucet and has nothing serious against it', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 8 });
  await visitShop({}, async (page) => {
    await page.goto(shop.url(options(invoice, { mode: 'modal' })));
    await page.getByRole('button', { name: 'Pay now' }).click();
    await choose(framed(page), coin);
    await offered(framed(page));
    await assertAccessible(page.frames().at(-1), 'the frame');
    await faucet(framed(page)).click();
    await heading(framed(page), 'Payment complete');
    await hears(page, 'paid');
  });
});

test('an ended invoice is told as such', async () => {
  const invoice = await dev.createInvoice();
  await dev.cancel(invoice.invoice_id);
  await visitShop({}, async (page) => {
    await page.goto(shop.url(options(invoice, { mode: 'mount' })));
    await hears(page, 'expired');
    assert.equal((await heard(page)).find(({ type }) => type === 'expired').status, 'canceled');
    await page.evaluate(() => globalThis.checkout.unmount());
    assert.equal(await page.locator('iframe').count(), 0);
  });
});

test('a page that is not allowed gets a refusal, and the payor a way out', async () => {
  const invoice = await dev.createInvoice();
  const expected = /frame-ancestors|chrome-error|403/;
  await visitShop({ expected }, async (page) => {
    await page.clock.install();
    const refusal = page.waitForResponse((response) => response.url().includes('/pay/embed'));
    await page.goto(shop.url(options(invoice, { mode: 'mount' }), UNINVITED));
    const response = await refusal;
    assert.equal(response.status(), 403);
    assert.match((await response.allHeaders())['content-security-policy'], /frame-ancestors 'none'$/);
    await page.clock.fastForward(16_000);
    await hears(page, 'error');
    const link = page.getByRole('link', { name: 'Open it in a new window' });
    assert.equal(await link.getAttribute('href'), invoice.payment_url);
  });
});

test('a page that lies about its origin is not shown the checkout', async () => {
  const invoice = await dev.createInvoice();
  const link = new URL(invoice.payment_url);
  const embed = `${dev.url}/pay/embed${link.search}&origin=${shop.origin()}`;
  await visitShop({ expected: /frame-ancestors/ }, async (page) => {
    await page.goto(shop.url(options(invoice, { mode: 'modal' }), UNINVITED));
    await page.evaluate((src) => {
      const frame = document.createElement('iframe');
      document.body.append(Object.assign(frame, { src }));
      return new Promise((done) => { frame.onload = done; });
    }, embed);
    const [, frame] = page.frames();
    assert.match(frame.url(), /^chrome-error:/);
  });
});

test('the hosted page is framed by nobody', async () => {
  const invoice = await dev.createInvoice();
  await visitShop({ expected: /frame-ancestors|X-Frame-Options/ }, async (page) => {
    await page.goto(shop.url(options(invoice, { mode: 'modal' })));
    await page.evaluate((src) => {
      const frame = document.createElement('iframe');
      document.body.append(Object.assign(frame, { src }));
      return new Promise((done) => { frame.onload = done; });
    }, invoice.payment_url);
    assert.match(page.frames().at(-1).url(), /^chrome-error:/);
  });
});

test('messages from elsewhere are not heard', async () => {
  const invoice = await dev.createInvoice();
  await visitShop({}, async (page) => {
    await page.goto(shop.url(options(invoice, { mode: 'mount' })));
    await hears(page, 'ready');
    await page.evaluate(() => postMessage({ source: 'pepay', type: 'paid', invoiceId: 'x', status: 'paid' }, '*'));
    // A message after it has arrived, so the forged one has too.
    await page.evaluate(() => new Promise((done) => {
      addEventListener('message', (event) => event.data === 'last' && done());
      postMessage('last', '*');
    }));
    assert.ok(!(await heard(page)).some(({ type }) => type === 'paid'));
  });
});

test('the script is small, kept by browsers, and loadable by isolated pages', async () => {
  const response = await fetch(`${dev.url}/pepay.js`);
  assert.equal(response.headers.get('cross-origin-resource-policy'), 'cross-origin');
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.match(response.headers.get('content-type'), /^text\/javascript/);
  const again = await fetch(`${dev.url}/pepay.js`, { headers: { 'if-none-match': response.headers.get('etag') } });
  assert.equal(again.status, 304);
});
