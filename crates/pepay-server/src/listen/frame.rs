//! What the merchant stream says: frames told apart by `object` (contract section 5).

use pepay_core::event::EventId;
use serde_json::Value;

/// An event, with the very bytes that came.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Its id.
    pub(super) id: EventId,
    /// What happened.
    pub(super) kind: String,
    /// Whether the money is real.
    pub(super) livemode: bool,
    /// The envelope.
    pub(super) parsed: Value,
    /// The same as it came: what is forwarded and signed.
    pub(super) text: String,
}

/// A frame.
#[derive(Debug)]
pub(super) enum Frame {
    /// Something happened.
    Event(Event),
    /// The stream speaks of itself.
    Control {
        /// `ready`, `resync_required`, …
        kind: String,
        /// The newest event it knows of, or the last it sent.
        last: Option<EventId>,
        /// Why, such as `retention`.
        reason: Option<String>,
    },
    /// The stream ends, and why.
    Error {
        /// The code.
        code: String,
        /// The same in a sentence.
        message: String,
    },
    /// Of a kind that is not known yet.
    Unknown,
}

impl Frame {
    /// Reads a frame; `None` when it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parsed: Value = serde_json::from_str(text).ok()?;
        let word = |name: &str| parsed[name].as_str().map(ToOwned::to_owned);
        Some(match parsed["object"].as_str()? {
            "event" => Self::Event(Event {
                id: parsed["id"].as_str()?.parse().ok()?,
                kind: word("type")?,
                livemode: parsed["livemode"] == true,
                text: text.to_owned(),
                parsed,
            }),
            "ws_control" => Self::Control {
                kind: word("type")?,
                last: parsed["last_event_id"].as_str().and_then(|id| id.parse().ok()),
                reason: word("reason"),
            },
            "ws_error" => {
                Self::Error { code: word("code").unwrap_or_default(), message: word("message").unwrap_or_default() }
            }
            _ => Self::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_apart() {
        let text = r#"{"object":"event", "id":"evt_5-2","type":"invoice.created","livemode":true}"#;
        let Some(Frame::Event(event)) = Frame::parse(text) else { panic!("an event") };
        assert_eq!((event.id.seq, event.kind.as_str(), event.livemode), (2, "invoice.created", true));
        assert_eq!(event.text, text, "byte by byte");

        let ready = r#"{"object":"ws_control","type":"ready","last_event_id":null}"#;
        assert!(matches!(Frame::parse(ready), Some(Frame::Control { last: None, .. })));
        let error = r#"{"object":"ws_error","code":"C","message":"m"}"#;
        assert!(matches!(Frame::parse(error), Some(Frame::Error { code, .. }) if code == "C"));
        assert!(matches!(Frame::parse(r#"{"object":"later"}"#), Some(Frame::Unknown)));
        for bad in ["", "[]", "{}", r#"{"object":"event","id":"x","type":"t"}"#] {
            assert!(Frame::parse(bad).is_none(), "{bad}");
        }
    }
}
