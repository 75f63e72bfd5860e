// Lists that go on by themselves.

import type { Page } from './types.js';

/** Where a page begins, and how long it is. */
export interface Cursor {
  /** Objects in a page, 1 to 100; 10 when absent. */
  limit?: number | undefined;
  /** Only what is older than the object of this id. */
  starting_after?: string | undefined;
  /** Only what is newer than the object of this id. */
  ending_before?: string | undefined;
}

/**
 * A list that was asked for: `await` gives its first page, `for await` every object of every page. Objects come newest
 * first; with `ending_before` they come oldest first, away from that object.
 */
export interface List<T> extends Promise<Page<T>>, AsyncIterable<T> {}

/** Asks for the first page, and for the others as they are reached. */
export function paginate<T extends { id: string }, P extends Cursor>(
  parameters: P,
  load: (parameters: P) => Promise<Page<T>>,
): List<T> {
  const first = load(parameters);
  const newer = parameters.ending_before !== undefined;
  async function* all(): AsyncGenerator<T, void, undefined> {
    let page = await first;
    for (;;) {
      const objects = newer ? [...page.data].reverse() : page.data;
      yield* objects;
      const last = objects.at(-1);
      if (!page.has_more || !last) return;
      page = await load({ ...parameters, [newer ? 'ending_before' : 'starting_after']: last.id });
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: all });
}
