import { configure, credentials, type Config, type Credentials, type PepayOptions } from './options.js';
import { Events } from './resources/events.js';
import { Invoices } from './resources/invoices.js';
import { PaymentSessions } from './resources/payment-sessions.js';
import { Settlement } from './resources/settlement.js';
import { Tokens } from './resources/tokens.js';
import { Wallets } from './resources/wallets.js';
import { Webhooks } from './resources/webhooks.js';
import { Ws } from './resources/ws.js';
import { Transport } from './transport.js';

/**
 * A client of one Pepay server.
 *
 * @example
 * ```ts
 * const pepay = new Pepay({ baseUrl: 'https://pay.example.com', apiKey: process.env.PEPAY_API_KEY });
 * const invoice = await pepay.invoices.create({ amount_usd: 49.99 });
 * ```
 */
export class Pepay {
  /** Invoices of a merchant. */
  readonly invoices: Invoices;
  /** The log of what happened to them. */
  readonly events: Events;
  /** The same, as it happens. */
  readonly ws: Ws;
  /** The payor's side of one invoice. */
  readonly paymentSessions: PaymentSessions;
  /** The tokens a merchant takes. */
  readonly tokens: Tokens;
  /** How a merchant's money is settled. */
  readonly settlement: Settlement;
  /** Where it goes. */
  readonly wallets: Wallets;
  /** Endpoints that are told of events. */
  readonly webhooks: Webhooks;
  // Private for real: whoever prints a client sees no credential.
  readonly #config: Config;

  /** Checks the options; sends nothing. */
  constructor(options: PepayOptions) {
    this.#config = configure(options);
    const transport = new Transport(this.#config);
    this.invoices = new Invoices(transport);
    this.events = new Events(transport);
    this.ws = new Ws(transport, this.events);
    this.paymentSessions = new PaymentSessions(transport);
    this.tokens = new Tokens(transport);
    this.settlement = new Settlement(transport);
    this.wallets = new Wallets(transport);
    this.webhooks = new Webhooks(transport);
  }

  /** The same client as somebody else: with these credentials instead of its own. */
  withAuth(given: Credentials): Pepay {
    const { allowBrowser: dangerouslyAllowBrowser, credentials: _, ...rest } = this.#config;
    return new Pepay({ ...rest, dangerouslyAllowBrowser, ...credentials(given, dangerouslyAllowBrowser) });
  }
}
