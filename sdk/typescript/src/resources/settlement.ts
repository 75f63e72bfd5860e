import type { RequestOptions } from '../options.js';
import { DASHBOARD, type Transport } from '../transport.js';

/** A token that money can be settled in. */
export interface SettlementToken {
  id: number;
  token_symbol: string;
  token_name: string;
  network: string;
}

/** How a merchant's money is settled. */
export interface SettlementPreferences {
  /** `stables_only`: nothing else is taken; `stables_preferred`: converted where a route exists; `tokens`: as paid. */
  settlement_preference: 'stables_only' | 'stables_preferred' | 'tokens';
  /** The same in a sentence. */
  description: string;
  /** What money is converted to. */
  selected_settlement_token: (SettlementToken & SettlementTokenFacts & { is_default: boolean }) | null;
  /** What could be chosen. */
  available_stable_tokens: (SettlementToken & SettlementTokenFacts & { is_default_settlement: boolean })[];
  /** When it was last changed, in epoch seconds. */
  updated_at: number | null;
}

interface SettlementTokenFacts {
  token_address: string | null;
  token_decimals: number;
  photo_uri: string | null;
}

/** The answer to a changed settlement token. */
export interface SettlementTokenUpdated {
  success: boolean;
  message: string;
  settlement_token: SettlementToken | null;
  updated_at: number;
}

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
