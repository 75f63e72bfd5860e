import type { RequestOptions } from '../options.js';
import { DASHBOARD, type Transport } from '../transport.js';
import type { SettlementPreferences, SettlementTokenUpdated } from '../types.js';

/** How money is settled. Takes the dashboard's `bearerToken` only: a leaked server key must not redirect money. */
export class Settlement {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** How it is settled now. */
  getPreferences(options?: RequestOptions): Promise<SettlementPreferences> {
    return this.#transport.send({ path: '/merchant/settlement-preference', audience: DASHBOARD, options });
  }

  /** Chooses what money is converted to; null for the default. */
  updateSettlementToken(
    parameters: { settlement_token_id: number | null },
    options?: RequestOptions,
  ): Promise<SettlementTokenUpdated> {
    return this.#transport.send({
      method: 'PUT',
      path: '/merchant/settlement-token',
      body: parameters,
      audience: DASHBOARD,
      options,
    });
  }
}
