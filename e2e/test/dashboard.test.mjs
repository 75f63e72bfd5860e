// The dashboard and the operator's console in a real browser, against the real program on real local chains.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { assertAccessible } from '../lib/axe.mjs';
import { assertFits, launch, visit } from '../lib/browser.mjs';
import { button, heading, PASSWORD, receiver, signIn, signUp, until, wide } from '../lib/dashboard.mjs';
import { start } from '../lib/dev.mjs';

const BUDGET_BYTES = 60_000;
const SIZES = [[360, 740], [768, 1024], [1280, 900]];
const SHOTS = process.env.PEPAY_SHOTS; // A directory to keep screenshots in.

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

const at = (path) => dev.url + path;

const PAGES = [
  '/dashboard', '/dashboard/checklist', '/dashboard/invoices', '/dashboard/invoices/new', '/dashboard/keys',
  '/dashboard/webhooks', '/dashboard/events', '/dashboard/tokens', '/dashboard/settlement', '/dashboard/mainnet', '/dashboard/settings', '/dashboard/team',
  '/dashboard/audit', '/dashboard/account', '/dashboard/account/factor', '/dashboard/nothing-here',
];
const DOORS = ['/dashboard/sign-in', '/dashboard/sign-up', '/dashboard/reset', '/dashboard/reset/new?link=x'];
const CONSOLE = ['/operator', '/operator/requests', '/operator/merchants', '/operator/networks', '/operator/work'];

// Pages of objects: an invoice of each kind, an endpoint, a delivery, an event.
async function objects() {
  await dev.createInvoice({ description: 'A rather long description of a thing somebody bought', customer_id: 'c-1' });
  const paid = await dev.createInvoice({ amount_usd: 12, customer_email: 'bob@example.com' });
  await dev.payFromFaucet(paid, coin);
  await dev.until(paid, 'paid');
  const astray = await dev.createInvoice({ amount_usd: 13 });
  const order = { network: coin.network, tokenId: coin.id };
  const quote = await dev.call('POST', '/api/v1/payments/payment-addresses', order, astray.payment_session_headers);
  const other = dev.token((token, { network }) => network === coin.network && token.address && token.id !== coin.id);
  await dev.transfer(other, quote.temp_address, 13n * 10n ** BigInt(other.decimals));
  await until(async () => (await dev.call('GET', `/api/v1/invoices/${astray.invoice_id}/explain`)).transfers.length > 0);
  const server = await receiver();
  const webhook = await dev.call('POST', '/api/v1/webhooks', { url: server.url, enabled_events: ['*'] });
  await dev.call('POST', `/api/v1/webhooks/${webhook.id}/test`);
  await until(() => server.taken.length > 0, 'the ping');
  server.close();
  const [delivery] = (await dev.call('GET', `/api/v1/webhooks/${webhook.id}/deliveries`)).data;
  const event = (await dev.call('GET', '/api/v1/events')).data.data[0];
  return {
    invoice: `/dashboard/invoices/${paid.invoice_id}`,
    'invoice-astray': `/dashboard/invoices/${astray.invoice_id}`,
    webhook: `/dashboard/webhooks/${webhook.id}`,
    delivery: `/dashboard/deliveries/${delivery.id}`,
    event: `/dashboard/events/${event.id}`,
  };
}

const named = (paths) => Object.fromEntries(paths.map((path) => [name(path), path]));
const name = (path) => path.split('?')[0].replace(/^\/(dashboard\/?)?/, '').replaceAll('/', '-') || 'overview';

// The page that is open, in every size.
async function looked(page, what, theme) {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await assertFits(page, `${what} at ${width}`);
    await shoot(page, `${what}-${width}-${theme}`);
  }
  await assertAccessible(page, `${what} ${theme}`);
}

test('every page fits, is small and has no serious fault, in both themes', async (t) => {
  const made = await objects();
  const merchant = { ...named(PAGES), ...made };
  const visits = [[null, named(DOORS)], [dev.manifest.dashboard, merchant], [dev.manifest.operator, named(CONSOLE)]];
  let [largest, where] = [0, ''];
  for (const [who, pages] of visits) {
    for (const colorScheme of ['light', 'dark']) {
      await visit(browser, { colorScheme }, async (page, traffic) => {
        if (who) await signIn(page, dev, who);
        const client = await page.context().newCDPSession(page);
        await client.send('Network.setCacheDisabled', { cacheDisabled: true });
        for (const [what, path] of Object.entries(pages)) {
          const before = await traffic.bytes();
          await page.goto(at(path));
          const bytes = (await traffic.bytes()) - before;
          assert.ok(bytes < BUDGET_BYTES, `${what} needs ${bytes} bytes`);
          if (bytes > largest) [largest, where] = [bytes, what];
          await looked(page, what, colorScheme);
        }
      });
    }
  }
  assert.ok(largest > 10_000, 'something was counted');
  t.diagnostic(`the largest page is ${where}: ${largest} bytes from nothing`);
});

