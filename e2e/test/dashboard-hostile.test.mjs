// Hostile text in a real browser: nothing that anybody wrote runs, wherever it is shown.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { button, receiver, shown, signIn, signUp, until, wide } from '../lib/dashboard.mjs';
import { start } from '../lib/dev.mjs';

const EVIL = '"\'><img src=x onerror="document.title=\'hacked\'"><script>document.title=\'hacked\'</script>';

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

// The text is there, as text.
async function harmless(page, where) {
  assert.notEqual(await page.title(), 'hacked', where);
  assert.equal(await page.locator('img[src="x"], script:not([src]):not([type])').count(), 0, where);
  assert.ok((await page.content()).includes('onerror='), `${where} shows it`);
}

test('what a receiver answers, and what an endpoint is called, is only text', async () => {
  const server = await receiver(EVIL);
  try {
    await visit(browser, wide, async (page) => {
      await signIn(page, dev, dev.manifest.dashboard);
      await page.goto(`${dev.url}/dashboard/webhooks`);
      await page.getByLabel('URL').fill(`${server.url}?q=${EVIL}`);
      await button(page, 'Add endpoint').click();
      await page.locator('.error').first().waitFor();
      await harmless(page, 'an endpoint that is refused');
      await page.getByLabel('URL').fill(`${server.url}?q=${encodeURIComponent(EVIL)}`);
      await page.getByLabel('Description').fill(EVIL);
      await button(page, 'Add endpoint').click();
      await page.locator('#secret').waitFor();
      await harmless(page, 'a new endpoint');
      await page.goto(`${dev.url}/dashboard/webhooks`);
      await harmless(page, 'the list of endpoints');
      await page.locator('tbody a').first().click();
      await button(page, 'Send test ping').click();
      await until(() => server.taken.length > 0, 'the ping');
      await shown(page, page.url().split('?')[0], () => page.locator('.badge', { hasText: 'Succeeded' }));
      await page.getByRole('link', { name: 'test.ping' }).first().click();
      await page.getByText('Answer').first().waitFor();
      await harmless(page, 'the delivery');
      await page.goto(`${dev.url}/dashboard/webhooks`);
      await page.getByLabel('URL').fill(`javascript:alert(1)//${EVIL}`);
      await button(page, 'Add endpoint').click();
      await page.locator('.error').first().waitFor();
      await harmless(page, 'a refused endpoint');
    });
  } finally {
    server.close();
  }
});

test('events, receipts and refusals of the operator are only text', async () => {
  await visit(browser, wide, async (page) => {
    await signIn(page, dev, dev.manifest.dashboard);
    await page.goto(`${dev.url}/dashboard/settings`);
    const name = await page.getByLabel('Company name').inputValue();
    await page.getByLabel('Company name').fill(EVIL.slice(0, 90));
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    const invoice = await dev.createInvoice({ amount_usd: 3, description: EVIL, customer_id: EVIL, invoice_title: EVIL });
    await dev.payFromFaucet(invoice, coin);
    await dev.until(invoice, 'paid');
    await page.goto(`${dev.url}/dashboard/events?invoice_id=${invoice.invoice_id}`);
    assert.notEqual(await page.title(), 'hacked');
    await page.getByRole('link', { name: /^invoice\.created/ }).click();
    await harmless(page, 'the event');
    await visit(browser, wide, async (payor) => {
      await payor.goto(invoice.payment_url.replace('/pay?', '/pay/receipt?'));
      await payor.getByText('Paid with').waitFor();
      await harmless(payor, 'the receipt');
    });
    await page.goto(`${dev.url}/dashboard/settings`);
    await page.getByLabel('Company name').fill(name);
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
  });
  await visit(browser, wide, async (page) => {
    await signUp(page, dev, 'Denied Ltd', 'dora@denied.example');
    await page.goto(`${dev.url}/dashboard/mainnet`);
    await page.getByLabel('Where you sell').fill('https://denied.example');
    await button(page, 'Ask for mainnet').click();
    await page.getByText('Waiting for the operator').waitFor();
    await visit(browser, wide, async (operator) => {
      await signIn(operator, dev, dev.manifest.operator, '/operator/requests');
      const request = operator.getByRole('region', { name: 'Request of Denied Ltd' });
      await request.locator('summary', { hasText: 'Deny' }).click();
      await request.getByLabel('Why, for the merchant to read').fill(EVIL);
      await request.getByRole('button', { name: 'Deny', exact: true }).click();
      await operator.getByText('The request is denied').waitFor();
    });
    await page.reload();
    await harmless(page, 'why it was denied');
  });
});
