// Wallets in this browser: found by EIP-6963, asked over EIP-1193 for one exact transaction that the server wrote.
//
// Nothing is sent before the wallet itself says that it is on the right network. What was sent is remembered, so that
// nobody pays twice because the network is slow to show it.

import { announce, el, f, Memory, note, say, show } from './dom.js';

const REJECTED = 4001;
const UNKNOWN_CHAIN = 4902;
const SILENT = [4900, 4901]; // The wallet lost its own connection.
const LEGACY_MS = 400; // Wallets that announce themselves do so at once; then window.ethereum is asked, if it is there.

class WrongChain extends Error {}

export class Wallets {
  #found = new Map();
  #fresh;
  #sent;
  #memory;
  #offer = null;
  #busy = false;
  #stale = false; // Something changed while a wallet was at work.

  /** fresh() gives { order, told } of a price that holds; sent() is called when a wallet has sent. */
  constructor({ invoice, fresh, sent }) {
    [this.#fresh, this.#sent, this.#memory] = [fresh, sent, new Memory(`sent.${invoice}`)];
    addEventListener('eip6963:announceProvider', ({ detail }) => {
      if (detail?.info?.uuid && typeof detail.provider?.request === 'function') this.#add(detail);
    });
    dispatchEvent(new Event('eip6963:requestProvider'));
    setTimeout(() => {
      const provider = globalThis.ethereum;
      if (this.#found.size === 0 && typeof provider?.request === 'function') {
        this.#add({ info: { uuid: 'legacy', name: say('wallet_browser') }, provider });
      }
    }, LEGACY_MS);
  }

  /** Offers to send order, unless it was sent already; null for none. network is a name, mark tells one bill apart. */
  offer(order, network, mark) {
    this.#offer = order && { network, mark };
    this.#draw();
  }

  #add(detail) {
    this.#found.set(detail.info.uuid, detail);
    this.#draw();
  }

  #draw() {
    this.#stale = this.#busy;
    if (this.#busy) return;
    const before = this.#before();
    show('wallets', this.#offer !== null && (this.#found.size > 0 || before !== null));
    if (!this.#offer) return note('wallet-note', '');
    if (before) {
      note('wallet-note', say('wallet_sent', { tx: short(before) }));
      const again = el('button', { className: 'button quiet', type: 'button', onclick: () => this.#forget() }, say('wallet_again'));
      return f('wallets').replaceChildren(again);
    }
    f('wallets').replaceChildren(...[...this.#found.values()].map((detail) => this.#button(detail)));
  }

  #button(detail) {
    const { name, icon } = detail.info;
    // Only pictures that come with the announcement: none is fetched from anywhere.
    const picture = String(icon ?? '').startsWith('data:image/') ? el('img', { src: icon, alt: '', width: 24, height: 24 }) : null;
    const label = el('span', {}, say('wallet_pay', { wallet: name }));
    return el('button', { className: 'button wallet', type: 'button', onclick: () => this.#pay(detail) }, picture, label);
  }

  // The transaction that was sent for this very bill, if any.
  #before() {
    const [mark, tx] = this.#memory.get().split(' ');
    return tx && mark === this.#offer?.mark ? tx : null;
  }

  #forget() {
    this.#memory.set('');
    note('wallet-note', '');
    this.#draw();
    f('wallets').querySelector('button')?.focus();
  }

  async #pay({ info: { name: wallet }, provider }) {
    if (this.#busy) return;
    this.#lock(true);
    const { network, mark } = this.#offer;
    const tell = (message) => {
      note('wallet-note', message);
      announce(message);
    };
    try {
      tell(say('wallet_connect', { wallet }));
      const [from] = await provider.request({ method: 'eth_requestAccounts' });
      const { order, told } = await this.#fresh();
      if (!(await onChain(provider, order))) {
        tell(say('wallet_switch', { wallet, network }));
        await switchTo(provider, order);
      }
      tell(say('wallet_confirm', { wallet, amount: told }));
      const { to, value, data } = order;
      const tx = await provider.request({ method: 'eth_sendTransaction', params: [{ from, to, value, data }] });
      this.#memory.set(`${mark} ${tx}`);
      tell(say('wallet_sent', { tx: short(String(tx)) }));
      this.#lock(false);
      this.#sent();
    } catch (error) {
      this.#lock(false);
      tell(reason(error, wallet, network));
    }
  }

  #lock(busy) {
    this.#busy = busy;
    for (const button of f('wallets').querySelectorAll('button')) button.disabled = busy;
    f('wallets').ariaBusy = String(busy);
    if (!busy && (this.#stale || this.#before())) this.#draw();
  }
}

async function onChain(provider, order) {
  const chain = await provider.request({ method: 'eth_chainId' });
  return BigInt(chain) === BigInt(order.chain_id);
}

async function switchTo(provider, { chain_id: chainId, chain }) {
  const ask = () => provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
  try {
    await ask();
  } catch (error) {
    // Some wallets wrap the code of one that does not know the network.
    const unknown = [error?.code, error?.data?.originalError?.code].includes(UNKNOWN_CHAIN);
    if (!unknown || !chain) throw unknown ? new WrongChain() : error;
    await provider.request({ method: 'wallet_addEthereumChain', params: [chain] });
    if (!(await onChain(provider, { chain_id: chainId }))) await ask();
  }
  if (!(await onChain(provider, { chain_id: chainId }))) throw new WrongChain();
}

function reason(error, wallet, network) {
  const why = error?.message ?? String(error);
  if (error?.code === REJECTED) return say('wallet_rejected', { wallet });
  if (error instanceof WrongChain) return say('wallet_chain', { wallet, network });
  if (/insufficient funds|exceeds balance/i.test(why)) return say('wallet_funds', { wallet });
  if (SILENT.includes(error?.code)) return say('wallet_unsure', { wallet });
  return say('wallet_failed', { wallet, why });
}

const short = (tx) => (tx.length > 20 ? `${tx.slice(0, 10)}…${tx.slice(-6)}` : tx);
