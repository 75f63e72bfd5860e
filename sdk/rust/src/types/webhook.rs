//! Webhook endpoints and what was delivered to them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Environment;
use crate::Secret;

/// One webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookEndpoint {
    /// Its id.
    pub id: String,
    /// Where deliveries go.
    pub url: String,
    /// The environment whose events it gets; both when `None`.
    pub environment: Option<Environment>,
    /// What it is told of.
    pub enabled_events: Vec<String>,
    /// Everything else the server tells of it.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// An endpoint with its secret, which is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookEndpointWithSecret {
    /// `whsec_…`, for [`crate::WebhookVerifier`].
    pub secret: Secret,
    /// The endpoint.
    #[serde(flatten)]
    pub endpoint: WebhookEndpoint,
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// Its id.
    pub id: String,
    /// The event.
    pub event_id: String,
    /// Where it stands.
    pub status: String,
    /// Everything else the server tells of it.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}
