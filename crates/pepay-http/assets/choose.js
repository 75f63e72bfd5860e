// The coins and networks to pay with, one button each. They are real submit buttons: without scripts the form works.

import { getTokens } from './api.js';
import { el, f, show } from './dom.js';

/** Initial of a coin for its badge. */
export const mark = (symbol) => symbol.slice(0, 1).toUpperCase();

export class Choose {
  #names;

  /** pick({ network, tokenId, symbol }) is called when the payor chooses. */
  constructor(networks, pick) {
    this.#names = new Map(networks.map(({ network, label }) => [network, label]));
    f('choose').addEventListener('submit', (event) => {
      event.preventDefault();
      const [network, tokenId] = (event.submitter?.value ?? '').split(':');
      if (tokenId) pick({ network, tokenId: Number.parseInt(tokenId, 10), symbol: this.#symbolOf(event.submitter) });
    });
  }

  label(network) {
    return this.#names.get(network) ?? network;
  }

  /** The choice of a button that is on the page, or null when it is gone. */
  find(value) {
    const button = [...f('coins').querySelectorAll('button')].find((it) => it.value === value && !it.disabled);
    if (!button) return null;
    const [network, tokenId] = value.split(':');
    return { network, tokenId: Number.parseInt(tokenId, 10), symbol: this.#symbolOf(button) };
  }

  #symbolOf(button) {
    return button.closest('li').querySelector('.coin').dataset.coin;
  }

  /** Asks anew what can be paid with: rates come and go. Leaves the list alone while the payor is in it. */
  async refresh() {
    const tokens = await getTokens();
    if (f('coins').contains(document.activeElement)) return;
    const groups = Map.groupBy ? Map.groupBy(tokens, (token) => token.token_symbol) : group(tokens);
    f('coins').replaceChildren(...[...groups].map(([symbol, options]) => this.#row(symbol, options)));
    show('no-coins', tokens.length === 0);
  }

  #row(symbol, options) {
    const coin = el('span', { className: 'coin', ariaHidden: 'true' }, mark(symbol));
    coin.dataset.coin = symbol;
    const name = el('span', { className: 'name' }, el('b', {}, symbol), ' ', el('span', {}, options[0].token_name));
    const buttons = options.map((option) => {
      const label = this.label(option.network);
      const reason = option.unavailable_reason ?? '';
      return el('button', {
        className: 'net',
        name: 'choice',
        value: `${option.network}:${option.id}`,
        ariaLabel: `Pay with ${symbol} on ${label}`,
        disabled: reason !== '',
        title: reason,
      }, label);
    });
    return el('li', {}, coin, name, el('span', { className: 'nets' }, ...buttons));
  }
}

function group(tokens) {
  const groups = new Map();
  for (const token of tokens) groups.set(token.token_symbol, [...(groups.get(token.token_symbol) ?? []), token]);
  return groups;
}
