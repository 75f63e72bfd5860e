import type { components } from '../generated/openapi.js';
import type { RequestOptions } from '../options.js';
import { MERCHANT, type Transport } from '../transport.js';

/** A token that opens a merchant's stream, and nothing else. Short-lived, so that it may be handed to a browser. */
export type StreamToken = Omit<components['schemas']['WsToken'], 'scope'> & {
  /** What it opens. */
  scope: 'merchant';
};

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
