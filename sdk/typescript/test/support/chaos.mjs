// A bad network: stands between client and server and cuts, delays, repeats, refuses, truncates and falls silent. What
// it does follows from a seed, so that a run that failed can be looked at again.

import { createServer, request as ask } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { WebSocket, WebSocketServer } from 'ws';

import { listening } from './network.mjs';

/** What may happen to a request, and how often in a hundred. The rest passes. */
const REQUEST_FATES = { storm: 12, cutBefore: 6, cutAfter: 10, truncate: 6, twice: 10, hang: 4 };
/** What may happen when a socket is opened. */
const SOCKET_FATES = { refuse: 10, hang: 5 };
/** What may happen to a frame, in a thousand. */
const FRAME_FATES = { cut: 8, freeze: 3, twice: 60, cutHalf: 4 };
const MAX_DELAY_MS = 15;

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A bad network in front of a server, twice as bad to requests or frames with a 2. `happened` counts what it did. */
export async function chaos(target, seed, { requests = 1, frames = 1 } = {}) {
  const proxy = new Proxy(target, seeded(seed), { requests, frames });
  const server = createServer((request, response) => proxy.request(request, response).catch(() => response.destroy()));
  server.on('upgrade', (request, socket, head) => proxy.upgrade(request, socket, head));
  const { url, close } = await listening(server, () => proxy.sockets.clients.forEach((socket) => socket.terminate()));
  return { url, close, happened: proxy.happened };
}

class Proxy {
  happened = {};
  /** Each fate meets one request before chance decides: no run is spared one. */
  certain = Object.keys(REQUEST_FATES);
  sockets = new WebSocketServer({ noServer: true });

  constructor(target, random, badness) {
    Object.assign(this, { target, random, badness });
  }

  draw(fates, of) {
    let number = this.random() * of;
    return this.did(Object.keys(fates).find((name) => (number -= fates[name]) < 0) ?? 'pass');
  }

  did(fate) {
    this.happened[fate] = (this.happened[fate] ?? 0) + 1;
    return fate;
  }

  async request(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const certain = this.certain.shift();
    const fate = certain ? this.did(certain) : this.draw(REQUEST_FATES, 100 / this.badness.requests);
    await pause(this.random() * MAX_DELAY_MS);
    if (fate === 'storm') return this.storm(response);
    if (fate === 'cutBefore') return response.destroy();
    if (fate === 'twice') await this.forward(request, body);
    const answer = await this.forward(request, body);
    if (fate === 'hang') return; // The connection stays open, and nothing comes any more.
    if (fate === 'cutAfter') return response.destroy();
    response.writeHead(answer.status, answer.headers);
    if (fate !== 'truncate') return response.end(answer.body);
    response.write(answer.body.subarray(0, answer.body.length / 2), () => response.destroy());
  }

  storm(response) {
    const status = [429, 500, 503][Math.floor(this.random() * 3)];
    const headers = status === 500 ? {} : { 'retry-after': status === 429 ? '0' : new Date().toUTCString() };
    response
      .writeHead(status, headers)
      .end(JSON.stringify({ success: false, error_code: 'CHAOS', message: 'a storm' }));
  }

  forward({ method, url, headers }, body) {
    return new Promise((resolve, reject) => {
      const sent = ask(this.target + url, { method, headers: { ...headers, connection: 'close' } }, async (answer) => {
        const chunks = [];
        for await (const chunk of answer) chunks.push(chunk);
        const { 'transfer-encoding': _, ...rest } = answer.headers;
        const all = Buffer.concat(chunks);
        resolve({ status: answer.statusCode, headers: { ...rest, 'content-length': all.length }, body: all });
      });
      sent.on('error', reject).end(body);
    });
  }

  upgrade(request, socket, head) {
    const fate = this.draw(SOCKET_FATES, 100);
    if (fate === 'refuse') return socket.end('HTTP/1.1 503 Storm\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    if (fate === 'hang') return;
    const upstream = new WebSocket(this.target.replace(/^http/, 'ws') + request.url);
    upstream.on('unexpected-response', (_, { statusCode }) =>
      socket.end(`HTTP/1.1 ${statusCode} Refused\r\ncontent-length: 0\r\n\r\n`),
    );
    upstream.on('error', () => socket.destroy());
    // What the server says at once must not be lost here, where nobody listens yet.
    const early = [];
    upstream.on('message', (frame) => early.push(frame));
    upstream.on('open', () =>
      this.sockets.handleUpgrade(request, socket, head, (downstream) => this.relay(upstream, downstream, early)),
    );
  }

  relay(upstream, downstream, early) {
    let frozen = false;
    let queue = Promise.resolve();
    const end = () => {
      downstream.terminate();
      upstream.terminate();
    };
    const pass = async (frame) => {
      if (frozen) return;
      const fate = this.draw(FRAME_FATES, 1000 / this.badness.frames);
      if (this.random() < 0.02) await pause(this.random() * MAX_DELAY_MS);
      if (fate === 'freeze') frozen = true;
      else if (fate === 'cut') end();
      else if (fate === 'cutHalf') downstream.send(frame.subarray(0, frame.length / 2).toString(), end);
      else for (let times = fate === 'twice' ? 2 : 1; times > 0; times--) downstream.send(frame.toString());
    };
    const hear = (frame) => {
      queue = queue.then(() => pass(frame));
    };
    upstream.removeAllListeners('message');
    early.forEach(hear);
    upstream.on('message', hear).on('close', (code) => {
      if (!frozen) queue.then(() => downstream.close(code === 1006 || code === 1005 ? undefined : code));
    });
    downstream.on('error', () => {}).on('close', () => upstream.terminate());
  }
}
