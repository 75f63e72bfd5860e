// Every state of the checkout, at three widths in both themes: nothing sticks out, nothing serious for axe, and a
// picture of each in PEPAY_SHOTS, when that names a directory.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, launch, visit } from '../lib/browser.mjs';
import { choose, detail, heading, offered } from '../lib/checkout.mjs';
import { start } from '../lib/dev.mjs';
import { Wallet } from '../lib/wallet.mjs';

const WIDTHS = [360, 768, 1280];
const THEMES = ['light', 'dark'];
const SHOTS = process.env.PEPAY_SHOTS;

let dev;
let browser;
let coin;
let wrong; // Another token on the same network.

before(async () => {
  if (SHOTS) await mkdir(SHOTS, { recursive: true });
  [dev, browser] = await Promise.all([start(), launch()]);
  coin = dev.token((token) => token.decimals === 6);
  wrong = dev.token((token, { network }) => network === coin.network && token.address && token.id !== coin.id);
});

after(async () => {
  await browser?.close();
  await dev?.stop();
});

const order = (fields) => dev.createInvoice({
  invoice_title: 'Order 10482', description: 'Two lamps and an oak table', invoice_footer: 'Northwind Ltd, 1 Harbour Road', ...fields,
});

/** Looks at one state in every size and theme; reach(page) brings a fresh page there. */
async function seen(name, url, reach, prepare = async () => {}) {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      await visit(browser, { colorScheme, viewport: { width, height: 800 } }, async (page) => {
        await prepare(page);
        await page.goto(url);
        await reach(page);
        const where = `${name}, ${width} px, ${colorScheme}`;
        await assertFits(page, where);
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        if (width === (colorScheme === 'light' ? 360 : 1280)) await assertAccessible(page, where);
      });
    }
  }
}

async function offer(page) {
  await choose(page, coin);
  await offered(page);
}

// An address is handed out by the page once, before anything is sent to it.
async function address(invoice) {
  const body = { network: coin.network, tokenId: coin.id };
  return (await dev.call('POST', '/api/v1/payments/payment-addresses', body, invoice.payment_session_headers)).temp_address;
}

test('choosing', async () => {
  await seen('choose', (await order()).payment_url, (page) => heading(page, 'Choose how to pay'));
});

test('choosing from many, with some that are not to be had', async () => {
  const invoice = await order();
  const many = ['USDC', 'USDT', 'DAI', 'ETH', 'BNB', 'POL'].map((symbol, index) => ({
    symbol, name: `${symbol} coin`, mark: symbol[0], hint: index > 2 ? `about 0.019996 ${symbol}` : '',
    choices: ['ethereum', 'base', 'arbitrum', 'optimism', 'polygon'].slice(0, 5 - Math.floor(index / 2)).map((network, at) => ({
      value: `${network}:${index * 10 + at}`, label: network[0].toUpperCase() + network.slice(1), title: `Pay with ${symbol} on ${network}`,
      note: at === 0 ? 'Higher network fee' : index === 2 && at === 1 ? 'Price is being refreshed' : 'Low network fee', available: !(index === 2 && at === 1),
    })),
  }));
  const reach = async (page) => {
    // Going back to the list asks for it anew.
    await offer(page);
    await page.getByRole('link', { name: 'Change' }).click();
    await page.getByRole('button', { name: 'Pay with POL on base' }).waitFor();
    const search = page.getByRole('searchbox', { name: 'Search coins and networks' });
    await search.fill('pol base');
    assert.equal(await page.locator('.net:visible').count(), 1);
    await search.fill('nothing');
    await page.getByText('Nothing matches.').waitFor();
    await search.press('Escape');
    assert.equal(await page.locator('.coins li:visible').count(), 6);
    assert.equal(await page.getByRole('button', { name: 'Pay with DAI on base' }).isDisabled(), true);
  };
  await seen('many', invoice.payment_url, reach, async (page) => {
    await page.route('**/pay/coins*', (route) => route.fulfill({ json: { groups: many, searched: true } }));
  });
});

