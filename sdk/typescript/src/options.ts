// How a client is set up, checked once.

import { misuse } from './errors.js';
import type { WebSocketFactory } from './stream/socket.js';

/** Who the client is. A route is sent only the credential that it takes. */
export interface Credentials {
  /** A merchant's server key, `sk_test_…` or `sk_live_…`. Never in a browser. */
  apiKey?: string | undefined;
  /** A bearer token of the dashboard. */
  bearerToken?: string | undefined;
  /** A payor's session, `pst_…`; needs `signature`. */
  sessionToken?: string | undefined;
  /** The signature issued with the session. */
  signature?: string | undefined;
}

/** A `fetch`, as far as it is needed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How a client is set up. */
export interface PepayOptions extends Credentials {
  /** Where the server is, such as `https://pay.example.com`. */
  baseUrl: string;
  /** Most milliseconds one attempt of a request may take; 30 000 when absent. */
  timeoutMs?: number | undefined;
  /** How often a failed request is sent again; 2 when absent. */
  maxRetries?: number | undefined;
  /** The statuses after which it is; `[429, 500, 503]` when absent. A request without an answer is sent again too. */
  retryableStatusCodes?: readonly number[] | undefined;
  /** Opens a WebSocket; the global one when absent. Node before 22 has none: `(url) => new WebSocket(url)` of `ws`. */
  webSocketFactory?: WebSocketFactory | undefined;
  /** Sends a request; the global `fetch` when absent. */
  fetch?: Fetch | undefined;
  /** Lets a server key into a browser, where everybody who opens the page can read it. For tools of your own only. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** How one call differs from the others. */
export interface RequestOptions {
  /** Of a write: the same key gives the same outcome once, however often it is sent. A random one when absent. */
  idempotencyKey?: string | undefined;
  /** Gives the call up; it rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /** Most milliseconds one attempt may take. */
  timeoutMs?: number | undefined;
  /** How often it is sent again. */
  maxRetries?: number | undefined;
}

/** The options with every default filled in. */
export interface Config {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly retryableStatusCodes: readonly number[];
  readonly webSocketFactory: WebSocketFactory | undefined;
  readonly fetch: Fetch | undefined;
  readonly allowBrowser: boolean;
}

/** Checks options and fills in the defaults. */
export function configure(options: PepayOptions): Config {
  const allowBrowser = options.dangerouslyAllowBrowser === true;
  return {
    baseUrl: baseUrl(options.baseUrl),
    credentials: credentials(options, allowBrowser),
    timeoutMs: amount('timeoutMs', options.timeoutMs ?? 30_000, 1),
    maxRetries: amount('maxRetries', options.maxRetries ?? 2, 0),
    retryableStatusCodes: options.retryableStatusCodes ?? [429, 500, 503],
    webSocketFactory: options.webSocketFactory,
    fetch: options.fetch,
    allowBrowser,
  };
}

/** Checks credentials; says which one is wrong, and never what it was. */
export function credentials(given: Credentials, allowBrowser: boolean): Credentials {
  const { apiKey, bearerToken, sessionToken, signature } = given;
  for (const [name, value] of Object.entries({ apiKey, bearerToken, sessionToken, signature })) {
    // Checked here, because fetch would print the value.
    if (value !== undefined && !/^[\x21-\x7e]+$/.test(value))
      throw misuse(`${name} is empty or has characters that no credential has`);
  }
  if ((sessionToken === undefined) !== (signature === undefined))
    throw misuse('sessionToken and signature go together');
  if (apiKey !== undefined && !allowBrowser && inBrowser()) {
    throw misuse(
      'a server key does not belong in a browser, where everybody can read it: call your server, or use a session',
    );
  }
  return { apiKey, bearerToken, sessionToken, signature };
}

function baseUrl(given: string): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw misuse('baseUrl is not a URL; give one such as https://pay.example.com');
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password)
    throw misuse('baseUrl is an http or https URL without credentials');
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
}

/** The longest time a timer takes, about 24 days; a longer one would fire at once. */
const MAX_AMOUNT = 2 ** 31 - 1;

/** A number in range, or an error that names it. */
export function amount(name: string, value: number, least: number): number {
  if (!(value >= least)) throw misuse(`${name} is a number from ${least}`);
  return Math.min(value, MAX_AMOUNT);
}

// A page or a worker of one; edge runtimes have neither a document nor importScripts.
function inBrowser(): boolean {
  const it = globalThis as { window?: { document?: unknown }; importScripts?: unknown };
  return typeof it.window?.document !== 'undefined' || typeof it.importScripts === 'function';
}
