// How soon the checkout is there, and what it costs to fetch.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, visit } from '../lib/browser.mjs';
import { start } from '../lib/dev.mjs';

const PAINTED_MS = 300;
const INTERACTIVE_MS = 500;
const BUDGET_BYTES = 60_000;
const VISITS = 7; // Whatever else the machine does only adds, so the quickest visit is judged.

let dev;
let browser;

before(async () => {
  [dev, browser] = await Promise.all([start(), launch()]);
});

after(async () => {
  await browser?.close();
  await dev?.stop();
});

test('the first visit is painted and interactive at once, and light', async (t) => {
  const invoice = await dev.createInvoice();
  const times = [];
  for (let visits = 0; visits < VISITS; visits += 1) {
    await visit(browser, {}, async (page, traffic) => {
      await page.goto(invoice.payment_url, { waitUntil: 'load' });
      times.push(await page.evaluate(() => new Promise((done) => {
        const look = () => {
          const [paint] = performance.getEntriesByName('first-contentful-paint');
          const [interactive] = performance.getEntriesByName('pepay-interactive');
          if (paint && interactive) done({ painted: paint.startTime, interactive: interactive.startTime });
          else requestAnimationFrame(look);
        };
        look();
      })));
      const bytes = await traffic.bytes();
      if (visits === 0) t.diagnostic(`${bytes} bytes transferred`);
      assert.ok(bytes <= BUDGET_BYTES, `${bytes} bytes`);
    });
  }
  const least = (name) => Math.min(...times.map((it) => it[name]));
  const [painted, interactive] = [least('painted'), least('interactive')];
  t.diagnostic(`first contentful paint ${painted.toFixed(0)} ms, interactive ${interactive.toFixed(0)} ms (best of ${VISITS})`);
  assert.ok(painted <= PAINTED_MS, `painted after ${painted} ms`);
  assert.ok(interactive <= INTERACTIVE_MS, `interactive after ${interactive} ms`);
});
