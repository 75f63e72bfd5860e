// Streams of events against a server in memory: order, once, resumption, refusals.

import { PepayStreamError } from '../../dist/esm/index.js';
import { equal, ok, rejects } from '../support/assert.mjs';
import { withRandom } from '../support/fetch.mjs';
import { until } from '../support/in-memory.mjs';
import { connected, follow, streaming, upTo } from '../support/streaming.mjs';
import { place, World } from '../support/world.mjs';

export const cases = {
  async 'a stream begins with now, and brings what happens'() {
    const world = new World();
    world.commit(3);
    await streaming(world, {}, async ({ stream, places, controls }) => {
      await connected(world);
      world.commit(3);
      await until(() => places.length === 3);
      equal([places, stream.lastEventId, controls[0]], [[4, 5, 6], world.log.at(-1).id, 'ready']);
    });
  },

  async 'nothing is missed between the call and the first connection, even from an empty log'() {
    const world = new World();
    world.refusing = 503;
    await streaming(world, {}, async ({ places }) => {
      await until(() => world.requests.length > 2);
      world.commit(2);
      world.refusing = null;
      await connected(world);
      world.commit(1);
      await until(() => places.length === 3);
      equal(places, [1, 2, 3]);
    });
  },

  async 'since brings everything after it, then what happens, whether the socket replays all, a part or nothing'() {
    for (const retains of [Infinity, 100, 0, null]) {
      const world = new World();
      world.retains = retains;
      const { id } = world.commit(5);
      world.commit(500);
      await streaming(world, { since: id }, async ({ places }) => {
        await connected(world);
        world.commit(20);
        await until(() => places.length >= 520);
        equal(places, upTo(525).slice(5));
      });
    }
  },

  async 'what happens while the log is read waits for its turn, however much it is'() {
    const world = new World();
    world.retains = 10;
    const { id } = world.commit();
    world.commit(250);
    let open;
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    await streaming(world, { since: id }, async ({ places }) => {
      await until(() => world.requests.some((request) => request.includes('ending_before')));
      world.commit(5000);
      equal(places, []);
      open();
      await until(() => places.length >= 5250);
      equal(places, upTo(5251).slice(1));
    });
  },

  async 'frames that come twice or again are delivered once and in order'() {
    const world = new World();
    await streaming(world, {}, async ({ places }) => {
      await connected(world);
      world.commit(10);
      for (const event of [...world.log].reverse().concat(world.log))
        for (const peer of world.peers) world.send(peer, event);
      world.commit(1);
      await until(() => places.at(-1) === 11);
      equal(places, upTo(11));
    });
  },

  async 'a lost connection is resumed after the last event, with a fresh token'() {
    const world = new World();
    await streaming(world, {}, async ({ places, errors }) => {
      for (let round = 1; round <= 3; round++) {
        await connected(world);
        world.commit(2);
        await until(() => places.length === 3 * round - 1);
        world.closeAll(1006);
        world.commit(1);
        await until(() => places.length === 3 * round);
      }
      equal(places, upTo(9));
      await connected(world);
      const urls = world.connections.map((url) => new URL(url).searchParams);
      equal(
        urls.map((query) => query.get('token')),
        ['token-1', 'token-2', 'token-3', 'token-4'],
      );
      equal(
        urls.map((query) => place(query.get('since'))),
        [0, 2, 5, 8],
      );
      equal(
        errors.map(({ code, willReconnect }) => [code, willReconnect]),
        Array(3).fill(['STREAM_LOST', true]),
      );
    });
  },

  async 'a slow consumer and a restart are resumed'() {
    for (const code of [4408, 1012]) {
      const world = new World();
      await streaming(world, {}, async ({ places, errors }) => {
        await connected(world);
        for (const peer of world.peers)
          world.send(peer, { object: 'ws_control', type: 'resync_required', last_event_id: null });
        for (const peer of world.peers) world.send(peer, { object: 'ws_error', code: 'GOING', message: 'bye' });
        world.closeAll(code);
        world.commit(4);
        await until(() => places.length === 4);
        equal([places, errors[0].closeCode, errors[0].willReconnect, errors[0].code], [upTo(4), code, true, 'GOING']);
      });
    }
  },

  async 'a malformed filter ends the stream, told on the upgrade or by the close code'() {
    for (const tell of ['close', 'upgrade']) {
      const world = new World();
      if (tell === 'upgrade') world.refusing = 400;
      await streaming(world, {}, async ({ stream, errors }) => {
        if (tell === 'close') {
          await connected(world);
          world.closeAll(4400);
        }
        await stream.closed;
        equal([errors.length, errors[0].willReconnect, errors[0] instanceof PepayStreamError], [1, false, true]);
        ok(world.connections.length <= 1);
        await rejects(stream[Symbol.asyncIterator]().next(), PepayStreamError);
      });
    }
  },

  async 'a refused credential is renewed where it can be, and not for ever'() {
    for (const code of [4401, 4403]) {
      const world = new World();
      await streaming(world, { token: 'token-0' }, async ({ places, errors, stream }) => {
        world.tokens.add('token-0');
        await connected(world);
        world.closeAll(code);
        world.commit(1);
        await until(() => places.length === 1);
        equal(world.connections.map((url) => new URL(url).searchParams.get('token')).slice(0, 2), [
          'token-0',
          'token-1',
        ]);
        await connected(world);
        world.refusing = 401;
        world.closeAll(1006);
        await stream.closed;
        equal(
          errors.map((error) => [error.code, error.willReconnect]),
          [
            ['STREAM_REFUSED', true],
            ['STREAM_LOST', true],
            ['STREAM_REFUSED', true],
            ['STREAM_REFUSED', true],
            ['STREAM_REFUSED', false],
          ],
        );
      });
    }
  },

  async 'a refused token that can not be renewed ends the stream; a lost connection does not'() {
    const world = new World();
    world.tokens.add('from-my-server');
    const { stream, places, errors } = await withRandom(0, async () => {
      const followed = follow(world, { token: 'from-my-server' }, { apiKey: undefined });
      await connected(world);
      world.commit(1);
      await until(() => followed.places.length === 1);
      world.closeAll(1006);
      world.commit(1);
      await until(() => followed.places.length === 2);
      world.closeAll(4401);
      await followed.stream.closed;
      return followed;
    });
    equal([places, errors.map(({ willReconnect }) => willReconnect), world.requests], [[1, 2], [true, false], []]);
    equal(stream.lastEventId, world.log.at(-1).id);
  },

  async 'a browser gets each token from its own server'() {
    const world = new World();
    let [given, failing] = [0, true];
    const token = async () => {
      failing = !failing;
      if (failing) throw new Error('my server is down');
      world.tokens.add(`mine-${++given}`);
      return `mine-${given}`;
    };
    await streaming(
      world,
      { token },
      async ({ places, errors }) => {
        await connected(world);
        world.closeAll(4401);
        await until(() => world.connections.length === 2);
        world.commit(1);
        await until(() => places.length === 1);
        equal(
          [given, errors.map(({ code }) => code), world.requests],
          [2, ['STREAM_REFUSED', 'TOKEN_UNAVAILABLE'], []],
        );
      },
      { apiKey: undefined },
    );
  },

  async 'where no socket gets through, the log is followed'() {
    const world = new World();
    [world.refusing, world.tellsStatus] = [502, false];
    await streaming(world, {}, async ({ places, errors }) => {
      for (const count of [1, 2, 3]) {
        await until(() => errors.length > count);
        world.commit(1);
        await until(() => places.length === count);
      }
      equal(places, [1, 2, 3]);
      ok(errors.every(({ willReconnect, code }) => willReconnect && code === 'STREAM_LOST'));
    });
  },

  async 'a socket that fell silent without closing is found out'() {
    const world = new World();
    await streaming(world, { idleTimeoutMs: 60 }, async ({ places }) => {
      await connected(world);
      world.commit(1);
      await until(() => places.length === 1);
      const asked = world.requests.length;
      await until(() => world.requests.length > asked + 2);
      equal(world.connections.length, 1, 'a quiet socket is not a dead one');
      world.mute = true;
      world.commit(2);
      await until(() => places.length === 3);
      world.mute = false;
      await until(() => world.connections.length >= 2);
      world.commit(1);
      await until(() => places.length === 4);
      equal(places, upTo(4));
    });
  },

  async 'a socket that opens and says nothing is given up'() {
    const world = new World();
    world.mute = true;
    await streaming(
      world,
      {},
      async ({ places, errors }) => {
        await until(() => errors.length === 1);
        world.mute = false;
        await connected(world);
        world.commit(1);
        await until(() => places.length === 1);
        ok(world.connections.length >= 2);
      },
      { timeoutMs: 80 },
    );
  },

  async 'a broken frame costs the connection and no event'() {
    const world = new World();
    await streaming(world, {}, async ({ places }) => {
      await connected(world);
      for (const peer of world.peers) peer.send('{"object":"event","id":"evt_17');
      world.commit(3);
      await until(() => places.length === 3 && world.connections.length === 2);
      for (const peer of world.peers) world.send(peer, { object: 'of another kind' });
      world.commit(1);
      await until(() => places.length === 4);
      equal([places, world.connections.length], [upTo(4), 2]);
    });
  },

  async 'a credential that REST refuses ends the stream, an outage does not'() {
    const world = new World();
    world.failing['/api/v1/ws/token'] = 503;
    await streaming(world, {}, async ({ places, errors, stream }) => {
      await until(() => errors.length >= 2);
      delete world.failing['/api/v1/ws/token'];
      await connected(world);
      world.commit(1);
      await until(() => places.length === 1);
      [world.retains, world.failing['/api/v1/events']] = [0, 503];
      const before = errors.length;
      world.closeAll(1006);
      world.commit(1);
      await until(() => errors.length > before + 2);
      equal(places.length, 1);
      delete world.failing['/api/v1/events'];
      await until(() => places.length === 2);
      world.failing['/api/v1/ws/token'] = 403;
      world.closeAll(1006);
      await stream.closed;
      const last = errors.at(-1);
      equal(
        [last.code, last.status, last.willReconnect, last.cause.name],
        ['FAILING', 403, false, 'PepayPermissionError'],
      );
    });
  },

  async 'filters go to the socket and to the log'() {
    const world = new World();
    world.retains = 10;
    const { id } = world.commit();
    for (const invoice_id of ['a', 'b'])
      for (const type of ['invoice.updated', 'invoice_payment.created']) world.commit(2, { type, invoice_id });
    const options = {
      since: id,
      types: ['invoice.*', 'test.ping'],
      invoice_id: 'b',
      customer_id: 'customer-1',
      environment: 'devnet',
      invoice_type: 'standard',
    };
    await streaming(world, options, async ({ places }) => {
      await connected(world);
      world.commit(1, { invoice_id: 'a' });
      world.commit(1, { invoice_id: 'b', type: 'test.ping' });
      await until(() => places.length === 3);
      equal(places, [6, 7, 11]);
      const query = Object.fromEntries(new URL(world.connections[0]).searchParams);
      const { types, ...filter } = options;
      equal(query, { ...filter, types: 'invoice.*,test.ping', format: 'event_v1', token: 'token-1' });
    });
  },
};
