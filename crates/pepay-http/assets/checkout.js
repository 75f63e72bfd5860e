// The checkout page: follows the invoice's state and the payor's choice. It decides nothing about money.

import { getState } from './api.js';
import { Choose } from './choose.js';
import { clock, f, notice, show, text } from './dom.js';
import { Offer } from './offer.js';
import { Poll } from './poll.js';
import { payable, render } from './progress.js';

const REFRESH_MS = 60_000; // How often the list of coins is asked for while it is shown.

const root = document.querySelector('[data-checkout]');
let state = JSON.parse(root.dataset.state);
let endsAt = Date.now() + state.remaining_ms;
let refreshedAt = Date.now();

const memory = {
  key: `pepay.choice.${state.invoice_id}`,
  // Storage may be forbidden; then a reload simply asks again.
  get() {
    try { return sessionStorage.getItem(this.key) ?? ''; } catch { return ''; }
  },
  set(value) {
    try { sessionStorage.setItem(this.key, value); } catch { /* see above */ }
  },
};

const choose = new Choose(state.networks, (choice) => {
  memory.set(`${choice.network}:${choice.tokenId}`);
  openOffer(choice, true);
});
const offer = new Offer((network) => choose.label(network), () => poll.now());
const poll = new Poll({ phase: state.phase, load: getState, apply, failing });

function openOffer(choice, focus) {
  show('choose', false);
  show('stage', state.locked !== null);
  const asked = { ...choice, remaining: state.remaining.usd_millis };
  offer.open(asked, { focus, locked: state.locked !== null, faucet: state.faucet });
}

function closeOffer(focus) {
  memory.set('');
  offer.close();
  show('stage', true);
  show('choose', true);
  if (focus) f('headline').focus();
  refresh();
}

function apply(next) {
  const phaseChanged = next.phase !== state.phase;
  state = next;
  endsAt = Date.now() + state.remaining_ms;
  render(state);
  if (!payable(state)) {
    offer.close();
    show('choose', false);
    show('stage', true);
  } else if (state.locked) {
    const { network, token_id: tokenId, symbol } = state.locked;
    openOffer({ network, tokenId, symbol }, false);
  } else if (phaseChanged) restore();
  tick();
}

// The choice made before a reload, or sent by the form of a browser that was slow to run this script.
function restore() {
  const choice = choose.find(root.dataset.chosen || memory.get());
  if (choice) openOffer(choice, false);
  else {
    offer.close();
    show('stage', true);
    show('choose', true);
  }
}

function failing(error, count) {
  if (!error) notice('');
  else if (error.final) {
    notice(`This page can no longer follow the payment: ${error.message}. Reload it to try again.`);
    return 'stop';
  } else if (count >= 2) notice('The connection was lost. Your payment is safe; this page keeps trying.');
  return 'go on';
}

async function refresh() {
  refreshedAt = Date.now();
  await choose.refresh().catch(() => {}); // The list on the page stays; a choice that is gone says so itself.
}

function tick() {
  const left = endsAt - Date.now();
  text('countdown', clock(left));
  f('row-expires').classList.toggle('soon', left < 300_000);
  if (left <= 0 && payable(state) && !tick.told) {
    tick.told = true;
    poll.now();
  }
  offer.tick();
  if (!f('choose').hidden && !document.hidden && Date.now() - refreshedAt > REFRESH_MS) refresh();
}

f('offer').querySelector('[data-do="change"]').addEventListener('click', (event) => {
  event.preventDefault();
  root.dataset.chosen = '';
  closeOffer(true);
});

render(state);
if (payable(state)) {
  if (state.locked) apply(state);
  else restore();
}
tick();
setInterval(tick, 1000);
