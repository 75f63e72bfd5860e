//! Webhook endpoints and their deliveries (contract section 5).

use pepay_core::event::EventId;
use pepay_core::id::{AttemptId, DeliveryId, EndpointId};
use pepay_core::time::Millis;
use pepay_core::webhook::{self, Condition, Delivery, DeliveryState, Endpoint, Health, Status};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Environment, show};

mod ask;

pub use ask::{
    AskedEnvironment, CreateWebhook, CreateWebhookBody, RecoverWebhook, RecoverWebhookBody, RotateWebhookSecret,
    RotateWebhookSecretBody, UpdateWebhook, UpdateWebhookBody,
};

/// Where a merchant is told of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Always `webhook_endpoint`.
    #[schema(value_type = String, example = "webhook_endpoint")]
    pub object: &'static str,
    /// Its id.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: EndpointId,
    /// Where to.
    #[schema(example = "https://shop.example/pepay")]
    pub url: String,
    /// What its owner calls it.
    pub description: Option<String>,
    /// The environment whose events it gets; both when null.
    pub environment: Option<Environment>,
    /// The types it is told of: names, families such as `invoice.*`, or `*`.
    pub enabled_events: Vec<String>,
    /// Whether it is told.
    pub enabled: bool,
    /// Since when it is told nothing, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub disabled_at: Option<Millis>,
    /// Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
    #[schema(value_type = Option<String>, example = "failing")]
    pub disabled_reason: Option<&'static str>,
    /// How it does.
    pub breaker: WebhookBreaker,
    /// How often its secret was made: 1 at creation, one more with each rotation.
    pub secret_version: u32,
    /// Until when the previous secret signs too, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub previous_secret_expires_at: Option<Millis>,
    /// When it was made, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// When its owner last changed it, or it was disabled, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub updated_at: Millis,
}

/// How an endpoint does.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookBreaker {
    /// `closed`: deliveries flow; `open`: nothing is sent until `open_until`; `half_open`: one at a time is tried.
    #[schema(value_type = String, example = "closed")]
    pub state: &'static str,
    /// When it is tried again, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub open_until: Option<Millis>,
    /// The first failure since the last success, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub failing_since: Option<Millis>,
}

impl WebhookBreaker {
    fn new(health: &Health, now: Millis) -> Self {
        let open_until = match health.breaker {
            webhook::Breaker::Open { until, .. } if now < until => Some(until),
            webhook::Breaker::Open { .. } | webhook::Breaker::Closed { .. } => None,
        };
        let state = match health.condition(now) {
            condition @ (Condition::Closed | Condition::Open | Condition::HalfOpen) => condition.as_str(),
        };
        Self { state, open_until, failing_since: health.failing_since }
    }
}

impl Webhook {
    /// Presents an endpoint as it is at `now`.
    pub fn new(endpoint: &Endpoint, now: Millis) -> Self {
        let disabled = match endpoint.status {
            Status::Enabled => None,
            Status::Disabled { at, reason } => Some((at, reason.as_str())),
        };
        let previous = endpoint.previous.as_ref().map(|previous| previous.until);
        Self {
            object: "webhook_endpoint",
            id: endpoint.id,
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            environment: endpoint.environment.map(Environment::from),
            enabled_events: endpoint.subscription.patterns().to_vec(),
            enabled: disabled.is_none(),
            disabled_at: disabled.map(|(at, _)| at),
            disabled_reason: disabled.map(|(_, reason)| reason),
            breaker: WebhookBreaker::new(&endpoint.health, now),
            secret_version: endpoint.secret_version,
            previous_secret_expires_at: previous.filter(|until| now < *until),
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}

/// An endpoint with its secret, which is shown at creation and rotation only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The endpoint.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What signatures are made with. Keep it; it is not shown again. Null in a repeated answer when the secret was
    /// made anew since.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD1mRhVJpQIuA=")]
    pub secret: Option<String>,
}

impl WebhookWithSecret {
    /// The place of the secret: answers are recorded without it.
    pub const NO_SECRET: &'static str = "\"secret\":null";

    /// The answer before the secret is put in.
    pub const fn without(webhook: Webhook) -> Self {
        Self { webhook, secret: None }
    }
}

/// An endpoint that is gone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDeleted {
    /// Always `webhook_endpoint`.
    #[schema(value_type = String, example = "webhook_endpoint")]
    pub object: &'static str,
    /// Its id.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: EndpointId,
    /// Always `true`.
    pub deleted: bool,
}

