import type { RequestOptions } from '../options.js';
import { segment } from '../query.js';
import { MERCHANT, type Transport } from '../transport.js';
import type { Blocked, Environment, MerchantTokens, TokenSearch } from '../types.js';

/** Which tokens are searched for. */
export interface TokenSearchParameters {
  environment?: Environment | undefined;
  /** Part of a symbol, name or address. */
  search?: string | undefined;
  /** Such as `base`. */
  network?: string | undefined;
  token_type?: 'native' | 'erc20' | 'spl' | 'sui' | 'ton' | undefined;
  is_active?: boolean | undefined;
  supports_stable_settlement?: boolean | undefined;
  blocked?: boolean | undefined;
  /** 1 to 200; 50 when absent. */
  limit?: number | undefined;
  /** How many matches to skip. */
  offset?: number | undefined;
}

/** The tokens a merchant takes. */
export class Tokens {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Every token of the environment, and whether the merchant takes it. */
  listMerchantSupported(
    parameters: { environment?: Environment | undefined } = {},
    options?: RequestOptions,
  ): Promise<MerchantTokens> {
    return this.#transport.send({ path: '/merchant/tokens', query: parameters, audience: MERCHANT, options });
  }

  /** Searches the catalogue. */
  searchMerchantTokens(parameters: TokenSearchParameters = {}, options?: RequestOptions): Promise<TokenSearch> {
    return this.#transport.send({ path: '/merchant/tokens/search', query: parameters, audience: MERCHANT, options });
  }

  /** Refuses a token from now on, or takes it again. */
  blockOrUnblock(tokenId: number, parameters: { blocked: boolean }, options?: RequestOptions): Promise<Blocked> {
    const path = `/merchant/tokens/${segment(tokenId)}/block`;
    return this.#transport.send({ method: 'POST', path, body: parameters, audience: MERCHANT, options });
  }
}
