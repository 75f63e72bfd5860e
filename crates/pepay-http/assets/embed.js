// The page in a frame: tells the page around it how it goes, and hears from it, each side checking the other's origin.

const SOURCE = 'pepay';

export class Parent {
  #origin;
  #told = new Set();

  /** origin is the page the server let in. */
  constructor(origin) {
    this.#origin = origin;
    addEventListener('message', (event) => {
      if (event.origin !== origin || event.source !== parent || event.data?.source !== SOURCE) return;
      if (event.data.type === 'focus') document.querySelector('h2:not([hidden] *)')?.focus();
    });
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) this.#post('close');
    });
    new ResizeObserver(() => this.#post('resize', { height: document.documentElement.offsetHeight })).observe(document.documentElement);
  }

  ready(state) {
    this.#once('ready', state);
    this.follow(state);
  }

  /** Tells of what is new in state, each thing once. */
  follow(state) {
    if (state.payments.some((line) => !line.standing && !line.reverted)) this.#once('payment_detected', state);
    if (state.phase === 'paid') this.#once('paid', state);
    if (state.phase === 'expired' || state.phase === 'canceled') this.#once('expired', state);
  }

  #once(type, { invoice_id: invoiceId, status }) {
    if (this.#told.has(type)) return;
    this.#told.add(type);
    this.#post(type, { invoiceId, status });
  }

  #post(type, detail = {}) {
    parent.postMessage({ source: SOURCE, type, ...detail }, this.#origin);
  }
}
