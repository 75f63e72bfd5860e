// One connection of a stream, from opening to closing: what comes over the socket, and what the log has beside it.

import type { ControlFrame } from '../event-types.js';
import { BEGINNING } from './event-id.js';
import { parseFrame, type ErrorFrame } from './frame.js';
import type { Sequencer } from './sequencer.js';
import { listen, type Listening } from './socket.js';
import type { Report, StreamSource } from './source.js';

/** A connection that lasts this long was a good one. */
const SETTLED_MS = 5_000;
/** How long a socket may take to say whether it brings what was missed. */
const UNDECIDED_MS = 1_000;

/** What a connection works with. */
export interface Context<E extends { id: string }> {
  source: StreamSource<E>;
  sequencer: Sequencer<E>;
  /** Whether events are taken too slowly; `room` resolves when no more. */
  outlet: { readonly full: boolean; room(): Promise<void> };
  /** Where frames about the stream go. */
  control(frame: ControlFrame): void;
  /** Silent milliseconds after which the connection is doubted. */
  idleMs: number;
  /** Ends the stream. */
  signal: AbortSignal;
}

/** Reads the log after the last event. Tells whether it had anything new. */
export async function catchUp<E extends { id: string }>({
  source,
  sequencer,
  outlet,
  signal,
}: Context<E>): Promise<boolean> {
  let found = false;
  for await (const event of source.recover?.(sequencer.cursor ?? BEGINNING, signal) ?? []) {
    signal.throwIfAborted();
    found = sequencer.next(event) || found;
    if (outlet.full) await outlet.room();
  }
  signal.throwIfAborted();
  return found;
}

/** One connection. */
export class Connection<E extends { id: string }> {
  readonly #context: Context<E>;
  readonly #began = Date.now();
  #socket!: Listening;
  #reading: Promise<void> | undefined;
  #failure: { cause: unknown } | undefined;
  #fault: ErrorFrame | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #heard = false;
  // Whether it is known where missed events come from: from the socket, or from the log.
  #decided = false;
  #planned = false;

  constructor(context: Context<E>) {
    this.#context = context;
  }

  /** Follows the socket until it ends. Throws when the log has to be read and can not. */
  async follow(url: string): Promise<Report> {
    const { source, sequencer, signal } = this.#context;
    const cursor = sequencer.cursor;
    this.#socket = listen(source.factory, url, source.greetWithinMs, (text) => this.#receive(text));
    signal.addEventListener('abort', this.#socket.end, { once: true });
    const ending = await this.#socket.ended;
    signal.removeEventListener('abort', this.#socket.end);
    // Read to its end: that is progress, however short-lived the sockets are, and what waits has no gap before it.
    await this.#reading;
    clearTimeout(this.#idle);
    sequencer.drop();
    if (this.#failure) throw this.#failure.cause;
    const settled = this.#heard && (this.#old || sequencer.cursor !== cursor);
    return { ending, fault: this.#fault, heard: this.#heard, settled, planned: this.#planned };
  }

  get #old(): boolean {
    return Date.now() - this.#began >= SETTLED_MS;
  }

  #receive(text: string): void {
    try {
      this.#hear(text);
    } catch {
      // A broken frame may have been an event: it comes again on the next connection.
      this.#socket.end();
    }
  }

  #hear(text: string): void {
    const { source, sequencer, outlet, control } = this.#context;
    this.#watch();
    const frame = parseFrame<E>(text);
    if (frame && 'error' in frame) {
      this.#fault = frame.error;
      return;
    }
    this.#heard = true;
    if (source.recover && !this.#decided) this.#decide(frame && 'control' in frame ? frame.control.type : '');
    if (frame && 'control' in frame) {
      if (frame.control.type === 'ready') sequencer.startAt(frame.control.last_event_id);
      control(frame.control);
      // Before the server ends it, and without an error; but a token that never lives long is no reason to hurry.
      if (frame.control.type === 'token_expiring' && source.renewable && this.#old) this.#leave();
    } else if (frame) {
      sequencer.live(frame.event);
    }
    if (outlet.full) this.#leave();
  }

  /** After `ready` the socket says that it replays what was missed; in any other case the log is read. */
  #decide(control: string): void {
    if (control === 'ready') return;
    this.#decided = true;
    if (control !== 'replay_started') this.#read(() => this.#watch());
  }

  /** Ends the socket for a reason of our own. */
  #leave(): void {
    this.#planned = true;
    this.#socket.end();
  }

  /** Waits for the next frame, but not for ever. */
  #watch(): void {
    const { source, idleMs } = this.#context;
    clearTimeout(this.#idle);
    const waitMs = source.recover && !this.#decided ? Math.min(UNDECIDED_MS, idleMs) : idleMs;
    this.#idle = setTimeout(() => this.#doubt(), waitMs);
  }

  /** Nothing was heard for long: perhaps nothing happened, perhaps the socket is dead and does not know. */
  #doubt(): void {
    if (!this.#context.source.recover) return this.#leave();
    // What the log has and the socket did not bring is the proof, unless it never promised to.
    const promised = this.#decided;
    this.#decided = true;
    this.#read((found) => (found && promised ? this.#leave() : this.#watch()));
  }

  /** Reads the log until it and the socket meet, while events of the socket wait. */
  #read(then: (found: boolean) => void): void {
    if (this.#reading) return;
    this.#context.sequencer.hold();
    this.#reading = this.#restore()
      .then(then, (cause: unknown) => {
        this.#failure = { cause };
        this.#socket.end();
      })
      .finally(() => (this.#reading = undefined));
  }

  async #restore(): Promise<boolean> {
    let found = false;
    do {
      found = (await catchUp(this.#context)) || found;
    } while (!this.#context.sequencer.release());
    return found;
  }
}
