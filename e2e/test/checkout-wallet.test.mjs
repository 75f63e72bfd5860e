// Paying with a wallet in the browser that really signs and sends.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { choose, heading, offered } from '../lib/checkout.mjs';
import { start } from '../lib/dev.mjs';
import { transaction, Wallet } from '../lib/wallet.mjs';

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

const pay = (page) => page.getByRole('button', { name: 'Pay with Test Wallet' });
const told = (page, text) => page.locator('[data-f=wallet-note]').filter({ hasText: text }).waitFor();

async function shop(fields, act) {
  const wallet = new Wallet(dev.manifest.networks);
  const invoice = await dev.createInvoice(fields);
  await visit(browser, {}, async (page) => {
    await wallet.inject(page);
    await page.goto(invoice.payment_url);
    await act(page, wallet, invoice);
  });
}

test('a wallet on another network is switched, pays to the unit, and the page follows', async () => {
  await shop({}, async (page, wallet, invoice) => {
    wallet.known.add(coin.chainId);
    await choose(page, coin);
    const { address } = await offered(page);
    await pay(page).click();
    await told(page, 'Sent. Waiting for the network to show transaction 0x');
    await heading(page, 'Payment complete');
    const methods = ['eth_requestAccounts', 'eth_chainId', 'wallet_switchEthereumChain', 'eth_chainId', 'eth_sendTransaction'];
    assert.deepEqual(wallet.asked, methods);
    const paid = await dev.call('GET', `/api/v1/invoices/${invoice.invoice_id}?expand=payments`);
    assert.deepEqual([paid.status, paid.amount_paid, paid.safe_to_fulfill], ['paid', 49_990, true]);
    const [payment] = paid.payments.data ?? paid.payments;
    assert.equal(payment.payer_address, wallet.address);
    const sent = await transaction(coin.chain, payment.tx_hash);
    assert.equal(sent.to.toLowerCase(), coin.address.toLowerCase());
    const units = (49_990_000).toString(16).padStart(64, '0');
    assert.equal(sent.input, `0xa9059cbb${address.slice(2).toLowerCase().padStart(64, '0')}${units}`);
  });
});

test('a network the wallet does not know is added', async () => {
  await shop({ amount_usd: 5 }, async (page, wallet) => {
    await choose(page, coin);
    await offered(page);
    await pay(page).click();
    await heading(page, 'Payment complete');
    const [added] = wallet.added;
    assert.equal(added.chainId, `0x${coin.chainId.toString(16)}`);
    assert.deepEqual(added.rpcUrls, [coin.chain.rpc_url]);
    assert.equal(added.nativeCurrency.decimals, 18);
  });
});

test("the chain's own coin is sent as value", async () => {
  const native = dev.token((token) => token.type === 'native');
  await shop({ amount_usd: 25 }, async (page, wallet, invoice) => {
    wallet.chainId = native.chainId;
    await choose(page, native);
    await offered(page);
    await pay(page).click();
    await heading(page, 'Payment complete');
    assert.equal((await dev.invoice(invoice.invoice_id)).amount_paid, 25_000);
    assert.ok(!wallet.asked.includes('wallet_switchEthereumChain'));
  });
});

test('declining at each step sends nothing, and the payor can try again', async () => {
  await shop({ amount_usd: 3 }, async (page, wallet) => {
    wallet.known.add(coin.chainId);
    await choose(page, coin);
    await offered(page);
    for (const method of ['eth_requestAccounts', 'wallet_switchEthereumChain', 'eth_sendTransaction']) {
      wallet.declined = new Set([method]);
      await pay(page).click();
      await told(page, 'You declined in Test Wallet. Nothing was sent.');
      assert.equal(wallet.asked.at(-1), method);
      // The same words again would not be waited for.
      await page.evaluate(() => { document.querySelector('[data-f=wallet-note]').textContent = ''; });
    }
    wallet.declined = new Set();
    await pay(page).click();
    await heading(page, 'Payment complete');
  });
});

test('a wallet that stays on the wrong network is never asked to send', async () => {
  await shop({ amount_usd: 3 }, async (page, wallet) => {
    wallet.known.add(coin.chainId);
    wallet.stubborn = true;
    await choose(page, coin);
    await offered(page);
    await pay(page).click();
    await told(page, 'is not on Base. Switch its network, then try again. Nothing was sent.');
    assert.ok(!wallet.asked.includes('eth_sendTransaction'));
  });
});

test('what was sent is remembered over a reload, so that nobody pays twice', async () => {
  const chain = await dev.hold(coin);
  try {
    await shop({ amount_usd: 4 }, async (page, wallet) => {
      wallet.chainId = coin.chainId;
      await choose(page, coin);
      await offered(page);
      await pay(page).click();
      for (const again of [false, true]) {
        if (again) await page.reload();
        await told(page, 'Sent. Waiting');
        await page.getByRole('button', { name: 'Send again all the same' }).waitFor();
        assert.equal(await pay(page).count(), 0);
      }
      await chain.run();
      await heading(page, 'Payment complete');
      assert.equal(wallet.asked.filter((method) => method === 'eth_sendTransaction').length, 1);
    });
  } finally {
    await chain.run();
  }
});

test('while a price is renewed, a wallet never gets the amount of the one before', async () => {
  let release;
  const held = new Promise((go) => { release = go; });
  const [quotes, codes] = [[], []];
  await shop({}, async (page, wallet, invoice) => {
    wallet.chainId = coin.chainId;
    await page.route('**/api/v1/payments/payment-addresses', async (route) => {
      const response = await route.fetch();
      const quote = await response.json();
      quotes.push(quote);
      // The first price ends at once; the next ones hold and ask for less.
      const later = { estimated_token_amount: '48.000000', estimated_base_units: '48000000', quote_expires_in_seconds: 300 };
      Object.assign(quote, quotes.length === 1 ? { quote_expires_in_seconds: 1 } : later);
      await route.fulfill({ response, json: quote });
    });
    await page.route('**/pay/qr?*', async (route) => {
      codes.push(route.request().url());
      if (codes.length === 2) await held;
      await route.continue().catch(() => {});
    });
    await choose(page, coin);
    assert.equal((await offered(page)).amount, '49.99');
    await page.waitForRequest((request) => request.url().includes('/pay/qr?') && request.url().includes('units=48000000'));
    // What is shown and what a wallet would get are still of one price.
    assert.equal(await page.locator('[data-f=amount]').textContent(), '49.99');
    await pay(page).click();
    await told(page, 'Sent. Waiting for the network to show transaction 0x');
    assert.equal(await page.locator('[data-f=amount]').textContent(), '48');
    const sent = await transaction(coin.chain, wallet.sent.at(-1));
    assert.ok(sent.input.endsWith((48_000_000).toString(16).padStart(64, '0')), sent.input);
    release();
    await dev.until(invoice, 'underpaid');
  });
});

test('without a wallet there is no button for one', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await choose(page, coin);
    await offered(page);
    assert.equal(await page.locator('[data-f=wallets]').isVisible(), false);
  });
});
