// A server that is a list of answers, for tests of what is sent and of what becomes of an answer.

import { Pepay } from '../../dist/esm/index.js';

export const KEY = 'sk_test_never_in_an_error';
const SECRETS = {
  apiKey: KEY,
  bearerToken: 'jwt.of.dashboard',
  sessionToken: 'pst_session',
  signature: `${'a'.repeat(64)}.1766322000000`,
};

/** An answer in the words of the server. */
export const json =
  (status, body, headers = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });
export const failure = (status, code, headers, more = {}) =>
  json(status, { success: false, error: { code, message: 'in a sentence', ...more } }, headers);
/** A request that never ends but by being given up. */
export const hanging = (url, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
export const broken = () => Promise.reject(new TypeError('fetch failed'));

/** Gives its answers in turn, the last one for ever, and keeps what was asked. */
export function answering(...answers) {
  const calls = [];
  const fetch = async (url, init) => {
    calls.push({ url, ...init });
    return answers[Math.min(calls.length, answers.length) - 1](url, init);
  };
  return { fetch, calls };
}

/** A client with every credential, of a server that is a list of answers. */
export function client(answers, options = {}) {
  const { fetch, calls } = answering(...answers);
  const pepay = new Pepay({
    baseUrl: 'https://pay.example',
    ...SECRETS,
    fetch,
    dangerouslyAllowBrowser: true,
    ...options,
  });
  return { pepay, calls };
}

/** Runs with a `Math.random` that always gives the same. */
export async function withRandom(value, run) {
  const random = Math.random;
  Math.random = () => value;
  try {
    return await run();
  } finally {
    Math.random = random;
  }
}
