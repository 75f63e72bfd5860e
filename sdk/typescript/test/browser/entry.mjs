// What test/browser.test.mjs calls inside the page.

import { Pepay } from '../../dist/esm/index.js';
import { all } from '../pure/all.mjs';
import { place } from '../support/world.mjs';

globalThis.Pepay = Pepay;
globalThis.tests = {
  run: (name) => all.find((one) => one.name === name).run(),

  async follow(baseUrl, count) {
    const pepay = new Pepay({
      baseUrl,
      apiKey: 'sk_test_1',
      timeoutMs: 300,
      maxRetries: 2,
      dangerouslyAllowBrowser: true,
    });
    const found = [];
    for await (const { id } of pepay.ws.connectMerchantEvents({ since: 'evt_0-0', idleTimeoutMs: 300 })) {
      found.push(place(id));
      if (found.length === count) return found;
    }
  },

  /** A payor's stream, until the invoice is paid. */
  async watch({ baseUrl, token }) {
    const seen = [];
    for await (const { type, data } of new Pepay({ baseUrl }).ws.connectPaymentSession({ token })) {
      seen.push(type);
      if (type === 'invoice.updated' && data.object.status === 'paid') return seen;
    }
  },

  /** A merchant's stream with a token of the merchant's server, until there are so many events, or why it ends. */
  async listen({ baseUrl, token, count, ...options }) {
    const stream = new Pepay({ baseUrl }).ws.connectMerchantEvents({ token, ...options });
    const ids = [];
    try {
      for await (const { id } of stream) {
        ids.push(id);
        if (ids.length === count) break;
      }
      return ids;
    } catch ({ code, status, willReconnect }) {
      return { code, status, willReconnect };
    }
  },

  /** The payor's part of an embedded checkout, on a page of another origin. */
  async payor({ baseUrl, sessionToken, signature, coin }) {
    const { paymentSessions } = new Pepay({ baseUrl, sessionToken, signature });
    const details = await paymentSessions.getSessionDetails();
    const tokens = await paymentSessions.listAvailableTokens();
    const address = await paymentSessions.createPaymentAddress(coin);
    await paymentSessions.setCustomerEmail({ email: 'ada@example.com' });
    const email = await paymentSessions.getCustomerEmail();
    const refused = await paymentSessions
      .createPaymentAddress({ ...coin, tokenId: 999_999 })
      .catch(({ name, code, requestId }) => ({ name, code, traced: !!requestId }));
    const { status } = await paymentSessions.getPaymentStatus();
    return { details, tokens, address, email, refused, status };
  },
};
