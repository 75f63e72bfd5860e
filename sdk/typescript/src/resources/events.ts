import type { PepayEvent, PepayEventType } from '../event-types.js';
import type { RequestOptions } from '../options.js';
import { paginate, type Cursor, type List } from '../page.js';
import { segment } from '../query.js';
import { BEGINNING } from '../stream/event-id.js';
import { MERCHANT, type Transport } from '../transport.js';
import type { Environment, Moment, Page } from '../types.js';

/** The largest page, for the fewest requests. */
const RECOVERY_PAGE = 100;

/** Which events are meant. */
export interface EventFilter {
  /** One type, several, or a comma list; `invoice.*` means all that begin so. */
  type?: PepayEventType | readonly (PepayEventType | (string & {}))[] | (string & {}) | undefined;
  /** Of this invoice only. */
  invoice_id?: string | undefined;
  /** Of this customer's invoices only. */
  customer_id?: string | undefined;
  /** The credential's own when absent. */
  environment?: Environment | undefined;
}

/** Which events are listed. */
export interface EventListParameters extends EventFilter, Cursor {
  /** When they happened. */
  created?: { gte?: Moment | undefined; lte?: Moment | undefined } | undefined;
}

/** How missed events are recovered. */
export interface RecoveryParameters extends EventFilter {
  /** Events fetched at once, 1 to 100; 100 when absent. All are given, however many there are. */
  limit?: number | undefined;
}

/** Missed events, oldest first: `for await` gives them as they are fetched, `await` all at once. */
export interface Recovery extends AsyncIterable<PepayEvent>, PromiseLike<PepayEvent[]> {}

/** The log of everything that happened to a merchant's invoices. */
export class Events {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists events, newest first. */
  list(parameters: EventListParameters = {}, options?: RequestOptions): List<PepayEvent> {
    return paginate(parameters, async ({ created, ...rest }) => {
      const query = { ...rest, 'created[gte]': created?.gte, 'created[lte]': created?.lte };
      const { data } = await this.#transport.send<{ data: Page<PepayEvent> }>({
        path: '/events',
        query,
        audience: MERCHANT,
        options,
      });
      return data;
    });
  }

  /** Gives one event. */
  async retrieve(id: string, options?: RequestOptions): Promise<PepayEvent> {
    const { data } = await this.#transport.send<{ data: PepayEvent }>({
      path: `/events/${segment(id)}`,
      audience: MERCHANT,
      options,
    });
    return data;
  }

  /** Gives everything after the event of this id, oldest first, through all its pages; without an id, everything. */
  recoverSince(
    cursor: string | null | undefined,
    parameters: RecoveryParameters = {},
    options?: RequestOptions,
  ): Recovery {
    const from = { limit: RECOVERY_PAGE, ...parameters, ending_before: cursor || BEGINNING };
    const iterate = () => this.list(from, options)[Symbol.asyncIterator]();
    const collect = async () => {
      const all: PepayEvent[] = [];
      for await (const event of { [Symbol.asyncIterator]: iterate }) all.push(event);
      return all;
    };
    return {
      [Symbol.asyncIterator]: iterate,
      then: (fulfilled, rejected) => collect().then(fulfilled, rejected),
    };
  }
}
