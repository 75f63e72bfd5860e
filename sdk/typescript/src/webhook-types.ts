// Webhook endpoints and what was delivered to them.

import type { components } from './generated/openapi.js';

type Schemas = components['schemas'];

/** What a merchant says of an endpoint. */
export type CreateWebhookEndpoint = Schemas['CreateWebhook'];
/** What may be changed about an endpoint; what is absent stays. */
export type UpdateWebhookEndpoint = Schemas['UpdateWebhook'];
/** How a secret is replaced. */
export type RotateWebhookSecret = Schemas['RotateWebhookSecret'];
/** One webhook endpoint. */
export type WebhookEndpoint = Schemas['Webhook'];
/** An endpoint with its secret, which is shown this once: `whsec_…`, for `createWebhookVerifier`. */
export type WebhookEndpointWithSecret = Schemas['WebhookWithSecret'];
/** An endpoint that is gone. */
export type WebhookEndpointDeleted = Schemas['WebhookDeleted'];
/** One event on its way to one endpoint. */
export type WebhookDelivery = Schemas['WebhookDelivery'];
/** Past events on their way again, in the background. */
export type WebhookRecovery = Schemas['WebhookRecovery'];
