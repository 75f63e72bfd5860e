// The coins and networks to pay with, one button each. They are real submit buttons: without scripts the form works.

import { getCoins } from './api.js';
import { el, f, note, say, show } from './dom.js';

/** Initial of a coin for its badge. */
export const mark = (symbol) => symbol.slice(0, 1).toUpperCase();

export class Choose {
  #names;

  /** pick({ network, tokenId, symbol }) is called when the payor chooses. */
  constructor(networks, pick) {
    this.#names = new Map(networks.map(({ network, label }) => [network, label]));
    f('choose').addEventListener('submit', (event) => {
      event.preventDefault();
      const choice = event.submitter?.value ? this.find(event.submitter.value) : null;
      if (choice) pick(choice);
    });
    f('search').addEventListener('input', () => this.#filter());
    f('search').addEventListener('keydown', (event) => {
      // Enter would press the first button of the form, seen or not.
      if (event.key === 'Enter') event.preventDefault();
      if (event.key === 'Escape') this.#clear();
    });
    show('search-row', f('search-row').hasAttribute('data-wanted'));
  }

  label(network) {
    return this.#names.get(network) ?? network;
  }

  /** The choice of a button that is on the page, or null when it is gone. */
  find(value) {
    const button = [...f('coins').querySelectorAll('button')].find((it) => it.value === value && !it.disabled);
    if (!button) return null;
    const [network, tokenId] = value.split(':');
    const { coin } = button.closest('li').querySelector('.coin').dataset;
    return { network, tokenId: Number.parseInt(tokenId, 10), symbol: coin };
  }

  /** Asks anew what can be paid with: rates come and go. Leaves the list alone while the payor is in it. */
  async refresh() {
    const { groups, searched } = await getCoins();
    if (f('coins').contains(document.activeElement)) return;
    f('coins').replaceChildren(...groups.map(row));
    show('no-coins', groups.length === 0);
    show('search-row', searched);
    this.#filter();
  }

  #clear() {
    f('search').value = '';
    this.#filter();
  }

  // Every word must be in a coin's name or in that of its network; a network's name narrows the buttons too.
  #filter() {
    const words = f('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const item of f('coins').children) {
      const name = item.querySelector('.name').textContent.toLowerCase();
      for (const button of item.querySelectorAll('button')) {
        const whole = `${name} ${button.textContent.toLowerCase()} ${button.value}`;
        const way = button.parentElement;
        way.hidden = !words.every((word) => whole.includes(word));
        left += way.hidden ? 0 : 1;
      }
      item.hidden = !item.querySelector('.way:not([hidden])');
    }
    note('search-none', left === 0 && words.length > 0 ? say('search_none') : '');
  }
}

function row({ symbol, name, mark: initial, hint, choices }) {
  const coin = el('span', { className: 'coin', ariaHidden: 'true' }, initial);
  coin.dataset.coin = symbol;
  const parts = [el('b', {}, symbol), ' ', el('span', {}, name)];
  if (hint) parts.push(' ', el('span', { className: 'hint' }, hint));
  const ways = choices.map(({ value, label, title, note: remark, available }) => {
    const button = el('button', { className: 'net', name: 'choice', value, ariaLabel: title, disabled: !available }, label);
    const small = el('small', { id: `note-${value}` }, remark);
    button.setAttribute('aria-describedby', small.id);
    return el('span', { className: 'way' }, button, small);
  });
  return el('li', {}, coin, el('span', { className: 'name' }, ...parts), el('span', { className: 'nets' }, ...ways));
}
