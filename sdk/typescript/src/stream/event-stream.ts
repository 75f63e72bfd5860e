// A stream of events that survives its connections. Delivered in order, each event once; resumed after the last one;
// what a connection may have missed is read from the log while live events wait.

import { passes, PepayError, PepayStreamError } from '../errors.js';
import type { ControlFrame, PepayEvent } from '../event-types.js';
import { backoffMs, MAX_RETRY_AFTER_MS, sleep } from '../retry.js';
import { catchUp, Connection, type Context } from './connection.js';
import { guarded, Outlet } from './outlet.js';
import { Sequencer } from './sequencer.js';
import { judge, type Report, type StreamSource } from './source.js';

const BACKOFF_MS = 250;
/** A server that restarts is given a moment, and not everybody at once. */
const RESTART_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
const RESTARTING = 1012;

/** What a stream tells, and with what. */
export interface StreamListeners<E> {
  /** An event: in order, and once. */
  event: (event: E) => void;
  /** A frame about the stream itself. */
  control: (frame: ControlFrame) => void;
  /** A connection was lost or refused; `willReconnect` tells whether that was the end. */
  error: (error: PepayStreamError) => void;
}

/** How a stream is followed. */
export interface StreamOptions {
  /** Begin after the event of this id; from now on when absent. */
  since?: string | undefined;
  /** Closes the stream. */
  signal?: AbortSignal | undefined;
  /** After so many silent milliseconds the log is asked whether the connection is dead; 60 000 when absent. */
  idleTimeoutMs: number;
}

/**
 * A stream of events. Listen with `on`, or loop over it with `for await`; what comes before either waits. It reconnects
 * by itself until `close` is called or the server refuses for good, which is an `error` with `willReconnect` false and
 * is thrown in the loop.
 */
export class PepayEventStream<E extends { id: string } = PepayEvent> implements AsyncIterable<E> {
  /** Resolves once the stream has ended, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #stop = new AbortController();
  readonly #outlet = new Outlet<E>();
  readonly #controls = new Set<StreamListeners<E>['control']>();
  readonly #errors = new Set<StreamListeners<E>['error']>();
  readonly #context: Context<E>;

  /** Made by `pepay.ws`. */
  constructor(source: StreamSource<E>, { since, signal, idleTimeoutMs }: StreamOptions) {
    this.#context = {
      source,
      sequencer: new Sequencer<E>(since, (event) => this.#outlet.push(event)),
      outlet: this.#outlet,
      control: (frame) => this.#controls.forEach((listener) => guarded(listener, frame)),
      idleMs: idleTimeoutMs,
      signal: this.#stop.signal,
    };
    const close = () => this.close();
    if (signal?.aborted) close();
    signal?.addEventListener('abort', close, { once: true });
    this.closed = this.#run().finally(() => signal?.removeEventListener('abort', close));
  }

  /**
   * The id of the last event that was taken, by the slowest loop where there are several; before that, of what the
   * stream began after. Keep it, and pass it as `since` after a restart: events that still wait come again.
   */
  get lastEventId(): string | undefined {
    return this.#outlet.taken ?? this.#context.sequencer.start;
  }

  /** Adds a listener. */
  on<K extends keyof StreamListeners<E>>(name: K, listener: StreamListeners<E>[K]): this {
    if (name === 'event') this.#outlet.add(listener as StreamListeners<E>['event']);
    else this.#others(name).add(listener);
    return this;
  }

  /** Removes a listener. */
  off<K extends keyof StreamListeners<E>>(name: K, listener: StreamListeners<E>[K]): this {
    if (name === 'event') this.#outlet.remove(listener as StreamListeners<E>['event']);
    else this.#others(name).delete(listener);
    return this;
  }

  /** Takes events one after the other. Leaving the loop closes the stream unless somebody else still uses it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<E> {
    return this.#outlet.loop(() => {
      if (this.#outlet.idle) this.close();
    });
  }

  /** Ends the stream. Loops end after what already waits for them. */
  close(): void {
    this.#stop.abort();
    this.#outlet.finish();
  }

  #others(name: keyof StreamListeners<E>): Set<unknown> {
    return name === 'control' ? this.#controls : this.#errors;
  }

  async #run(): Promise<void> {
    const { source, signal } = this.#context;
    // The caller adds its listeners first.
    await undefined;
    let [attempt, refusals] = [0, 0];
    while (!signal.aborted) {
      let error: PepayStreamError;
      let backoff = BACKOFF_MS;
      try {
        const report = await this.#connect();
        if (report.planned) {
          await this.#outlet.room();
          continue;
        }
        if (report.heard) refusals = 0;
        if (report.settled) attempt = 0;
        const verdict = judge(report, source.renewable, refusals);
        if (verdict === 'renew') refusals++;
        if (report.ending.code === RESTARTING) backoff = RESTART_BACKOFF_MS;
        error = lost(report, verdict !== 'end');
      } catch (cause) {
        error = failed(cause);
      }
      if (signal.aborted) return;
      for (const listener of this.#errors) guarded(listener, error);
      if (!error.willReconnect) {
        this.#outlet.finish(error);
        return this.#stop.abort();
      }
      // Rejects only when the stream is closed, which the loop sees.
      const asked = Math.min(error.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
      await sleep(asked + backoffMs(attempt++, backoff, MAX_BACKOFF_MS), signal).catch(() => {});
    }
  }

  /** One connection. Throws when the credential or the log can not be had. */
  async #connect(): Promise<Report> {
    const { source, sequencer, signal } = this.#context;
    if (sequencer.cursor === undefined && source.newest) sequencer.startAt(await source.newest(signal));
    const url = await source.url(sequencer.cursor, signal);
    signal.throwIfAborted();
    const report = await new Connection(this.#context).follow(url);
    if (!report.ending.opened && report.ending.status === undefined) await this.#ask(url, report);
    // Where no socket gets through, the log is followed instead.
    if (!report.heard && source.recover && !signal.aborted) await catchUp(this.#context);
    return report;
  }

  /** Few sockets tell a refusal from an outage, and a refused one would be tried for ever. */
  async #ask(url: string, report: Report): Promise<void> {
    const { source, signal } = this.#context;
    if (signal.aborted) return;
    const refusal = await source.refusal(url, signal);
    const { status, param, code, message } = refusal ?? {};
    // Without a parameter at fault only plain HTTP is refused.
    if (!code || !message || !(status === 401 || status === 403 || (status === 400 && param))) return;
    report.ending.status = status;
    report.fault = { object: 'ws_error', code, message };
  }
}

function lost({ ending, fault }: Report, willReconnect: boolean): PepayStreamError {
  const refused = !willReconnect || ending.status !== undefined || ending.code === 4401 || ending.code === 4403;
  const what = refused
    ? 'the stream was refused'
    : ending.opened
      ? 'the connection was lost'
      : 'no connection could be opened';
  return new PepayStreamError(`${what}${fault ? `: ${fault.message}` : ''} (close code ${ending.code})`, {
    code: fault?.code ?? (refused ? 'STREAM_REFUSED' : 'STREAM_LOST'),
    status: ending.status,
    closeCode: ending.code,
    willReconnect,
  });
}

function failed(cause: unknown): PepayStreamError {
  const known = cause instanceof PepayError ? cause : undefined;
  return new PepayStreamError(known?.message ?? 'the stream failed', {
    code: known?.code ?? 'STREAM_LOST',
    status: known?.status,
    requestId: known?.requestId,
    retryAfterMs: known?.retryAfterMs,
    willReconnect: passes(cause),
    cause,
  });
}
