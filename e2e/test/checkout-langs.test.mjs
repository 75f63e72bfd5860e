// The checkout in every language: chosen by the browser, by the address, by the payor.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertFits, launch, visit } from '../lib/browser.mjs';
import { start } from '../lib/dev.mjs';

const LANGS = {
  en: ['ltr', 'Choose how to pay', '$1,234.50'],
  es: ['ltr', 'Elija cómo pagar', '1.234,50\u00a0US$'],
  pt: ['ltr', 'Escolha como pagar', 'US$\u00a01.234,50'],
  fr: ['ltr', 'Choisissez comment payer', '1\u202f234,50\u00a0$US'],
  de: ['ltr', 'Wählen Sie, wie Sie zahlen', '1.234,50\u00a0$'],
  zh: ['ltr', '选择付款方式', 'US$1,234.50'],
  ar: ['rtl', 'اختر طريقة الدفع', '\u20661,234.50\u00a0US$\u2069'],
};

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

for (const [lang, [dir, headline, amount]] of Object.entries(LANGS)) {
  test(`the browser's ${lang} is spoken, from the first byte to the last word`, async () => {
    const invoice = await dev.createInvoice({ amount_usd: 1234.5 });
    await visit(browser, { locale: lang, viewport: { width: 360, height: 740 } }, async (page) => {
      await page.goto(invoice.payment_url);
      assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [lang, dir]);
      await page.getByRole('heading', { name: headline }).waitFor();
      assert.equal(await page.locator('[data-f=total]').textContent(), amount);
      await page.locator(`.net[value="${coin.network}:${coin.id}"]`).click();
      await page.locator('[data-f=waiting]').waitFor();
      await assertFits(page, lang);
      if (lang !== 'en') assert.doesNotMatch(await page.locator('body').innerText(), /\b(Send|Copy|Waiting|Price|Exchange hint)\b/);
      // What scripts write later is in the same language.
      await dev.payFromFaucet(invoice, coin, 1_000_000n);
      await dev.until(invoice, 'underpaid');
      await page.locator('[data-phase=underpaid]').waitFor();
      if (lang !== 'en') assert.doesNotMatch(await page.locator('[data-f=stage]').innerText(), /missing|arrived/);
      if (dir === 'rtl') {
        // The address stays readable from left to right.
        assert.equal(await page.locator('[data-f=address]').evaluate((it) => getComputedStyle(it).direction), 'ltr');
        const [bill, panel] = [page.locator('[data-f=langs]'), page.locator('.merchant')];
        assert.ok((await bill.boundingBox()).x < (await panel.boundingBox()).x, 'the language switch is on the left');
      }
    });
  });
}

test('the payor changes the language and keeps it', async () => {
  const invoice = await dev.createInvoice();
  await visit(browser, { locale: 'en' }, async (page) => {
    await page.goto(invoice.payment_url);
    await page.locator('[data-f=langs] summary').click();
    await page.getByRole('link', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: LANGS.de[1] }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: LANGS.de[1] }).waitFor();
    assert.match(await page.locator('[data-f=choose]').getAttribute('action'), /&lang=de$/);
  });
});

test('what fails is told in the language of the page, not in the words of the server', async () => {
  const invoice = await dev.createInvoice();
  const failure = { success: false, error: { code: 'RATE_LIMIT_EXCEEDED', message: 'too many requests' } };
  const expected = /status of 4\d\d/;
  await visit(browser, { locale: 'de', expected }, async (page) => {
    await page.goto(invoice.payment_url);
    await page.locator(`.net[value="${coin.network}:${coin.id}"]`).click();
    await page.locator('[data-f=waiting]').waitFor();
    for (const [code, words] of [['RATE_LIMIT_EXCEEDED', 'Bitte warten Sie'], ['SOMETHING_NEW', 'Das hat nicht geklappt']]) {
      failure.error.code = code;
      await page.route('**/pay/faucet?*', (route) => route.fulfill({ status: 429, json: failure }));
      await page.locator('[data-do=faucet]').click();
      await page.locator('[data-f=faucet-note]').filter({ hasText: words }).waitFor();
      assert.doesNotMatch(await page.locator('body').innerText(), /too many requests/);
    }
  });
});
