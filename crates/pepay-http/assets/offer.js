// One way to pay: exact amount, address, QR code, and a price that is renewed before it runs out.

import { getQr, getQuote, payFromFaucet } from './api.js';
import { mark } from './choose.js';
import { announce, clock, copy, el, f, notice, show, text, trimZeros } from './dom.js';

const GROUP = 4; // Characters of an address that are read together.
const ENDS = 6; // Characters at both ends that people compare.
const RETRY_MS = 10_000; // Until an unavailable price is asked for again, when the server names no time.

export class Offer {
  #choice = null;
  #quote = null;
  #images = null;
  #kind = 'uri';
  #round = 0; // Answers of an earlier choice are dropped.
  #renewAt = 0;
  #busy = false;
  #label;
  #paid;

  /** label(network) names a network; paid() is called when the faucet has sent money. */
  constructor(label, paid) {
    [this.#label, this.#paid] = [label, paid];
    f('offer').addEventListener('click', (event) => {
      const { copy: what, qr, do: action } = event.target.closest('button')?.dataset ?? {};
      if (what) this.#copy(what, event.target.closest('button'));
      if (qr) this.#showQr(qr);
      if (action === 'faucet') this.#faucet();
    });
    for (const button of f('offer').querySelectorAll('[data-copy]')) button.hidden = false;
  }

  /** Shows the offer of a choice. The same choice again changes nothing, unless what remains to be paid has changed. */
  open(choice, { focus, locked, faucet }) {
    const same = ['network', 'tokenId', 'remaining'].every((part) => this.#choice?.[part] === choice[part]);
    show('offer', true);
    f('offer').querySelector('[data-do="change"]').hidden = locked;
    f('offer').querySelector('[data-do="faucet"]').hidden = !faucet;
    if (same) return;
    this.#choice = choice;
    this.#quote = null;
    this.#images = null;
    const label = this.#label(choice.network);
    text('offer-head', `Send ${choice.symbol} on ${label}`);
    text('offer-coin', mark(choice.symbol));
    f('offer-coin').dataset.coin = choice.symbol;
    text('caution', `Send only ${choice.symbol} on ${label}. Anything else is not counted automatically.`);
    text('offer-wait', 'Getting your payment address…');
    this.#faucetNote('');
    this.#body(false);
    if (focus) f('offer-head').focus();
    this.renew();
  }

  close() {
    this.#choice = null;
    this.#round += 1;
    this.#renewAt = 0;
    show('offer', false);
  }

  /** Called every second: counts the price down and renews it; a hidden tab waits until it is seen. */
  tick() {
    if (!this.#choice || this.#busy || this.#renewAt === 0) return;
    if (this.#count() <= 0 && !document.hidden) this.renew();
  }

  #count() {
    const left = this.#renewAt - Date.now();
    if (this.#quote) text('held-for', clock(left));
    return left;
  }

  /** Asks for a price; gives up quietly when another choice was made meanwhile. */
  async renew() {
    const round = (this.#round += 1);
    const { network, tokenId } = this.#choice;
    this.#busy = true;
    try {
      const quote = await getQuote(network, tokenId);
      if (round !== this.#round) return;
      if (quote.quote_status !== 'available') this.#unavailable(quote.message, quote.retry_after_seconds, quote.retryable !== false);
      else await this.#take(quote, round);
    } catch (error) {
      if (round === this.#round) this.#unavailable(error.message, Math.ceil((error.retryAfterMs ?? 0) / 1000), !error.final && error.status !== 400);
    } finally {
      if (round === this.#round) this.#busy = false;
    }
  }

  async #take(quote, round) {
    const before = this.#quote;
    const amount = trimZeros(quote.estimated_token_amount);
    const same = before && before.amount === amount && before.address === quote.temp_address;
    this.#renewAt = Date.now() + quote.quote_expires_in_seconds * 1000;
    this.#quote = { amount, address: quote.temp_address };
    notice('');
    if (!same) {
      this.#faucetNote('');
      text('amount', amount);
      f('amount').classList.toggle('long', amount.length > 11);
      text('amount-symbol', this.#choice.symbol);
      f('address').replaceChildren(...grouped(quote.temp_address));
      const { network, tokenId } = this.#choice;
      const query = { network, token_id: tokenId, address: quote.temp_address, units: quote.estimated_base_units };
      const images = await getQr(query).catch(() => null);
      if (round !== this.#round) return;
      this.#images = images;
      this.#drawQr();
      const told = `${amount} ${this.#choice.symbol} on ${this.#label(network)}`;
      announce(before ? `The price was updated. Send ${told}.` : `Payment address is ready. Send ${told}.`);
    }
    this.#body(true);
    this.#count();
  }

  #unavailable(message, seconds, again) {
    this.#renewAt = again ? Date.now() + (seconds > 0 ? seconds * 1000 : RETRY_MS) : 0;
    this.#quote = null;
    this.#body(false);
    const why = `This can not be paid in just now: ${message ?? 'there is no price'}.`;
    text('offer-wait', again ? `${why} Trying again shortly.` : why);
    announce(why);
  }

  #body(ready) {
    for (const name of ['offer-body', 'held', 'waiting']) show(name, ready);
    show('offer-wait', !ready);
    show('wallet', ready && Boolean(this.#images?.uri));
    f('offer').querySelector('[data-do="faucet"]').disabled = !ready;
  }

  #drawQr() {
    const { uri, uri_image: link, address_image: plain } = this.#images ?? {};
    show('qr-box', Boolean(link ?? plain));
    show('qr-kinds', Boolean(link && plain));
    if (uri) f('wallet').href = uri;
    this.#showQr(link ? this.#kind : 'address');
  }

  #showQr(kind) {
    this.#kind = kind;
    const link = kind === 'uri';
    const image = link ? this.#images?.uri_image : this.#images?.address_image;
    if (image) f('qr').src = image;
    f('qr').alt = link ? 'QR code of the payment link, for wallets' : 'QR code of the address, for exchanges';
    for (const button of f('qr-kinds').children) button.ariaPressed = String(button.dataset.qr === kind);
  }

  async #copy(what, button) {
    const done = this.#quote && (await copy(this.#quote[what]));
    const label = button.firstChild; // The text before what screen readers hear.
    label.data = done ? 'Copied' : 'Copy failed';
    button.classList.toggle('done', Boolean(done));
    announce(done ? `The ${what} was copied.` : `The ${what} could not be copied. Select it instead.`);
    clearTimeout(button.timer);
    button.timer = setTimeout(() => {
      label.data = 'Copy';
      button.classList.remove('done');
    }, 2000);
  }

  #faucetNote(message) {
    text('faucet-note', message);
    show('faucet-note', message !== '');
  }

  async #faucet() {
    const button = f('offer').querySelector('[data-do="faucet"]');
    const { network, tokenId } = this.#choice;
    button.disabled = true;
    button.ariaBusy = 'true';
    this.#faucetNote('The faucet is paying…');
    announce('The faucet is paying.');
    try {
      await payFromFaucet(network, tokenId);
      this.#faucetNote('The faucet has paid. Waiting for the network to show it.');
      this.#paid();
    } catch (error) {
      this.#faucetNote(`The faucet could not pay: ${error.message}`);
      announce(`The faucet could not pay: ${error.message}`);
      button.disabled = false;
    } finally {
      button.ariaBusy = 'false';
    }
  }
}

// Groups keep a long address readable; they are spaced by style alone, so that a selection copies without gaps.
function grouped(address) {
  const cuts = [0];
  const head = address.startsWith('0x') ? ENDS : GROUP;
  for (let at = head; at < address.length; at += GROUP) cuts.push(at);
  return cuts.map((from, index) => {
    const to = cuts[index + 1] ?? address.length;
    const end = from < ENDS || to > address.length - ENDS;
    return el(end ? 'b' : 'span', {}, address.slice(from, to));
  });
}
