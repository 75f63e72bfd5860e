//! Endpoints that are told of events.

use reqwest::Method;

use super::{ListPage, resource};
use crate::credentials::Audience;
use crate::page::List;
use crate::query::Query;
use crate::request::Request;
use crate::transport::Call;
use crate::types::{
    CreateWebhook, RecoverWebhook, RotateWebhookSecret, UpdateWebhook, Webhook, WebhookDeleted, WebhookDelivery,
    WebhookDeliveryState, WebhookRecovery, WebhookWithSecret,
};

/// Which deliveries are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListDeliveries {
    /// Of this status only.
    pub status: Option<WebhookDeliveryState>,
    /// Of events of this type only, such as `invoice.updated`.
    pub event_type: Option<String>,
    /// Which page.
    pub page: ListPage,
}

resource! {
    /// Endpoints that are told of events.
    Webhooks
}

impl Webhooks {
    /// Adds an endpoint. Its secret is shown this once.
    pub fn create(&self, endpoint: &CreateWebhook) -> Request<WebhookWithSecret> {
        Request::new(&self.transport, call(Method::POST, &["webhooks"]).body(endpoint))
    }

    /// Lists endpoints, newest first.
    pub fn list(&self, page: &ListPage) -> List<Webhook> {
        List::new(&self.transport, call(Method::GET, &["webhooks"]).query(page.onto(Query::new())))
    }

    /// Gives one endpoint.
    pub fn retrieve(&self, id: &str) -> Request<Webhook> {
        Request::new(&self.transport, call(Method::GET, &["webhooks", id]))
    }

    /// Changes what is given, and leaves the rest.
    pub fn update(&self, id: &str, changes: &UpdateWebhook) -> Request<Webhook> {
        Request::new(&self.transport, call(Method::PATCH, &["webhooks", id]).body(changes))
    }

    /// Removes an endpoint; nothing more is delivered to it.
    pub fn delete(&self, id: &str) -> Request<WebhookDeleted> {
        Request::new(&self.transport, call(Method::DELETE, &["webhooks", id]))
    }

    /// Gives an endpoint another secret. For a while, a day unless said, deliveries are signed with both.
    pub fn rotate_secret(&self, id: &str, overlap_seconds: Option<u64>) -> Request<WebhookWithSecret> {
        let mut body = RotateWebhookSecret::new();
        body.overlap_seconds = overlap_seconds;
        Request::new(&self.transport, call(Method::POST, &["webhooks", id, "rotate-secret"]).body(&body))
    }

    /// Delivers a `test.ping`.
    pub fn test(&self, id: &str) -> Request<WebhookDelivery> {
        Request::new(&self.transport, call(Method::POST, &["webhooks", id, "test"]))
    }

    /// Lists what was delivered to an endpoint, newest first.
    pub fn list_deliveries(&self, id: &str, which: &ListDeliveries) -> List<WebhookDelivery> {
        let ListDeliveries { status, event_type, page } = which;
        let query = page.onto(Query::new()).with("status", status.as_ref()).with("event_type", event_type.as_ref());
        List::new(&self.transport, call(Method::GET, &["webhooks", id, "deliveries"]).query(query))
    }

    /// Gives one delivery with its attempts.
    pub fn retrieve_delivery(&self, delivery_id: &str) -> Request<WebhookDelivery> {
        Request::new(&self.transport, call(Method::GET, &["webhooks", "deliveries", delivery_id]))
    }

    /// Delivers once more.
    pub fn replay_delivery(&self, delivery_id: &str) -> Request<WebhookDelivery> {
        Request::new(&self.transport, call(Method::POST, &["webhooks", "deliveries", delivery_id, "replay"]))
    }

    /// Delivers again everything since a moment (RFC 3339, or epoch seconds) or after an event, by its id.
    pub fn recover(&self, id: &str, since: &str) -> Request<WebhookRecovery> {
        let body = RecoverWebhook::new(since);
        Request::new(&self.transport, call(Method::POST, &["webhooks", id, "recover"]).body(&body))
    }
}

fn call(method: Method, path: &[&str]) -> Call {
    Call::new(method, path, Audience::Merchant)
}
