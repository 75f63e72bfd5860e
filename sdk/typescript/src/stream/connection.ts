// One connection of a stream, from opening to closing: what comes over the socket, and what the log has beside it.

import type { ControlFrame } from '../event-types.js';
import { BEGINNING } from './event-id.js';
import { parseFrame, type ErrorFrame } from './frame.js';
import type { Sequencer } from './sequencer.js';
import { listen, type Listening } from './socket.js';
import type { Report, StreamSource } from './source.js';

/** A connection that lasts this long was a good one. */
const SETTLED_MS = 5_000;

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
export async function catchUp<E extends { id: string }>({ source, sequencer, outlet }: Context<E>, signal: AbortSignal): Promise<boolean> {
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
  // Ends the reading of the log together with the socket.
  readonly #over = new AbortController();
  #socket!: Listening;
  #reading: Promise<void> | undefined;
  #failure: { cause: unknown } | undefined;
  #fault: ErrorFrame | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #heard = false;
  #paused = false;

  constructor(context: Context<E>) {
    this.#context = context;
  }

  /** Follows the socket until it ends. Throws when the log can not be read. */
  async follow(url: string): Promise<Report> {
    const { source, sequencer, signal } = this.#context;
    const [began, cursor] = [Date.now(), sequencer.cursor];
    this.#socket = listen(source.factory, url, source.openWithinMs, (text) => this.#receive(text));
    signal.addEventListener('abort', this.#socket.end, { once: true });
    const ending = await this.#socket.ended;
    signal.removeEventListener('abort', this.#socket.end);
    clearTimeout(this.#idle);
    this.#over.abort();
    await this.#reading;
    sequencer.drop();
    if (this.#failure) throw this.#failure.cause;
    const settled = this.#heard && (Date.now() - began >= SETTLED_MS || sequencer.cursor !== cursor);
    return { ending, fault: this.#fault, heard: this.#heard, settled, paused: this.#paused };
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
    // From the first frame on the socket brings what is new, so what the log has by then is all that is missing.
    if (!this.#heard && source.recover) this.#read(() => this.#watch());
    this.#heard = true;
    if (frame && 'control' in frame) {
      if (frame.control.type === 'ready') sequencer.startAt(frame.control.last_event_id);
      control(frame.control);
    } else if (frame) {
      sequencer.live(frame.event);
    }
    this.#paused = outlet.full;
    if (this.#paused) this.#socket.end();
  }

  /** Waits for the next frame, but not for ever. */
  #watch(): void {
    const { source, idleMs } = this.#context;
    clearTimeout(this.#idle);
    if (source.recover || source.renewable) this.#idle = setTimeout(() => this.#doubt(), idleMs);
  }

  /** Nothing was heard for long: perhaps nothing happened, perhaps the socket is dead and does not know. */
  #doubt(): void {
    if (!this.#context.source.recover) return this.#socket.end();
    // What the log has and the socket did not bring is the proof.
    this.#read((found) => (found ? this.#socket.end() : this.#watch()));
  }

  /** Reads the log until it and the socket meet, while events of the socket wait. */
  #read(then: (found: boolean) => void): void {
    if (this.#reading) return;
    this.#context.sequencer.hold();
    this.#reading = this.#restore()
      .then(then, (cause: unknown) => {
        if (this.#over.signal.aborted) return;
        this.#failure = { cause };
        this.#socket.end();
      })
      .finally(() => (this.#reading = undefined));
  }

  async #restore(): Promise<boolean> {
    let found = false;
    do {
      found = (await catchUp(this.#context, this.#over.signal)) || found;
    } while (!this.#context.sequencer.release());
    return found;
  }
}
