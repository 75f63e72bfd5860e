// Questions, the address of the receipt, the way back, and what merchants and payors could try to smuggle in.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { choose, faucet, heading, offered, tabTo } from '../lib/checkout.mjs';
import { start } from '../lib/dev.mjs';

const EVIL = '"><img src=x onerror="document.title=\'hacked\'"><script>document.title=\'hacked\'</script>{amount}';

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

const question = (id, text, type, required) => ({ id, question: text, type, validation: { required } });
const QUESTIONS = { questions: [question('n', 'Note', 'text', false), question('age', 'Age', 'number', true), question('ok', 'Wrap it?', 'boolean', true)] };

test('required questions are answered by keyboard before anything can be paid', async () => {
  const invoice = await dev.createInvoice({ questions: QUESTIONS });
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await heading(page, 'Your details');
    assert.equal(await page.locator('[data-f=choose]').isVisible(), false);
    const names = await page.locator('[data-f=details-form] [name]').evaluateAll((all) => all.map((it) => it.name));
    assert.deepEqual([...new Set(names)], ['q1', 'q2', 'q0', 'email']);
    await tabTo(page, page.getByLabel('Age', { exact: true }));
    await page.keyboard.type('41');
    await page.keyboard.press('Enter');
    await page.getByText('Please answer this question.').waitFor();
    const why = await page.locator(':focus').getAttribute('aria-describedby');
    assert.equal(await page.locator(`#${why}`).textContent(), 'Please answer this question.');
    await page.keyboard.press('Space'); // The focus is on the first answer of what is missing.
    await tabTo(page, page.getByLabel('E-mail for the receipt'));
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await heading(page, 'Choose how to pay');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.f), 'headline');
    await page.reload();
    await heading(page, 'Choose how to pay');
    await page.locator('[data-f=email-shown]').filter({ hasText: 'ada@example.com' }).waitFor();
  });
  const stored = await dev.invoice(invoice.invoice_id);
  assert.equal(stored.customer_email, 'ada@example.com');
  assert.deepEqual(stored.responses, [{ question_id: 'age', response: 41 }, { question_id: 'ok', response: true }]);
});

test('without scripts the questions are answered too', async () => {
  const invoice = await dev.createInvoice({ questions: QUESTIONS });
  await visit(browser, { javaScriptEnabled: false }, async (page) => {
    await page.goto(invoice.payment_url);
    await page.getByLabel('Age', { exact: true }).fill('7');
    await page.getByLabel('No', { exact: true }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Choose how to pay');
  });
  const { responses } = await dev.invoice(invoice.invoice_id);
  assert.deepEqual(responses, [{ question_id: 'age', response: 7 }, { question_id: 'ok', response: false }]);
});

test('answers that come too late are told so on the page, without scripts', async () => {
  for (const [end, title] of [['cancel', 'This payment request was canceled'], ['pay', 'Payment complete']]) {
    const invoice = await dev.createInvoice({ questions: QUESTIONS, amount_usd: 2 });
    await visit(browser, { javaScriptEnabled: false, locale: 'en' }, async (page) => {
      await page.goto(invoice.payment_url);
      await page.getByLabel('Age', { exact: true }).fill('7');
      await page.getByLabel('No', { exact: true }).check();
      if (end === 'cancel') await dev.cancel(invoice.invoice_id);
      else await dev.payFromFaucet(invoice, coin).then(() => dev.until(invoice, 'paid'));
      await page.getByRole('button', { name: 'Continue' }).click();
      await heading(page, title);
    });
  }
});

test('an address for the receipt is given while paying, and a wrong one refused', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, {}, async (page) => {
    await page.goto(invoice.payment_url);
    await page.getByText('E-mail for the receipt').first().click();
    const email = page.getByLabel('E-mail for the receipt');
    await email.fill('nonsense');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Please enter an e-mail address').waitFor();
    assert.equal(await email.getAttribute('aria-invalid'), 'true');
    await email.fill('grace@example.com');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-f=email-shown]').filter({ hasText: 'grace@example.com' }).waitFor();
  });
  assert.equal((await dev.invoice(invoice.invoice_id)).customer_email, 'grace@example.com');
});

test('the way back carries a result that only the server could sign', async () => {
  const invoice = await dev.createInvoice({ payment_return_url: 'https://shop.example/thanks?order=7#top', payment_return_url_enabled: true });
  const { secret } = await dev.call('GET', '/api/v1/merchant/return-secret');
  const back = async () => {
    const response = await fetch(invoice.payment_url.replace('/pay?', '/pay/return?'), { redirect: 'manual' });
    assert.deepEqual([response.status, response.headers.get('referrer-policy')], [303, 'no-referrer']);
    const url = new URL(response.headers.get('location'));
    assert.equal(url.origin + url.pathname + url.hash, 'https://shop.example/thanks#top');
    const { order, invoice_id: id, status, ts, sig } = Object.fromEntries(url.searchParams);
    assert.deepEqual([order, id], ['7', invoice.invoice_id]);
    assert.ok(Math.abs(Date.now() / 1000 - Number(ts)) < 30, ts);
    assert.equal(sig, createHmac('sha256', secret).update(`${id}.${status}.${ts}`).digest('hex'));
    return status;
  };
  assert.equal(await back(), 'unpaid');
  await dev.payFromFaucet(invoice, coin);
  await dev.until(invoice, 'paid');
  assert.equal(await back(), 'paid');
});

test('looking again reads the network once more, and tells what came of it', async () => {
  const invoice = await dev.createInvoice();
  // The browser logs the refusal of a look without an address.
  await visit(browser, { expected: /400 \(Bad Request\)/ }, async (page) => {
    await page.goto(invoice.payment_url);
    await page.getByText('Something went wrong?').click();
    const look = page.getByRole('button', { name: 'Look again' });
    const told = (text) => page.locator('[data-f=look-note]').filter({ hasText: text }).waitFor();
    await look.click();
    await told('Choose a coin first');
    await choose(page, coin);
    await offered(page);
    await look.click();
    await told('Nothing new has reached this address on Base');
  });
});

test('nothing that merchants or payors write becomes markup', async () => {
  const invoice = await dev.createInvoice({
    invoice_title: EVIL, description: EVIL, invoice_footer: EVIL, customer_email: "o'b&c@example.com",
    questions: { questions: [question('"><b>', EVIL.slice(0, 120), 'text', false)] },
  });
  const strange = dev.token((token, { network }) => network === coin.network && token.address && token.id !== coin.id);
  await visit(browser, {}, async (page) => {
    const clean = async (where) => {
      assert.doesNotMatch(await page.title(), /hacked/, where);
      assert.equal(await page.locator('img[src="x"], script:not([src]), [onerror]').count(), 0, where);
    };
    for (const query of ['', `&lang=${encodeURIComponent(EVIL)}`, `&theme=${encodeURIComponent(EVIL)}`, `&origin=${encodeURIComponent(EVIL)}`]) {
      await page.goto(invoice.payment_url + query);
      await heading(page, 'Choose how to pay');
      await page.getByText(EVIL).first().waitFor();
      await clean(query);
    }
    await choose(page, coin);
    const { address } = await offered(page);
    await dev.transfer(strange, address, 1n);
    await page.getByText('Coin was not chosen here').waitFor();
    await faucet(page).click();
    await heading(page, 'Payment complete');
    await clean('paid');
    await page.getByRole('link', { name: 'View receipt' }).click();
    await heading(page, 'Receipt from Demo Shop');
    await clean('receipt');
  });
});
