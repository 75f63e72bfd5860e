// "I have paid, but nothing shows": has the chain read again for this invoice, and tells what came of it.

import { lookAgain, looked } from './api.js';
import { f, say, text, told } from './dom.js';

const EVERY_MS = 1000;
const LONGEST_MS = 90_000; // Until a reading that goes on is left to itself.

/** found() is called after each reading; network() names the network of the choice, or the first there is. */
export function help(found, network) {
  const button = f('help').querySelector('[data-do="look"]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    text('look-note', say('looking'));
    try {
      const { status, result } = await reading();
      found();
      const word = status !== 'completed' ? 'failed' : result === 'found' ? 'found' : 'nothing';
      if (word === 'failed') text('look-note', say('look_failed'));
      else if (word === 'found') text('look-note', say('look_found'));
      else text('look-note', say('look_nothing', { network: network() }));
    } catch (error) {
      text('look-note', error.status === 400 ? say('look_none') : told(error));
    } finally {
      button.disabled = false;
    }
  });
}

async function reading() {
  const until = Date.now() + LONGEST_MS;
  let { data } = await lookAgain();
  while (data.status === 'queued' && Date.now() < until) {
    await new Promise((done) => { setTimeout(done, EVERY_MS); });
    ({ data } = await looked());
  }
  return data;
}
