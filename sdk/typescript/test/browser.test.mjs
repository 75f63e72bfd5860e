// The same tests in Chromium, and streams over its own WebSocket and fetch through a bad network.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { launch } from '../../../e2e/lib/browser.mjs';
import { all } from './pure/all.mjs';
import { chaos } from './support/chaos.mjs';
import { listening, serve } from './support/network.mjs';
import { World } from './support/world.mjs';

const LIMIT = { timeout: 60_000 };
const EVENTS = 500;

let browser;
let page;
let site;

before(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('browser/entry.mjs', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  site = await listening(
    createServer((request, response) => {
      const script = request.url === '/tests.js';
      response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
      response.end(script ? outputFiles[0].text : '<!doctype html><script type="module" src="/tests.js"></script>');
    }),
  );
  browser = await launch();
  page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.tests);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

for (const { name } of all) {
  test(`in Chromium: ${name}`, LIMIT, () => page.evaluate((wanted) => globalThis.tests.run(wanted), name));
}

test('in Chromium: a stream through chaos is complete, in order, and once', LIMIT, async () => {
  const world = new World();
  const server = await serve(world);
  const network = await chaos(server.url, 31, { requests: 0.3, frames: 4 });
  world.commit(EVENTS / 2);
  const found = page.evaluate(([url, count]) => globalThis.tests.follow(url, count), [network.url, EVENTS]);
  for (let index = 0; index < EVENTS / 2; index++) {
    world.commit(1);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  assert.deepEqual(
    await found,
    Array.from({ length: EVENTS }, (_, index) => index + 1),
  );
  await network.close();
  await server.close();
});
