// Polling an invoice until it is where it was waited for.

import { passes, PepayInvoiceEndedError, PepayTimeoutError } from '../errors.js';
import type { RequestOptions } from '../options.js';
import { sleep } from '../retry.js';
import type { InvoiceState, InvoiceStatus } from '../types.js';

const TERMINAL: readonly InvoiceState[] = ['paid', 'expired', 'canceled'];

/** How to wait. */
export interface WaitOptions {
  /** Most milliseconds to wait altogether; 15 minutes when absent. */
  timeoutMs?: number | undefined;
  /** Milliseconds between two looks; 2 000 when absent. */
  intervalMs?: number | undefined;
  /** The statuses to wait for; the terminal ones when absent. A terminal one that is none of these ends the wait. */
  until?: readonly InvoiceState[] | undefined;
  /** Gives the waiting up; it rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

type Bounded = WaitOptions & { timeoutMs: number; intervalMs: number };

/** Looks again and again. A failure that may pass is only a look that saw nothing. */
export async function waitForStatus(
  look: (options: RequestOptions) => Promise<InvoiceStatus>,
  options: Bounded,
): Promise<InvoiceStatus> {
  const { timeoutMs, intervalMs, until = TERMINAL, signal } = options;
  const end = Date.now() + timeoutMs;
  const ending = new AbortController();
  const abort = () => ending.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  // Ends a look that hangs, and its retries, as well as the pause.
  const timer = setTimeout(() => ending.abort(), timeoutMs);
  let last: string | undefined;
  let cause: unknown;
  try {
    for (;;) {
      try {
        const found = await look({ signal: ending.signal });
        if (until.includes(found.invoice.status)) return found;
        if (TERMINAL.includes(found.invoice.status)) throw new PepayInvoiceEndedError(found, until.join(' or '));
        last = found.invoice.status;
      } catch (error) {
        if (!passes(error)) throw error;
        cause = error;
      }
      await sleep(Math.min(intervalMs, Math.max(0, end - Date.now())), ending.signal);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!ending.signal.aborted) throw error;
    const seen = last ? `it is ${last}` : 'its status was never seen';
    throw new PepayTimeoutError(`the invoice was not ${until.join(' or ')} within ${timeoutMs} ms; ${seen}`, {
      code: 'WAIT_TIMEOUT',
      cause,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
