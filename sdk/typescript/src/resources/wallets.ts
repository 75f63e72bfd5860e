import type { RequestOptions } from '../options.js';
import { MERCHANT, type Transport } from '../transport.js';
import type { NetworkWallets } from '../types.js';

/** Where the merchant's money goes. */
export class Wallets {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The wallets by network; at most one of each is active. */
  list(options?: RequestOptions): Promise<NetworkWallets[]> {
    return this.#transport.send({ path: '/merchant/wallets', audience: MERCHANT, options });
  }
}
