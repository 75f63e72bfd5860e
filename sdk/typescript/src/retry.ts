// When to try again.

const BASE_MS = 500;
const MAX_MS = 8_000;
/** Longer than this nothing waits by itself because a server said so. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Full jitter: any time up to a limit that doubles with each attempt, so that clients do not come back together. */
export function backoffMs(attempt: number, base = BASE_MS, max = MAX_MS): number {
  return Math.random() * Math.min(max, base * 2 ** attempt);
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date. */
export function retryAfterMs(value: string | null | undefined, now = Date.now()): number | undefined {
  if (!value) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Waits; rejects with the reason of the signal as soon as that is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
