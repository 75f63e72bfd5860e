// Webhook endpoints and what was delivered to them.

import type { PepayEventType } from './event-types.js';
import type { Environment } from './types.js';

/** What a merchant says of an endpoint. */
export interface CreateWebhookEndpoint {
  /** Where deliveries go; https. */
  url: string;
  /** Events of this environment only; of both when null or absent. */
  environment?: Environment | null | undefined;
  /** Which events; `invoice.*` means all that begin so. */
  enabled_events?: readonly (PepayEventType | (string & {}))[] | undefined;
  /** A note of your own. */
  description?: string | null | undefined;
}

/** What may be changed about an endpoint. */
export interface UpdateWebhookEndpoint extends Partial<CreateWebhookEndpoint> {
  /** Whether deliveries are made. */
  enabled?: boolean | undefined;
}

/** One webhook endpoint. */
export interface WebhookEndpoint {
  id: string;
  url: string;
  environment: Environment | null;
  enabled_events: string[];
  [field: string]: unknown;
}

/** An endpoint with its secret, which is shown this once. */
export interface WebhookEndpointWithSecret extends WebhookEndpoint {
  /** `whsec_…`, for `createWebhookVerifier`. */
  secret: string;
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  id: string;
  event_id: string;
  status: string;
  [field: string]: unknown;
}
