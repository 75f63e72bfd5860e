// What a merchant does about its money, its webhooks and its team: by clicking, and by keyboard alone.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { tabTo } from '../lib/checkout.mjs';
import { button, heading, receiver, shown, signIn, until, wide } from '../lib/dashboard.mjs';
import { start } from '../lib/dev.mjs';

const TABS = 90; // More than any page has to be tabbed through.

let dev;
let browser;
let coin;
let wrong; // Another token on the same network.

before(async () => {
  [dev, browser] = await Promise.all([start(), launch()]);
  coin = dev.token((token) => token.decimals === 6);
  wrong = dev.token((token, { network }) => network === coin.network && token.address && token.id !== coin.id);
});

after(async () => {
  await browser?.close();
  await dev?.stop();
});

const address = async (invoice) => {
  const order = { network: coin.network, tokenId: coin.id };
  return (await dev.call('POST', '/api/v1/payments/payment-addresses', order, invoice.payment_session_headers)).temp_address;
};
const pageOf = (invoice) => `${dev.url}/dashboard/invoices/${invoice.invoice_id}`;
const asMerchant = (look) => visit(browser, wide, async (page, traffic) => {
  await signIn(page, dev, dev.manifest.dashboard);
  await look(page, traffic);
});
const follow = async (page, element) => {
  await tabTo(page, element, TABS);
  await page.keyboard.press('Enter');
};

test('an invoice is canceled by the form, and money that comes late is accepted by the form', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 21 });
  await asMerchant(async (page) => {
    await page.goto(pageOf(invoice));
    const to = await address(await Promise.resolve(invoice));
    await page.locator('summary', { hasText: 'Cancel invoice' }).click();
    await button(page, 'Yes, cancel it').click();
    await page.getByText('The invoice is canceled').waitFor();
    await page.locator('.badge', { hasText: 'Canceled' }).waitFor();
    await dev.transfer(coin, to, 21_000_000n);
    await shown(page, pageOf(invoice), () => button(page, 'Accept payment of 21 USDC'));
    await page.goto(`${dev.url}/dashboard`);
    await shown(page, `${dev.url}/dashboard`, () => page.getByText('Waits for your decision'));
    await page.locator('.tile', { hasText: 'Waits for your decision' }).getByRole('link').click();
    await page.getByRole('link', { name: 'Invoice of $21.00, Canceled' }).click();
    await button(page, 'Accept payment of 21 USDC').click();
    await page.getByText('The payment is accepted').waitFor();
    await page.locator('.badge', { hasText: 'Paid' }).first().waitFor();
    const csv = await page.request.get(`${dev.url}/dashboard/export/payments.csv?q=${invoice.invoice_id}`);
    assert.match(csv.headers()['content-disposition'], /attachment; filename="payments-devnet.csv"/);
    const [head, line, ...rest] = (await csv.text()).trim().split('\r\n');
    const row = Object.fromEntries(head.split(',').map((name, place) => [name, line.split(',')[place]]));
    assert.deepEqual(rest, []);
    assert.deepEqual([row.invoice_id, row.token, row.amount_token, row.late], [invoice.invoice_id, 'USDC', '21.000000', 'true']);
  });
});

test('money in the wrong token is on the page with what to do, and found by its transaction', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 22 });
  const hash = await dev.transfer(wrong, await address(invoice), 22n * 10n ** BigInt(wrong.decimals));
  await asMerchant(async (page) => {
    await shown(page, pageOf(invoice), () => page.getByRole('heading', { name: 'Arrived, but not counted' }));
    await page.getByRole('heading', { name: `22 ${wrong.symbol}` }).waitFor();
    await page.getByText('The payor was never given a price for this token').waitFor();
    assert.equal(await page.getByText('Nothing was seen on any chain yet').count(), 0);
    await page.goto(`${dev.url}/dashboard/invoices`);
    await page.getByLabel('Search').fill(hash);
    await button(page, 'Filter').click();
    await page.getByRole('link', { name: 'Invoice of $22.00, Unpaid' }).waitFor();
    await page.getByLabel('Status').selectOption('paid');
    await button(page, 'Filter').click();
    await page.getByText('No invoice fits').waitFor();
    await page.goto(`${dev.url}/dashboard/invoices`);
    await page.getByLabel('Money').selectOption({ label: 'Arrived, but not counted' });
    await button(page, 'Filter').click();
    await page.getByRole('link', { name: 'Invoice of $22.00, Unpaid' }).waitFor();
  });
});

test('the chain is looked at again by the form', async () => {
  const invoice = await dev.createInvoice({ amount_usd: 23 });
  await address(invoice);
  await asMerchant(async (page) => {
    await page.goto(pageOf(invoice));
    await button(page, 'Look at the chain again').click();
    await page.getByText('We look at the chain again').waitFor();
    await shown(page, pageOf(invoice), () => page.getByText('The last look found nothing new.'));
  });
});