test('pages that are reached by a form or a letter fit and have no serious fault, in both themes', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await visit(browser, { colorScheme, ...wide }, async (page) => {
      const email = `careful-${colorScheme}@example.com`;
      await signUp(page, dev, 'Careful', email);
      await page.goto(at('/dashboard/account/factor'));
      const secret = (await page.locator('#totp').textContent()).replaceAll(' ', '');
      await page.getByLabel('Code your app shows now').fill(await totp(secret));
      await button(page, 'Turn on').click();
      await heading(page, 'Recovery codes');
      await looked(page, 'codes', colorScheme);
      await page.setViewportSize(wide.viewport);
      await page.goto(at('/dashboard/team'));
      const guest = `guest-${colorScheme}@example.com`;
      await page.getByLabel('E-mail address').fill(guest);
      await button(page, 'Send invitation').click();
      await page.getByText('The invitation is sent').waitFor();
      await looked(page, 'team-invited', colorScheme);
      await page.setViewportSize(wide.viewport);
      await button(page, 'Sign out').last().click();
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill(PASSWORD);
      await button(page, 'Sign in').click();
      await heading(page, 'One more step');
      await looked(page, 'code', colorScheme);
      await visit(browser, { colorScheme }, async (other) => {
        await other.goto(await dev.letter(guest, '/dashboard/invitation'));
        await heading(other, 'Join Careful');
        await looked(other, 'invitation', colorScheme);
        await other.goto(at('/dashboard/reset'));
        await other.getByLabel('E-mail address').fill(email);
        await other.locator('main button, form button').last().click();
        await other.goto(await dev.letter(email, '/dashboard/reset/new'));
        await heading(other, 'Choose a new password');
        await looked(other, 'reset-link', colorScheme);
      });
    });
  }
});

async function shoot(page, file) {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${file}.png`, fullPage: true });
}

test('signing in and creating an invoice works by keyboard alone, without scripts too', async () => {
  for (const javaScriptEnabled of [true, false]) {
    await visit(browser, { javaScriptEnabled, ...wide }, async (page) => {
      await page.goto(at('/dashboard/sign-in'));
      await page.locator('#email:focus').waitFor();
      await page.keyboard.type(dev.manifest.dashboard.email);
      await page.keyboard.press('Tab');
      await page.keyboard.type(dev.manifest.dashboard.password);
      await page.keyboard.press('Enter');
      await heading(page, 'Overview');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await heading(page, 'Create invoice');
      await page.locator('#amount_usd:focus').waitFor();
      await page.keyboard.type('7.50');
      await page.keyboard.press('Enter');
      await page.getByText('The invoice is created').waitFor();
      await page.getByText('$7.50').first().waitFor();
    });
  }
});

test('a second factor is set up, asked for, and replaced by a recovery code', async () => {
  await visit(browser, wide, async (page) => {
    await signUp(page, dev, 'Careful', 'careful@example.com');
    await page.goto(at('/dashboard/account/factor'));
    const secret = (await page.locator('#totp').textContent()).replaceAll(' ', '');
    await page.getByLabel('Code your app shows now').fill(await totp(secret));
    await button(page, 'Turn on').click();
    await heading(page, 'Recovery codes');
    const code = await page.locator('.codes li').first().textContent();
    await page.goto(at('/dashboard'));
    await button(page, 'Sign out').last().click();
    await page.getByLabel('E-mail address').fill('careful@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await button(page, 'Sign in').click();
    await heading(page, 'One more step');
    await page.goto(at('/dashboard'));
    await heading(page, 'Sign in');
    await page.goto(at('/dashboard/sign-in/code'));
    await page.getByLabel('Code').fill(code);
    await button(page, 'Continue').click();
    await heading(page, 'Overview');
  });
});

async function totp(secret) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const word = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, '0');
}
