//! What is said on sockets beside events, and the token that opens the merchant stream (contract sections 3 and 5).
//!
//! Frames are JSON texts told apart by `object`: `event`, `ws_control` and `ws_error`, which is the last before the
//! close. Every control says up to which event the client has been told everything.

use pepay_core::event::EventId;
use pepay_core::id::MerchantId;
use pepay_core::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Code, Environment, Problem, show};

/// Shortest life of a stream token, in seconds.
const MIN_TTL_SECS: i64 = 10;
/// Longest life of a stream token, in seconds.
const MAX_TTL_SECS: i64 = 3_600;
/// Its life when none is asked for, in seconds.
const USUAL_TTL_SECS: i64 = 60;

/// Request: a token for a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
pub struct WsTokenRequest {
    /// Always `merchant`.
    #[schema(value_type = String, example = "merchant")]
    pub scope: WsScope,
    /// How long the token and every socket opened with it live, from 10 to 3600 seconds; 60 when absent.
    #[schema(minimum = 10, maximum = 3600, default = 60, required = false)]
    pub ttl_seconds: i64,
}

/// Which stream a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WsScope {
    /// Everything of a merchant in one environment.
    Merchant,
}

impl WsTokenRequest {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let scope = object.required_text("scope", 64)?;
        if scope != "merchant" {
            return Err(Problem::at(Code::ValidationError, object.pointer("scope"), "scope must be merchant"));
        }
        let ttl_seconds = object.integer("ttl_seconds")?.unwrap_or(USUAL_TTL_SECS);
        if !(MIN_TTL_SECS..=MAX_TTL_SECS).contains(&ttl_seconds) {
            let message = format!("ttl_seconds must be from {MIN_TTL_SECS} to {MAX_TTL_SECS}");
            return Err(Problem::at(Code::ValidationError, object.pointer("ttl_seconds"), message));
        }
        Ok(Self { scope: WsScope::Merchant, ttl_seconds })
    }
}

/// A token for a stream.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WsToken {
    /// The token; `token=` in the query of the socket.
    pub token: String,
    /// What it opens.
    #[schema(value_type = String, example = "merchant")]
    pub scope: WsScope,
    /// Whose events.
    pub merchant_id: i64,
    /// Where.
    pub network_environment: Environment,
    /// When it and every socket opened with it end, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub expires_at: Millis,
    /// Path and format of the socket, relative to this server.
    #[schema(value_type = String, example = "/ws/merchant/events?format=event_v1")]
    pub ws_url: &'static str,
}

impl WsToken {
    /// A token that was made.
    pub fn new(token: String, merchant: MerchantId, environment: Environment, expires_at: Millis) -> Self {
        Self {
            token,
            scope: WsScope::Merchant,
            merchant_id: merchant.0,
            network_environment: environment,
            expires_at,
            ws_url: "/ws/merchant/events?format=event_v1",
        }
    }
}

/// What a control frame is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlType {
    /// The first frame: where the stream begins.
    Ready,
    /// What came after `since` follows.
    ReplayStarted,
    /// What came after `since` was told; from here on events are new.
    ReplayCompleted,
    /// Not everything was or will be told here: fetch the rest by `GET /api/v1/events`, or resume with `since`.
    ResyncRequired,
    /// The credential of this socket ends soon, and the socket with it.
    TokenExpiring,
}

/// Why a resynchronisation is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResyncReason {
    /// `since` is older than what is kept: only the newest events follow.
    Retention,
    /// The client takes events more slowly than they happen; the socket closes.
    SlowConsumer,
    /// The server restarts; the socket closes.
    Restart,
}

/// A control frame.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Control {
    object: &'static str,
    r#type: ControlType,
    #[serde(serialize_with = "show::text")]
    last_event_id: EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heartbeat_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "show::secs_or_null")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ResyncReason>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "show::text_or_null")]
    oldest_event_id: Option<EventId>,
}

impl Control {
    /// A frame for a client that was told everything up to `last`.
    pub const fn new(kind: ControlType, last: EventId) -> Self {
        Self {
            object: "ws_control",
            r#type: kind,
            last_event_id: last,
            environment: None,
            heartbeat_seconds: None,
            expires_at: None,
            replayed: None,
            reason: None,
            oldest_event_id: None,
        }
    }

    /// The first frame. `expires_at` is the end of the credential, where it has one.
    pub fn ready(last: EventId, environment: Environment, heartbeat_secs: u64, expires_at: Option<Millis>) -> Self {
        let (environment, heartbeat_seconds) = (Some(environment), Some(heartbeat_secs));
        Self { environment, heartbeat_seconds, expires_at, ..Self::new(ControlType::Ready, last) }
    }

