// A client that reaches a World without a network, and waiting for conditions.

import { Pepay } from '../../dist/esm/index.js';

const WAIT_MS = 10_000;
const ABNORMAL = 1006;

/** A client of the world; with `apiKey: undefined` it has no credential. */
export function reach(world, options = {}) {
  const fetch = async (url, { method, signal }) => {
    const { status, body } = await world.answer(method, url);
    signal.throwIfAborted();
    return new Response(JSON.stringify(body), { status });
  };
  const settings = { baseUrl: 'http://pay.example', apiKey: 'sk_test_1', maxRetries: 0, dangerouslyAllowBrowser: true };
  return new Pepay({ ...settings, fetch, webSocketFactory: socket(world), ...options });
}

const socket = (world) => (url) => {
  const it = { onopen: null, onmessage: null, onclose: null, onerror: null };
  const peer = {
    send: (data) => queueMicrotask(() => it.onmessage?.({ data })),
    close: (code) => queueMicrotask(() => it.onclose?.({ code })),
  };
  it.close = () => {
    world.peers.delete(peer);
    peer.close(ABNORMAL);
  };
  setTimeout(() => {
    const status = world.refusal(url.replace(/^ws/, 'http'));
    if (status) {
      it.onerror?.({ message: world.tellsStatus === false ? 'failed' : `Unexpected server response: ${status}` });
      return it.onclose?.({ code: ABNORMAL });
    }
    it.onopen?.({});
    world.welcome(url, peer);
  });
  return it;
};

/** Waits until a condition holds. */
export async function until(holds, what = String(holds)) {
  const end = Date.now() + WAIT_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${WAIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
