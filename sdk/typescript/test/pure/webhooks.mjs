// Verification of webhook deliveries.

import { createWebhookVerifier, PepayConfigurationError } from '../../dist/esm/index.js';
import { equal, throws } from '../support/assert.mjs';

const [OLD, NEW] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH'];
const BODY = JSON.stringify({
  id: 'evt_1766322000000-1',
  object: 'event',
  type: 'test.ping',
  data: { object: { object: 'ping', status: 'ok', note: 'ünïcode' } },
});
const utf8 = (text) => new TextEncoder().encode(text);

async function hmac(secret, text) {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(text)));
}
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const decoded = (secret) => Uint8Array.from(atob(secret.slice('whsec_'.length)), (one) => one.charCodeAt(0));

const pepay = async (secret, body = BODY, at = Date.now()) => ({
  'X-Pepay-Event': 'test.ping',
  'X-Pepay-Timestamp': String(at),
  'X-Pepay-Signature': hex(await hmac(utf8(secret), `${at}.${body}`)),
});
const standard = async (secret, body = BODY, at = Date.now()) => {
  const [id, seconds] = ['evt_1766322000000-1', Math.floor(at / 1000)];
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${base64(await hmac(decoded(secret), `${id}.${seconds}.${body}`))}`,
  };
};
const verifier = (...secrets) => createWebhookVerifier({ secrets });
const reason = async (headers, rawBody = BODY, by = verifier(OLD)) => (await by.verify({ rawBody, headers })).reason;

export const cases = {
  async 'a delivery of either scheme is valid, and gives its event'() {
    for (const headers of [
      await pepay(OLD),
      await standard(OLD),
      { ...(await pepay(OLD)), ...(await standard(OLD)) },
    ]) {
      const found = await verifier(OLD).verify({ rawBody: BODY, headers });
      equal([found.valid, found.reason, found.event.data.object.note], [true, null, 'ünïcode']);
    }
  },

  async 'signatures are those that other programs make'() {
    // Made with openssl, and the published example of Standard Webhooks.
    const own = createWebhookVerifier({ secrets: [OLD], toleranceMs: Infinity });
    const headers = {
      'x-pepay-timestamp': '1766322000123',
      'x-pepay-signature': '83481e6cda1c0fc47e87a49ed3a0c13cdfe97ca904e2e6db519a15668a490204',
    };
    equal((await own.verify({ rawBody: '{"id":"evt_1766322000123-42","object":"event"}', headers })).reason, null);
    const example = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    equal((await own.verify({ rawBody: '{"test": 2432232314}', headers: example })).reason, 'body_not_an_event');
    equal((await own.verify({ rawBody: '{"test": 2432232315}', headers: example })).reason, 'signature_mismatch');
  },

  async 'headers come as any framework gives them, and bodies as text or bytes'() {
    const headers = await pepay(OLD);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]));
    for (const given of [
      headers,
      lower,
      new Headers(headers),
      new Map(Object.entries(headers)),
      Object.entries(headers),
    ])
      equal(await reason(given), null);
    for (const body of [utf8(BODY), utf8(BODY).buffer]) equal(await reason(headers, body), null);
    for (const parsed of [JSON.parse(BODY), null, 7]) equal(await reason(headers, parsed), 'body_not_raw');
  },

  async 'one changed byte of body, time or signature is noticed'() {
    const headers = await pepay(OLD);
    const flipped = headers['X-Pepay-Signature'].replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    equal(await reason(headers, `${BODY} `), 'signature_mismatch');
    equal(await reason({ ...headers, 'X-Pepay-Signature': flipped }), 'signature_mismatch');
    equal(
      await reason({ ...headers, 'X-Pepay-Timestamp': String(Number(headers['X-Pepay-Timestamp']) + 1) }),
      'signature_mismatch',
    );
    equal(await reason(headers, BODY, verifier(NEW)), 'signature_mismatch');
    const other = await standard(OLD);
    equal(await reason({ ...other, 'webhook-id': 'evt_1-1' }), 'signature_mismatch');
  },

  async 'what is missing or malformed is told from what does not match'() {
    const headers = await pepay(OLD);
    equal(await reason({}), 'signature_missing');
    for (const bad of ['', 'x', `${headers['X-Pepay-Signature']}00`, `z${headers['X-Pepay-Signature'].slice(1)}`]) {
      equal(await reason({ ...headers, 'X-Pepay-Signature': bad }), 'signature_malformed', bad);
    }
    for (const bad of [undefined, '', 'now', '1e3', '-1', '9'.repeat(16)]) {
      equal(await reason({ ...headers, 'X-Pepay-Timestamp': bad }), 'signature_malformed', String(bad));
    }
    const own = await standard(OLD);
    for (const bad of ['', 'v2,abc', 'v1,***', 'v1a,abc='])
      equal(await reason({ ...own, 'webhook-signature': bad }), 'signature_malformed', bad);
    const text = 'no JSON';
    equal(await reason(await pepay(OLD, text), text), 'body_not_an_event');
  },

  async 'old deliveries and deliveries from the future are refused'() {
    for (const sign of [pepay, standard]) {
      for (const off of [-301_500, 301_500])
        equal(await reason(await sign(OLD, BODY, Date.now() + off)), 'timestamp_out_of_tolerance');
      for (const off of [-298_000, 298_000]) equal(await reason(await sign(OLD, BODY, Date.now() + off)), null);
    }
    const strict = createWebhookVerifier({ secrets: [OLD], toleranceMs: 1000 });
    equal(await reason(await pepay(OLD, BODY, Date.now() - 1500), BODY, strict), 'timestamp_out_of_tolerance');
  },

  async 'a secret is rotated without a delivery refused'() {
    const at = Date.now();
    const during = {
      ...(await pepay(NEW, BODY, at)),
      'X-Pepay-Signature-Previous': (await pepay(OLD, BODY, at))['X-Pepay-Signature'],
    };
    for (const secrets of [[OLD], [NEW], [OLD, NEW], ['another', NEW]])
      equal(await reason(during, BODY, verifier(...secrets)), null);
    const [before, after] = [await standard(OLD, BODY, at), await standard(NEW, BODY, at)];
    const both = {
      ...before,
      'webhook-signature': `${after['webhook-signature']} v1a,xyz ${before['webhook-signature']}`,
    };
    for (const secret of [OLD, NEW]) equal(await reason(both, BODY, verifier(secret)), null);
    equal(await reason(during, BODY, verifier('another')), 'signature_mismatch');
  },

  async 'a secret of another form works for the own scheme'() {
    equal(await reason(await pepay('no base64 at all!'), BODY, verifier('no base64 at all!')), null);
    equal(await reason(await standard(OLD), BODY, verifier('no base64 at all!')), 'signature_mismatch');
  },

  async 'a verifier without a secret is a mistake'() {
    for (const secrets of [[], [''], [undefined], undefined])
      throws(() => createWebhookVerifier({ secrets }), PepayConfigurationError);
    throws(() => createWebhookVerifier({ secrets: [OLD], toleranceMs: -1 }), PepayConfigurationError);
  },
};
