/**
 * Client of the Pepay payments API: invoices, payment sessions, events as they happen, verified webhooks.
 *
 * @packageDocumentation
 */

export { Pepay } from './client.js';
export {
  PepayAuthenticationError,
  PepayConfigurationError,
  PepayConflictError,
  PepayConnectionError,
  PepayError,
  PepayGoneError,
  PepayInvoiceEndedError,
  PepayNotFoundError,
  PepayPermissionError,
  PepayRateLimitError,
  PepayServerError,
  PepayStreamError,
  PepayTimeoutError,
  PepayValidationError,
  type ErrorCode,
  type PepayErrorDetails,
} from './errors.js';
export type * from './event-types.js';
export type { Credentials, Fetch, PepayOptions, RequestOptions } from './options.js';
export type { Cursor, List } from './page.js';
export type { EventFilter, EventListParameters, Events, Recovery, RecoveryParameters } from './resources/events.js';
export type { InvoiceExpansion, InvoiceFilter, InvoiceListParameters, Invoices } from './resources/invoices.js';
export type { ManualVerification } from './resources/manual-verification.js';
export type { AvailableTokensParameters, PaymentSessions } from './resources/payment-sessions.js';
export type { Settlement } from './resources/settlement.js';
export type { Tokens, TokenSearchParameters } from './resources/tokens.js';
export type { WaitOptions } from './resources/wait-for-status.js';
export type { Wallets } from './resources/wallets.js';
export type { DeliveryListParameters, Webhooks } from './resources/webhooks.js';
export type { StreamToken, StreamTokens } from './resources/ws-token.js';
export type { ConnectOptions, MerchantEventsOptions, PaymentSessionOptions, TokenSource, Ws } from './resources/ws.js';
export { PepayEventStream, type StreamListeners } from './stream/event-stream.js';
export type { WebSocketFactory, WebSocketLike } from './stream/socket.js';
export type * from './types.js';
export type * from './webhook-types.js';
export type { HeadersLike } from './webhook/headers.js';
export { createWebhookVerifier } from './webhook/verifier.js';
export type {
  WebhookDeliveryInput,
  WebhookRefusal,
  WebhookVerification,
  WebhookVerifier,
  WebhookVerifierOptions,
} from './webhook/verifier.js';
