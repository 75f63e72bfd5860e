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

/** Sends base units of the coin to an address, whatever its invoice says: what the faucet does not do. */
export async function transfer(to, units) {
  const { rpc_url, tokens } = dev.networks.find(({ network }) => network === coin.network);
  const token = tokens.find(({ id }) => id === coin.tokenId).address;
  const rpc = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(rpc_url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { result, error } = await response.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const word = (hex) => hex.replace(/^0x/, '').toLowerCase().padStart(64, '0');
  const has = (owner) => rpc('eth_call', { to: token, data: `0x70a08231${word(owner)}` }, 'latest');
  for (const from of await rpc('eth_accounts')) {
    if (BigInt(await has(from)) < BigInt(units)) continue;
    const data = `0xa9059cbb${word(to)}${word(BigInt(units).toString(16))}`;
    return rpc('eth_sendTransaction', { from, to: token, data });
  }
  throw new Error('nobody on the chain has that much');
}
