import { misuse, PepayConnectionError, PepayError } from '../errors.js';
import type { PayorEvent, PepayEvent, PepayEventType } from '../event-types.js';
import { amount } from '../options.js';
import { query } from '../query.js';
import { sleep } from '../retry.js';
import { BEGINNING, place } from '../stream/event-id.js';
import { PepayEventStream } from '../stream/event-stream.js';
import { globalWebSocket } from '../stream/socket.js';
import type { StreamSource } from '../stream/source.js';
import { MERCHANT, type Transport } from '../transport.js';
import type { Environment } from '../types.js';
import type { EventFilter, Events } from './events.js';
import { StreamTokens } from './ws-token.js';

const IDLE_TIMEOUT_MS = 60_000;
/** Most time until a socket is open and says that it is ready, however patient requests are. */
const GREET_WITHIN_MS = 15_000;
/** The longest life a token may have: a socket ends with the token that opened it. */
const TOKEN_SECONDS = 3_600;

/** A stream token, or a way to get one each time the stream connects. */
export type TokenSource = string | (() => string | Promise<string>);

/** How any stream is opened. */
export interface ConnectOptions {
  /** `event_v1`. */
  format?: 'event_v1' | undefined;
  /** Begin after the event of this id, such as the last one you handled; from now on when absent. */
  since?: string | undefined;
  /** Closes the stream. */
  signal?: AbortSignal | undefined;
  /** After so many silent milliseconds the connection is doubted; 60 000 when absent. */
  idleTimeoutMs?: number | undefined;
}

/** How a merchant's stream is opened, and what it brings. */
export interface MerchantEventsOptions extends ConnectOptions {
  /** Minted with the client's credential when absent. A browser gets its own from your server. */
  token?: TokenSource | undefined;
  /** One type, several, or a comma list; `invoice.*` means all that begin so. */
  types?: PepayEventType | readonly (PepayEventType | (string & {}))[] | (string & {}) | undefined;
  /** `standard`. */
  invoice_type?: string | undefined;
  /** Of this invoice only. */
  invoice_id?: string | undefined;
  /** Of this customer's invoices only. */
  customer_id?: string | undefined;
  /** The credential's own when absent. */
  environment?: Environment | undefined;
}

/** How a payor's stream is opened. */
export interface PaymentSessionOptions extends ConnectOptions {
  /** `ws_connection.token` of a payment address, or a way to get one. */
  token: TokenSource;
}

/** Streams of events. */
export class Ws {
  /** Tokens that open streams. */
  readonly token: StreamTokens;
  readonly #transport: Transport;
  readonly #events: Events;

  /** Made by the client. */
  constructor(transport: Transport, events: Events) {
    this.#transport = transport;
    this.#events = events;
    this.token = new StreamTokens(transport);
  }

  /** Opens the merchant's stream. With a key or bearer token it also mends, from the log, what connections miss. */
  connectMerchantEvents(options: MerchantEventsOptions = {}): PepayEventStream<PepayEvent> {
    const { token, format = 'event_v1', since, signal, idleTimeoutMs, types, ...filter } = options;
    const able = this.#transport.can(MERCHANT);
    if (!token && !able) throw misuse('a stream needs apiKey or bearerToken, or a token');
    const mint = able
      ? async (abort: AbortSignal) => (await this.token.mint({ ttlSeconds: TOKEN_SECONDS }, { signal: abort })).token
      : undefined;
    const parameters = { ...filter, types, format };
    const log: EventFilter = { ...filter, type: types };
    return this.#open<PepayEvent>(
      { since, signal, idleTimeoutMs },
      {
        ...this.#socket('/ws/merchant/events', parameters, token, mint),
        newest: able ? (abort) => this.#newest(filter, abort) : undefined,
        recover: able ? (cursor, abort) => this.#events.recoverSince(cursor, log, { signal: abort }) : undefined,
      },
    );
  }

  /** Opens the stream of one payment, as its payor sees it. */
  connectPaymentSession(options: PaymentSessionOptions): PepayEventStream<PayorEvent> {
    const { token, format = 'event_v1', ...rest } = options;
    if (!token) throw misuse('a payment stream needs ws_connection.token of a payment address');
    return this.#open<PayorEvent>(rest, this.#socket('/ws/payment', { format }, token));
  }

  #open<E extends { id: string }>(options: ConnectOptions, source: StreamSource<E>): PepayEventStream<E> {
    const { since } = options;
    // Taken for absent it would mean from now on, and everything since then would be lost in silence.
    if (since && place(since) === undefined) throw misuse('since is the id of an event, such as evt_1766322000000-7');
    const idleTimeoutMs = amount('idleTimeoutMs', options.idleTimeoutMs ?? IDLE_TIMEOUT_MS, 1);
    return new PepayEventStream<E>(source, { since, signal: options.signal, idleTimeoutMs });
  }

  #socket(
    path: string,
    parameters: object,
    given: TokenSource | undefined,
    mint?: (signal: AbortSignal) => Promise<string>,
  ) {
    const { baseUrl, timeoutMs, webSocketFactory } = this.#transport.config;
    if (!webSocketFactory && !('WebSocket' in globalThis)) {
      throw misuse(
        'there is no WebSocket here: pass webSocketFactory, such as (url) => new WebSocket(url) of the package ws',
      );
    }
    // A token that was given is good for the first connection; later it is probably too old, if another can be had.
    let fixed = typeof given === 'string' ? given : undefined;
    const fresh = typeof given === 'function' ? asked(given, timeoutMs) : mint;
    return {
      factory: webSocketFactory ?? globalWebSocket,
      greetWithinMs: Math.min(timeoutMs, GREET_WITHIN_MS),
      renewable: fresh !== undefined,
      refusal: (url: string, signal: AbortSignal) => this.#transport.refusal(url.replace(/^ws/, 'http'), signal),
      url: async (since: string | undefined, signal: AbortSignal) => {
        const token = fixed ?? (await fresh?.(signal));
        if (fresh) fixed = undefined;
        return `${baseUrl.replace(/^http/, 'ws')}${path}${query({ ...parameters, since, token })}`;
      },
    };
  }

  async #newest({ environment }: EventFilter, signal: AbortSignal): Promise<string> {
    const { data } = await this.#events.list({ limit: 1, environment }, { signal });
    return data[0]?.id ?? BEGINNING;
  }
}

// Whatever kept the caller's own server from giving a token may pass, unless it says otherwise with an error of ours.
const asked = (source: () => string | Promise<string>, timeoutMs: number) => async (signal: AbortSignal) => {
  const waiting = new AbortController();
  const abort = () => waiting.abort();
  signal.addEventListener('abort', abort, { once: true });
  const late = sleep(timeoutMs, waiting.signal).then(() => {
    throw new Error(`no stream token within ${timeoutMs} ms`);
  });
  try {
    return await Promise.race([(async () => source())(), late]);
  } catch (cause) {
    if (cause instanceof PepayError) throw cause;
    throw new PepayConnectionError('no stream token could be had', { code: 'TOKEN_UNAVAILABLE', cause });
  } finally {
    waiting.abort();
    signal.removeEventListener('abort', abort);
  }
};
