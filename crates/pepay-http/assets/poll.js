// When to ask for the state again: often while something may change, seldom when nothing does, the tab is hidden or
// the server is away.

const PACE_MS = {
  open: 2500, underpaid: 2500, confirming: 1500, closing: 3000, reverted: 5000, paid: 60_000, expired: 8000, canceled: 30_000,
};
const SLOWEST_MS = 15_000; // Nobody watches a page for news every second for long.
const HIDDEN_MS = 20_000; // A hidden tab still learns of its payment, for the title to say so.
const AWAY_MS = 30_000; // Longest pause while the server does not answer.
const CALM_MS = 15_000; // While the stream tells of news; confirmations between two events are still asked for.
const QUIET_ROUNDS = 40; // Unchanged answers before the pace slackens.

export class Poll {
  #timer = 0;
  #quiet = 0;
  #failed = 0;
  #running = false;
  #again = false;
  #last = '';
  #calm = false;
  #phase;
  #load;
  #apply;
  #failing;

  /** load() gives the state, apply(state) shows it, failing(error, count) tells of trouble. */
  constructor({ phase, load, apply, failing }) {
    this.#phase = phase;
    [this.#load, this.#apply, this.#failing] = [load, apply, failing];
    document.addEventListener('visibilitychange', () => this.now());
    addEventListener('online', () => this.now());
    addEventListener('pageshow', (event) => event.persisted && this.now());
    this.#plan(PACE_MS[phase]);
  }

  /** Asks at once; a call under way is followed by another, since its answer may be old. */
  now() {
    this.#quiet = 0;
    if (this.#running) this.#again = true;
    else this.#ask();
  }

  /** Whether somebody else tells when to ask. */
  calm(yes) {
    if (this.#calm === yes) return;
    this.#calm = yes;
    this.now();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#running = true;
  }

  #plan(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), document.hidden ? Math.max(ms, HIDDEN_MS) : ms);
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#running = true;
    let pause;
    try {
      const state = await this.#load();
      this.#failed = 0;
      const print = JSON.stringify({ ...state, remaining_ms: 0 });
      this.#quiet = print === this.#last ? this.#quiet + 1 : 0;
      this.#last = print;
      this.#phase = state.phase;
      this.#failing(null, 0);
      this.#apply(state);
      const base = PACE_MS[state.phase];
      const calm = this.#calm && state.phase !== 'confirming' && state.phase !== 'closing';
      pause = calm ? Math.max(base, CALM_MS) : this.#quiet < QUIET_ROUNDS ? base : Math.max(base, SLOWEST_MS);
    } catch (error) {
      this.#failed += 1;
      if (this.#failing(error, this.#failed) === 'stop') return;
      const backOff = Math.min(AWAY_MS, PACE_MS.open * 2 ** (this.#failed - 1));
      pause = Math.max(error.retryAfterMs ?? 0, backOff * (0.75 + Math.random() / 2));
    }
    this.#running = false;
    if (this.#again) {
      this.#again = false;
      pause = Math.min(pause, 200);
    }
    this.#plan(pause);
  }
}
