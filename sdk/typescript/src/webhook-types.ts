// Webhook endpoints and what was delivered to them.

import type { PepayEventType } from './event-types.js';
import type { Environment } from './types.js';

/** Types such as `invoice.updated`, families such as `invoice.*`, or `*`. */
export type EnabledEvents = readonly (PepayEventType | (string & {}))[];

/** What a merchant says of an endpoint. */
export interface CreateWebhookEndpoint {
  /** Where deliveries go; https unless the operator allows http. */
  url: string;
  /** Events of this environment only; of both when null. The credential's own when absent. */
  environment?: Environment | null | undefined;
  /** Which events; all when absent. */
  enabled_events?: EnabledEvents | undefined;
  /** What you call it. */
  description?: string | null | undefined;
}

/** What may be changed about an endpoint; what is absent stays. */
export interface UpdateWebhookEndpoint {
  /** Where deliveries go. */
  url?: string | undefined;
  /** Which events; replaces the whole list. */
  enabled_events?: EnabledEvents | undefined;
  /** What you call it; null takes the description away. */
  description?: string | null | undefined;
  /** Whether it is told. Enabling forgives past failures and sends what waited. */
  enabled?: boolean | undefined;
}

/** One webhook endpoint. */
export interface WebhookEndpoint {
  object: 'webhook_endpoint';
  id: string;
  url: string;
  description: string | null;
  /** The environment whose events it gets; both when null. */
  environment: Environment | null;
  enabled_events: string[];
  /** Whether it is told. */
  enabled: boolean;
  /** Since when it is told nothing, in epoch seconds. */
  disabled_at: number | null;
  /** Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`. */
  disabled_reason: string | null;
  /** How it does. */
  breaker: {
    /** `closed`: deliveries flow; `open`: nothing is sent until `open_until`; `half_open`: one at a time is tried. */
    state: 'closed' | 'open' | 'half_open' | (string & {});
    open_until: number | null;
    failing_since: number | null;
  };
  /** How often its secret was made. */
  secret_version: number;
  /** Until when the previous secret signs too, in epoch seconds. */
  previous_secret_expires_at: number | null;
  created_at: number;
  updated_at: number;
}

/** An endpoint with its secret, which is shown this once. */
export interface WebhookEndpointWithSecret extends WebhookEndpoint {
  /** `whsec_…`, for `createWebhookVerifier`; null in a repeated answer when it was made anew since. */
  secret: string | null;
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  object: 'webhook_delivery';
  id: string;
  webhook_id: string;
  event_id: string;
  event_type: string;
  environment: Environment;
  status: 'pending' | 'succeeded' | 'failed' | 'canceled';
  attempt_count: number;
  /** When the next attempt begins, in epoch seconds; null when there is none, or one is under way. */
  next_attempt_at: number | null;
  created_at: number;
  completed_at: number | null;
  /** The newest attempts, newest first; only where one delivery is asked for. */
  attempts?: WebhookAttempt[];
}

/** One attempt to deliver. */
export interface WebhookAttempt {
  id: string;
  started_at: number;
  duration_ms: number;
  /** What was sent, without the signatures. */
  request_headers: { name: string; value: string }[];
  /** What was answered. */
  response: { status: number; answered_ms: number; headers: string; body_excerpt: string } | null;
  /** Why it failed. */
  error: { code: string; message: string } | null;
}

/** Past events on their way again, in the background. */
export interface WebhookRecovery {
  object: 'webhook_recovery';
  webhook_id: string;
  since: string;
  status: string;
}
