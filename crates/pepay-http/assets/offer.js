// One way to pay: exact amount, address, QR code, and a price that is renewed before it runs out.

import { getQr, getQuote, payFromFaucet } from './api.js';
import { mark } from './choose.js';
import { announce, clock, copy, el, f, note, notice, say, show, text, told, trimZeros } from './dom.js';
import { Wallets } from './wallet.js';

const GROUP = 4; // Characters of an address that are read together.
const ENDS = 6; // Characters at both ends that people compare.
const HOLDS_MS = 30_000; // A price that ends sooner is renewed before a wallet is asked to pay it.
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
  #wallets;

  /** label(network) names a network; paid() is called when the faucet or a wallet has sent money. */
  constructor({ invoice, label, paid }) {
    [this.#label, this.#paid] = [label, paid];
    this.#wallets = new Wallets({ invoice, fresh: () => this.#fresh(), sent: paid });
    f('offer').addEventListener('click', (event) => {
      const { copy: what, qr, do: action } = event.target.closest('button')?.dataset ?? {};
      if (what) this.#copy(what, event.target.closest('button'));
      if (qr) this.#showQr(qr);
      if (action === 'faucet') this.#faucet();
    });
    for (const button of f('offer').querySelectorAll('[data-copy]')) button.hidden = false;
  }

  /** The network of what is shown. */
  get network() {
    return this.#choice?.network;
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
    const names = { coin: choice.symbol, network: this.#label(choice.network) };
    text('offer-head', say('send_on', names));
    text('offer-coin', mark(choice.symbol));
    f('offer-coin').dataset.coin = choice.symbol;
    text('caution', say('caution', names));
    text('exchange-hint', say('exchange_hint', names));
    text('offer-wait', say('getting_address'));
    note('faucet-note', '');
    this.#body(false);
    if (focus) f('offer-head').focus();
    this.renew();
  }

  close() {
    this.#choice = null;
    this.#round += 1;
    this.#renewAt = 0;
    this.#quote = null;
    this.#wallets.offer(null);
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
      const why = quote.status_code === 'settlement_unavailable' ? say('no_route') : say('no_price');
      if (quote.quote_status !== 'available') this.#unavailable(why, quote.retry_after_seconds, quote.retryable !== false);
      else await this.#take(quote, round);
    } catch (error) {
      if (round === this.#round) this.#unavailable(told(error), Math.ceil((error.retryAfterMs ?? 0) / 1000), !error.final && error.status !== 400);
    } finally {
      if (round === this.#round) this.#busy = false;
    }
  }

  async #take(quote, round) {
    const before = this.#quote;
    const renewAt = Date.now() + quote.quote_expires_in_seconds * 1000;
    const amount = trimZeros(quote.estimated_token_amount);
    const same = before && before.amount === amount && before.address === quote.temp_address;
    const images = (same && this.#images) || (await this.#imagesOf(quote));
    if (round !== this.#round) return;
    // All at once: what is shown and what a wallet is given are never of different prices.
    [this.#quote, this.#images, this.#renewAt] = [{ amount, address: quote.temp_address }, images, renewAt];
    notice('');
    this.#drawQr();
    if (!same) {
      note('faucet-note', '');
      text('amount', amount);
      f('amount').classList.toggle('long', amount.length > 11);
      text('amount-symbol', this.#choice.symbol);
      f('address').replaceChildren(...grouped(quote.temp_address));
      const asked = { amount: this.#amountOn() };
      announce(before ? say('price_updated', asked) : say('address_ready', asked));
    }
    this.#body(true);
    this.#count();
  }

  // Codes and order of a quote; null when they cannot be had: the address and the amount do without.
  #imagesOf({ temp_address: address, estimated_base_units: units }) {
    const { network, tokenId } = this.#choice;
    return getQr({ network, token_id: tokenId, address, units }).catch(() => null);
  }

  #amountOn() {
    const { symbol: coin, network } = this.#choice;
    return say('amount_on', { amount: this.#quote.amount, coin, network: this.#label(network) });
  }

  // What a wallet is to send, at a price that holds long enough to be confirmed by hand.
  async #fresh() {
    if (this.#renewAt - Date.now() < HOLDS_MS) await this.renew();
    const order = this.#quote && this.#images?.order;
    if (!order) throw new Error(say('no_price'));
    return { order, told: this.#amountOn() };
  }

  #unavailable(why, seconds, again) {
    this.#renewAt = again ? Date.now() + (seconds > 0 ? seconds * 1000 : RETRY_MS) : 0;
    this.#quote = null;
    this.#body(false);
    text('offer-wait', again ? `${why} ${say('trying_again')}` : why);
    announce(why);
  }

  #body(ready) {
    for (const name of ['offer-body', 'held', 'waiting']) show(name, ready);
    show('offer-wait', !ready);
    show('wallet', ready && Boolean(this.#images?.uri));
    const mark = ready ? `${this.#quote.address}:${this.#choice.tokenId}:${this.#choice.remaining}` : '';
    this.#wallets.offer(ready ? (this.#images?.order ?? null) : null, this.#label(this.#choice.network), mark);
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
    f('qr').alt = link ? say('qr_wallet_alt') : say('qr_address_alt');
    show('caution', link);
    show('exchange-hint', !link);
    for (const button of f('qr-kinds').children) button.ariaPressed = String(button.dataset.qr === kind);
  }

  async #copy(what, button) {
    const done = this.#quote && (await copy(this.#quote[what]));
    const copied = what === 'amount' ? say('amount_copied') : say('address_copied');
    button.textContent = done ? say('copied') : say('copy_failed');
    button.classList.toggle('done', Boolean(done));
    announce(done ? copied : say('not_copied'));
    clearTimeout(button.timer);
    button.timer = setTimeout(() => {
      button.textContent = say('copy');
      button.classList.remove('done');
    }, 2000);
  }

  async #faucet() {
    const button = f('offer').querySelector('[data-do="faucet"]');
    const { network, tokenId } = this.#choice;
    button.disabled = true;
    button.ariaBusy = 'true';
    note('faucet-note', say('faucet_paying'));
    announce(say('faucet_paying'));
    try {
      await payFromFaucet(network, tokenId);
      note('faucet-note', say('faucet_paid'));
      this.#paid();
    } catch (error) {
      note('faucet-note', told(error));
      announce(told(error));
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
