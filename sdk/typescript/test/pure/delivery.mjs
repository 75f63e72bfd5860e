// How events leave a stream: to loops and listeners, slowly, to a payor; and the sequence they are put into.

import { Pepay, PepayConfigurationError } from '../../dist/esm/index.js';
import { Sequencer } from '../../dist/esm/stream/sequencer.js';
import { equal, ok, throws } from '../support/assert.mjs';
import { withRandom } from '../support/fetch.mjs';
import { reach, until } from '../support/in-memory.mjs';
import { connected, follow, upTo } from '../support/streaming.mjs';
import { place, World } from '../support/world.mjs';

export const cases = {
  async 'a listener that throws is reported, and harms neither the stream nor the others'() {
    const world = new World();
    const original = globalThis.queueMicrotask;
    const reported = [];
    globalThis.queueMicrotask = (run) =>
      original(() => {
        try {
          run();
        } catch (error) {
          reported.push(error.message);
        }
      });
    const { stream, places } = follow(world);
    try {
      stream.on('event', () => {
        throw new Error('in a listener');
      });
      await connected(world);
      world.commit(2);
      await until(() => places.length === 2 && reported.length === 2);
      equal([places, reported], [upTo(2), ['in a listener', 'in a listener']]);
    } finally {
      globalThis.queueMicrotask = original;
      stream.close();
    }
  },

  async 'a listener that was removed hears nothing more'() {
    const world = new World();
    const { stream, places } = follow(world);
    const heard = [];
    const listener = ({ id }) => heard.push(place(id));
    stream.on('event', listener);
    await connected(world);
    world.commit(1);
    await until(() => places.length === 1);
    stream.off('event', listener);
    world.commit(1);
    await until(() => places.length === 2);
    equal(heard, [1]);
    stream.close();
    await stream.closed;
  },

  async 'a loop takes what came before it, every loop takes everything, and leaving the last one closes'() {
    const world = new World();
    const stream = reach(world).ws.connectMerchantEvents();
    await connected(world);
    const events = world.commit(3);
    await until(() => stream.lastEventId === events.id);
    const [first, second] = [stream[Symbol.asyncIterator](), stream[Symbol.asyncIterator]()];
    world.commit(2);
    const take = async (loop, count) => {
      const found = [];
      while (found.length < count) found.push(place((await loop.next()).value.id));
      return found;
    };
    equal([await take(first, 5), await take(second, 2)], [upTo(5), [4, 5]]);
    await first.return();
    world.commit(1);
    equal(await take(second, 1), [6]);
    equal((await first.next()).done, true);
    world.commit(1);
    for await (const event of { [Symbol.asyncIterator]: () => second }) {
      equal(place(event.id), 7);
      break;
    }
    await stream.closed;
    equal(world.peers.size, 0);
  },

  async 'close and a signal end loops after what waits, and nothing connects any more'() {
    for (const how of ['close', 'signal', 'aborted before']) {
      const world = new World();
      const leaving = new AbortController();
      if (how === 'aborted before') leaving.abort();
      const stream = reach(world).ws.connectMerchantEvents({ signal: leaving.signal });
      if (how !== 'aborted before') {
        await connected(world);
        const { id } = world.commit(3);
        await until(() => stream.lastEventId === id);
      }
      if (how === 'signal') leaving.abort();
      if (how === 'close') stream.close();
      await stream.closed;
      const found = [];
      for await (const event of stream) found.push(place(event.id));
      equal(
        [found, world.peers.size, world.connections.length],
        how === 'aborted before' ? [[], 0, 0] : [upTo(3), 0, 1],
      );
    }
  },

  async 'a slow loop slows the stream down, and misses nothing'() {
    const world = new World();
    await withRandom(0, async () => {
      const stream = reach(world).ws.connectMerchantEvents();
      await connected(world);
      world.commit(3000);
      await until(() => world.peers.size === 0, 'the stream pauses');
      const found = [];
      for await (const event of stream) {
        found.push(place(event.id));
        if (found.length % 500 === 0) world.commit(found.length < 3000 ? 300 : 0);
        if (found.length === 4500) break;
      }
      equal(found, upTo(4500));
      ok(world.connections.length > 1);
    });
  },

  async 'a payor hears of one invoice, without a key and without the log'() {
    const world = new World();
    world.tokens.add('payor-jwt');
    const pepay = reach(world, { apiKey: undefined });
    throws(() => pepay.ws.connectMerchantEvents(), PepayConfigurationError);
    throws(() => pepay.ws.connectPaymentSession({}), PepayConfigurationError);
    await withRandom(0, async () => {
      const stream = pepay.ws.connectPaymentSession({ token: 'payor-jwt', format: 'event_v1' });
      const ids = [];
      stream.on('event', ({ id }) => ids.push(id));
      await connected(world);
      const quote = {
        id: 'quote-1',
        object: 'event',
        type: 'payment_quote.updated',
        data: { object: {}, previous_attributes: {} },
      };
      for (const frame of [quote, world.commit(1), quote]) for (const peer of world.peers) world.send(peer, frame);
      await until(() => ids.length === 2);
      world.closeAll(1006);
      world.commit(1);
      await until(() => ids.length === 3);
      equal(ids, [world.log[0].id, 'quote-1', world.log[1].id]);
      equal(world.requests, []);
      const [path, query] = world.connections[1].split('?');
      equal(
        [path, Object.fromEntries(new URLSearchParams(query))],
        ['ws://pay.example/ws/payment', { format: 'event_v1', since: world.log[0].id, token: 'payor-jwt' }],
      );
      stream.close();
      await stream.closed;
    });
  },

  async 'an environment without WebSockets is told at once what to pass'() {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    if (before) delete globalThis.WebSocket;
    try {
      const pepay = new Pepay({ baseUrl: 'http://pay.example', apiKey: 'sk_test_1', dangerouslyAllowBrowser: true });
      throws(() => pepay.ws.connectMerchantEvents(), PepayConfigurationError);
    } finally {
      if (before) Object.defineProperty(globalThis, 'WebSocket', before);
    }
  },

  async 'a sequence holds back, sorts, repeats nothing, and says when it could not keep everything'() {
    const out = [];
    const event = (number) => ({ id: `evt_${number % 7}-${number}` });
    const sequencer = new Sequencer('evt_0-2', ({ id }) => out.push(id));
    const give = (...numbers) => numbers.forEach((number) => sequencer.live(event(number)));
    give(1, 2, 3);
    sequencer.hold();
    give(9, 8, 9, 10);
    equal([sequencer.next(event(4)), sequencer.next(event(4)), sequencer.next(event(9))], [true, false, true]);
    equal([sequencer.release(), sequencer.cursor], [true, event(10).id]);
    give(10, 11);
    equal(
      out,
      [3, 4, 9, 10, 11].map((number) => event(number).id),
    );
    sequencer.hold();
    give(...Array.from({ length: 2500 }, (_, index) => index + 12));
    equal([sequencer.release(), sequencer.cursor], [false, event(2011).id]);
    give(2512);
    equal([sequencer.next(event(2012)), sequencer.release(), sequencer.cursor], [true, true, event(2512).id]);
    sequencer.hold();
    give(2600);
    sequencer.drop();
    give(2513);
    equal(out.at(-1), event(2513).id);
  },
};
