// The checkout page: follows the invoice's state and the payor's choice. It decides nothing about money.

import { getState } from './api.js';
import { Choose } from './choose.js';
import { Details } from './details.js';
import { clock, f, Memory, notice, say, show, text } from './dom.js';
import { Offer } from './offer.js';
import { Poll } from './poll.js';
import { payable, render } from './progress.js';

const REFRESH_MS = 60_000; // How often the list of coins is asked for while it is shown.

const root = document.querySelector('[data-checkout]');
let state = JSON.parse(root.dataset.state);
let endsAt = Date.now() + state.remaining_ms;
let refreshedAt = Date.now();

const memory = new Memory(`choice.${state.invoice_id}`);
let around = null; // The page around this one.
const choose = new Choose(state.networks, (choice) => {
  memory.set(`${choice.network}:${choice.tokenId}`);
  openOffer(choice, true);
});
const details = new Details(() => {
  proceed();
  (f('offer').hidden ? f('headline') : f('offer-head')).focus();
});
const offer = new Offer({ invoice: state.invoice_id, label: (network) => choose.label(network), paid: () => poll.now() });
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
  if (phaseChanged || state.locked || !payable(state)) proceed();
  around?.follow(state);
  tick();
}

// What the payor is to do now: answer, choose, pay, or only read.
function proceed() {
  const answering = payable(state) && details.open;
  show('details', payable(state) && (answering || !f('details')?.hasAttribute('data-gate')));
  if (!payable(state) || answering) {
    offer.close();
    show('choose', false);
    show('stage', !answering);
  } else if (state.locked) {
    const { network, token_id: tokenId, symbol } = state.locked;
    openOffer({ network, tokenId, symbol }, false);
  } else restore();
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
    notice(say('link_ended'));
    return 'stop';
  } else if (count >= 2) notice(say('connection_lost'));
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
f('langs').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !f('langs').open) return;
  event.preventDefault();
  f('langs').open = false;
  f('langs').querySelector('summary').focus();
});

render(state);
proceed();
tick();
setInterval(tick, 1000);
performance.mark('pepay-interactive');
rest();

// What the payor does not wait for.
async function rest() {
  if (root.dataset.parent) {
    const { Parent } = await import('./embed.js');
    around = new Parent(root.dataset.parent);
    around.ready(state);
  }
  const [{ Stream }, { help }] = await Promise.all([import('./stream.js'), import('./help.js')]);
  new Stream(root.dataset.stream, { news: () => poll.now(), live: (yes) => poll.calm(yes) });
  help(() => poll.now(), () => choose.label(offer.network ?? state.locked?.network ?? state.networks[0]?.network ?? ''));
}
