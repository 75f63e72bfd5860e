// How a company presents itself, set on the dashboard and seen by a payor.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { launch, visit } from '../lib/browser.mjs';
import { choose, offered } from '../lib/checkout.mjs';
import { button, signIn, wide } from '../lib/dashboard.mjs';
import { start } from '../lib/dev.mjs';
import { openShop } from '../lib/shop.mjs';

const ACCENT = '#7c2d12'; // Dark enough to be left as it is.
const HOST = 'shop.localhost'; // `pepay dev` lets localhost itself in, not this one.

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

test('logo and colour are set on the profile page and seen on the checkout', async () => {
  await visit(browser, wide, async (page) => {
    await signIn(page, dev, dev.manifest.dashboard, '/dashboard/settings');
    await page.getByLabel('Use my colour').check();
    await page.locator('input[type=color]').fill(ACCENT);
    await page.getByLabel('Support e-mail').fill('help@shop.example');
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    await page.getByLabel('Picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png(8, [124, 45, 18]) });
    await button(page, 'Upload').click();
    await page.getByText('The logo is saved').waitFor();
    assert.equal(await page.getByAltText('Your logo').evaluate((it) => it.naturalWidth), 8);
  });
  const invoice = await dev.createInvoice();
  await visit(browser, { colorScheme: 'light' }, async (page) => {
    await page.goto(invoice.payment_url);
    const logo = page.locator('.merchant img');
    await logo.waitFor();
    assert.equal(await logo.evaluate((it) => it.naturalWidth), 8, 'the picture is shown');
    await choose(page, coin);
    await offered(page);
    const painted = await page.evaluate(() => {
      const colours = [...document.querySelectorAll('a.button, button, [data-phase]')].map((it) => getComputedStyle(it));
      return colours.flatMap((it) => [it.backgroundColor, it.color, it.borderColor]);
    });
    assert.ok(painted.some((colour) => colour.includes('rgb(124, 45, 18)')), painted.join(' '));
    const { href } = new URL(await page.locator('a[href^="mailto:"]').first().getAttribute('href'));
    assert.match(href, /^mailto:help@shop\.example/);
  });
});

test('a site may embed the checkout once the profile says so, and no other may', async () => {
  const invoice = await dev.createInvoice();
  const url = shop.url({ sessionToken: invoice.session_token, signature: invoice.signature, mode: 'mount' }, HOST);
  const embedded = async () => {
    const query = `session=${invoice.session_token}&signature=${invoice.signature}&origin=${shop.origin(HOST)}`;
    const response = await fetch(`${dev.url}/pay/embed?${query}`);
    return [response.status, /frame-ancestors ([^;]+)/.exec(response.headers.get('content-security-policy'))[1]];
  };
  assert.deepEqual(await embedded(), [403, "'none'"]);
  await visit(browser, wide, async (page) => {
    await signIn(page, dev, dev.manifest.dashboard, '/dashboard/settings');
    await page.getByLabel('Sites that may embed your checkout').fill(shop.origin(HOST));
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
  });
  assert.deepEqual(await embedded(), [200, shop.origin(HOST)]);
  await visit(browser, { origins: [dev.url], viewport: { width: 900, height: 900 } }, async (page) => {
    await page.goto(url);
    await page.frameLocator('iframe').getByRole('heading', { name: 'Choose how to pay' }).waitFor();
  });
});

// A square of one colour.
function png(side, [red, green, blue]) {
  const row = Buffer.from([0, ...Array.from({ length: side }, () => [red, green, blue]).flat()]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [['IHDR', head], ['IDAT', deflateSync(Buffer.concat(Array(side).fill(row)))], ['IEND', Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts.map(([name, data]) => chunk(name, data))]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
