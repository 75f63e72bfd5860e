//! Endpoints that are told of events.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::{ListPage, resource};
use crate::credentials::Audience;
use crate::page::List;
use crate::query::Query;
use crate::request::Request;
use crate::transport::Call;
use crate::types::{Environment, WebhookDelivery, WebhookEndpoint, WebhookEndpointWithSecret};

/// What a merchant says of a new endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateWebhook {
    /// Where deliveries go; https.
    pub url: String,
    /// Events of this environment only; of both when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Which events; `invoice.*` means all that begin so. All when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enabled_events: Vec<String>,
    /// A note of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What is to change about an endpoint; `None` leaves as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UpdateWebhook {
    /// Where deliveries go; https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `Some(None)` for both environments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Option<Environment>>,
    /// Which events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<String>>,
    /// A note of your own; `Some(None)` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// Whether deliveries are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

resource! {
    /// Endpoints that are told of events.
    Webhooks
}

impl Webhooks {
    /// Adds an endpoint. Its secret is shown this once.
    pub fn create(&self, endpoint: &CreateWebhook) -> Request<WebhookEndpointWithSecret> {
        Request::new(&self.transport, call(Method::POST, &["webhooks"]).body(endpoint))
    }

    /// Lists endpoints, newest first.
    pub fn list(&self, page: &ListPage) -> List<WebhookEndpoint> {
        List::new(&self.transport, call(Method::GET, &["webhooks"]).query(page.onto(Query::new())))
    }

    /// Gives one endpoint.
    pub fn retrieve(&self, id: &str) -> Request<WebhookEndpoint> {
        Request::new(&self.transport, call(Method::GET, &["webhooks", id]))
    }

    /// Changes what is given, and leaves the rest.
    pub fn update(&self, id: &str, changes: &UpdateWebhook) -> Request<WebhookEndpoint> {
        Request::new(&self.transport, call(Method::PATCH, &["webhooks", id]).body(changes))
    }

    /// Removes an endpoint; nothing more is delivered to it.
    pub fn delete(&self, id: &str) -> Request<()> {
        Request::ignored(&self.transport, call(Method::DELETE, &["webhooks", id]))
    }

    /// Gives an endpoint another secret. For a while deliveries are signed with both.
    pub fn rotate_secret(&self, id: &str) -> Request<WebhookEndpointWithSecret> {
        Request::new(&self.transport, call(Method::POST, &["webhooks", id, "rotate-secret"]))
    }

    /// Delivers a `test.ping`.
    pub fn test(&self, id: &str) -> Request<Value> {
        Request::new(&self.transport, call(Method::POST, &["webhooks", id, "test"]))
    }

    /// Lists what was delivered to an endpoint, newest first; of one status when it is given.
    pub fn list_deliveries(&self, id: &str, status: Option<&str>, page: &ListPage) -> List<WebhookDelivery> {
        let query = page.onto(Query::new()).with("status", status);
        List::new(&self.transport, call(Method::GET, &["webhooks", id, "deliveries"]).query(query))
    }

    /// Delivers once more.
    pub fn replay_delivery(&self, delivery_id: &str) -> Request<WebhookDelivery> {
        Request::new(&self.transport, call(Method::POST, &["webhooks", "deliveries", delivery_id, "replay"]))
    }

    /// Delivers again whatever failed since a moment, in epoch seconds.
    pub fn recover(&self, id: &str, since: i64) -> Request<Value> {
        let body = json!({ "since": since });
        Request::new(&self.transport, call(Method::POST, &["webhooks", id, "recover"]).body(&body))
    }
}

fn call(method: Method, path: &[&str]) -> Call {
    Call::new(method, path, Audience::Merchant)
}
