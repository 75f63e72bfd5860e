import { amount, type RequestOptions } from '../options.js';
import { paginate, type Cursor, type List } from '../page.js';
import { segment } from '../query.js';
import { MERCHANT, type Transport } from '../transport.js';
import type {
  CreatedInvoice,
  CreateInvoice,
  Environment,
  Explanation,
  Invoice,
  InvoiceState,
  InvoiceStatus,
  InvoiceTotals,
  Moment,
  Page,
} from '../types.js';
import { ManualVerification } from './manual-verification.js';
import { waitForStatus, type WaitOptions } from './wait-for-status.js';

/** What of an invoice is given along with it. */
export interface InvoiceExpansion {
  /** Any of `latest_payment` and `payments`. */
  expand?: string | readonly ('latest_payment' | 'payments')[] | undefined;
  /** Payments of each invoice, when expanded, 1 to 100; 10 when absent. */
  payments_limit?: number | undefined;
}

/** Which invoices are counted. */
export interface InvoiceFilter {
  /** One status, several, or a comma list. */
  status?: InvoiceState | readonly InvoiceState[] | (string & {}) | undefined;
  /** `standard`. */
  invoice_type?: string | undefined;
  /** The merchant's own id of the customer. */
  customer_id?: string | undefined;
  /** The credential's own when absent. */
  environment?: Environment | undefined;
  /** Created at or after. */
  created_gte?: Moment | undefined;
  /** Created at or before. */
  created_lte?: Moment | undefined;
}

/** Which invoices are listed. */
export interface InvoiceListParameters extends InvoiceFilter, InvoiceExpansion, Cursor {
  /** Last paid by this address; needs `payer_wallet_network`. */
  payer_wallet_address?: string | undefined;
  /** The network of that address, such as `base`. */
  payer_wallet_network?: string | undefined;
}

/** Invoices of a merchant. */
export class Invoices {
  /** Requests to look for an invoice's payments again. */
  readonly manualVerification: ManualVerification;
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
    this.manualVerification = new ManualVerification(transport);
  }

  /** Creates an invoice. The payor chooses network and token on `payment_url`, or in your page with the session. */
  create(invoice: CreateInvoice, options?: RequestOptions): Promise<CreatedInvoice> {
    return this.#transport.send({ method: 'POST', path: '/invoices', body: invoice, audience: MERCHANT, options });
  }

  /** Lists invoices, newest first. */
  list(parameters: InvoiceListParameters = {}, options?: RequestOptions): List<Invoice> {
    return this.#list('/invoices', parameters, options);
  }

  /** Lists the invoices of one customer, newest first. */
  listByCustomer(customerId: string, parameters: InvoiceListParameters = {}, options?: RequestOptions): List<Invoice> {
    return this.#list(`/invoices/customer/${segment(customerId)}`, parameters, options);
  }

  /** Gives one invoice. */
  retrieve(id: string, parameters: InvoiceExpansion = {}, options?: RequestOptions): Promise<Invoice> {
    return this.#transport.send({ path: `/invoices/${segment(id)}`, query: parameters, audience: MERCHANT, options });
  }

  /** Gives one invoice with its latest payment. */
  status(id: string, options?: RequestOptions): Promise<InvoiceStatus> {
    return this.#transport.send({ path: `/invoices/${segment(id)}/status`, audience: MERCHANT, options });
  }

  /**
   * Polls until the invoice is `paid`, `expired` or `canceled`, or what `until` says instead.
   *
   * @throws {@link PepayTimeoutError} with code `WAIT_TIMEOUT` when it is not in time.
   * @throws {@link PepayInvoiceEndedError} at once when it has ended in a status that was not waited for.
   */
  waitForStatus(id: string, options: WaitOptions = {}): Promise<InvoiceStatus> {
    const timeoutMs = amount('timeoutMs', options.timeoutMs ?? 900_000, 0);
    const intervalMs = amount('intervalMs', options.intervalMs ?? 2_000, 1);
    return waitForStatus((request) => this.status(id, request), { ...options, timeoutMs, intervalMs });
  }

  /** Sums and counts by status. */
  totals(parameters: InvoiceFilter = {}, options?: RequestOptions): Promise<InvoiceTotals> {
    return this.#transport.send({ path: '/invoices/totals', query: parameters, audience: MERCHANT, options });
  }

  /** Cancels an invoice nobody has paid anything of; else a {@link PepayConflictError} `INVOICE_NOT_CANCELABLE`. */
  cancel(id: string, options?: RequestOptions): Promise<Invoice> {
    return this.#transport.send({
      method: 'POST',
      path: `/invoices/${segment(id)}/cancel`,
      audience: MERCHANT,
      options,
    });
  }

  /**
   * Takes a payment that is `manual_retry`, such as one that came late: it is `confirmed` and settled. The invoice stays as
   * it ended. Else a {@link PepayConflictError} `PAYMENT_NOT_ACCEPTABLE`.
   */
  acceptPayment(id: string, paymentId: string, options?: RequestOptions): Promise<Invoice> {
    return this.#transport.send({
      method: 'POST',
      path: `/invoices/${segment(id)}/payments/${segment(paymentId)}/accept`,
      audience: MERCHANT,
      options,
    });
  }

  /** Tells why an invoice is, or is not, paid: every transfer seen, and the rule that counted or refused it. */
  explain(id: string, options?: RequestOptions): Promise<Explanation> {
    return this.#transport.send({ path: `/invoices/${segment(id)}/explain`, audience: MERCHANT, options });
  }

  #list(path: string, parameters: InvoiceListParameters, options?: RequestOptions): List<Invoice> {
    return paginate(parameters, (query) =>
      this.#transport.send<Page<Invoice>>({ path, query, audience: MERCHANT, options }),
    );
  }
}
