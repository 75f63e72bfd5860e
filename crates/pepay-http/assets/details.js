// The merchant's questions and the address for the receipt. Required questions stand before the choice of a coin.

import { answer, setEmail } from './api.js';
import { announce, f, note, say, show, told } from './dom.js';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export class Details {
  #email = f('email')?.value ?? '';
  #open;
  #done;

  /** done() is called when nothing required is open any more. */
  constructor(done) {
    this.#open = f('details')?.hasAttribute('data-gate') ?? false;
    this.#done = done;
    const form = f('details-form');
    if (!form) return;
    form.noValidate = true; // Our own words, in the language of the page.
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** Whether something must be answered first. */
  get open() {
    return this.#open;
  }

  async #send() {
    const asks = [...f('details-form').querySelectorAll('[data-id]')];
    const wrong = this.#check(asks);
    note('details-bad', wrong?.message ?? '');
    if (wrong) return wrong.field.focus();
    f('details-send').disabled = true;
    try {
      if (asks.length > 0) await answer(asks.map(read).filter(({ response }) => response !== null));
      const email = f('email').value.trim();
      if (email !== '' && email !== this.#email) await setEmail(email);
      this.#saved(asks, email);
    } catch (error) {
      note('details-bad', error.status === 400 ? say('details_bad') : told(error));
    } finally {
      f('details-send').disabled = false;
    }
  }

  #check(asks) {
    let first = null;
    const judge = (field, message) => {
      field.setAttribute('aria-invalid', String(message !== ''));
      if (message === '') field.removeAttribute('aria-describedby');
      else field.setAttribute('aria-describedby', 'details-bad');
      if (message !== '') first ??= { field, message };
    };
    for (const ask of asks) {
      const field = ask.querySelector('input, textarea');
      const { response } = read(ask);
      const missing = ask.hasAttribute('data-required') && response === null;
      const bad = ask.dataset.kind === 'email' && response !== null && !EMAIL.test(response);
      judge(field, missing ? say('answer_needed') : bad ? say('email_bad') : '');
    }
    const email = f('email').value.trim();
    judge(f('email'), email === '' || EMAIL.test(email) ? '' : say('email_bad'));
    return first;
  }

  #saved(asks, email) {
    this.#email = email;
    for (const ask of asks) ask.remove(); // Answered once.
    if (this.#open) {
      this.#open = false;
      show('details', false);
      this.#done();
    } else {
      f('email-shown').textContent = email;
      f('details').open = false;
      f('details').querySelector('summary').focus();
    }
    announce(say('saved'));
  }
}

// An answer as the question's type wants it; null for none.
function read(ask) {
  const { id: question_id, kind } = ask.dataset;
  const value = kind === 'boolean' ? (ask.querySelector('input:checked')?.value ?? '') : ask.querySelector('input, textarea').value.trim();
  if (value === '') return { question_id, response: null };
  const number = Number(value);
  const response = kind === 'boolean' ? value === 'true' : kind === 'number' && Number.isFinite(number) ? number : value;
  return { question_id, response };
}
