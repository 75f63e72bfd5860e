// Whether a webhook delivery is from the server that shares a secret, and recent.

import { misuse } from '../errors.js';
import type { PepayEvent } from '../event-types.js';
import { reader, type HeadersLike } from './headers.js';
import { decodeBase64, decodeHex, hmacKey, matches } from './hmac.js';

const TOLERANCE_MS = 300_000;

/** How deliveries are verified. */
export interface WebhookVerifierOptions {
  /** The secrets of the endpoint, as shown: `whsec_…`. Several while one replaces another. */
  secrets: readonly string[];
  /** How far the time of a delivery may be from now, in milliseconds; five minutes when absent. */
  toleranceMs?: number | undefined;
}

/** One delivery. */
export interface WebhookDeliveryInput {
  /** The body as it came: text or bytes, and not parsed. */
  rawBody: string | Uint8Array | ArrayBuffer;
  /** The headers of the request. */
  headers: HeadersLike;
}

/** Why a delivery is not to be trusted. */
export type WebhookRefusal =
  /** The body was parsed on its way; pass it as it came. */
  | 'body_not_raw'
  /** It is not signed. */
  | 'signature_missing'
  /** Its signature or time is not of the form that signatures and times have. */
  | 'signature_malformed'
  /** It is too old, or from the future. */
  | 'timestamp_out_of_tolerance'
  /** No secret makes its signature. */
  | 'signature_mismatch'
  /** It is signed and is no event. */
  | 'body_not_an_event';

/** What came of a verification. `event` is what was signed; headers such as the event id are not. */
export type WebhookVerification =
  { valid: true; reason: null; event: PepayEvent } | { valid: false; reason: WebhookRefusal; event: null };

/** Verifies deliveries. */
export interface WebhookVerifier {
  /** Never throws for what a stranger sent. */
  verify(delivery: WebhookDeliveryInput): Promise<WebhookVerification>;
}

interface Keys {
  pepay: Promise<CryptoKey>;
  standard: Promise<CryptoKey> | undefined;
}

/** What a delivery says it was signed with: text in front of the body, time, signatures. */
interface Claim {
  kind: keyof Keys;
  prefix: string;
  at: number;
  signatures: (Uint8Array | undefined)[];
}

/**
 * Makes a verifier of webhook deliveries, by Pepay's own headers and by those of Standard Webhooks.
 *
 * @example
 * ```ts
 * const verifier = createWebhookVerifier({ secrets: [process.env.PEPAY_WEBHOOK_SECRET!] });
 * const { valid, event } = await verifier.verify({ rawBody: await request.text(), headers: request.headers });
 * ```
 */
export function createWebhookVerifier(options: WebhookVerifierOptions): WebhookVerifier {
  const toleranceMs = options.toleranceMs ?? TOLERANCE_MS;
  if (!(toleranceMs >= 0)) throw misuse('toleranceMs is a number from 0');
  if (!options.secrets?.length || options.secrets.some((secret) => typeof secret !== 'string' || !secret)) {
    throw misuse('secrets is a list of one or more webhook secrets');
  }
  const keys = options.secrets.map(keysOf);
  return { verify: async (delivery) => refusedOr(await judge(delivery, keys, toleranceMs)) };
}

const refusedOr = (outcome: WebhookRefusal | PepayEvent): WebhookVerification =>
  typeof outcome === 'string'
    ? { valid: false, reason: outcome, event: null }
    : { valid: true, reason: null, event: outcome };

async function judge(
  { rawBody, headers }: WebhookDeliveryInput,
  keys: Keys[],
  toleranceMs: number,
): Promise<WebhookRefusal | PepayEvent> {
  const body = bytes(rawBody);
  if (!body) return 'body_not_raw';
  let reason: WebhookRefusal = 'signature_missing';
  // A delivery carries both; one that a secret makes is enough, and the first to fail says why.
  for (const claim of claims(reader(headers))) {
    const refusal = await refusalOf(claim, body, keys, toleranceMs);
    if (!refusal) return eventOf(body) ?? 'body_not_an_event';
    if (reason === 'signature_missing') reason = refusal;
  }
  return reason;
}

async function refusalOf(
  claim: Claim,
  body: Uint8Array,
  keys: Keys[],
  toleranceMs: number,
): Promise<WebhookRefusal | undefined> {
  const signatures = claim.signatures.filter((signature) => signature !== undefined);
  if (Number.isNaN(claim.at) || !signatures.length) return 'signature_malformed';
  if (Math.abs(Date.now() - claim.at) > toleranceMs) return 'timestamp_out_of_tolerance';
  const prefix = new TextEncoder().encode(claim.prefix);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  let found = false;
  for (const key of keys) {
    for (const signature of signatures) found = (await matches(key[claim.kind], signature, signed)) || found;
  }
  return found ? undefined : 'signature_mismatch';
}

function claims(header: (name: string) => string | undefined): Claim[] {
  const found: Claim[] = [];
  const own = [header('x-pepay-signature'), header('x-pepay-signature-previous')].filter(
    (value) => value !== undefined,
  );
  if (own.length) {
    const time = header('x-pepay-timestamp') ?? '';
    found.push({ kind: 'pepay', prefix: `${time}.`, at: number(time), signatures: own.map(decodeHex) });
  }
  const standard = header('webhook-signature');
  if (standard !== undefined) {
    const time = header('webhook-timestamp') ?? '';
    const signatures = standard
      .split(' ')
      .map((one) => (one.startsWith('v1,') ? decodeBase64(one.slice(3)) : undefined));
    found.push({ kind: 'standard', prefix: `${header('webhook-id')}.${time}.`, at: number(time) * 1000, signatures });
  }
  return found;
}

const number = (digits: string) => (/^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN);

function keysOf(secret: string): Keys {
  const decoded = decodeBase64(secret.replace(/^whsec_/, ''));
  return { pepay: hmacKey(new TextEncoder().encode(secret)), standard: decoded?.length ? hmacKey(decoded) : undefined };
}

function bytes(body: unknown): Uint8Array | undefined {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  return body instanceof ArrayBuffer ? new Uint8Array(body) : undefined;
}

function eventOf(body: Uint8Array): PepayEvent | undefined {
  try {
    const event = JSON.parse(new TextDecoder().decode(body)) as PepayEvent | null;
    return typeof event?.id === 'string' && event.object === 'event' ? event : undefined;
  } catch {
    return undefined;
  }
}
