// A payor in Chromium, on a page of another origin than the program's.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { launch } from '../../../e2e/lib/browser.mjs';
import { coin, dev, merchant, pay } from './support/live.mjs';
import { listening } from './support/network.mjs';

test("a checkout of one's own works in a browser", { timeout: 120_000 }, async () => {
  const entry = fileURLToPath(new URL('browser/entry.mjs', import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const shop = await listening(
    createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')),
  );
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(shop.url);
    await page.addScriptTag({ type: 'module', content: outputFiles[0].text });
    await page.waitForFunction(() => globalThis.tests);
    const invoice = await merchant().invoices.create({ amount_usd: 3, description: 'A lamp' });
    const { session_token: sessionToken, signature } = invoice;
    const seen = await page.evaluate((given) => globalThis.tests.payor(given), {
      baseUrl: dev.base_url,
      sessionToken,
      signature,
      coin,
    });
    assert.equal(seen.details.description, 'A lamp');
    assert.ok(seen.tokens.some(({ id }) => id === coin.tokenId));
    assert.equal(seen.address.quote_status, 'available');
    assert.deepEqual([seen.email.email, seen.status], ['ada@example.com', 'unpaid']);
    assert.deepEqual(seen.refused, { name: 'PepayValidationError', code: 'TOKEN_NOT_SUPPORTED', traced: true });
    await pay(invoice);
    const { invoice: paid } = await merchant().invoices.waitForStatus(invoice.invoice_id, {
      intervalMs: 100,
      timeoutMs: 60_000,
    });
    assert.equal(paid.status, 'paid');
  } finally {
    await browser.close();
    await shop.close();
  }
});
