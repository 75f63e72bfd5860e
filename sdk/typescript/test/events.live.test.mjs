// The event log against the real program.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as sdk from '../dist/esm/index.js';
import { customer, merchant } from './support/live.mjs';

const LIMIT = { timeout: 120_000 };
const MISSED = 10_000;
const AT_ONCE = 64;
const pepay = merchant();

test('10 000 missed events are recovered, in order and once', { timeout: 600_000 }, async (t) => {
  const customer_id = customer();
  const [newest] = (await pepay.events.list({ limit: 1 })).data;
  const created = [];
  const create = async () => {
    while (created.length < MISSED) {
      const place = created.push(undefined) - 1;
      created[place] = (await pepay.invoices.create({ amount_usd: 1, customer_id })).invoice_id;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, create));
  const began = performance.now();
  const recovered = await pepay.events.recoverSince(newest?.id, { customer_id });
  t.diagnostic(`recovered in ${Math.round(performance.now() - began)} ms`);
  const told = recovered.map(({ data }) => data.object.id);
  assert.equal(told.length, MISSED);
  assert.deepEqual(told.toSorted(), created.toSorted());
  const places = recovered.map(({ id }) => Number(id.split('-')[1]));
  assert.ok(places.every((place, index) => index === 0 || place > places[index - 1]), 'oldest first');
  // A stream that was away as long begins after any of them.
  const middle = recovered[MISSED / 2];
  const rest = [];
  for await (const { id } of pepay.ws.connectMerchantEvents({ customer_id, since: middle.id })) {
    rest.push(id);
    if (rest.length === MISSED / 2 - 1) break;
  }
  assert.deepEqual(
    rest,
    recovered.slice(MISSED / 2 + 1).map(({ id }) => id),
  );
});

test('events are listed, filtered, read and recovered in order', LIMIT, async () => {
  const customer_id = customer();
  const [newest] = (await pepay.events.list({ limit: 1 })).data;
  const ids = [];
  for (let index = 0; index < 5; index++)
    ids.push((await pepay.invoices.create({ amount_usd: 1, customer_id })).invoice_id);
  await pepay.invoices.cancel(ids[0]);

  const { data, has_more } = await pepay.events.list({ customer_id, limit: 3 });
  assert.deepEqual(
    [data[0].type, data[0].data.object.status, data[0].data.previous_attributes.status, has_more],
    ['invoice.updated', 'canceled', 'unpaid', true],
  );
  const all = [];
  for await (const event of pepay.events.list({ customer_id, limit: 2 })) all.push(event);
  assert.equal(all.length, 6);
  assert.deepEqual(await pepay.events.retrieve(all[0].id), all[0]);
  const since = new Date((all[0].created - 60) * 1000);
  const only = await pepay.events.list({
    invoice_id: ids[1],
    type: ['invoice.created', 'invoice_payment.*'],
    created: { gte: since },
    environment: 'devnet',
  });
  assert.deepEqual(
    only.data.map(({ data: { object } }) => object.id),
    [ids[1]],
  );

  const recovered = await pepay.events.recoverSince(newest?.id, { customer_id, limit: 2 });
  assert.deepEqual(
    recovered.map(({ id }) => id),
    all.map(({ id }) => id).reverse(),
  );
  await assert.rejects(pepay.events.retrieve('evt_1-999999999'), sdk.PepayNotFoundError);
  await assert.rejects(
    pepay.events.list({ starting_after: 'nonsense' }),
    (error) => error instanceof sdk.PepayValidationError && error.code === 'INVALID_CURSOR',
  );
});
