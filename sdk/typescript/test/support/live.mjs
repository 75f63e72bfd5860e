// The real program that test/run.mjs started, and clients of it.

import { Pepay } from '../../dist/esm/index.js';
import { webSocketFactory } from './network.mjs';

if (!process.env.PEPAY_DEV) throw new Error('run this through test/run.mjs, which starts the program');

/** What the program says of itself. */
export const dev = JSON.parse(process.env.PEPAY_DEV);

/** A merchant's server. */
export const merchant = (options) =>
  new Pepay({ baseUrl: dev.base_url, apiKey: dev.api_key, webSocketFactory, maxRetries: 5, ...options });

/** The payor of an invoice that was created. */
export const payor = ({ session_token: sessionToken, signature }, options) =>
  merchant({ apiKey: undefined, sessionToken, signature, ...options });

/** A stable coin with six decimals, and its network. */
export const coin = (() => {
  for (const { network, tokens } of dev.networks) {
    const token = tokens.find(({ decimals }) => decimals === 6);
    if (token) return { network, tokenId: token.id, symbol: token.symbol };
  }
  throw new Error('pepay dev has no such token');
})();

/** Pays from the faucet: what is asked, or so many base units. */
export async function pay(invoice, units) {
  const headers = { 'content-type': 'application/json', ...invoice.payment_session_headers };
  const body = JSON.stringify({ network: coin.network, tokenId: coin.tokenId, units });
  const response = await fetch(`${dev.base_url}/pay/faucet`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the faucet answered ${response.status}: ${await response.text()}`);
}

/** A customer of one test, so that lists show what that test did. */
export const customer = () => `sdk-${crypto.randomUUID()}`;
