// A browser wallet that announces itself by EIP-6963 and really signs and sends: its account and its nodes are outside
// the page, as a wallet's are.

import { createPublicClient, createWalletClient, defineChain, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const ICON = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"%3E%3Crect width="8" height="8" fill="%23e76f00"/%3E%3C/svg%3E';

export class Wallet {
  /** What was asked of it, in order. */
  asked = [];
  /** Transactions it sent. */
  sent = [];
  /** Methods that its owner declines. */
  declined = new Set();
  /** Chains it can be switched to; others have to be added first. */
  known = new Set();
  /** Parameters of the chains that were added. */
  added = [];
  /** Stays where it is when asked to switch. */
  stubborn = false;
  chainId = 1;
  #nodes = new Map();
  #account;

  constructor(networks) {
    for (const network of networks) this.#nodes.set(network.chain_id, network.rpc_url);
    this.#account = privateKeyToAccount(networks[0].funded_private_key);
  }

  get address() {
    return this.#account.address;
  }

  /** Puts the wallet into every page and frame that is opened from now on. */
  async inject(page) {
    await page.exposeBinding('walletRequest', async (_, { method, params }) => {
      try {
        return { result: await this.#answer(method, params) };
      } catch (error) {
        return { error: { code: error.code ?? -32603, message: error.shortMessage ?? error.message } };
      }
    });
    await page.addInitScript((icon) => {
      const provider = {
        async request({ method, params }) {
          const { result, error } = await globalThis.walletRequest({ method, params });
          if (error) throw Object.assign(new Error(error.message), { code: error.code });
          return result;
        },
      };
      const info = { uuid: '350670db-19fa-4704-a166-e52e178b59d2', name: 'Test Wallet', icon, rdns: 'test.wallet' };
      const announce = () => {
        dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
      };
      addEventListener('eip6963:requestProvider', announce);
      announce();
    }, ICON);
  }

  async #answer(method, params = []) {
    this.asked.push(method);
    if (this.declined.has(method)) throw failure(4001, 'User rejected the request.');
    const [first] = params;
    switch (method) {
      case 'eth_requestAccounts': return [this.address];
      case 'eth_chainId': return `0x${this.chainId.toString(16)}`;
      case 'wallet_switchEthereumChain': return this.#switchTo(Number(first.chainId));
      case 'wallet_addEthereumChain':
        this.added.push(first);
        this.known.add(Number(first.chainId));
        return null;
      case 'eth_sendTransaction': return this.#send(first);
      default: throw failure(4200, `${method} is not supported`);
    }
  }

  #switchTo(chainId) {
    if (!this.known.has(chainId)) throw failure(4902, 'Unrecognized chain ID.');
    if (!this.stubborn) this.chainId = chainId;
    return null;
  }

  async #send({ from, to, value, data }) {
    if (from !== this.address) throw failure(4100, 'not this account');
    const url = this.#nodes.get(this.chainId);
    const currency = { name: 'Coin', symbol: 'COIN', decimals: 18 };
    const chain = defineChain({ id: this.chainId, name: 'local', nativeCurrency: currency, rpcUrls: { default: { http: [url] } } });
    const wallet = createWalletClient({ account: this.#account, chain, transport: http(url) });
    const hash = await wallet.sendTransaction({ to, value: BigInt(value), data });
    this.sent.push(hash);
    return hash;
  }
}

/** A transaction as the chain has it. */
export const transaction = (network, hash) => createPublicClient({ transport: http(network.rpc_url) }).getTransaction({ hash });

function failure(code, message) {
  return Object.assign(new Error(message), { code });
}