impl WebhookDeleted {
    /// The answer to a deletion.
    pub const fn new(id: EndpointId) -> Self {
        Self { object: "webhook_endpoint", id, deleted: true }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookDeliveryState {
    /// It waits for its next attempt, or one is under way.
    Pending,
    /// The endpoint took it.
    Succeeded,
    /// Every attempt failed.
    Failed,
    /// Its endpoint was deleted first.
    Canceled,
}

impl From<DeliveryState> for WebhookDeliveryState {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Pending => Self::Pending,
            DeliveryState::Succeeded => Self::Succeeded,
            DeliveryState::Failed => Self::Failed,
            DeliveryState::Canceled => Self::Canceled,
        }
    }
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// Always `webhook_delivery`.
    #[schema(value_type = String, example = "webhook_delivery")]
    pub object: &'static str,
    /// Its id.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: DeliveryId,
    /// The endpoint.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub webhook_id: EndpointId,
    /// The event; get it for the body that is sent.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, example = "evt_1766322000123-42")]
    pub event_id: EventId,
    /// What happened, such as `invoice.updated`.
    #[schema(value_type = String, example = "invoice.updated")]
    pub event_type: &'static str,
    /// Where it happened.
    pub environment: Environment,
    /// Where it stands.
    pub status: WebhookDeliveryState,
    /// Attempts made.
    pub attempt_count: u32,
    /// When the next attempt begins, in epoch seconds; null when there is none, or one is under way.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub next_attempt_at: Option<Millis>,
    /// When it was made, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// When it came to its end, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub completed_at: Option<Millis>,
    /// The newest attempts, newest first; only where one delivery is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<Vec<WebhookAttempt>>,
}

impl WebhookDelivery {
    /// Presents a delivery without its attempts.
    pub fn new(delivery: &Delivery) -> Self {
        Self {
            object: "webhook_delivery",
            id: delivery.id,
            webhook_id: delivery.endpoint_id,
            event_id: delivery.event,
            event_type: delivery.kind.as_str(),
            environment: delivery.environment.into(),
            status: delivery.state.into(),
            attempt_count: delivery.attempts,
            next_attempt_at: delivery.next_attempt_at(),
            created_at: delivery.created_at,
            completed_at: delivery.completed_at,
            attempts: None,
        }
    }
}

/// One try to deliver.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookAttempt {
    /// Its id: the `X-Pepay-Attempt-ID` that was sent.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: AttemptId,
    /// When it began, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub started_at: Millis,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// The headers that were sent, without the signatures.
    pub request_headers: Vec<WebhookHeader>,
    /// What was answered.
    pub response: Option<WebhookResponse>,
    /// Why it failed.
    pub error: Option<WebhookError>,
}

/// A header line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookHeader {
    /// Its name.
    #[schema(value_type = String, example = "X-Pepay-Event")]
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// What an endpoint answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookResponse {
    /// The HTTP status.
    pub status: u16,
    /// Milliseconds until the head of the answer was there.
    pub answered_ms: i64,
    /// The header lines, cut after 2 048 characters.
    pub headers: String,
    /// The beginning of the body, at most 1 024 characters.
    pub body_excerpt: String,
}

/// Why an attempt failed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookError {
    /// One of `status`, `redirect`, `timeout`, `timeout_connect`, `connect`, `closed`, `tls`, `dns`, `protocol`,
    /// `refused`.
    #[schema(example = "timeout")]
    pub code: String,
    /// The same as a sentence.
    pub message: String,
}

/// Past events on their way again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookRecovery {
    /// Always `webhook_recovery`.
    #[schema(value_type = String, example = "webhook_recovery")]
    pub object: &'static str,
    /// The endpoint.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub webhook_id: EndpointId,
    /// What was asked for.
    pub since: String,
    /// Always `scheduled`: the deliveries follow in the background.
    #[schema(value_type = String, example = "scheduled")]
    pub status: &'static str,
}

impl WebhookRecovery {
    /// The answer to a request to recover.
    pub fn new(webhook_id: EndpointId, since: impl Into<String>) -> Self {
        Self { object: "webhook_recovery", webhook_id, since: since.into(), status: "scheduled" }
    }
}
