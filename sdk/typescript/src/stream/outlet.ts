// Where events leave a stream: to listeners as they come, and to loops as fast as these take them.

import { place } from './event-id.js';

/** Events waiting for a loop, above which the stream pauses; it resumes when half of them are taken. */
const WAITING_LIMIT = 1_000;

/** Events of one kind that wait for whoever takes them. */
class Queue<E extends { id: string }> {
  readonly waiting: E[] = [];
  wake: (() => void) | undefined;

  /** `taken` is the last event of the log that was taken from it, if any was. */
  constructor(public taken?: string) {}

  push(event: E): void {
    this.waiting.push(event);
    this.wake?.();
  }

  take(): E {
    const event = this.waiting.shift() as E;
    if (place(event.id) !== undefined) this.taken = event.id;
    return event;
  }
}

/** The events of a stream on their way out. */
export class Outlet<E extends { id: string }> {
  readonly #listeners = new Set<(event: E) => void>();
  readonly #loops = new Set<Queue<E>>();
  // What came before anybody asked for it belongs to the first who does.
  #backlog: Queue<E> | undefined = new Queue();
  #drained: (() => void) | undefined;
  #over = false;
  #error: unknown;
  // The last events of the log that were pushed, and that somebody was given while no loop was behind.
  #pushed: string | undefined;
  #given: string | undefined;

  /** Whether nobody is left who wants events. */
  get idle(): boolean {
    return this.#listeners.size + this.#loops.size === 0;
  }

  /** The last event of the log that whoever is slowest has taken; undefined when nothing was. */
  get taken(): string | undefined {
    const queues = [...this.#loops, ...(this.#backlog ? [this.#backlog] : [])];
    if (queues.length === 0) return this.#given;
    return queues.map(({ taken }) => taken).reduce((slowest, taken) => (before(taken, slowest) ? taken : slowest));
  }

  /** Whether so much waits that nothing should be added. */
  get full(): boolean {
    return this.#waiting() >= WAITING_LIMIT;
  }

  /** Resolves once there is room again. */
  async room(): Promise<void> {
    if (this.full && !this.#over) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  /** Sends an event to everybody. */
  push(event: E): void {
    if (place(event.id) !== undefined) {
      this.#pushed = event.id;
      if (this.#listeners.size > 0) this.#given = event.id;
    }
    this.#backlog?.push(event);
    for (const loop of this.#loops) loop.push(event);
    for (const listener of this.#listeners) guarded(listener, event);
  }

  /** Adds a listener, which gets the backlog at once. */
  add(listener: (event: E) => void): void {
    const backlog = this.#takeBacklog();
    this.#listeners.add(listener);
    while (backlog.waiting.length > 0) {
      const event = backlog.take();
      this.#given = backlog.taken;
      guarded(listener, event);
    }
  }

  /** Removes a listener. */
  remove(listener: (event: E) => void): void {
    this.#listeners.delete(listener);
  }

  /** Ends every loop: after what waits, and with the error if there is one. */
  finish(error?: unknown): void {
    [this.#over, this.#error] = [true, error];
    this.#drained?.();
    for (const loop of this.#loops) loop.wake?.();
  }

  /** Takes events until the stream ends; `left` is called when the loop is left before. */
  loop(left: () => void): AsyncIterableIterator<E> {
    const queue = this.#takeBacklog();
    this.#loops.add(queue);
    const next = async (): Promise<IteratorResult<E, undefined>> => {
      while (queue.waiting.length === 0) {
        if (!this.#loops.has(queue)) return { done: true, value: undefined };
        if (this.#over) {
          this.#leave(queue);
          if (this.#error !== undefined) throw this.#error;
          return { done: true, value: undefined };
        }
        await new Promise<void>((resolve) => (queue.wake = resolve));
      }
      const value = queue.take();
      this.#took();
      return { done: false, value };
    };
    return {
      next,
      return: async () => {
        this.#leave(queue);
        queue.wake?.();
        this.#took();
        left();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** What a loop that nobody follows has not taken is not taken. */
  #leave(queue: Queue<E>): void {
    if (this.#loops.delete(queue) && (this.idle || before(this.#given, queue.taken))) this.#given = queue.taken;
  }

  #takeBacklog(): Queue<E> {
    // Who comes later has everything but what comes from now on.
    const backlog = this.#backlog ?? new Queue<E>(this.#over ? this.#given : this.#pushed);
    this.#backlog = undefined;
    this.#took();
    return backlog;
  }

  #took(): void {
    if (this.#waiting() > WAITING_LIMIT / 2) return;
    this.#drained?.();
    this.#drained = undefined;
  }

  #waiting(): number {
    const loops = [...this.#loops].map((loop) => loop.waiting.length);
    return Math.max(this.#backlog?.waiting.length ?? 0, ...loops);
  }
}

// Nothing is before everything.
const before = (left: string | undefined, right: string | undefined): boolean =>
  (place(left ?? '') ?? -1n) < (place(right ?? '') ?? -1n);

/** Calls a listener; what it throws is reported as uncaught and reaches neither the stream nor the other listeners. */
export function guarded<A>(listener: (argument: A) => void, argument: A): void {
  try {
    listener(argument);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
