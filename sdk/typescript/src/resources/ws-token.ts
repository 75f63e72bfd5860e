import type { RequestOptions } from '../options.js';
import { MERCHANT, type Transport } from '../transport.js';
import type { Environment } from '../types.js';

/** A token that opens a merchant's stream, and nothing else. */
export interface StreamToken {
  /** The token. Short-lived, so that it may be handed to a browser. */
  token: string;
  scope: 'merchant';
  merchant_id: number;
  network_environment: Environment;
  /** When it ends, in epoch seconds. */
  expires_at: number;
  /** Where it opens a socket. */
  ws_url: string;
}

/** Tokens that open streams. */
export class StreamTokens {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes a token; it lives 10 to 3 600 seconds, 60 when `ttlSeconds` is absent. */
  async mint(
    parameters: { scope?: 'merchant' | undefined; ttlSeconds?: number | undefined } = {},
    options?: RequestOptions,
  ): Promise<StreamToken> {
    const body = { scope: parameters.scope ?? 'merchant', ttl_seconds: parameters.ttlSeconds };
    const { data } = await this.#transport.send<{ data: StreamToken }>({
      method: 'POST',
      path: '/ws/token',
      body,
      audience: MERCHANT,
      options,
    });
    return data;
  }
}
