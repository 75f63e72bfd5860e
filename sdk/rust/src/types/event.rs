//! Events: the same envelope on REST, webhooks and sockets, around an object of a type of its own.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::open_enum::open_enum;
use super::{Invoice, Payment};

open_enum! {
    /// What happened.
    EventType {
        InvoiceCreated = "invoice.created",
        InvoiceUpdated = "invoice.updated",
        PaymentCreated = "invoice_payment.created",
        PaymentUpdated = "invoice_payment.updated",
        QuoteUpdated = "payment_quote.updated",
        TestPing = "test.ping",
    }
}

/// Something that happened. Deliveries repeat: skip an `id` that was handled before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// `evt_<epoch ms>-<sequence>`; ids sort by commit order.
    pub id: String,
    /// What happened.
    pub kind: EventType,
    /// The version of the object in it.
    pub api_version: String,
    /// When, in epoch seconds.
    pub created: i64,
    /// Whether the money is real.
    pub livemode: bool,
    /// Webhook deliveries still to be made.
    pub pending_webhooks: u32,
    /// The request that caused it.
    pub request: EventRequest,
    /// The object as it was after the event.
    pub object: EventObject,
    /// The former values of the top-level fields that changed.
    pub previous_attributes: Map<String, Value>,
}

/// The request that caused an event; both are `None` when none did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct EventRequest {
    /// Its id.
    pub id: Option<String>,
    /// Its idempotency key.
    pub idempotency_key: Option<String>,
}

/// What an event is about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventObject {
    /// An invoice.
    Invoice(Box<Invoice>),
    /// A payment of one.
    Payment(Box<Payment>),
    /// A sign of life.
    Ping(Ping),
    /// Something this version of the client does not know, or not in this form, as it came.
    Other(Box<RawValue>),
}

/// A test of a webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Ping {
    /// `ok`.
    pub status: String,
}

impl Event {
    /// The invoice it is about, when it is about one.
    pub fn invoice(&self) -> Option<&Invoice> {
        if let EventObject::Invoice(invoice) = &self.object { Some(invoice) } else { None }
    }

    /// The payment it is about, when it is about one.
    pub fn payment(&self) -> Option<&Payment> {
        if let EventObject::Payment(payment) = &self.object { Some(payment) } else { None }
    }
}

/// The envelope as it comes; `object` stays text until its type is known.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub(super) id: String,
    pub(super) object: String,
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) api_version: String,
    pub(super) created: i64,
    pub(super) livemode: bool,
    #[serde(default)]
    pub(super) pending_webhooks: u32,
    #[serde(default)]
    pub(super) request: Option<EventRequest>,
    pub(super) data: EventData,
}

#[derive(Deserialize)]
pub(super) struct EventData {
    pub(super) object: Box<RawValue>,
    #[serde(default)]
    pub(super) previous_attributes: Map<String, Value>,
}

impl Envelope {
    /// Reads an envelope; anything that is no event is refused.
    pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let envelope = Self::deserialize(deserializer)?;
        if envelope.object == "event" { Ok(envelope) } else { Err(serde::de::Error::custom("not an event")) }
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Envelope { id, r#type, api_version, created, livemode, pending_webhooks, request, data, .. } =
            Envelope::read(deserializer)?;
        let EventData { object, previous_attributes } = data;
        let object = object_of(&r#type, object);
        let (kind, request) = (EventType::from(r#type.as_str()), request.unwrap_or_default());
        Ok(Self { id, kind, api_version, created, livemode, pending_webhooks, request, object, previous_attributes })
    }
}

// An object that is not what this version expects is handed on as it came: the event still happened.
fn object_of(kind: &str, object: Box<RawValue>) -> EventObject {
    let read = match kind.split_once('.') {
        Some(("invoice", _)) => serde_json::from_str(object.get()).map(EventObject::Invoice),
        Some(("invoice_payment", _)) => serde_json::from_str(object.get()).map(EventObject::Payment),
        Some(("test", _)) => serde_json::from_str(object.get()).map(EventObject::Ping),
        Some(_) | None => return EventObject::Other(object),
    };
    read.unwrap_or(EventObject::Other(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, object: &str) -> Result<Event, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"id":"evt_1766322000123-42","object":"event","api_version":"2025-12-16","type":"{kind}",
            "created":1766322000,"livemode":false,"pending_webhooks":1,"request":{{"id":"req_1","idempotency_key":null}},
            "data":{{"object":{object},"previous_attributes":{{"status":"unpaid"}}}}}}"#
        ))
    }

    #[test]
    fn an_event_knows_what_it_is_about() {
        let ping = read("test.ping", r#"{"object":"ping","status":"ok"}"#).unwrap();
        assert!(matches!(&ping.object, EventObject::Ping(ping) if ping.status == "ok"));
        assert_eq!((ping.kind, ping.request.id.as_deref()), (EventType::TestPing, Some("req_1")));
        assert_eq!(ping.previous_attributes["status"], "unpaid");
    }

    #[test]
    fn what_a_newer_server_tells_is_kept() {
        for kind in ["refund.created", "invoice.updated"] {
            let event = read(kind, r#"{"amount":1.10}"#).unwrap();
            assert_eq!(event.kind, EventType::from(kind));
            assert!(matches!(&event.object, EventObject::Other(raw) if raw.get() == r#"{"amount":1.10}"#), "{kind}");
        }
    }
}
