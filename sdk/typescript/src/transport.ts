// One request: credentials, idempotency key, timeout, retries, and the answer or a typed error.

import {
  errorOf,
  misuse,
  PepayAuthenticationError,
  PepayConnectionError,
  PepayError,
  PepayTimeoutError,
} from './errors.js';
import { amount, type Config, type RequestOptions } from './options.js';
import { query } from './query.js';
import { backoffMs, MAX_RETRY_AFTER_MS, retryAfterMs, sleep } from './retry.js';

/** Which credentials a route takes, in the order in which the client prefers them. */
export type Audience = readonly ('apiKey' | 'bearerToken' | 'session')[];
export const MERCHANT: Audience = ['apiKey', 'bearerToken'];
export const DASHBOARD: Audience = ['bearerToken'];
export const PAYOR: Audience = ['session'];
export const ANYBODY: Audience = ['apiKey', 'bearerToken', 'session'];

/** What to ask. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with a slash in front. */
  path: string;
  query?: object | undefined;
  body?: unknown;
  audience: Audience;
  options?: RequestOptions | undefined;
}

type Bounded = RequestOptions & { timeoutMs: number; maxRetries: number };

/** Sends requests for all resources of a client. */
export class Transport {
  constructor(readonly config: Config) {}

  /** Whether the client has a credential of this kind. */
  can(audience: Audience): boolean {
    return this.#credentials(audience) !== undefined;
  }

  /** Sends a request until there is an answer, or a failure that trying again does not mend. */
  async send<T>(call: Call): Promise<T> {
    const { method = 'GET' } = call;
    const options = this.#bounded(call.options);
    const headers = { accept: 'application/json', ...this.#authorisation(call) } as Record<string, string>;
    // The same for every attempt: whatever happened to the first, the second changes nothing twice.
    const key = method === 'GET' ? undefined : idempotencyKey(options);
    if (key) headers['idempotency-key'] = key;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    const init: RequestInit = { method, headers, redirect: 'manual' };
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    const url = `${this.config.baseUrl}/api/v1${call.path}${query(call.query)}`;
    for (let attempt = 0; ; attempt++) {
      options.signal?.throwIfAborted();
      try {
        return (await this.#attempt(url, init, options)) as T;
      } catch (error) {
        if (attempt >= options.maxRetries || !this.#mendable(error)) {
          // Whoever made the key, the caller needs it to repeat what perhaps was done.
          throw error instanceof PepayError ? Object.assign(error, { idempotencyKey: key }) : error;
        }
        await sleep((error.retryAfterMs ?? 0) + backoffMs(attempt), options.signal);
      }
    }
  }

  /** Asks an address of a socket without opening one; gives why it is refused, if an answer says so. */
  async refusal(url: string, signal: AbortSignal): Promise<PepayError | undefined> {
    try {
      await this.#attempt(url, { redirect: 'manual' }, this.#bounded({ signal }));
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return error instanceof PepayError ? error : undefined;
    }
  }

  #bounded(options: RequestOptions = {}): Bounded {
    return {
      ...options,
      timeoutMs: amount('timeoutMs', options.timeoutMs ?? this.config.timeoutMs, 1),
      maxRetries: amount('maxRetries', options.maxRetries ?? this.config.maxRetries, 0),
    };
  }

  #mendable(error: unknown): error is PepayError {
    if (!(error instanceof PepayError)) return false;
    if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return false;
    return (
      error.status === undefined ||
      this.config.retryableStatusCodes.includes(error.status) ||
      error.code === 'IDEMPOTENCY_IN_PROGRESS'
    );
  }

  async #attempt(url: string, init: RequestInit, { signal, timeoutMs }: Bounded): Promise<unknown> {
    const controller = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      controller.abort();
    }, timeoutMs);
    const abort = () => controller.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      // Not called as a method: a browser's fetch refuses to be one.
      const send = this.config.fetch ?? globalThis.fetch;
      const response = await send(url, { ...init, signal: controller.signal });
      return answer(response, await response.text());
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof PepayError) throw cause;
      if (late) throw new PepayTimeoutError(`no answer within ${timeoutMs} ms`, { code: 'TIMEOUT' });
      throw new PepayConnectionError('the connection failed before the answer was complete', {
        code: 'CONNECTION_FAILED',
        cause,
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #authorisation(call: Call): Record<string, string> {
    const headers = this.#credentials(call.audience);
    if (headers) return headers;
    const kinds = call.audience.map((kind) => (kind === 'session' ? 'sessionToken and signature' : kind)).join(' or ');
    throw new PepayAuthenticationError(`this call needs ${kinds}`, { code: 'CREDENTIAL_REQUIRED' });
  }

  #credentials(audience: Audience): Record<string, string> | undefined {
    const { apiKey, bearerToken, sessionToken, signature } = this.config.credentials;
    for (const kind of audience) {
      if (kind === 'apiKey' && apiKey) return { 'x-api-key': apiKey };
      if (kind === 'bearerToken' && bearerToken) return { authorization: `Bearer ${bearerToken}` };
      if (kind === 'session' && sessionToken && signature)
        return { 'x-session-token': sessionToken, 'x-signature': signature };
    }
    return undefined;
  }
}

function idempotencyKey({ idempotencyKey: given }: RequestOptions): string {
  if (given === undefined) {
    // Not randomUUID, which pages without TLS lack.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(given)) throw misuse('idempotencyKey is 1 to 255 visible ASCII characters');
  return given;
}

function answer(response: Response, text: string): unknown {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  let body: unknown;
  let broken = false;
  try {
    body = text ? JSON.parse(text) : undefined;
  } catch {
    broken = true;
  }
  if (!response.ok) {
    const wait = response.headers.get('retry-after') ?? (body as { retry_after?: string } | undefined)?.retry_after;
    throw errorOf(response.status, body, requestId, retryAfterMs(wait));
  }
  // Cut short on its way, or not from the server at all: as good as no answer.
  if (broken) throw new PepayConnectionError('the answer is not JSON', { code: 'INVALID_RESPONSE', requestId });
  return body;
}
