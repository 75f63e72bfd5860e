// What becomes of requests that fail: retries, pauses, timeouts, and the errors callers see.

import * as sdk from '../../dist/esm/index.js';
import { retryAfterMs } from '../../dist/esm/retry.js';
import { equal, ok, rejects } from '../support/assert.mjs';
import { broken, client, failure, hanging, json, KEY, withRandom } from '../support/fetch.mjs';

const fine = json(200, { id: 'an-id' });

async function timed(run) {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

export const cases = {
  async 'each status is an error of its own kind, with everything the server said'() {
    const kinds = [
      [400, sdk.PepayValidationError],
      [401, sdk.PepayAuthenticationError],
      [403, sdk.PepayPermissionError],
      [404, sdk.PepayNotFoundError],
      [409, sdk.PepayConflictError],
      [410, sdk.PepayGoneError],
      [413, sdk.PepayValidationError],
    ];
    for (const [status, kind] of kinds) {
      const more = { param: '/amount_usd', details: [{ param: '/x' }], doc_url: 'https://docs.example/e' };
      const { pepay, calls } = client([failure(status, 'SOME_CODE', { 'x-request-id': 'req-1' }, more)]);
      const fields = {
        name: kind.name,
        code: 'SOME_CODE',
        message: 'in a sentence',
        status,
        requestId: 'req-1',
        param: '/amount_usd',
        details: [{ param: '/x' }],
        docUrl: 'https://docs.example/e',
      };
      const error = await rejects(pepay.invoices.retrieve('an-id'), kind, fields);
      ok(error instanceof sdk.PepayError && error instanceof Error);
      equal(calls.length, 1, `a ${status} is not sent again`);
    }
  },

  async 'rate limiting is read in its own shape'() {
    const body = { success: false, message: 'too many requests', error_code: 'RATE_LIMIT_EXCEEDED', retry_after: '7' };
    const { pepay } = client([json(429, body)], { maxRetries: 0 });
    await rejects(pepay.invoices.totals(), sdk.PepayRateLimitError, {
      code: 'RATE_LIMIT_EXCEEDED',
      message: 'too many requests',
      status: 429,
      retryAfterMs: 7000,
    });
  },

  async 'an answer that is not from the server is still a typed error'() {
    const page = () => new Response('<html>bad gateway</html>', { status: 502 });
    await rejects(client([page]).pepay.invoices.totals(), sdk.PepayServerError, { code: 'HTTP_502', status: 502 });
    const elsewhere = () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } });
    const { pepay, calls } = client([elsewhere]);
    await rejects(pepay.invoices.totals(), sdk.PepayServerError, { code: 'HTTP_302' });
    equal([calls.length, calls[0].redirect], [1, 'manual'], 'a redirect would carry the key along');
  },

  async 'statuses that may pass are tried again, as often as asked'() {
    for (const status of [429, 500, 503]) {
      const { pepay, calls } = client([failure(status, 'X'), failure(status, 'X'), fine]);
      equal(await withRandom(0, () => pepay.invoices.retrieve('an-id')), { id: 'an-id' });
      equal(calls.length, 3);
    }
    const tired = client([failure(503, 'X')]);
    await withRandom(0, () => rejects(tired.pepay.invoices.totals(), sdk.PepayServerError, { status: 503 }));
    equal(tired.calls.length, 3);
    const once = client([failure(503, 'X')]);
    await rejects(once.pepay.invoices.totals({}, { maxRetries: 0 }), sdk.PepayServerError);
    equal(once.calls.length, 1);
    const own = client([failure(502, 'X'), failure(503, 'X')], { retryableStatusCodes: [502] });
    await withRandom(0, () => rejects(own.pepay.invoices.totals(), sdk.PepayServerError, { status: 503 }));
    equal(own.calls.length, 2);
  },

  async 'a request whose first attempt still runs is tried again, a reused key is not'() {
    const running = client([failure(409, 'IDEMPOTENCY_IN_PROGRESS', { 'retry-after': '0' }), fine]);
    await withRandom(0, () => running.pepay.invoices.create({ amount_usd: 1 }));
    equal(running.calls.length, 2);
    const reused = client([failure(409, 'IDEMPOTENCY_KEY_REUSED')]);
    await rejects(reused.pepay.invoices.create({ amount_usd: 1 }), sdk.PepayConflictError, {
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    equal(reused.calls.length, 1);
  },

  async 'a connection that fails, and an answer that is cut short, are tried again'() {
    const cut = () => new Response('{"id": "an-', { status: 200 });
    const { pepay, calls } = client([broken, cut, fine]);
    equal(await withRandom(0, () => pepay.invoices.retrieve('an-id')), { id: 'an-id' });
    equal(calls.length, 3);
    const dead = client([broken]);
    const error = await withRandom(0, () =>
      rejects(dead.pepay.invoices.totals(), sdk.PepayConnectionError, { code: 'CONNECTION_FAILED', status: undefined }),
    );
    ok(error.cause instanceof TypeError);
    await withRandom(0, () =>
      rejects(client([cut]).pepay.invoices.totals(), sdk.PepayConnectionError, { code: 'INVALID_RESPONSE' }),
    );
  },

  async 'Retry-After is waited for, in seconds and as a date, with jitter on top'() {
    const seconds = client([failure(429, 'X', { 'retry-after': '1' }), fine]);
    const first = await withRandom(0.5, () => timed(() => seconds.pepay.invoices.retrieve('an-id')));
    ok(first >= 1240 && first < 2500, `waited ${first} ms`);
    const date = new Date(Date.now() + 2000).toUTCString();
    const dated = client([failure(503, 'X', { 'retry-after': date }), fine]);
    const second = await withRandom(0, () => timed(() => dated.pepay.invoices.retrieve('an-id')));
    ok(second >= 500 && second < 2500, `waited ${second} ms`);
    equal(
      ['3', ' 1.5 ', 'Thu, 01 Jan 1970 00:00:10 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', 'soon', '', null].map((value) =>
        retryAfterMs(value, 5000),
      ),
      [3000, 1500, 5000, 0, undefined, undefined, undefined],
    );
  },

  async "a pause that is longer than a minute is the caller's to take"() {
    const { pepay, calls } = client([failure(429, 'X', { 'retry-after': '3600' })]);
    await rejects(pepay.invoices.totals(), sdk.PepayRateLimitError, { retryAfterMs: 3_600_000 });
    equal(calls.length, 1);
  },

  async 'pauses grow, and are spread over their whole length'() {
    const waits = [];
    for (const random of [0, 0.2, 0.4]) {
      const { pepay } = client([broken, broken, fine]);
      waits.push(await withRandom(random, () => timed(() => pepay.invoices.retrieve('an-id'))));
    }
    // 500 and 1 000 ms at most, times the random number.
    ok(waits[0] < 150 && waits[1] >= 290 && waits[1] < 550 && waits[2] >= 590 && waits[2] < 1000, waits.join());
  },

  async 'an attempt ends after its time, and the next may succeed'() {
    const { pepay, calls } = client([hanging, fine], { timeoutMs: 60 });
    equal(await withRandom(0, () => pepay.invoices.retrieve('an-id')), { id: 'an-id' });
    equal(calls.length, 2);
    const slow = client([hanging]);
    const took = await timed(() =>
      rejects(slow.pepay.invoices.totals({}, { timeoutMs: 50, maxRetries: 0 }), sdk.PepayTimeoutError, {
        code: 'TIMEOUT',
      }),
    );
    ok(took >= 45 && took < 1000, `took ${took} ms`);
  },

  async 'a body that never ends is bounded too'() {
    const endless = (_, { signal }) =>
      new Response(
        new ReadableStream({
          start: (stream) => signal.addEventListener('abort', () => stream.error(signal.reason)),
        }),
      );
    const { pepay } = client([endless], { timeoutMs: 50, maxRetries: 0 });
    await rejects(pepay.invoices.totals(), sdk.PepayTimeoutError);
  },

  async 'a signal ends a call before, during and between attempts, with its own reason'() {
    const reason = new Error('the user left');
    const gone = AbortSignal.abort(reason);
    const before = client([fine]);
    ok((await rejects(before.pepay.invoices.totals({}, { signal: gone }), Error)) === reason);
    equal(before.calls.length, 0);
    for (const answers of [[hanging], [failure(503, 'X', { 'retry-after': '30' })]]) {
      const { pepay, calls } = client(answers);
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(reason), 50);
      const took = await timed(async () =>
        ok((await rejects(pepay.invoices.totals({}, { signal: leaving.signal }), Error)) === reason),
      );
      ok(took < 2000, `took ${took} ms`);
      equal(calls.length, 1);
    }
  },

  async 'no credential is in an error, and none in a client that is printed'() {
    const { pepay } = client([failure(401, 'API_KEY_INVALID')]);
    const error = await rejects(pepay.invoices.totals(), sdk.PepayAuthenticationError);
    const printed = JSON.stringify([
      error,
      error.message,
      error.stack,
      Object.entries(error),
      pepay,
      pepay.invoices,
      Object.entries(pepay),
    ]);
    ok(!printed.includes(KEY) && !printed.includes('pst_session') && !printed.includes('jwt.of'), printed);
  },
};
