// Webhook endpoints of the real program, and its deliveries verified.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import * as sdk from '../dist/esm/index.js';
import { until } from './support/in-memory.mjs';
import { customer, merchant } from './support/live.mjs';
import { listening } from './support/network.mjs';

const LIMIT = { timeout: 120_000 };
const pepay = merchant();

/** What came, as a merchant's handler gets it. */
const deliveries = [];
let receiver;
let status = 200;
before(async () => {
  receiver = await listening(
    createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      deliveries.push({ rawBody: Buffer.concat(chunks), headers: request.headers });
      response.writeHead(status).end();
    }),
  );
});
after(() => receiver?.close());

const url = () => receiver.url.replace('127.0.0.1', 'localhost');
const next = async () => {
  await until(() => deliveries.length > 0, 'a delivery');
  return deliveries.shift();
};

test(
  'an endpoint is made, tested, told of events that verify, rotated, replayed, changed and removed',
  LIMIT,
  async () => {
    const endpoint = await pepay.webhooks.create({
      url: `${url()}/hook`,
      enabled_events: ['invoice.*', 'test.ping'],
      description: 'mine',
    });
    assert.match(endpoint.secret, /^whsec_/);
    const verifier = sdk.createWebhookVerifier({ secrets: [endpoint.secret] });
    const { id } = endpoint;
    assert.equal((await pepay.webhooks.retrieve(id)).description, 'mine');
    assert.ok((await pepay.webhooks.list()).data.some((one) => one.id === id && !('secret' in one)));

    await pepay.webhooks.test(id);
    const ping = await verifier.verify(await next());
    assert.deepEqual([ping.valid, ping.event.type, ping.event.data.object.status], [true, 'test.ping', 'ok']);

    const { invoice_id } = await pepay.invoices.create({ amount_usd: 1, customer_id: customer() });
    const delivery = await next();
    const told = await verifier.verify(delivery);
    assert.deepEqual([told.valid, told.event.type, told.event.data.object.id], [true, 'invoice.created', invoice_id]);
    // The same event, but for what was still to be delivered when it was sent.
  assert.deepEqual({ ...(await pepay.events.retrieve(told.event.id)), pending_webhooks: 1 }, told.event);
    const only = (pattern) => ({
      ...delivery,
      headers: Object.fromEntries(Object.entries(delivery.headers).filter(([name]) => pattern.test(name))),
    });
    for (const scheme of [/^x-pepay-/, /^webhook-/]) assert.equal((await verifier.verify(only(scheme))).reason, null);
    const forged = { ...delivery, rawBody: Buffer.from(delivery.rawBody.toString().replace('unpaid', 'paid')) };
    assert.equal((await verifier.verify(forged)).reason, 'signature_mismatch');

    const rotated = await pepay.webhooks.rotateSecret(id);
    await pepay.webhooks.test(id);
    const both = await next();
    for (const secret of [endpoint.secret, rotated.secret]) {
      assert.equal((await sdk.createWebhookVerifier({ secrets: [secret] }).verify(both)).reason, null);
    }

    const list = await pepay.webhooks.listDeliveries(id, { limit: 100 });
    const made = list.data.find(({ event_id }) => event_id === told.event.id);
    assert.equal((await pepay.webhooks.retrieveDelivery(made.id)).attempts[0].response.status, 200);
    await pepay.webhooks.replayDelivery(made.id);
    assert.equal((await verifier.verify(await next())).event.id, told.event.id);

    const changed = await pepay.webhooks.update(id, { enabled_events: ['test.ping'], description: null });
    assert.deepEqual(
      [changed.enabled_events, changed.description, changed.url],
      [['test.ping'], null, `${url()}/hook`],
    );
    assert.equal((await pepay.webhooks.delete(id)).deleted, true);
    await assert.rejects(pepay.webhooks.retrieve(id), sdk.PepayNotFoundError);
  },
);

test('what an endpoint missed is recovered', LIMIT, async () => {
  const customer_id = customer();
  const { id, secret } = await pepay.webhooks.create({ url: url(), enabled_events: ['invoice.created'] });
  await pepay.webhooks.update(id, { enabled: false });
  const since = (await pepay.events.list({ limit: 1 })).data[0].id;
  const missed = await pepay.invoices.create({ amount_usd: 1, customer_id });
  await pepay.webhooks.update(id, { enabled: true });
  const recovery = await pepay.webhooks.recover(id, { since });
  assert.equal(recovery.webhook_id, id);
  const verifier = sdk.createWebhookVerifier({ secrets: [secret] });
  assert.equal((await verifier.verify(await next())).event.data.object.id, missed.invoice_id);
  await pepay.webhooks.delete(id);
});
