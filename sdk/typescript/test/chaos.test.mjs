// Streams and recovery through a bad network: no event is lost, doubled or out of order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Pepay } from '../dist/esm/index.js';
import { chaos, seeded } from './support/chaos.mjs';
import { serve, webSocketFactory } from './support/network.mjs';
import { place, World } from './support/world.mjs';

const EVENTS = 3_000;
const LIMIT = { timeout: 120_000 };
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

async function badly(seed, run, badness = { requests: 0.5, frames: 1 }) {
  const world = new World();
  const server = await serve(world);
  const network = await chaos(server.url, seed, badness);
  const options = { baseUrl: network.url, apiKey: 'sk_test_1', timeoutMs: 300, maxRetries: 6, webSocketFactory };
  try {
    await run({ world, network, options });
  } finally {
    await network.close();
    await server.close();
  }
}

/** Commits events in bursts, as shops do. */
async function trade(world, random, codes = [1012, 4408, 4401]) {
  while (world.log.length < EVENTS) {
    world.commit(Math.min(EVENTS - world.log.length, 1 + Math.floor(random() * 12)));
    if (random() < 0.05) world.closeAll(codes[Math.floor(random() * codes.length)]);
    await pause(random() * 40);
  }
}

async function received(stream) {
  const places = [];
  for await (const event of stream) {
    places.push(place(event.id));
    if (places.length >= EVENTS) break;
  }
  return places;
}

for (const [seed, retains, frames] of [
  [1, Infinity, 1],
  [2, 50, 3],
  [3, null, 3],
]) {
  test(
    `a stream through chaos ${seed}, whose socket replays ${retains ?? 'nothing'}, is complete, in order, and once`,
    LIMIT,
    async (t) => {
      await badly(
        seed,
        async ({ world, network, options }) => {
          world.retains = retains;
          let opened = 0;
          const counting = (url) => webSocketFactory(url, opened++);
          const stream = new Pepay({ ...options, maxRetries: 1, webSocketFactory: counting }).ws.connectMerchantEvents({
            since: 'evt_0-0',
            idleTimeoutMs: 300,
          });
          const [places] = await Promise.all([received(stream), trade(world, seeded(seed))]);
          assert.deepEqual(places, upTo(EVENTS));
          t.diagnostic(`${opened} connections, ${JSON.stringify(network.happened)}`);
          assert.ok(opened > 10, `only ${opened} connections`);
        },
        { requests: 0.3, frames },
      );
    },
  );
}

test('a stream through chaos that has only its socket is complete, in order, and once', LIMIT, async (t) => {
  await badly(4, async ({ world, network, options }) => {
    const token = () => {
      world.tokens.add('given');
      return 'given';
    };
    const stream = new Pepay({ ...options, apiKey: undefined }).ws.connectMerchantEvents({
      token,
      since: 'evt_0-0',
      idleTimeoutMs: 300,
    });
    const [places] = await Promise.all([received(stream), trade(world, seeded(4))]);
    assert.deepEqual(places, upTo(EVENTS));
    // But for why a socket could not be opened it asks nothing.
    assert.deepEqual(
      world.requests.filter((request) => !request.startsWith('GET /ws/')),
      [],
    );
    t.diagnostic(JSON.stringify(network.happened));
  });
});

for (const method of ['connectMerchantEvents', 'connectPaymentSession']) {
  test(`${method} with one token for all its connections is complete through chaos, in order, and once`, LIMIT, async (t) => {
    await badly(6, async ({ world, network, options }) => {
      world.tokens.add('given');
      const { ws } = new Pepay({ ...options, apiKey: undefined });
      const stream = ws[method]({ token: 'given', since: 'evt_0-0', idleTimeoutMs: 300 });
      // The token can not be renewed, and stays good.
      const [places] = await Promise.all([received(stream), trade(world, seeded(6), [1012, 4408])]);
      assert.deepEqual(places, upTo(EVENTS));
      assert.ok(network.happened.freeze > 0, 'no socket fell silent');
      t.diagnostic(JSON.stringify(network.happened));
    });
  });
}

test('10 000 missed events are recovered through chaos, in order and once', LIMIT, async (t) => {
  await badly(5, async ({ world, network, options }) => {
    world.commit(10_000);
    const found = await new Pepay(options).events.recoverSince('evt_0-0');
    assert.deepEqual(
      found.map(({ id }) => place(id)),
      upTo(10_000),
    );
    t.diagnostic(JSON.stringify(network.happened));
  });
});

test('a stream that resumes after 10 000 missed events brings them all, then goes on', LIMIT, async () => {
  const world = new World();
  const server = await serve(world);
  world.commit(10_000);
  const stream = new Pepay({ baseUrl: server.url, apiKey: 'sk_test_1', webSocketFactory }).ws.connectMerchantEvents({
    since: 'evt_0-0',
  });
  const places = [];
  for await (const event of stream) {
    places.push(place(event.id));
    if (places.length === 5_000) world.commit(100);
    if (places.length === 10_100) break;
  }
  assert.deepEqual(places, upTo(10_100));
  await stream.closed;
  await server.close();
});
