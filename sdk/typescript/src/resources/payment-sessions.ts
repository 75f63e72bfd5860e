import type { RequestOptions } from '../options.js';
import { PAYOR, type Transport } from '../transport.js';
import type {
  Answer,
  CustomerEmail,
  CustomerEmailSet,
  InvoiceQuestions,
  PaymentAddress,
  PaymentStatus,
  SessionDetails,
  TokenOption,
} from '../types.js';

/** Which tokens are offered. */
export interface AvailableTokensParameters {
  /** `monitored` when absent; `network` needs `network`. */
  mode?: 'monitored' | 'all' | 'network' | undefined;
  /** Such as `base`. */
  network?: string | undefined;
  /** Leaves out what can not be paid with now. */
  available_only?: boolean | undefined;
}

/** The payor's side of one invoice, for checkouts of your own. Safe in a browser; needs the session of the invoice. */
export class PaymentSessions {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What the payor sees of the invoice. */
  getSessionDetails(
    parameters: { invoice_id?: string | undefined } = {},
    options?: RequestOptions,
  ): Promise<SessionDetails> {
    return this.#get('/payments/session-details', options, parameters);
  }

  /** The tokens the payor may choose from; only the locked one once a part is paid. */
  listAvailableTokens(parameters: AvailableTokensParameters = {}, options?: RequestOptions): Promise<TokenOption[]> {
    return this.#get('/payments/available-tokens', options, parameters);
  }

  /** Quotes a token and gives the address to pay to. Calling again quotes again; the earlier address stays good. */
  createPaymentAddress(
    choice: { network: string; tokenId: number },
    options?: RequestOptions,
  ): Promise<PaymentAddress> {
    return this.#post('/payments/payment-addresses', choice, options);
  }

  /** Whether the invoice is paid. */
  getPaymentStatus(options?: RequestOptions): Promise<PaymentStatus> {
    return this.#get('/payments/payment-status', options);
  }

  /** Says where the receipt goes. */
  setCustomerEmail(parameters: { email: string }, options?: RequestOptions): Promise<CustomerEmailSet> {
    return this.#post('/payments/customer-email', parameters, options);
  }

  /** Where the receipt goes. */
  getCustomerEmail(options?: RequestOptions): Promise<CustomerEmail> {
    return this.#get('/payments/customer-email', options);
  }

  /** What the payor is asked. */
  getQuestions(options?: RequestOptions): Promise<InvoiceQuestions> {
    return this.#get('/payments/invoice-questions', options);
  }

  /** Answers what the payor is asked. */
  submitForm(parameters: { responses: readonly Answer[] }, options?: RequestOptions): Promise<{ success: boolean }> {
    return this.#post('/payments/submit-form', parameters, options);
  }

  #get<T>(path: string, options?: RequestOptions, query?: object): Promise<T> {
    return this.#transport.send({ path, query, audience: PAYOR, options });
  }

  #post<T>(path: string, body: object, options?: RequestOptions): Promise<T> {
    return this.#transport.send({ method: 'POST', path, body, audience: PAYOR, options });
  }
}
