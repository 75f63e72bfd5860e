// Chromium, and pages that remember everything that should not have happened on them.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const WAIT_MS = 45_000; // A payment is found and confirmed by then, on a busy machine.

export function launch() {
  const executablePath = process.env.PEPAY_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/** Runs look(page) on a fresh page and asserts that nothing was logged, blocked or fetched from elsewhere. */
export async function visit(browser, options, look) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const faults = [];
  const sizes = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The status of a page that is meant to fail is looked at by its test.
    const ofPage = message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !ofPage) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && new URL(page.url() === 'about:blank' ? url : page.url()).origin !== url.origin) {
      faults.push(`fetched from elsewhere: ${request.url()}`);
    }
  });
  page.on('requestfinished', (request) => sizes.push(request.sizes().catch(() => null)));
  await page.exposeBinding('reportViolation', (_, text) => faults.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  try {
    await look(page, { bytes: async () => (await Promise.all(sizes)).reduce(total, 0) });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

const total = (sum, sizes) => sum + (sizes ? sizes.responseBodySize + sizes.responseHeadersSize : 0);

/** Nothing sticks out of the side of the page. */
export async function assertFits(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where}: ${over} px wider than the window`);
}
