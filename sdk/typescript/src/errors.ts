// What can go wrong, as classes to tell apart and codes to match on. No error holds a credential.

import type { InvoiceStatus, ServerErrorCode } from './types.js';

/** A code of the server, or one of the client's own. */
export type ErrorCode =
  | ServerErrorCode
  | 'CONFIGURATION'
  | 'CONNECTION_FAILED'
  | 'INVALID_RESPONSE'
  | 'TIMEOUT'
  | 'WAIT_TIMEOUT'
  | 'INVOICE_ENDED'
  | 'TOKEN_UNAVAILABLE'
  | 'STREAM_REFUSED'
  | 'STREAM_LOST'
  | (string & {});

/** What an error knows beyond its message. */
export interface PepayErrorDetails {
  /** Machine-readable; match on this, not on the message. */
  code: ErrorCode;
  /** The HTTP status, when there was an answer. */
  status?: number | undefined;
  /** The `x-request-id` of the answer; quote it when reporting a problem. */
  requestId?: string | undefined;
  /** JSON pointer of the field at fault. */
  param?: string | undefined;
  /** Every fault, when there is more than one. */
  details?: unknown[] | undefined;
  /** Where the code is explained. */
  docUrl?: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Of a write that was sent: what repeats it without doing it twice. */
  idempotencyKey?: string | undefined;
  /** What caused it. */
  cause?: unknown;
}

/** Everything this package throws, but for the reason of an `AbortSignal`, which is thrown as it is. */
export class PepayError extends Error {
  // Text of its own, because minifiers rename classes.
  override readonly name: string = 'PepayError';
  /** Machine-readable; match on this, not on the message. */
  readonly code: ErrorCode;
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** The `x-request-id` of the answer; quote it when reporting a problem. */
  readonly requestId: string | undefined;
  /** JSON pointer of the field at fault. */
  readonly param: string | undefined;
  /** Every fault, when there is more than one. */
  readonly details: unknown[] | undefined;
  /** Where the code is explained. */
  readonly docUrl: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Of a write that was sent: the key it was sent with. The same call with this key does nothing twice. */
  readonly idempotencyKey: string | undefined;

  /** Made by the client. */
  constructor(message: string, details: PepayErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.param = details.param;
    this.details = details.details;
    this.docUrl = details.docUrl;
    this.retryAfterMs = details.retryAfterMs;
    this.idempotencyKey = details.idempotencyKey;
  }
}

/** The client was set up or called in a way that can not work; nothing was sent. */
export class PepayConfigurationError extends PepayError {
  override readonly name: string = 'PepayConfigurationError';
}
/** 400, 413, 415 and other refusals of what was asked: the same request fails again. */
export class PepayValidationError extends PepayError {
  override readonly name: string = 'PepayValidationError';
}
/** 401: the credential is missing or not valid. */
export class PepayAuthenticationError extends PepayError {
  override readonly name: string = 'PepayAuthenticationError';
}
/** 403: the credential is known and may not do this. */
export class PepayPermissionError extends PepayError {
  override readonly name: string = 'PepayPermissionError';
}
/** 404: no such object for this credential. */
export class PepayNotFoundError extends PepayError {
  override readonly name: string = 'PepayNotFoundError';
}
/** 409: the state of the object, or an earlier use of the idempotency key, does not allow it. */
export class PepayConflictError extends PepayError {
  override readonly name: string = 'PepayConflictError';
}
/** 410: the invoice has ended. */
export class PepayGoneError extends PepayError {
  override readonly name: string = 'PepayGoneError';
}
/** 429: too many requests; see `retryAfterMs`. */
export class PepayRateLimitError extends PepayError {
  override readonly name: string = 'PepayRateLimitError';
}
/** 5xx: the server's fault. Of a write, nothing is known about the outcome: repeat it with `idempotencyKey`. */
export class PepayServerError extends PepayError {
  override readonly name: string = 'PepayServerError';
}
/** There was no usable answer. Of a write, nothing is known about the outcome: repeat it with `idempotencyKey`. */
export class PepayConnectionError extends PepayError {
  override readonly name: string = 'PepayConnectionError';
}
/** No answer, or not the state that was waited for, in time. */
export class PepayTimeoutError extends PepayError {
  override readonly name: string = 'PepayTimeoutError';
}

/** An invoice that was waited for ended in another status than was wanted. */
export class PepayInvoiceEndedError extends PepayError {
  override readonly name: string = 'PepayInvoiceEndedError';
  /** The invoice as it ended, with its latest payment. */
  readonly found: InvoiceStatus;

  /** Made by the client. */
  constructor(found: InvoiceStatus, wanted: string) {
    super(`the invoice is ${found.invoice.status} and will not be ${wanted}`, { code: 'INVOICE_ENDED' });
    this.found = found;
  }
}

/** A stream was refused or lost. */
export class PepayStreamError extends PepayError {
  override readonly name: string = 'PepayStreamError';
  /** Whether the stream goes on by itself; false when it has ended. */
  readonly willReconnect: boolean;
  /** The close code of the socket, when it had one. */
  readonly closeCode: number | undefined;

  /** Made by the client. */
  constructor(
    message: string,
    details: PepayErrorDetails & { willReconnect: boolean; closeCode?: number | undefined },
  ) {
    super(message, details);
    this.willReconnect = details.willReconnect;
    this.closeCode = details.closeCode;
  }
}

const BY_STATUS: Record<number, typeof PepayValidationError> = {
  401: PepayAuthenticationError,
  403: PepayPermissionError,
  404: PepayNotFoundError,
  409: PepayConflictError,
  410: PepayGoneError,
  429: PepayRateLimitError,
};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The error of an answer that is no success, whatever its body is. */
export function errorOf(
  status: number,
  body: unknown,
  requestId: string | undefined,
  retryAfterMs: number | undefined,
): PepayError {
  const outer = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  // Rate limiting answers in its own shape, with everything at the top.
  const inner = (typeof outer.error === 'object' && outer.error !== null ? outer.error : outer) as Record<
    string,
    unknown
  >;
  const Kind = BY_STATUS[status] ?? (status >= 400 && status < 500 ? PepayValidationError : PepayServerError);
  return new Kind(text(inner.message) ?? `the server answered ${status}`, {
    code: text(inner.code) ?? text(inner.error_code) ?? `HTTP_${status}`,
    status,
    requestId: requestId ?? text(inner.request_id),
    param: text(inner.param),
    details: Array.isArray(inner.details) ? inner.details : undefined,
    docUrl: text(inner.doc_url),
    retryAfterMs,
  });
}

/** A mistake of the caller that was noticed before anything was sent. */
export const misuse = (message: string): PepayConfigurationError =>
  new PepayConfigurationError(message, { code: 'CONFIGURATION' });

/** Whether an error may go away by itself. */
export const passes = (error: unknown): boolean =>
  [PepayConnectionError, PepayTimeoutError, PepayRateLimitError, PepayServerError].some(
    (kind) => error instanceof kind,
  );
