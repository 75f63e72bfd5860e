import type { RequestOptions } from '../options.js';
import { segment } from '../query.js';
import { ANYBODY, type Transport } from '../transport.js';
import type { Verification } from '../types.js';

/** Requests to look for an invoice's payments on chain again. Open to the merchant and to the payor. */
export class ManualVerification {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Asks for another look, on the network the invoice is paid on. */
  async trigger(
    invoiceId: string,
    parameters: { network?: string | undefined } = {},
    options?: RequestOptions,
  ): Promise<Verification> {
    const path = `/invoice/${segment(invoiceId)}/verify`;
    const { data } = await this.#transport.send<{ data: Verification }>({
      method: 'POST',
      path,
      body: parameters,
      audience: ANYBODY,
      options,
    });
    return data;
  }

  /** Tells how far the latest look is. */
  async retrieve(invoiceId: string, options?: RequestOptions): Promise<Verification> {
    const path = `/invoice/${segment(invoiceId)}/verify`;
    const { data } = await this.#transport.send<{ data: Verification }>({ path, audience: ANYBODY, options });
    return data;
  }
}
