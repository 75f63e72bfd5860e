// The hosted checkout in a real browser, against the real program on real local chains.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertFits, launch, visit } from '../lib/browser.mjs';
import { choose, detail, faucet, heading, label, offered, tabTo } from '../lib/checkout.mjs';
import { start } from '../lib/dev.mjs';

const BUDGET_BYTES = 60_000;

let dev;
let browser;
let coin; // A stable coin with six decimals.

before(async () => {
  [dev, browser] = await Promise.all([start(), launch()]);
  coin = dev.token((token) => token.decimals === 6);
});

after(async () => {
  await browser?.close();
  await dev?.stop();
});

test('an invoice is paid from the faucet, and the page follows until the end', async (t) => {
  const invoice = await dev.createInvoice({
    invoice_title: 'Order 10482',
    description: 'Two lamps',
    payment_return_url: 'https://shop.example/thanks',
    payment_return_url_enabled: true,
  });
  await visit(browser, {}, async (page, traffic) => {
    await page.goto(invoice.payment_url);
    await heading(page, 'Order 10482');
    await page.getByText('Two lamps').waitFor();
    assert.equal(await page.locator('[data-f=total]').textContent(), '$49.99');
    await choose(page, coin);
    const { amount, address, link } = await offered(page);
    assert.equal(amount, '49.99');
    assert.match(address, /^0x[0-9a-fA-F]{40}$/);
    assert.equal(link, `ethereum:${coin.address}@${coin.chainId}/transfer?address=${address}&uint256=49990000`);
    const bytes = await traffic.bytes();
    assert.ok(bytes < BUDGET_BYTES, `${bytes} bytes`);
    t.diagnostic(`${bytes} bytes until the offer is shown`);
    await faucet(page).click();
    await heading(page, 'Payment complete');
    const back = page.getByRole('link', { name: /^Return to / });
    assert.match(await back.getAttribute('href'), /^\/pay\/return\?session=/);
    await page.reload();
    await heading(page, 'Payment complete');
  });
  const paid = await dev.invoice(invoice.invoice_id);
  assert.deepEqual([paid.status, paid.amount_paid, paid.safe_to_fulfill], ['paid', 49_990, true]);
});

test('a partial payment locks the coin, and the remainder completes it', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 30 });
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    const first = await offered(page);
    // The page hears of it late: it never sees the payment confirming, and must not go on asking for the whole.
    let hear;
    const late = new Promise((resolve) => { hear = resolve; });
    await page.route('**/pay/state', (route) => late.then(() => route.continue()));
    await dev.payFromFaucet(invoice, coin, 12_345_678n);
    await dev.until(invoice, 'underpaid');
    hear();
    await heading(page, /a part is missing/);
    await detail(page, '$12.345 of $30.00 has arrived');
    await page.locator('[data-f=amount]').filter({ hasText: /^17\.655$/ }).waitFor();
    assert.equal((await offered(page)).address, first.address);
    assert.equal(await page.getByRole('link', { name: 'Change' }).isVisible(), false);
    assert.equal(await page.locator('[data-f=remaining]').textContent(), '$17.655');
    await faucet(page).click();
    await heading(page, 'Payment complete');
  });
});

test('an overpayment is spoken of', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 10 });
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    await offered(page);
    await dev.payFromFaucet(invoice, coin, 12_500_000n);
    await heading(page, 'Payment complete');
    await page.getByText('You sent $2.50 more than asked').waitFor();
  });
});

test('an 18-decimal coin is asked for to the base unit', async () => {
  const other = dev.token((token) => token.decimals === 18 && token.address !== null);
  const invoice = await dev.createInvoice({ amount_usd: 0.01 });
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, other);
    const { amount, link } = await offered(page);
    assert.equal(amount, '0.01');
    assert.ok(link.endsWith('&uint256=10000000000000000'), link);
    await faucet(page).click();
    await heading(page, 'Payment complete');
  });
});

test("the chain's own coin is paid too", async () => {
  const native = dev.token((token) => token.type === 'native');
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, native);
    const { address, link } = await offered(page);
    assert.match(link, new RegExp(`^ethereum:${address}@${native.chainId}\\?value=[1-9][0-9]*$`));
    await faucet(page).click();
    await heading(page, 'Payment complete');
  });
});

test('another coin at the right address is shown, not counted', async () => {
  const wrong = dev.token((token, { network }) => network === coin.network && token.address && token.id !== coin.id);
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    const { address } = await offered(page);
    await dev.transfer(wrong, address, 5_000_000n);
    await page.getByText('Coin was not chosen here').waitFor();
    await page.locator('[data-f=notes]').getByText('It is not lost').waitFor();
    assert.equal(await page.locator('[data-f=amount]').textContent(), '49.99');
    await faucet(page).click();
    await heading(page, 'Payment complete');
  });
});

