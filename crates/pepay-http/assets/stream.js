// The payor stream: tells that there is news, never what it is. The page then asks for its state, as it does without.

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
const ENDED = [4400, 4401, 4403]; // The server will not have this token: asking again changes nothing.

export class Stream {
  #path;
  #news;
  #live;
  #last = '';
  #failed = 0;

  /** news() is called for each event, live(yes) when events begin and cease to come. */
  constructor(path, { news, live }) {
    [this.#path, this.#news, this.#live] = [path, news, live];
    if (path && globalThis.WebSocket) this.#connect();
  }

  #connect() {
    const since = this.#last && `&since=${encodeURIComponent(this.#last)}`;
    let socket;
    try {
      socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${this.#path}${since}`);
    } catch {
      return; // Forbidden here; the page asks by itself.
    }
    socket.addEventListener('message', ({ data }) => this.#hear(data));
    socket.addEventListener('close', ({ code }) => {
      this.#live(false);
      if (ENDED.includes(code)) return;
      this.#failed += 1;
      const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failed);
      setTimeout(() => this.#connect(), pause * (0.75 + Math.random() / 2));
    });
  }

  #hear(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // Not ours; the state is asked for all the same, only later.
    }
    this.#last = frame.last_event_id ?? (frame.object === 'event' ? frame.id : this.#last);
    if (frame.object === 'event') this.#news();
    if (frame.object === 'ws_control') {
      if (frame.type === 'ready' || frame.type === 'replay_completed') this.#ready();
      if (frame.type === 'resync_required') this.#news();
    }
  }

  #ready() {
    this.#failed = 0;
    this.#live(true);
  }
}
