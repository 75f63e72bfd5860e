// Chromium, and pages that remember everything that should not have happened on them.

import assert from 'node:assert/strict';
import axe from 'axe-core';
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

/**
 * Runs look(page) on a fresh page and asserts that nothing was logged, blocked or fetched from elsewhere. Besides the
 * options of a context: `origins` that may be asked too, and `expected`, a pattern of faults that the test is about.
 */
export async function visit(browser, { origins = [], expected, ...options }, look) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const faults = [];
  const fault = (text) => { if (!expected?.test(text)) faults.push(text); };
  const sizes = [];
  page.on('pageerror', (error) => fault(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The status of a page that is meant to fail is looked at by its test.
    const ofPage = message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !ofPage) fault(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    const own = new URL(page.url() === 'about:blank' ? url : page.url()).origin;
    if (url.protocol !== 'data:' && ![own, ...origins].includes(url.origin)) fault(`fetched from elsewhere: ${request.url()}`);
  });
  page.on('requestfinished', (request) => sizes.push(request.sizes().catch(() => null)));
  await page.exposeBinding('reportViolation', (_, text) => fault(`policy: ${text}`));
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

const SERIOUS = ['serious', 'critical'];

/** axe finds nothing serious on a page or frame. Its code is evaluated from outside, where the page's policy is not asked. */
export async function assertAccessible(page, where) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  const found = violations.filter(({ impact }) => SERIOUS.includes(impact));
  const lines = found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  assert.deepEqual(lines, [], where);
}
