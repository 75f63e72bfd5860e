// How events leave a stream: to loops and listeners, slowly, to a payor; and the sequence they are put into.

import { Pepay, PepayConfigurationError } from '../../dist/esm/index.js';
import { Sequencer } from '../../dist/esm/stream/sequencer.js';
import { equal, ok, throws } from '../support/assert.mjs';
import { withRandom } from '../support/fetch.mjs';
import { reach, until } from '../support/in-memory.mjs';
import { brought, connected, follow, upTo } from '../support/streaming.mjs';
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
    world.commit(3);
    await brought(world, stream);
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

  async 'the last event id is that of what was taken, so that a restart misses nothing that waited'() {
    const world = new World();
    const { id: began } = world.commit();
    const at = () => stream.lastEventId && place(stream.lastEventId);
    const stream = reach(world).ws.connectMerchantEvents({ since: began });
    await connected(world);
    world.commit(9);
    await brought(world, stream);
    equal(at(), 1, 'nothing was taken');
    const taken = [];
    const loop = stream[Symbol.asyncIterator]();
    const take = async () => taken.push(place((await loop.next()).value.id));
    await take();
    await take();
    equal(at(), 3);
    const heard = [];
    stream.on('event', ({ id }) => heard.push(place(id)));
    world.commit(1);
    await until(() => heard.length === 1);
    equal([heard, at()], [[11], 3], 'the loop is slower than the listener');
    await take();
    equal(at(), 4);
    // A second process begins where the first was ended by force.
    const again = [];
    for await (const { id } of reach(world).ws.connectMerchantEvents({ since: stream.lastEventId })) {
      again.push(place(id));
      if (again.length === 7) break;
    }
    equal([...taken, ...again].slice(-10), upTo(11).slice(1));
    stream.close();
  },

  async 'the last event id stays where the last loop was left, and follows the slowest of several'() {
    const world = new World();
    const stream = reach(world).ws.connectMerchantEvents();
    const at = () => place(stream.lastEventId);
    await connected(world);
    equal(at(), 0, 'nothing happened yet');
    const [slow, fast] = [stream[Symbol.asyncIterator](), stream[Symbol.asyncIterator]()];
    world.commit(5);
    await brought(world, stream);
    for (let count = 0; count < 4; count++) await fast.next();
    await slow.next();
    equal(at(), 1);
    await slow.next();
    equal(at(), 2);
    await slow.return();
    equal(at(), 4);
    await fast.return();
    await stream.closed;
    equal(at(), 4, 'what waited was not taken');
  },

  async 'the last event id of listeners is that of what they hear, also from the backlog'() {
    const world = new World();
    const stream = reach(world).ws.connectMerchantEvents();
    await connected(world);
    world.commit(3);
    await brought(world, stream);
    const seen = [];
    stream.on('event', ({ id }) => seen.push([place(id), place(stream.lastEventId)]));
    world.commit(1);
    await until(() => seen.length === 4);
    equal(
      seen,
      upTo(4).map((number) => [number, number]),
    );
    stream.close();
  },

  async 'a since that is no event id is refused, and never taken for now'() {
    const world = new World();
    const pepay = reach(world);
    for (const since of ['12', 'evt_', 'evt_1', 'evt_1-x', ' evt_1-1', '2025-01-01', 'null', 7]) {
      throws(() => pepay.ws.connectMerchantEvents({ since }), PepayConfigurationError);
      throws(() => pepay.ws.connectPaymentSession({ token: 'a', since }), PepayConfigurationError);
    }
    for (const since of [undefined, null, '']) pepay.ws.connectMerchantEvents({ since }).close();
    equal(world.connections, []);
  },

  async 'close and a signal end loops after what waits, and nothing connects any more'() {
    for (const how of ['close', 'signal', 'aborted before']) {
      const world = new World();
      const leaving = new AbortController();
      if (how === 'aborted before') leaving.abort();
      const stream = reach(world).ws.connectMerchantEvents({ signal: leaving.signal });
      if (how !== 'aborted before') {
        await connected(world);
        world.commit(3);
        await brought(world, stream);
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

  async 'a socket that died without closing is found out, however the stream was opened'() {
    for (const [how, settings] of [
      ['a token of a payor', { apiKey: undefined }],
      ['a fixed token', { apiKey: undefined }],
      ['a fixed token and a key', {}],
      ['a function', { apiKey: undefined }],
    ]) {
      const world = new World();
      world.tokens.add('fixed');
      const { ws } = reach(world, { timeoutMs: 300, ...settings });
      const options = { token: how === 'a function' ? () => 'fixed' : 'fixed', idleTimeoutMs: 60 };
      const stream = how.includes('payor') ? ws.connectPaymentSession(options) : ws.connectMerchantEvents(options);
      const places = [];
      stream.on('event', ({ id }) => places.push(place(id)));
      await connected(world);
      world.commit(1);
      await until(() => places.length === 1, how);
      world.mute = true;
      world.commit(2);
      const before = world.connections.length;
      // With a key the log has them; without one another connection does.
      await until(() => places.length === 3 || world.connections.length > before, how);
      world.mute = false;
      await until(() => places.length === 3, how);
      equal(places, upTo(3));
      stream.close();
      await stream.closed;
    }
  },

  async 'a token function that hangs is given up, and does not keep the stream from closing'() {
    const world = new World();
    const hanging = () => new Promise(() => {});
    const stream = reach(world, { apiKey: undefined, timeoutMs: 40 }).ws.connectMerchantEvents({ token: hanging });
    const error = await new Promise((resolve) => stream.on('error', resolve));
    equal([error.code, error.willReconnect], ['TOKEN_UNAVAILABLE', true]);
    stream.close();
    await stream.closed;
    const patient = reach(world, { apiKey: undefined }).ws.connectMerchantEvents({ token: hanging });
    await until(() => world.connections.length === 0);
    patient.close();
    await patient.closed;
  },

  async 'a refusal that the socket does not tell is asked for, and ends the stream'() {
    for (const [settings, body, status] of [
      [{ apiKey: undefined }, { code: 'TOKEN_INVALID' }, 401],
      [{ apiKey: undefined }, { code: 'VALIDATION_ERROR', param: '/types' }, 400],
      [{}, { code: 'VALIDATION_ERROR', param: '/types' }, 400],
    ]) {
      const world = new World();
      [world.refusing, world.tellsStatus] = [status, false];
      world.answers['/ws/merchant/events'] = { status, body: { success: false, error: { message: 'no', ...body } } };
      const stream = reach(world, settings).ws.connectMerchantEvents({ token: 'given', types: 'nonsense' });
      const errors = [];
      stream.on('error', (error) => errors.push(error));
      await withRandom(0, () => stream.closed);
      const last = errors.at(-1);
      equal([last.willReconnect, last.status, last.code], [false, status, body.code]);
    }
  },

  async 'an outage is no refusal, and neither is plain HTTP'() {
    const refused = { code: 'VALIDATION_ERROR', message: 'ask for an upgrade' };
    const answers = [
      { status: 400, body: { success: false, error: refused } },
      { status: 502, body: {} },
    ];
    for (const answer of answers) {
      const world = new World();
      [world.refusing, world.tellsStatus] = [502, false];
      world.answers['/ws/merchant/events'] = answer;
      world.tokens.add('given');
      await withRandom(0, async () => {
        const stream = reach(world, { apiKey: undefined }).ws.connectMerchantEvents({ token: 'given' });
        const errors = [];
        stream.on('error', (error) => errors.push(error));
        await until(() => errors.length > 2);
        world.refusing = null;
        await connected(world);
        ok(errors.every(({ willReconnect, code }) => willReconnect && code === 'STREAM_LOST'));
        stream.close();
      });
    }
  },

  async 'a stream that was told to wait waits'() {
    const world = new World();
    let asked = 0;
    const busy = async () => {
      asked++;
      return new Response('{"error_code":"RATE_LIMIT_EXCEEDED"}', { status: 429, headers: { 'retry-after': '0.3' } });
    };
    await withRandom(0, async () => {
      const began = Date.now();
      const stream = reach(world, { fetch: busy }).ws.connectMerchantEvents();
      await until(() => asked === 3);
      ok(Date.now() - began >= 590, `${Date.now() - began} ms`);
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