    /// What came after `since` was told: `replayed` events up to `last`.
    pub const fn replay_completed(last: EventId, replayed: u64) -> Self {
        Self { replayed: Some(replayed), ..Self::new(ControlType::ReplayCompleted, last) }
    }

    /// Not everything is told here.
    pub const fn resync(last: EventId, reason: ResyncReason) -> Self {
        Self { reason: Some(reason), ..Self::new(ControlType::ResyncRequired, last) }
    }

    /// `since` is older than everything that is kept, which begins with `oldest`.
    pub const fn pruned(since: EventId, oldest: EventId) -> Self {
        Self { oldest_event_id: Some(oldest), ..Self::resync(since, ResyncReason::Retention) }
    }

    /// The credential ends at `at`.
    pub const fn expiring(last: EventId, at: Millis) -> Self {
        Self { expires_at: Some(at), ..Self::new(ControlType::TokenExpiring, last) }
    }

    /// The JSON text.
    ///
    /// # Panics
    /// Never: texts and integers always serialise.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and integers always serialise")
    }
}

/// The last frame before a close that the client must act on.
#[derive(Clone, Copy, Debug, Serialize)]
struct Terminal<'a> {
    object: &'static str,
    code: &'static str,
    message: &'a str,
}

/// The JSON text of a `ws_error`.
///
/// # Panics
/// Never: texts always serialise.
pub fn ws_error(code: Code, message: &str) -> String {
    let frame = Terminal { object: "ws_error", code: code.as_str(), message };
    serde_json::to_string(&frame).expect("texts always serialise")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: EventId = EventId { seq: 42, at: Millis(1_766_322_000_123) };

    #[test]
    fn tokens_are_asked_for_within_limits() {
        let read = |body: &str| WsTokenRequest::parse(body.as_bytes()).map(|request| request.ttl_seconds);
        assert_eq!(read(r#"{"scope":"merchant"}"#).unwrap(), 60);
        assert_eq!(read(r#"{"scope":"merchant","ttl_seconds":10}"#).unwrap(), 10);
        assert_eq!(read(r#"{"scope":"merchant","ttl_seconds":3600}"#).unwrap(), 3_600);
        for (body, param) in [
            ("{}", "/scope"),
            (r#"{"scope":"payor"}"#, "/scope"),
            (r#"{"scope":1}"#, "/scope"),
            (r#"{"scope":"merchant","ttl_seconds":9}"#, "/ttl_seconds"),
            (r#"{"scope":"merchant","ttl_seconds":3601}"#, "/ttl_seconds"),
            (r#"{"scope":"merchant","ttl_seconds":"60"}"#, "/ttl_seconds"),
            (r#"{"scope":"merchant","ttl_seconds":60.5}"#, "/ttl_seconds"),
        ] {
            let problem = read(body).unwrap_err();
            assert_eq!((problem.code, problem.param.as_deref()), (Code::ValidationError, Some(param)), "{body}");
        }
    }

    #[test]
    fn control_frames_are_those_of_the_contract() {
        let ready = Control::ready(LAST, Environment::Devnet, 30, Some(Millis(1_766_322_060_000)));
        let frames = [
            ready,
            Control::new(ControlType::ReplayStarted, LAST),
            Control::replay_completed(LAST, 3),
            Control::resync(LAST, ResyncReason::SlowConsumer),
            Control::pruned(LAST, EventId { seq: 50, at: LAST.at }),
            Control::expiring(LAST, Millis(1_766_322_060_000)),
        ];
        let start = r#"{"object":"ws_control","type":""#;
        let last = r#","last_event_id":"evt_1766322000123-42""#;
        let expected = [
            format!(r#"{start}ready"{last},"environment":"devnet","heartbeat_seconds":30,"expires_at":1766322060}}"#),
            format!(r#"{start}replay_started"{last}}}"#),
            format!(r#"{start}replay_completed"{last},"replayed":3}}"#),
            format!(r#"{start}resync_required"{last},"reason":"slow_consumer"}}"#),
            format!(r#"{start}resync_required"{last},"reason":"retention","oldest_event_id":"evt_1766322000123-50"}}"#),
            format!(r#"{start}token_expiring"{last},"expires_at":1766322060}}"#),
        ];
        assert_eq!(frames.map(|frame| frame.to_json()), expected);
        let error = r#"{"object":"ws_error","code":"API_KEY_REVOKED","message":"gone"}"#;
        assert_eq!(ws_error(Code::ApiKeyRevoked, "gone"), error);
    }
}
