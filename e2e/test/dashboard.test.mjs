// The dashboard and the operator's console in a real browser, against the real program on real local chains.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { assertAccessible } from '../lib/axe.mjs';
import { assertFits, launch, visit } from '../lib/browser.mjs';
import { start } from '../lib/dev.mjs';

const BUDGET_BYTES = 60_000;
const SIZES = [[360, 740], [768, 1024], [1280, 900]];
const SHOTS = process.env.PEPAY_SHOTS; // A directory to keep screenshots in.
const PASSWORD = 'a long enough sentence';

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
const button = (page, name) => page.getByRole('button', { name });
const heading = (page, name) => page.getByRole('heading', { name }).first().waitFor();
const wide = { viewport: { width: 1280, height: 900 } };

async function signIn(page, { email, password }, path = '/dashboard') {
  await page.goto(at('/dashboard/sign-in'));
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
  await page.waitForURL((url) => ['/dashboard', '/operator'].includes(url.pathname));
  if (path !== '/dashboard') await page.goto(at(path));
}

async function signUp(page, company, email) {
  await page.goto(at('/dashboard/sign-up'));
  await page.getByLabel('Company name').fill(company);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await button(page, 'Create account').click();
  await heading(page, 'Get started');
}

test('from signing up to mainnet, by clicking', async () => {
  let accessKey;
  await visit(browser, wide, async (page) => {
    await signUp(page, 'Lamps & Sons', 'ada@lamps.example');
    assert.equal(await page.locator('.tick.done').count(), 0);
    assert.match(await page.locator('.env').textContent(), /Devnet/);

    await page.goto(at('/dashboard/settlement'));
    await page.getByLabel('Network').selectOption('base');
    await page.getByLabel('Address').fill('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');
    await button(page, 'Add wallet').click();
    await page.getByText('The wallet is added').waitFor();
    await page.locator('summary', { hasText: 'Activate' }).click();
    await button(page, 'Yes, activate it').click();
    await page.getByText('The wallet is active').waitFor();

    await page.goto(at('/dashboard/keys'));
    await page.getByLabel('Name').fill('Web server');
    await button(page, 'Create test key').click();
    const key = await page.locator('#key').textContent();
    assert.match(key, /^sk_test_[0-9A-Za-z]{38}$/);

    const headers = { 'x-api-key': key };
    const invoice = await dev.call('POST', '/api/v1/invoices', { amount_usd: 49.99, description: 'Two lamps' }, headers);
    await page.goto(at('/dashboard/invoices'));
    await page.getByText('Two lamps').waitFor();
    await page.getByLabel('Search').fill('49.99');
    await button(page, 'Filter').click();
    await page.getByRole('link', { name: 'Invoice of $49.99, Unpaid' }).click();
    await heading(page, 'Payment link');
    assert.match(await page.locator('#link').textContent(), /\/pay\?session=pst_/);

    const quote = await dev.call('POST', '/api/v1/payments/payment-addresses',
      { network: coin.network, tokenId: coin.id }, invoice.payment_session_headers);
    await dev.transfer(coin, quote.temp_address, 49_990_000n);
    await dev.untilStatus(invoice.invoice_id, 'paid', headers);
    await page.goto(at(`/dashboard/invoices/${invoice.invoice_id}`));
    await page.getByText('Invoice paid').waitFor();
    await page.getByText('Payment: confirmed').waitFor();
    await page.goto(at(`/dashboard/invoices?q=${quote.temp_address}`));
    await page.getByRole('link', { name: 'Invoice of $49.99, Paid' }).waitFor();
    await page.goto(at('/dashboard'));
    await page.getByText('$49.99').first().waitFor();

    await webhooks(page);
    await page.goto(at('/dashboard/mainnet'));
    await page.getByLabel('Where you sell').fill('https://lamps.example');
    await button(page, 'Ask for mainnet').click();
    await page.getByText('Waiting for the operator').waitFor();

    await visit(browser, wide, async (operator) => {
      await signIn(operator, dev.manifest.operator, '/operator/requests');
      await operator.getByRole('button', { name: 'Grant mainnet to Lamps & Sons' }).click();
      accessKey = await operator.locator('#access').textContent();
      assert.match(accessKey, /^mak_[0-9a-f]{48}$/);
    });

    await page.reload();
    await page.getByText('Granted', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Access key' }).fill(accessKey);
    await button(page, 'Open mainnet').click();
    await page.getByText('Mainnet is open. Make a live key').waitFor();
    assert.match(await page.locator('.env.live').textContent(), /Real money/);
    await page.goto(at('/dashboard/keys'));
    await page.getByLabel('Name').fill('Live');
    await button(page, 'Create live key').click();
    assert.match(await page.locator('#key').textContent(), /^sk_live_/);
    await button(page, 'Switch to devnet').click();
    await page.locator('.env.test').waitFor();
    await page.goto(at('/dashboard/checklist'));
    assert.equal(await page.locator('.tick.done').count(), 9);
  });
});

// An endpoint is made and pinged, takes the ping with a right signature, and takes it once more.
async function webhooks(page) {
  const taken = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => { body += data; });
    request.on('end', () => {
      taken.push({ headers: request.headers, body });
      response.end('thank you');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await page.goto(at('/dashboard/webhooks'));
    await page.getByLabel('URL').fill(`http://127.0.0.1:${server.address().port}/hook`);
    await button(page, 'Add endpoint').click();
    const secret = await page.locator('#secret').textContent();
    const endpoint = await page.locator('form[action$="/test"]').getAttribute('action');
    await button(page, 'Send test ping').click();
    await page.getByText('A test ping is on its way').waitFor();
    await until(() => taken.length === 1);
    const [{ headers, body }] = taken;
    const signed = createHmac('sha256', secret).update(`${headers['x-pepay-timestamp']}.${body}`).digest('hex');
    assert.equal(headers['x-pepay-signature'], signed);
    await shown(page, endpoint.replace(/\/test$/, ''), () => page.locator('.badge', { hasText: 'Succeeded' }));
    await page.getByRole('link', { name: 'test.ping' }).first().click();
    await page.getByText('thank you').waitFor();
    await button(page, 'Send again').click();
    await page.getByText('The delivery is made again').waitFor();
    await until(() => taken.length === 2);
    assert.equal(taken[1].body, body);
    await page.goto(at('/dashboard/events'));
    await page.getByRole('link', { name: /^test\.ping/ }).click();
    await page.getByText('"object": "ping"').waitFor();
  } finally {
    server.close();
  }
}

async function until(holds) {
  for (const last = Date.now() + 30_000; !holds(); await new Promise((go) => { setTimeout(go, 50); })) {
    assert.ok(Date.now() < last, 'it did not come to be');
  }
}

// Loads a page until it shows something.
async function shown(page, path, what) {
  for (const last = Date.now() + 30_000; ;) {
    await page.goto(at(path));
    if (await what().count()) return;
    assert.ok(Date.now() < last, `${path} did not show it`);
  }
}

const PAGES = [
  '/dashboard', '/dashboard/checklist', '/dashboard/invoices', '/dashboard/invoices/new', '/dashboard/keys',
  '/dashboard/webhooks', '/dashboard/events', '/dashboard/tokens', '/dashboard/settlement', '/dashboard/mainnet', '/dashboard/settings', '/dashboard/team',
  '/dashboard/audit', '/dashboard/account', '/dashboard/account/factor', '/dashboard/nothing-here',
];
const DOORS = ['/dashboard/sign-in', '/dashboard/sign-up', '/dashboard/reset', '/dashboard/reset/new?link=x'];
const CONSOLE = ['/operator', '/operator/requests', '/operator/merchants', '/operator/networks', '/operator/work'];

test('every page fits, is small and has no serious fault, in both themes', async (t) => {
  await dev.createInvoice({ description: 'A rather long description of a thing somebody bought', customer_id: 'c-1' });
  const paid = await dev.createInvoice({ amount_usd: 12, customer_email: 'bob@example.com' });
  await dev.payFromFaucet(paid, coin);
  await dev.untilStatus(paid.invoice_id, 'paid');
  const detail = `/dashboard/invoices/${paid.invoice_id}`;
  const visits = [[null, DOORS], [dev.manifest.dashboard, [...PAGES, detail]], [dev.manifest.operator, CONSOLE]];
  for (const [who, paths] of visits) {
    for (const colorScheme of ['light', 'dark']) {
      await visit(browser, { colorScheme }, async (page) => {
        if (who) await signIn(page, who);
        for (const path of paths) {
          for (const [width, height] of SIZES) {
            await page.setViewportSize({ width, height });
            await page.goto(at(path));
            await assertFits(page, `${path} at ${width}`);
            await shoot(page, path, width, colorScheme, detail);
          }
          await assertAccessible(page, `${path} ${colorScheme}`);
        }
      });
    }
  }
  await visit(browser, wide, async (page, traffic) => {
    await signIn(page, dev.manifest.dashboard);
    const first = await traffic.bytes();
    assert.ok(first < 2 * BUDGET_BYTES, `${first} bytes for two pages`);
    t.diagnostic(`${first} bytes from nothing to the overview`);
  });
});

async function shoot(page, path, width, theme, detail) {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  const name = (path === detail ? 'invoice' : path.split('?')[0].replace(/^\/(dashboard\/?)?/, '').replaceAll('/', '-')) || 'overview';
  await page.screenshot({ path: `${SHOTS}/${name}-${width}-${theme}.png`, fullPage: true });
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
    await signUp(page, 'Careful', 'careful@example.com');
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