test('an endpoint is changed, gets a new secret and what it missed, by clicking', async () => {
  let status = 500;
  const server = await receiver('no', () => status);
  try {
    await asMerchant(async (page) => {
      await page.goto(`${dev.url}/dashboard/webhooks`);
      await page.getByLabel('URL').fill(server.url);
      await button(page, 'Add endpoint').click();
      const first = await page.locator('#secret').textContent();
      const endpoint = `${dev.url}${(await page.locator('form[action$="/test"]').getAttribute('action')).replace(/\/test$/, '')}`;
      await page.goto(endpoint);
      await page.getByLabel('Description').fill('Stock room');
      await page.getByLabel('All, those of later versions too').uncheck();
      await page.getByLabel('invoice.created').check();
      await button(page, 'Save').click();
      await page.getByText('Saved.').waitFor();
      assert.equal(await page.getByLabel('Description').inputValue(), 'Stock room');

      await dev.createInvoice({ amount_usd: 24 });
      await until(() => server.taken.some(({ event }) => event.data.object.amount === 24_000), 'the first attempt');
      await button(page, 'Turn off').click();
      await page.getByText('The endpoint is off.', { exact: true }).waitFor();
      status = 200;
      await button(page, 'Turn on').click();
      await page.getByText('The endpoint is on').waitFor();
      const before = server.taken.length;
      await page.getByLabel('Since').fill(new Date(Date.now() - 3_600_000).toISOString());
      await button(page, 'Recover').click();
      await page.getByText('What it missed is on its way').waitFor();
      await until(() => server.taken.slice(before).some(({ event }) => event.data.object.amount === 24_000), 'what was missed');
      assert.ok(server.taken.slice(before).every(({ event }) => event.type === 'invoice.created'), 'only what it asks for');

      await page.getByLabel('Stop the old one at once').check();
      await button(page, 'Make a new secret').click();
      const second = await page.locator('#secret').textContent();
      assert.notEqual(second, first);
      const count = server.taken.length;
      await button(page, 'Send test ping').click();
      await until(() => server.taken.length > count, 'the ping');
      const { headers, body } = server.taken.at(-1);
      const sign = (secret) => createHmac('sha256', secret).update(`${headers['x-pepay-timestamp']}.${body}`).digest('hex');
      assert.equal(headers['x-pepay-signature'], sign(second));
      assert.ok(!JSON.stringify(headers).includes(sign(first)), 'the old secret signs nothing');
    });
  } finally {
    server.close();
  }
});

test('keys, webhooks and the team by keyboard alone', async () => {
  const server = await receiver();
  try {
    await asMerchant(async (page) => {
      const open = async (link, title) => {
        await follow(page, page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: link, exact: true }));
        await heading(page, title);
      };
      await open('API keys', 'API keys');
      await tabTo(page, page.getByLabel('Name'), TABS);
      await page.keyboard.type('By keyboard');
      await page.keyboard.press('Enter');
      await heading(page, 'Your new key “By keyboard”');
      await follow(page, page.getByLabel('Revoke By keyboard'));
      await follow(page, page.locator('details[open]').getByRole('button', { name: 'Yes, revoke it' }));
      await page.getByText('The key is revoked').waitFor();

      await open('Webhooks', 'Webhooks');
      await tabTo(page, page.getByLabel('URL'), TABS);
      await page.keyboard.type(server.url);
      await page.keyboard.press('Enter');
      await heading(page, 'Signing secret');
      await follow(page, button(page, 'Send test ping'));
      await until(() => server.taken.some(({ event }) => event.type === 'test.ping'), 'the ping');
      await tabTo(page, page.getByLabel('Status'), TABS);
      await page.keyboard.press('S'); // Succeeded
      await shown(page, page.url().split('?')[0], () => page.locator('.badge', { hasText: 'Succeeded' }));
      await follow(page, page.getByRole('link', { name: 'test.ping' }).first());
      await follow(page, button(page, 'Send again'));
      await page.getByText('The delivery is made again').waitFor();

      await open('Team', 'Team');
      await tabTo(page, page.getByLabel('E-mail address'), TABS);
      await page.keyboard.type('carol@example.com');
      await tabTo(page, page.getByRole('radio').first(), TABS).catch(() => tabTo(page, page.locator('input[type=radio]:checked'), TABS));
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByText('carol@example.com').first().waitFor();
      await follow(page, page.getByLabel('Take back the invitation of carol@example.com'));
      await page.getByText('The invitation is taken back').waitFor();
    });
  } finally {
    server.close();
  }
});
