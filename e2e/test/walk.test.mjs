// The whole guide in one walk: from signing up to mainnet, with a payment that a wallet really signs and sends.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { choose, heading as stage, offered } from '../lib/checkout.mjs';
import { addWallet, button, heading, makeKey, receiver, shown, signIn, signUp, until, wide } from '../lib/dashboard.mjs';
import { start } from '../lib/dev.mjs';
import { transaction, Wallet } from '../lib/wallet.mjs';

const AMOUNT_UNITS = 49_990_000;

let dev;
let browser;
let coin;
let server;

before(async () => {
  [dev, browser, server] = await Promise.all([start(), launch(), receiver()]);
  coin = dev.token((token) => token.decimals === 6);
});

after(async () => {
  server?.close();
  await browser?.close();
  await dev?.stop();
});

test('sign up, key, invoice, payment by wallet, its webhook, mainnet: one walk', async () => {
  await visit(browser, wide, async (page) => {
    await signUp(page, dev, 'Lamps & Sons', 'ada@lamps.example');
    await addWallet(page, dev, coin.network);
    const key = await makeKey(page, dev);
    const secret = await addEndpoint(page);

    const headers = { 'x-api-key': key };
    const invoice = await dev.call('POST', '/api/v1/invoices', { amount_usd: 49.99, description: 'Two lamps' }, headers);
    const hash = await paid(invoice);
    assert.equal((await dev.call('GET', `/api/v1/invoices/${invoice.invoice_id}`, undefined, headers)).safe_to_fulfill, true);

    await page.goto(`${dev.url}/dashboard/invoices?q=${hash}`);
    await page.getByRole('link', { name: 'Invoice of $49.99, Paid' }).click();
    await page.getByText('Invoice paid').waitFor();
    await page.getByText('Payment: confirmed').waitFor();
    assert.equal(await page.locator(`[title="${hash}"]`).count(), 1, 'the transaction is on the page');
    await page.goto(`${dev.url}/dashboard`);
    await page.getByText('$49.99').first().waitFor();

    await replayed(page, invoice, secret);
    await onToMainnet(page);
  });
});

async function addEndpoint(page) {
  await page.goto(`${dev.url}/dashboard/webhooks`);
  await page.getByLabel('URL').fill(server.url);
  await button(page, 'Add endpoint').click();
  return page.locator('#secret').textContent();
}

// The payor opens the link of the invoice and pays with a wallet; gives the transaction.
async function paid(invoice) {
  const wallet = new Wallet(dev.manifest.networks);
  wallet.known.add(coin.chainId);
  await visit(browser, {}, async (page) => {
    await wallet.inject(page);
    await page.goto(invoice.payment_url);
    await page.getByText('Lamps & Sons').first().waitFor();
    await choose(page, coin);
    await offered(page);
    await button(page, 'Pay with Test Wallet').click();
    await stage(page, 'Payment complete');
  });
  const hash = wallet.sent.at(-1);
  const sent = await transaction(coin.chain, hash);
  assert.equal(sent.from.toLowerCase(), wallet.address.toLowerCase());
  assert.ok(sent.input.endsWith(AMOUNT_UNITS.toString(16).padStart(64, '0')), 'the chain has exactly what was asked');
  return hash;
}

// The delivery that told of this very payment is in the log, was signed, and is made again.
async function replayed(page, invoice, secret) {
  const tells = ({ event }) => event.type === 'invoice_payment.updated' && event.data.object.invoice_id === invoice.invoice_id && event.data.object.status === 'confirmed';
  await until(() => server.taken.some(tells), 'the payment’s webhook');
  const [{ headers, body, event }] = server.taken.filter(tells);
  const signed = createHmac('sha256', secret).update(`${headers['x-pepay-timestamp']}.${body}`).digest('hex');
  assert.equal(headers['x-pepay-signature'], signed);
  await page.goto(`${dev.url}/dashboard/webhooks`);
  await page.getByRole('link', { name: server.url }).click();
  const log = page.url();
  await shown(page, log, () => page.locator('tr', { hasText: event.type }).locator('.badge', { hasText: 'Succeeded' }));
  const links = await page.locator('tr a', { hasText: event.type }).evaluateAll((all) => all.map((link) => link.href));
  let found = false;
  for (const link of links) {
    await page.goto(link);
    found = await page.getByText(event.id).count() > 0;
    if (found) break;
  }
  assert.ok(found, 'the log has the delivery of this event');
  await page.getByText('thank you').first().waitFor();
  const before = server.taken.length;
  await button(page, 'Send again').click();
  await page.getByText('The delivery is made again').waitFor();
  await until(() => server.taken.length > before, 'the replay');
  assert.equal(server.taken.at(-1).body, body);
}

async function onToMainnet(page) {
  let accessKey;
  await page.goto(`${dev.url}/dashboard/mainnet`);
  await page.getByLabel('Where you sell').fill('https://lamps.example');
  await button(page, 'Ask for mainnet').click();
  await page.getByText('Waiting for the operator').waitFor();
  await visit(browser, wide, async (operator) => {
    await signIn(operator, dev, dev.manifest.operator, '/operator/requests');
    await operator.getByRole('button', { name: 'Grant mainnet to Lamps & Sons' }).click();
    accessKey = await operator.locator('#access').textContent();
  });
  await page.reload();
  await page.getByText('Granted', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Access key' }).fill(accessKey);
  await button(page, 'Open mainnet').click();
  await page.getByText('Mainnet is open. Make a live key').waitFor();
  assert.match(await page.locator('.env.live').textContent(), /Real money/);
  await page.goto(`${dev.url}/dashboard/keys`);
  await page.getByLabel('Name').fill('Live');
  await button(page, 'Create live key').click();
  assert.match(await page.locator('#key').textContent(), /^sk_live_/);
  await button(page, 'Switch to devnet').click();
  await page.locator('.env.test').waitFor();
  await page.goto(`${dev.url}/dashboard/checklist`);
  await heading(page, 'Get started');
  assert.equal(await page.locator('.tick.done').count(), 9);
}