test('the other network and the choice of another coin', async () => {
  const there = dev.token((token, network) => network.network !== coin.network);
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    await offered(page);
    await page.getByRole('link', { name: 'Change' }).click();
    await choose(page, there);
    await heading(page, `Send ${label(there)}`);
    const { link } = await offered(page);
    assert.match(link, new RegExp(`@${there.chainId}[/?]`));
    await page.reload();
    await heading(page, `Send ${label(there)}`);
  });
});

test('an expired link says so, and stays readable', async () => {
  const invoice = await dev.createInvoice({ expires_in: 3000 });
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await heading(page, 'This payment request has expired');
    await detail(page, 'Do not send money');
    assert.equal(await faucet(page).isVisible(), false);
    await page.reload();
    await heading(page, 'This payment request has expired');
  });
});

test('money sent too late is shown, not lost', async () => {
  const invoice = await dev.createInvoice({ expires_in: 6000 });
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    const { address } = await offered(page);
    await heading(page, 'This payment request has expired');
    // The faucet pays no ended invoice; a wallet pays any address.
    await dev.transfer(coin, address, 49_990_000n);
    await page.getByText('Arrived late').waitFor();
    await detail(page, 'The money you sent is not lost');
  });
});

test('a canceled invoice says so', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await heading(page, 'Choose how to pay');
    await dev.cancel(invoice.invoice_id);
    await heading(page, 'This payment request was canceled');
  });
});

test('bad links get a page with their status', async () => {
  const [one, two] = [await dev.createInvoice(), await dev.createInvoice()];
  const link = (session, signature) => `${dev.url}/pay?${new URLSearchParams({ session, signature })}`;
  const cases = [
    [link(one.session_token, two.signature), 403],
    [link(`${one.session_token.slice(0, -4)}1111`, one.signature), 404],
    [link('nonsense', 'nonsense'), 401],
    [`${dev.url}/pay`, 401],
  ];
  await visit(browser, {}, async (page) => {
    for (const [url, status] of cases) {
      const response = await page.goto(url);
      assert.equal(response.status(), status, url);
      await heading(page, 'This payment link does not work');
    }
  });
});

for (const colorScheme of ['light', 'dark']) {
  test(`nothing sticks out at 360 px, ${colorScheme}`, async () => {
    const invoice = await dev.createInvoice({
      amount_usd: 1_000_000,
      invoice_title: 'Unbreakable'.repeat(20),
      description: '<b>Bold</b> “日本語” '.repeat(12),
    });
    await visit(browser, { colorScheme, viewport: { width: 360, height: 740 } }, async (page) => {
      await page.goto(invoice.payment_url);
      await heading(page, 'Choose how to pay');
      await assertFits(page, 'choosing');
      await choose(page, coin);
      await offered(page);
      await assertFits(page, 'paying');
      await faucet(page).click();
      await heading(page, 'Payment complete');
      await assertFits(page, 'paid');
      await page.goto(`${dev.url}/pay`);
      await assertFits(page, 'bad link');
    });
  });
}

test('the keyboard is enough, and the end is announced', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    const button = page.getByRole('button', { name: `Pay with ${label(coin)}` });
    await button.waitFor();
    await tabTo(page, button);
    await page.keyboard.press('Enter');
    await offered(page);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.f), 'offer-head');
    await tabTo(page, faucet(page));
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Payment complete').waitFor({ state: 'attached' });
  });
});

test('without scripts a coin can be chosen, and amount and address are there', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, { javaScriptEnabled: false }, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    await heading(page, `Send ${label(coin)}`);
    assert.equal(await page.locator('[data-f=amount]').textContent(), '49.99');
    assert.match(await page.locator('[data-f=address]').textContent(), /^0x[0-9a-fA-F]{40}$/);
    assert.match(await page.locator('[data-f=qr]').getAttribute('src'), /^data:image\/svg\+xml,/);
  });
});

test('the page is not stored or framed, its files are kept for good', async () => {
  const invoice = await dev.createInvoice();
  const page = await fetch(invoice.payment_url);
  const policy = page.headers.get('content-security-policy');
  assert.ok(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"), policy);
  assert.ok(policy.includes("frame-ancestors 'none'") && !policy.includes('unsafe'), policy);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  const script = /src="([^"]+checkout\.js)"/.exec(await page.text())[1];
  const asset = await fetch(dev.url + script);
  assert.match(asset.headers.get('cache-control'), /immutable/);
  assert.match(asset.headers.get('content-type'), /^text\/javascript/);
});
