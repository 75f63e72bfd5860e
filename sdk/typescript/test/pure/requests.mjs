// What is sent: credentials, idempotency keys, paths and queries.

import { Pepay, PepayAuthenticationError, PepayConfigurationError } from '../../dist/esm/index.js';
import { equal, ok, rejects, throws } from '../support/assert.mjs';
import { answering, broken, client, failure, json, KEY, withRandom } from '../support/fetch.mjs';

const fine = json(200, { data: { data: [] }, has_more: false });
const credentials = ({ headers }) =>
  Object.keys(headers)
    .filter((name) => /^(x-api-key|authorization|x-session-token|x-signature)$/.test(name))
    .sort();

export const cases = {
  async 'each route is sent the credential it takes, and no other'() {
    const { pepay, calls } = client([fine]);
    await pepay.invoices.retrieve('an-id');
    await pepay.paymentSessions.getSessionDetails();
    await pepay.settlement.getPreferences();
    equal(calls.map(credentials), [['x-api-key'], ['x-session-token', 'x-signature'], ['authorization']]);
  },

  async 'a bearer token opens merchant routes, and a session asks for verification'() {
    const only = (options) =>
      client([fine], {
        apiKey: undefined,
        bearerToken: undefined,
        sessionToken: undefined,
        signature: undefined,
        ...options,
      });
    const bearer = only({ bearerToken: 'jwt' });
    await bearer.pepay.invoices.totals();
    equal(credentials(bearer.calls[0]), ['authorization']);
    const session = only({ sessionToken: 'pst_1', signature: 'a.1' });
    await session.pepay.invoices.manualVerification.retrieve('an-id');
    equal(credentials(session.calls[0]), ['x-session-token', 'x-signature']);
  },

  async 'a call without its credential is refused before anything is sent'() {
    const { pepay, calls } = client([fine], { bearerToken: undefined });
    await rejects(pepay.settlement.getPreferences(), PepayAuthenticationError, {
      code: 'CREDENTIAL_REQUIRED',
      status: undefined,
    });
    equal(calls.length, 0);
  },

  async 'withAuth is somebody else on the same server'() {
    const { pepay, calls } = client([fine]);
    const other = pepay.withAuth({ sessionToken: 'pst_2', signature: 'b.2' });
    await other.paymentSessions.getPaymentStatus();
    equal(
      [calls[0].headers['x-session-token'], calls[0].url],
      ['pst_2', 'https://pay.example/api/v1/payments/payment-status'],
    );
    await rejects(other.invoices.totals(), PepayAuthenticationError);
    await pepay.invoices.totals();
    equal(calls[1].headers['x-api-key'], KEY);
  },

  async 'every write has an idempotency key, the same in each attempt and another in each call'() {
    const { pepay, calls } = client([failure(500, 'INTERNAL_SERVER_ERROR'), failure(503, 'SERVICE_UNAVAILABLE'), fine]);
    await withRandom(0, () => pepay.invoices.create({ amount_usd: 1 }));
    await pepay.invoices.create({ amount_usd: 1 });
    await pepay.invoices.cancel('an-id', { idempotencyKey: 'mine' });
    await pepay.invoices.retrieve('an-id');
    const keys = calls.map(({ headers }) => headers['idempotency-key']);
    ok(/^[0-9a-f]{32}$/.test(keys[0]), keys[0]);
    equal(keys, [keys[0], keys[0], keys[0], keys[3], 'mine', undefined]);
    ok(keys[3] !== keys[0]);
    for (const bad of ['', 'with space', 'x'.repeat(256), 'ä']) {
      await rejects(pepay.invoices.cancel('an-id', { idempotencyKey: bad }), PepayConfigurationError);
    }
  },

  async 'a write that failed tells its idempotency key, and repeated with it is the same write'() {
    const { pepay, calls } = client([broken, failure(503, 'X'), failure(400, 'Y'), fine], { maxRetries: 0 });
    const failed = async (call) => call.then(() => ok(false, 'it failed'), (error) => error);
    for (const index of [0, 1, 2]) {
      const { idempotencyKey } = await failed(pepay.invoices.create({ amount_usd: 1 }));
      ok(/^[0-9a-f]{32}$/.test(idempotencyKey), idempotencyKey);
      equal(idempotencyKey, calls[index].headers['idempotency-key']);
    }
    const lost = client([broken, fine], { maxRetries: 0 });
    const { idempotencyKey } = await failed(lost.pepay.invoices.create({ amount_usd: 1 }));
    await lost.pepay.invoices.create({ amount_usd: 1 }, { idempotencyKey });
    equal(lost.calls[1].headers['idempotency-key'], lost.calls[0].headers['idempotency-key']);
    const read = await failed(client([failure(404, 'Z')]).pepay.invoices.retrieve('an-id'));
    equal(read.idempotencyKey, undefined);
  },

  async 'lists become comma lists, dates epoch seconds, and nothing is left out'() {
    const { pepay, calls } = client([fine]);
    const created_gte = new Date(1_766_322_000_999);
    await pepay.invoices.list({
      status: ['paid', 'underpaid'],
      created_gte,
      customer_id: 'a b&c',
      limit: 5,
      expand: ['payments'],
      invoice_type: undefined,
    });
    await pepay.events.list({ type: ['invoice.*', 'test.ping'], created: { gte: created_gte, lte: 1_766_322_001 } });
    equal(
      calls.map(({ url }) => decodeURIComponent(new URL(url).search)),
      [
        '?status=paid,underpaid&created_gte=1766322000&customer_id=a+b&c&limit=5&expand=payments',
        '?type=invoice.*,test.ping&created[gte]=1766322000&created[lte]=1766322001',
      ],
    );
  },

  async 'an id stays one segment of the path, and a missing one reaches no other route'() {
    const { pepay, calls } = client([fine]);
    await pepay.invoices.retrieve('../a/b?c#d');
    await pepay.invoices.listByCustomer('ÿ/1');
    equal(
      calls.map(({ url }) => url.slice('https://pay.example/api/v1'.length)),
      ['/invoices/..%2Fa%2Fb%3Fc%23d', '/invoices/customer/%C3%BF%2F1'],
    );
    for (const id of ['', '.', '..', undefined, null])
      throws(() => pepay.invoices.retrieve(id), PepayConfigurationError);
  },

  async 'the base URL may end in a slash or in the API path, and is a plain URL'() {
    for (const baseUrl of [
      'https://pay.example/shop',
      'https://pay.example/shop/',
      'https://pay.example/shop/api/v1/',
    ]) {
      const { pepay, calls } = client([fine], { baseUrl });
      await pepay.wallets.list();
      equal(calls[0].url, 'https://pay.example/shop/api/v1/merchant/wallets');
    }
    for (const baseUrl of [undefined, '', 'pay.example', 'ftp://pay.example', 'https://a:b@pay.example']) {
      throws(() => new Pepay({ baseUrl }), PepayConfigurationError, { code: 'CONFIGURATION' });
    }
  },

  async 'options that can not work are refused, and the refusal does not print them'() {
    const bad = [
      { apiKey: `${KEY}\n` },
      { apiKey: '' },
      { sessionToken: 'pst_1' },
      { timeoutMs: 0 },
      { maxRetries: -1 },
      { timeoutMs: Number.NaN },
    ];
    for (const options of bad) {
      const error = throws(
        () => new Pepay({ baseUrl: 'https://pay.example', dangerouslyAllowBrowser: true, ...options }),
        PepayConfigurationError,
      );
      ok(!error.message.includes(KEY), error.message);
    }
  },

  async 'a time limit of one call is held to what a timer can do, as that of the client is'() {
    const { pepay, calls } = client([fine]);
    // A timer takes longer times for none at all, and would end the call at once.
    for (const timeoutMs of [Infinity, 2 ** 31, 60 * 86_400_000]) await pepay.wallets.list({ timeoutMs });
    equal(calls.length, 3);
    for (const options of [{ timeoutMs: 0 }, { timeoutMs: Number.NaN }, { maxRetries: -1 }])
      await rejects(pepay.wallets.list(options), PepayConfigurationError);
    equal(calls.length, 3);
  },

  async 'a server key is refused in a browser unless the flag is set'() {
    const { fetch } = answering(fine);
    const options = { baseUrl: 'https://pay.example', fetch };
    const before = Object.getOwnPropertyDescriptor(globalThis, 'window');
    // In a browser it is one already.
    if (!before) Object.defineProperty(globalThis, 'window', { value: { document: {} }, configurable: true });
    try {
      const error = throws(() => new Pepay({ ...options, apiKey: KEY }), PepayConfigurationError);
      ok(!error.message.includes(KEY), error.message);
      throws(() => new Pepay(options).withAuth({ apiKey: KEY }), PepayConfigurationError);
      new Pepay({ ...options, sessionToken: 'pst_1', signature: 'a.1' });
      new Pepay({ ...options, apiKey: KEY, dangerouslyAllowBrowser: true }).withAuth({ apiKey: KEY });
    } finally {
      if (!before) delete globalThis.window;
    }
  },
};
