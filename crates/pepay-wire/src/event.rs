//! The event envelope (contract section 5): the same JSON on REST, webhooks and sockets, because it is made here.
//!
//! The object in an event is frozen when the event is recorded; only the envelope is put around it later.

use pepay_core::event::{EventId, Type};
use pepay_core::network::Environment;
use serde::Serialize;
use serde::de::Deserializer as _;
use serde::ser::{SerializeMap, Serializer as _};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::show;

/// The version of every object in an event.
pub const API_VERSION: &str = "2025-12-16";

/// What an envelope is made of, as stored.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The event's id; its time is the event's.
    pub id: EventId,
    /// What happened, such as `invoice.created`.
    pub kind: &'a str,
    /// Where it happened.
    pub environment: Environment,
    /// Webhook deliveries still to be made.
    pub pending_webhooks: u32,
    /// The request that caused it.
    pub request_id: Option<&'a str>,
    /// The idempotency key of that request.
    pub idempotency_key: Option<&'a str>,
    /// The stored `{"object":…,"previous_attributes":…}`, as [`data`] made it.
    pub data: &'a RawValue,
}

/// One event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Event<'a> {
    /// `evt_<epoch ms>-<sequence>`; ids sort by commit order.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, example = "evt_1766322000123-42")]
    pub id: EventId,
    /// Always `event`.
    #[schema(value_type = String, example = "event")]
    pub object: &'static str,
    /// The version of the object in it.
    #[schema(value_type = String, example = "2025-12-16")]
    pub api_version: &'static str,
    /// What happened, such as `invoice.created`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// When, in epoch seconds.
    pub created: i64,
    /// Whether the money is real.
    pub livemode: bool,
    /// Webhook deliveries still to be made.
    pub pending_webhooks: u32,
    /// The request that caused it.
    pub request: EventRequest<'a>,
    /// The object, and what of it changed.
    #[schema(value_type = EventData)]
    pub data: &'a RawValue,
}

/// The request that caused an event; both null when none did.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EventRequest<'a> {
    /// Its id.
    pub id: Option<&'a str>,
    /// Its idempotency key.
    pub idempotency_key: Option<&'a str>,
}

/// The object of an event, and what of it changed.
#[derive(Clone, Debug, ToSchema)]
pub struct EventData {
    /// The object as it was after the event.
    #[schema(value_type = Object)]
    pub object: Box<RawValue>,
    /// The former values of the top-level fields that changed.
    #[schema(value_type = Object)]
    pub previous_attributes: Box<RawValue>,
}

impl<'a> Event<'a> {
    /// Puts the envelope around stored parts.
    pub const fn new(parts: &Envelope<'a>) -> Self {
        Self {
            id: parts.id,
            object: "event",
            api_version: API_VERSION,
            kind: parts.kind,
            created: parts.id.at.secs(),
            livemode: matches!(parts.environment, Environment::Mainnet),
            pending_webhooks: parts.pending_webhooks,
            request: EventRequest { id: parts.request_id, idempotency_key: parts.idempotency_key },
            data: parts.data,
        }
    }

    /// The JSON text.
    ///
    /// # Panics
    /// Never: texts, integers and checked JSON always serialise.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, integers and checked JSON always serialise")
    }

    /// The types a merchant can hear of, for documentation.
    pub const fn types() -> &'static [Type] {
        &Type::OF_MERCHANTS
    }
}

/// The `data` of an event: `object` as it is now and, when it was something before, which top-level fields changed.
pub fn data(object: &impl Serialize, before: Option<&impl Serialize>) -> String {
    let after = raw(object);
    let previous = match before {
        Some(before) => previous_attributes(&raw(before), &after),
        None => "{}".to_owned(),
    };
    format!("{{\"object\":{},\"previous_attributes\":{previous}}}", after.get())
}

/// The `data` of a `test.ping`.
pub fn ping() -> String {
    r#"{"object":{"object":"ping","status":"ok"},"previous_attributes":{}}"#.to_owned()
}

fn raw(object: &impl Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(object).expect("wire objects always serialise")
}

/// The top-level fields of `before` that `after` says otherwise, with their former values; null for a field that
/// was not there. Both must be objects written by the same type, so that equal values are equal text.
///
/// # Panics
/// Never: writing to memory does not fail.
pub fn previous_attributes(before: &RawValue, after: &RawValue) -> String {
    let (Some(before), Some(after)) = (fields(before), fields(after)) else { return "{}".to_owned() };
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut out);
    let mut map = serializer.serialize_map(None).expect("writing to memory does not fail");
    let was = |name: &str| before.iter().find(|(field, _)| field == name).map(|(_, value)| *value);
    let is = |name: &str| after.iter().find(|(field, _)| field == name).map(|(_, value)| *value);
    let gone = before.iter().filter(|(name, _)| is(name).is_none());
    for (name, _) in after.iter().chain(gone) {
        if was(name).map(RawValue::get) != is(name).map(RawValue::get) {
            map.serialize_entry(name, &was(name)).expect("writing to memory does not fail");
        }
    }
    map.end().expect("writing to memory does not fail");
    String::from_utf8(out).expect("JSON is UTF-8")
}

fn fields(object: &RawValue) -> Option<Vec<(String, &RawValue)>> {
    struct Ordered;

    impl<'de> serde::de::Visitor<'de> for Ordered {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = Vec::new();
            while let Some(entry) = map.next_entry()? {
                fields.push(entry);
            }
            Ok(fields)
        }
    }

    serde_json::Deserializer::from_str(object.get()).deserialize_map(Ordered).ok()
}

#[cfg(test)]
mod tests {
    use pepay_core::time::Millis;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_changed_is_previous() {
        let before = json!({"a": 1, "b": {"x": [1, 2]}, "c": null, "d": "gone"});
        let after = json!({"a": 1, "b": {"x": [1, 3]}, "c": "set", "e": "new"});
        let data: serde_json::Value = serde_json::from_str(&data(&after, Some(&before))).unwrap();
        assert_eq!(data["object"], after);
        assert_eq!(data["previous_attributes"], json!({"b": {"x": [1, 2]}, "c": null, "d": "gone", "e": null}));
    }

    #[test]
    fn the_envelope_is_that_of_the_contract() {
        let stored = RawValue::from_string(data(&json!({"id": "x"}), None::<&()>)).unwrap();
        let event = Event::new(&Envelope {
            id: EventId { seq: 42, at: Millis(1_766_322_000_999) },
            kind: Type::InvoiceCreated.as_str(),
            environment: Environment::Mainnet,
            pending_webhooks: 2,
            request_id: Some("req_1"),
            idempotency_key: None,
            data: &stored,
        });
        assert_eq!(
            event.to_json(),
            concat!(
                r#"{"id":"evt_1766322000999-42","object":"event","api_version":"2025-12-16","type":"invoice.created","#,
                r#""created":1766322000,"livemode":true,"pending_webhooks":2,"#,
                r#""request":{"id":"req_1","idempotency_key":null},"#,
                r#""data":{"object":{"id":"x"},"previous_attributes":{}}}"#
            )
        );
    }
}