test('questions', async () => {
  const question = (id, text, type, required) => ({ id, question: text, type, validation: { required } });
  const questions = [question('a', 'Gift note', 'textarea', false), question('b', 'Shirt size', 'text', true), question('c', 'Gift wrap?', 'boolean', true)];
  const invoice = await order({ questions: { questions } });
  await seen('questions', invoice.payment_url, async (page) => {
    await heading(page, 'Your details');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Please answer this question.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.name), 'q1');
  });
});

test('paying, with the help open', async () => {
  await seen('pay', (await order()).payment_url, offer);
  await seen('exchange', (await order()).payment_url, async (page) => {
    await offer(page);
    await page.getByRole('button', { name: 'Exchange' }).click();
    await page.getByText('From an exchange: choose the Base network').waitFor();
    await page.getByText('Something went wrong?').click();
    await page.getByRole('link', { name: 'Contact Demo Shop' }).waitFor();
  });
});

test('paying with a wallet', async () => {
  await seen('wallet', (await order()).payment_url, async (page) => {
    await offer(page);
    await page.getByRole('button', { name: 'Pay with Test Wallet' }).waitFor();
  }, (page) => new Wallet(dev.manifest.networks).inject(page));
});

test('a payment that confirms', async () => {
  const invoice = await order();
  const chain = await dev.hold(coin);
  try {
    await dev.payFromFaucet(invoice, coin);
    await chain.mine(1);
    await seen('detected', invoice.payment_url, async (page) => {
      await heading(page, 'Payment detected');
      await page.getByText('Confirming 1 of 2', { exact: true }).waitFor();
    });
  } finally {
    await chain.run();
  }
});

test('a payment that falls short', async () => {
  const invoice = await order();
  await dev.payFromFaucet(invoice, coin, 20_000_000n);
  await dev.until(invoice, 'underpaid');
  await seen('underpaid', invoice.payment_url, async (page) => {
    await heading(page, /a part is missing/);
    await offered(page);
  });
});

test('a payment that is complete, and its receipt', async () => {
  const back = { payment_return_url: 'https://shop.example/thanks', payment_return_url_enabled: true };
  const invoice = await order(back);
  await dev.payFromFaucet(invoice, coin, 60_000_000n);
  await dev.until(invoice, 'paid');
  await seen('paid', invoice.payment_url, async (page) => {
    await heading(page, 'Payment complete');
    await page.getByText('You sent $10.01 more than asked').waitFor();
  });
  await seen('receipt', invoice.payment_url.replace('/pay?', '/pay/receipt?'), async (page) => {
    await heading(page, 'Receipt from Demo Shop');
    await page.getByText('60 USDC on Base').waitFor();
    assert.match(await page.locator('time').textContent(), / at /);
  });
});

test('an end without money, with late money, with wrong money, by the merchant', async () => {
  const [expired, late] = [await order({ expires_in: 4000 }), await order({ expires_in: 4000 })];
  const lateTo = await address(late);
  await dev.until(expired, 'expired');
  await dev.until(late, 'expired');
  await dev.transfer(coin, lateTo, 49_990_000n);
  await seen('expired', expired.payment_url, (page) => detail(page, 'Do not send money to this address any more'));
  await seen('late', late.payment_url, async (page) => {
    await page.getByText('Arrived late').waitFor();
    await detail(page, 'The money you sent is not lost');
  });
  const mistaken = await order();
  await dev.transfer(wrong, await address(mistaken), 49_990_000n);
  await seen('wrong', mistaken.payment_url, async (page) => {
    await offer(page);
    await page.getByText('Coin was not chosen here').waitFor();
  });
  const canceled = await order();
  await dev.cancel(canceled.invoice_id);
  await seen('canceled', canceled.payment_url, (page) => heading(page, 'This payment request was canceled'));
});

test('a bad link', async () => {
  await seen('bad', `${dev.url}/pay?session=x&signature=y`, (page) => heading(page, 'This payment link does not work'));
});

test('from right to left', async () => {
  await seen('arabic', `${(await order()).payment_url}&lang=ar`, async (page) => {
    await page.getByRole('button', { name: 'USDC' }).first().click();
    await page.locator('[data-f=waiting]').waitFor();
  });
});
