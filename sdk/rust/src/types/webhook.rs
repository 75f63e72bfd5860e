//! Webhook endpoints and what was delivered to them. In the form of the generated types, which take the place of these
//! once the description has their routes.

use serde::{Deserialize, Serialize};

use super::Environment;
use super::open_enum::open_enum;
use crate::Secret;

/// The body of a request to create an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreateWebhook {
    /// What you call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Types such as `invoice.updated`, families such as `invoice.*`, or `*`, which is the default; at most 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<String>>,
    /// `devnet` or `mainnet`; null for both, which takes a live key or the dashboard. Absent: the credential's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Option<String>>,
    /// Where to; https unless the operator allows http.
    pub url: String,
}

impl CreateWebhook {
    /// With what must be given.
    pub fn new(url: impl Into<String>) -> Self {
        Self { description: None, enabled_events: None, environment: None, url: url.into() }
    }

    /// What you call it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Types such as `invoice.updated`, families such as `invoice.*`, or `*`, which is the default; at most 20.
    #[must_use]
    pub fn enabled_events(mut self, enabled_events: Vec<String>) -> Self {
        self.enabled_events = Some(enabled_events);
        self
    }

    /// `devnet` or `mainnet`; null for both, which takes a live key or the dashboard. Absent: the credential's own.
    #[must_use]
    pub fn environment(mut self, environment: Option<String>) -> Self {
        self.environment = Some(environment);
        self
    }
}

/// The body of a request to send past events again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RecoverWebhook {
    /// The last event that arrived (`evt_…`), a date-time (RFC 3339) or epoch seconds: everything after it is sent.
    pub since: String,
}

impl RecoverWebhook {
    /// With what must be given.
    pub fn new(since: impl Into<String>) -> Self {
        Self { since: since.into() }
    }
}

/// The body of a request for a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RotateWebhookSecret {
    /// How long the present secret signs too, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<u64>,
}

impl RotateWebhookSecret {
    /// With what must be given.
    pub fn new() -> Self {
        Self { overlap_seconds: None }
    }

    /// How long the present secret signs too, in seconds.
    #[must_use]
    pub fn overlap_seconds(mut self, overlap_seconds: u64) -> Self {
        self.overlap_seconds = Some(overlap_seconds);
        self
    }
}

impl Default for RotateWebhookSecret {
    fn default() -> Self {
        Self::new()
    }
}

/// The body of a request to change an endpoint; what is absent stays.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct UpdateWebhook {
    /// What you call it; null takes the description away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// Whether it is told. Enabling forgives past failures and sends what waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Types, families or `*`; replaces the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<String>>,
    /// Where to; https unless the operator allows http.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl UpdateWebhook {
    /// With what must be given.
    pub fn new() -> Self {
        Self { description: None, enabled: None, enabled_events: None, url: None }
    }

    /// What you call it; null takes the description away.
    #[must_use]
    pub fn description(mut self, description: Option<String>) -> Self {
        self.description = Some(description);
        self
    }

    /// Whether it is told. Enabling forgives past failures and sends what waited.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Types, families or `*`; replaces the whole list.
    #[must_use]
    pub fn enabled_events(mut self, enabled_events: Vec<String>) -> Self {
        self.enabled_events = Some(enabled_events);
        self
    }

    /// Where to; https unless the operator allows http.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

impl Default for UpdateWebhook {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a merchant is told of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Webhook {
    /// How it does.
    pub breaker: WebhookBreaker,
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Since when it is told nothing, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<i64>,
    /// Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// Whether it is told.
    pub enabled: bool,
    /// The types it is told of: names, families such as `invoice.*`, or `*`.
    pub enabled_events: Vec<String>,
    /// The environment whose events it gets; both when null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Its id.
    pub id: String,
    /// Always `webhook_endpoint`.
    pub object: String,
    /// Until when the previous secret signs too, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_expires_at: Option<i64>,
    /// How often its secret was made: 1 at creation, one more with each rotation.
    pub secret_version: u32,
    /// When its owner last changed it, or it was disabled, in epoch seconds.
    pub updated_at: i64,
    /// Where to.
    pub url: String,
}

/// One try to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WebhookError>,
    /// Its id: the `X-Pepay-Attempt-ID` that was sent.
    pub id: String,
    /// The headers that were sent, without the signatures.
    pub request_headers: Vec<WebhookHeader>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<WebhookResponse>,
    /// When it began, in epoch seconds.
    pub started_at: i64,
}

/// How an endpoint does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookBreaker {
    /// The first failure since the last success, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<i64>,
    /// When it is tried again, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<i64>,
    /// `closed`: deliveries flow; `open`: nothing is sent until `open_until`; `half_open`: one at a time is tried.
    pub state: String,
}

/// An endpoint that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookDeleted {
    /// Always `true`.
    pub deleted: bool,
    /// Its id.
    pub id: String,
    /// Always `webhook_endpoint`.
    pub object: String,
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// Attempts made.
    pub attempt_count: u32,
    /// The newest attempts, newest first; only where one delivery is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<Vec<WebhookAttempt>>,
    /// When it came to its end, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// Where it happened.
    pub environment: Environment,
    /// The event; get it for the body that is sent.
    pub event_id: String,
    /// What happened, such as `invoice.updated`.
    pub event_type: String,
    /// Its id.
    pub id: String,
    /// When the next attempt begins, in epoch seconds; null when there is none, or one is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<i64>,
    /// Always `webhook_delivery`.
    pub object: String,
    /// Where it stands.
    pub status: WebhookDeliveryState,
    /// The endpoint.
    pub webhook_id: String,
}

open_enum! {
/// Where a delivery stands.
WebhookDeliveryState {
Pending = "pending",
Succeeded = "succeeded",
Failed = "failed",
Canceled = "canceled",
}
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookError {
    /// One of `status`, `redirect`, `timeout`, `timeout_connect`, `connect`, `closed`, `tls`, `dns`, `protocol`,
    /// `refused`.
    pub code: String,
    /// The same as a sentence.
    pub message: String,
}

/// A header line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Past events on their way again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookRecovery {
    /// Always `webhook_recovery`.
    pub object: String,
    /// What was asked for.
    pub since: String,
    /// Always `scheduled`: the deliveries follow in the background.
    pub status: String,
    /// The endpoint.
    pub webhook_id: String,
}

/// What an endpoint answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookResponse {
    /// Milliseconds until the head of the answer was there.
    pub answered_ms: i64,
    /// The beginning of the body, at most 1 024 characters.
    pub body_excerpt: String,
    /// The header lines, cut after 2 048 characters.
    pub headers: String,
    /// The HTTP status.
    pub status: u32,
}

/// An endpoint with its secret, which is shown at creation and rotation only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookWithSecret {
    /// How it does.
    pub breaker: WebhookBreaker,
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Since when it is told nothing, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<i64>,
    /// Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// Whether it is told.
    pub enabled: bool,
    /// The types it is told of: names, families such as `invoice.*`, or `*`.
    pub enabled_events: Vec<String>,
    /// The environment whose events it gets; both when null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Its id.
    pub id: String,
    /// Always `webhook_endpoint`.
    pub object: String,
    /// Until when the previous secret signs too, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_expires_at: Option<i64>,
    /// How often its secret was made: 1 at creation, one more with each rotation.
    pub secret_version: u32,
    /// When its owner last changed it, or it was disabled, in epoch seconds.
    pub updated_at: i64,
    /// Where to.
    pub url: String,
    /// What signatures are made with. Keep it; it is not shown again. Null in a repeated answer when the secret was
    /// made anew since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}
