// Lists that go on by themselves, recovery of events, and waiting for a status.

import { PepayInvoiceEndedError, PepayNotFoundError, PepayTimeoutError } from '../../dist/esm/index.js';
import { equal, ok, rejects } from '../support/assert.mjs';
import { broken, client, failure, hanging, json, withRandom } from '../support/fetch.mjs';

/** A server of `count` objects, newest first, that pages as Pepay does. */
function log(count, wrap = (page) => page) {
  const all = Array.from({ length: count }, (_, index) => ({ id: `evt_1766322000000-${index + 1}`, object: 'event' }));
  return (url) => {
    const query = new URL(url).searchParams;
    const [limit, older, newer] = [
      Number(query.get('limit') ?? 10),
      query.get('starting_after'),
      query.get('ending_before'),
    ];
    const at = (id) => Number(id.split('-')[1]);
    const fits = all.filter(
      ({ id }) => (older === null || at(id) < at(older)) && (newer === null || at(id) > at(newer)),
    );
    const page = newer === null ? fits.slice(-limit) : fits.slice(0, limit);
    return json(200, wrap({ object: 'list', data: page.reverse(), has_more: fits.length > limit }))();
  };
}

const number = ({ id }) => Number(id.split('-')[1]);
const taken = async (list) => {
  const all = [];
  for await (const object of list) all.push(number(object));
  return all;
};
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);
const status = (name) => json(200, { object: 'invoice_status', invoice: { status: name }, latest_payment: null });

export const cases = {
  async 'a list is awaited as one page, and looped over as all of them'() {
    const { pepay, calls } = client([log(25)]);
    const page = await pepay.invoices.list();
    equal([page.data.length, page.has_more, calls.length], [10, true, 1]);
    equal(await taken(pepay.invoices.list({ limit: 7 })), upTo(25).reverse());
    equal(
      calls.slice(1).map(({ url }) => new URL(url).search),
      [
        '?limit=7',
        '?limit=7&starting_after=evt_1766322000000-19',
        '?limit=7&starting_after=evt_1766322000000-12',
        '?limit=7&starting_after=evt_1766322000000-5',
      ],
    );
  },

  async 'towards the newest it goes from old to new'() {
    const { pepay } = client([log(25)]);
    equal(await taken(pepay.invoices.list({ limit: 4, ending_before: 'evt_1766322000000-13' })), upTo(25).slice(13));
  },

  async 'a loop that is left asks for nothing more, and filters go along'() {
    const { pepay, calls } = client([log(100)]);
    for await (const invoice of pepay.invoices.listByCustomer('c-1', { limit: 5, status: 'paid' }))
      if (number(invoice) < 93) break;
    equal(calls.length, 2);
    ok(calls[1].url.includes('/invoices/customer/c-1?limit=5&status=paid&starting_after='), calls[1].url);
  },

  async 'empty lists end, also when they claim to go on'() {
    equal(await taken(client([log(0)]).pepay.invoices.list()), []);
    equal(await taken(client([json(200, { object: 'list', data: [], has_more: true })]).pepay.invoices.list()), []);
  },

  async 'an error on a later page is thrown in the loop'() {
    const { pepay } = client([log(25), failure(404, 'NOT_FOUND')]);
    const seen = [];
    const loop = async () => {
      for await (const invoice of pepay.invoices.list()) seen.push(invoice);
    };
    await rejects(loop(), PepayNotFoundError);
    equal(seen.length, 10);
  },

  async 'recoverSince gives everything after the cursor, oldest first, over many pages'() {
    const wrapped = log(1234, (data) => ({ success: true, data }));
    const { pepay, calls } = client([wrapped]);
    equal((await pepay.events.recoverSince('evt_1766322000000-34')).map(number), upTo(1234).slice(34));
    equal(calls.length, 12);
    equal(await taken(pepay.events.recoverSince('evt_1766322000000-1200', { limit: 7 })), upTo(1234).slice(1200));
    equal((await pepay.events.recoverSince(null, { type: 'invoice.*', invoice_id: 'i' })).length, 1234);
    ok(decodeURIComponent(calls.at(-1).url).includes('type=invoice.*&invoice_id=i&ending_before='), calls.at(-1).url);
    equal((await pepay.events.recoverSince('evt_1766322000000-1234')).length, 0);
  },

  async 'recoverSince goes on where a page failed'() {
    const wrapped = log(250, (data) => ({ success: true, data }));
    const { pepay } = client([wrapped, broken, failure(503, 'X'), wrapped]);
    equal(await withRandom(0, () => taken(pepay.events.recoverSince('evt_1766322000000-0'))), upTo(250));
  },

  async 'waitForStatus returns in each terminal state'() {
    for (const end of ['paid', 'expired', 'canceled']) {
      const { pepay, calls } = client([status('unpaid'), status('underpaid'), status(end)]);
      const found = await pepay.invoices.waitForStatus('an-id', { intervalMs: 5 });
      equal([found.invoice.status, calls.length], [end, 3]);
    }
    const { pepay } = client([status('unpaid'), status('underpaid')]);
    equal(
      (await pepay.invoices.waitForStatus('an-id', { intervalMs: 5, until: ['underpaid'] })).invoice.status,
      'underpaid',
    );
  },

  async 'waitForStatus ends at once where what is waited for can not come any more, and says how it is'() {
    for (const end of ['expired', 'canceled']) {
      const { pepay, calls } = client([status('unpaid'), status(end)]);
      const error = await rejects(
        pepay.invoices.waitForStatus('an-id', { intervalMs: 5, until: ['underpaid', 'paid'] }),
        PepayInvoiceEndedError,
      );
      equal([error.code, error.found.invoice.status, calls.length], ['INVOICE_ENDED', end, 2]);
      equal(error.message, `the invoice is ${end} and will not be underpaid or paid`);
    }
  },

  async 'waitForStatus times out on time, whatever the server is doing'() {
    for (const answer of [status('unpaid'), hanging, failure(503, 'X', { 'retry-after': '20' }), broken]) {
      const { pepay } = client([answer]);
      const began = performance.now();
      const error = await rejects(
        pepay.invoices.waitForStatus('an-id', { timeoutMs: 300, intervalMs: 40 }),
        PepayTimeoutError,
        { code: 'WAIT_TIMEOUT' },
      );
      const took = performance.now() - began;
      ok(took >= 280 && took < 1500, `took ${took} ms`);
      ok(error.message.includes(answer === hanging ? 'never seen' : ''), error.message);
    }
  },

  async 'waitForStatus outlives failures that pass, and throws those that do not'() {
    const flaky = client([broken, failure(500, 'X'), failure(429, 'X', { 'retry-after': '0' }), status('paid')], {
      maxRetries: 0,
    });
    equal((await flaky.pepay.invoices.waitForStatus('an-id', { intervalMs: 5 })).invoice.status, 'paid');
    await rejects(
      client([failure(404, 'INVOICE_NOT_FOUND')]).pepay.invoices.waitForStatus('an-id'),
      PepayNotFoundError,
      { code: 'INVOICE_NOT_FOUND' },
    );
  },

  async 'waitForStatus ends with the reason of its signal'() {
    const leaving = new AbortController();
    const reason = new Error('the user left');
    setTimeout(() => leaving.abort(reason), 30);
    ok(
      (await rejects(
        client([status('unpaid')]).pepay.invoices.waitForStatus('an-id', {
          intervalMs: 60_000,
          signal: leaving.signal,
        }),
        Error,
      )) === reason,
    );
  },
};
