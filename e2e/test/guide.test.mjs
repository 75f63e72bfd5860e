// The guide in a real browser: every page under its policy, narrow and wide, by keyboard.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertFits, launch, visit } from '../lib/browser.mjs';
import { start } from '../lib/dev.mjs';

const BUDGET_BYTES = 20_000;

let dev;
let browser;
let guide;

before(async () => {
  dev = await start();
  browser = await launch();
  guide = `${dev.url}/docs/guide/`;
});

after(async () => {
  await browser?.close();
  await dev?.stop();
});

for (const [colorScheme, width] of [['light', 360], ['dark', 1440]]) {
  test(`every page is read at ${width} px, ${colorScheme}, and fetches nothing but our own`, async () => {
    await visit(browser, { colorScheme, viewport: { width, height: 800 } }, async (page) => {
      await page.goto(guide);
      const links = await page.locator('#chapters a').evaluateAll((all) => all.map((link) => link.href));
      assert.ok(links.length > 15, `${links.length} pages`);
      for (const link of links) {
        const response = await page.goto(link);
        assert.equal(response.status(), 200, link);
        await assertFits(page, link);
        assert.equal(await page.locator('h1').count(), 1, `${link} has one heading`);
        assert.equal(await page.locator('#chapters [aria-current]').count(), 1, `${link} is marked in the menu`);
        const unnamed = await page.locator('button, a, input').evaluateAll((all) => all.filter((it) => !(it.textContent.trim() || it.ariaLabel || it.labels?.length)).length);
        assert.equal(unnamed, 0, `${link} has controls without a name`);
      }
    });
  });
}

test('a page is small, and kept', async (t) => {
  await visit(browser, {}, async (page, traffic) => {
    await page.goto(`${guide}webhooks.html`);
    const bytes = await traffic.bytes();
    assert.ok(bytes < BUDGET_BYTES, `${bytes} bytes`);
    t.diagnostic(`${bytes} bytes`);
  });
  const first = await fetch(guide);
  const again = await fetch(guide, { headers: { 'if-none-match': first.headers.get('etag') } });
  assert.equal(again.status, 304);
  assert.equal((await fetch(`${guide}no-such-page.html`)).status, 404);
});

test('a section is found by keyboard', async () => {
  await visit(browser, { viewport: { width: 1280, height: 800 } }, async (page) => {
    await page.goto(guide);
    await page.keyboard.press('/');
    await page.keyboard.type('rotate secret');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/webhooks.html#rotate-the-secret');
  });
});

test('the menu of a narrow page opens and leads on', async () => {
  await visit(browser, { viewport: { width: 360, height: 740 } }, async (page) => {
    await page.goto(`${guide}errors.html`);
    const chapters = page.getByRole('navigation', { name: 'Chapters' });
    assert.equal(await chapters.isVisible(), false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await chapters.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
  });
});

test('without scripts every page can still be reached and read', async () => {
  await visit(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } }, async (page) => {
    await page.goto(guide);
    await page.getByRole('navigation', { name: 'Chapters' }).getByRole('link', { name: 'Quick start' }).click();
    await page.getByRole('heading', { name: 'Quick start', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Testing on devnet', level: 1 }).waitFor();
  });
});
