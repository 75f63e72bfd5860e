// The event side of a Pepay server, in memory: a log, tokens, the REST routes, and the sockets. Reached directly, or
// over the network through network.mjs.

const START_MS = 1_766_322_000_000;

export class World {
  log = [];
  /** What was asked over REST, as `GET /path?query`. */
  requests = [];
  /** The addresses of all sockets that were opened. */
  connections = [];
  /** The sockets that are open. */
  peers = new Set();
  /** Tokens that are good. */
  tokens = new Set();
  /** How many of the missed events a socket replays, and says so; with null it replays nothing, silently. */
  retains = Infinity;
  /** Whether sockets bring anything at all. */
  mute = false;
  /** A status that REST answers, by path. */
  failing = {};
  /** Whole answers, by path. */
  answers = {};
  /** A status that sockets are refused with. */
  refusing = null;
  /** Awaited before a page of the log is given. */
  gate = Promise.resolve();
  #minted = 0;

  /** Adds events to the log and sends them to whoever listens. */
  commit(count = 1, { type = 'invoice.updated', invoice_id = 'invoice-1', customer_id = 'customer-1' } = {}) {
    for (let index = 0; index < count; index++) {
      const id = `evt_${START_MS + this.log.length}-${this.log.length + 1}`;
      const event = {
        id,
        object: 'event',
        type,
        created: 1_766_322_000,
        data: { object: { invoice_id, customer_id }, previous_attributes: {} },
      };
      this.log.push(event);
      for (const peer of this.peers) if (peer.fits(event)) this.send(peer, event);
    }
    return this.log.at(-1);
  }

  send(peer, frame) {
    if (!this.mute) peer.send(JSON.stringify(frame));
  }

  /** Closes every socket. */
  closeAll(code) {
    for (const peer of [...this.peers]) {
      this.peers.delete(peer);
      peer.close(code);
    }
  }

  /** Answers a request. */
  async answer(method, url) {
    const { pathname, search, searchParams } = new URL(url);
    this.requests.push(`${method} ${pathname}${search}`);
    const failing = this.failing[pathname];
    if (failing)
      return { status: failing, body: { success: false, error: { code: 'FAILING', message: 'as the test wants' } } };
    if (this.answers[pathname]) return this.answers[pathname];
    if (pathname === '/api/v1/ws/token') {
      const token = `token-${++this.#minted}`;
      this.tokens.add(token);
      return { status: 200, body: { success: true, data: { token, scope: 'merchant' } } };
    }
    if (pathname !== '/api/v1/events')
      return { status: 404, body: { success: false, error: { code: 'NOT_FOUND', message: 'no such route' } } };
    await this.gate;
    return { status: 200, body: { success: true, data: this.#page(searchParams) } };
  }

  #page(query) {
    const limit = Number(query.get('limit') ?? 10);
    const newer = query.get('ending_before');
    const fits = this.log.filter(
      (event) => matches(query, query.get('type'))(event) && (newer === null || place(event.id) > place(newer)),
    );
    const page = newer === null ? fits.slice(-limit) : fits.slice(0, limit);
    return { object: 'list', data: page.reverse(), has_more: fits.length > limit };
  }

  /** The status with which the upgrade to this address is refused, or null. */
  refusal(url) {
    return this.refusing ?? (this.tokens.has(new URL(url).searchParams.get('token')) ? null : 401);
  }

  /** Welcomes a socket: `ready`, what it missed, and from then on what happens. */
  welcome(url, peer) {
    const { searchParams } = new URL(url);
    this.connections.push(url);
    const since = searchParams.get('since');
    peer.fits = matches(searchParams, searchParams.get('types'));
    this.peers.add(peer);
    const control = (type) =>
      this.send(peer, { object: 'ws_control', type, last_event_id: this.log.at(-1)?.id ?? null });
    control('ready');
    if (since === null || this.retains === null) return;
    const missed = this.log.filter((event) => place(event.id) > place(since));
    if (missed.length > this.retains) control('resync_required');
    control('replay_started');
    for (const event of this.retains ? missed.slice(-this.retains) : []) if (peer.fits(event)) this.send(peer, event);
    control('replay_completed');
  }
}

export const place = (id) => Number(id.split('-')[1]);

function matches(query, types) {
  const wanted = types?.split(',');
  return ({ type, data: { object } }) =>
    (!wanted || wanted.some((one) => (one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : type === one))) &&
    ['invoice_id', 'customer_id'].every((name) => !query.get(name) || object[name] === query.get(name));
}
