// Puts what comes over a socket and what is fetched beside it into one sequence: in order, each event once.

import { place } from './event-id.js';

/** Events held back at most; what comes after that is fetched instead. */
const HELD_LIMIT = 2_000;
/** How many ids of events outside the log are remembered. */
const SEEN_LIMIT = 500;

interface Identified {
  id: string;
}

/** One sequence of events. */
export class Sequencer<E extends Identified> {
  /** The id of the last event that was given on; resuming after it misses nothing. */
  cursor: string | undefined;
  /** The id it started after, where that is known. */
  start: string | undefined;
  #last = -1n;
  #held: E[] | undefined;
  #overflowed = false;
  readonly #seen = new Set<string>();

  constructor(
    cursor: string | undefined,
    private readonly emit: (event: E) => void,
  ) {
    this.startAt(cursor);
  }

  /** Says where the sequence starts, when nothing of it was given on yet. */
  startAt(cursor: string | null | undefined): void {
    const at = cursor ? place(cursor) : undefined;
    if (at === undefined || this.cursor !== undefined) return;
    this.cursor = this.start = cursor as string;
    this.#last = at;
  }

  /** Takes an event of the socket: gives it on, holds it back, or knows it already. */
  live(event: E): void {
    if (!this.#held) this.next(event);
    else if (this.#held.length < HELD_LIMIT) this.#held.push(event);
    else this.#overflowed = true;
  }

  /** Gives an event on unless it was; true when it was not. */
  next(event: E): boolean {
    const at = place(event.id);
    if (at === undefined ? this.#seen.has(event.id) : at <= this.#last) return false;
    if (at === undefined) this.#remember(event.id);
    else [this.cursor, this.#last] = [event.id, at];
    this.emit(event);
    return true;
  }

  /** From here on events of the socket wait, because older ones are being fetched. */
  hold(): void {
    this.#held ??= [];
  }

  /** Gives on what waited. False when more came than could wait: then the rest is to be fetched as well. */
  release(): boolean {
    const held = this.#held ?? [];
    const whole = !this.#overflowed;
    this.#overflowed = false;
    this.#held = whole ? undefined : [];
    // The socket sends in order; sorting is for one that was made to repeat itself.
    held.sort((left, right) => order(left, right)).forEach((event) => this.next(event));
    return whole;
  }

  /** Forgets what waited, because the socket is gone and it will all come again. */
  drop(): void {
    this.#held = undefined;
    this.#overflowed = false;
  }

  #remember(id: string): void {
    if (this.#seen.size >= SEEN_LIMIT) this.#seen.delete(this.#seen.values().next().value as string);
    this.#seen.add(id);
  }
}

// What is in no log has no place, and stays behind what has.
function order(left: Identified, right: Identified): number {
  const [a, b] = [place(left.id), place(right.id)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : Number(a > b);
}
