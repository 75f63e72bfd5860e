// Shows the state: headline, steps, confirmations, sums, payments seen, notes. Everything said comes from the server.

import { announce, el, f, say, show, text } from './dom.js';

const PAYABLE = ['open', 'underpaid'];
const TICKING = [...PAYABLE, 'confirming', 'closing'];
let spoken = '';

export const payable = (state) => PAYABLE.includes(state.phase);

export function render(state) {
  text('headline', state.headline);
  text('detail', state.detail);
  f('stage').dataset.phase = state.phase;
  steps(state.steps_done);
  meter(state);
  sums(state);
  show('row-expires', TICKING.includes(state.phase));
  const notes = state.notes.map((note) => el('li', { className: note.tone }, note.text));
  fill('notes', notes, JSON.stringify(state.notes));
  const lines = [...state.payments.map(payment), ...state.refused.map(refused)];
  fill('payments', lines, JSON.stringify([state.payments, state.refused]));
  show('ledger', lines.length > 0);
  const paid = state.phase === 'paid';
  show('return-row', paid || (state.returns && !TICKING.includes(state.phase)));
  show('receipt', paid);
  show('help', !paid);
  speak(state);
}

// Rebuilds a list only when it differs, so that a focused link or a reading position survives.
function fill(name, nodes, print) {
  if (f(name).dataset.print === print) return;
  f(name).dataset.print = print;
  f(name).replaceChildren(...nodes);
}

function speak(state) {
  const confirming = state.payments.filter((line) => !line.confirmed && !line.standing).map((line) => line.label);
  const message = [state.headline, state.phase === 'confirming' ? confirming.join(', ') : state.detail].join('. ');
  if (spoken && spoken !== message) announce(message);
  spoken = message;
  const title = state.phase === 'open' ? say('page_title', { amount: state.amount.text, merchant: state.merchant_name }) : state.headline;
  if (document.title !== title) document.title = title;
}

function steps(done) {
  show('steps', done !== null);
  for (const item of f('steps').children) {
    const step = Number(item.dataset.step);
    item.className = step < done ? 'done' : step === done ? 'current' : '';
    if (step === done) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }
}

// One bar for the payment that has furthest to go.
function meter(state) {
  const waiting = state.payments.filter((line) => !line.confirmed && !line.standing && !line.reverted);
  const counted = waiting.filter((line) => typeof line.required === 'number');
  const last = counted.reduce((far, line) => (!far || line.required - line.confirmations > far.required - far.confirmations ? line : far), null);
  show('meter', state.phase === 'confirming');
  if (last) {
    f('meter').max = last.required;
    f('meter').value = last.confirmations;
  } else f('meter').removeAttribute('value');
}

function sums(state) {
  for (const name of ['paid', 'remaining', 'overpaid']) text(name, state[name].text);
  const some = state.paid.usd_millis > 0;
  show('row-paid', some);
  show('row-remaining', some && state.remaining.usd_millis > 0);
  show('row-overpaid', state.overpaid.usd_millis > 0);
}

function row(amount, asset, line, tone) {
  const ref = el('span', { className: 'ref' });
  if (line.explorer_url) {
    const props = { href: line.explorer_url, target: '_blank', rel: 'noopener noreferrer' };
    ref.append(el('a', props, el('bdi', {}, line.tx_short ?? say('transaction'))));
  } else if (line.tx_short) ref.append(el('bdi', {}, line.tx_short));
  const what = el('span', { className: 'what' }, el('b', {}, el('bdi', {}, `${amount} ${asset}`)), ` ${line.place}`);
  return el('li', {}, what, el('span', { className: `tag ${tone}` }, line.label), ref);
}

const payment = (line) =>
  row(line.amount_token, line.token_symbol, line, line.confirmed && !line.standing ? 'good' : line.standing || line.reverted ? 'bad' : 'wait');
const refused = (line) => row(line.amount, line.asset, line, 'bad');
