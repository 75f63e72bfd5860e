//! How a socket ends, and what its client is told.

use pepay_core::event::EventId;
use pepay_wire::{Code, Control, ResyncReason, ws_error};

/// Close codes (contract section 5, and RFC 6455 for the first four).
const AWAY: u16 = 1_001;
const POLICY: u16 = 1_008;
const TOO_BIG: u16 = 1_009;
const FAILED: u16 = 1_011;
const RESTART: u16 = 1_012;
const CREDENTIAL: u16 = 4_401;
const SCOPE: u16 = 4_403;
const SLOW: u16 = 4_408;

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client closed it, or is gone.
    Gone,
    /// The client answers no ping.
    Silent,
    /// The client says too much.
    Talkative,
    /// The client said too much at once.
    TooBig,
    /// The log could not be read.
    Failed,
    /// The node stops.
    Restart,
    /// The client takes events more slowly than they happen.
    Slow,
    /// The credential it was opened with is no longer good.
    Credential(Code, &'static str),
}

impl End {
    /// The close code and its reason; `None` when nobody is there to be told.
    pub(super) const fn close(self) -> Option<(u16, &'static str)> {
        Some(match self {
            Self::Gone => return None,
            Self::Silent => (AWAY, "no pong"),
            Self::Talkative => (POLICY, "too many messages"),
            Self::TooBig => (TOO_BIG, "message too big"),
            Self::Failed => (FAILED, "internal error"),
            Self::Restart => (RESTART, "restart"),
            Self::Slow => (SLOW, "slow consumer"),
            Self::Credential(Code::EnvironmentNotEnabled, _) => (SCOPE, "scope"),
            Self::Credential(..) => (CREDENTIAL, "credential"),
        })
    }

    /// The frame before the close, for a client that was told everything up to `last`.
    pub(super) fn frame(self, last: EventId) -> Option<String> {
        Some(match self {
            Self::Gone | Self::Silent => return None,
            Self::Talkative => ws_error(Code::ValidationError, "too many messages: there is nothing to say here"),
            Self::TooBig => ws_error(Code::BodyTooLarge, "messages may have at most 4096 bytes"),
            Self::Failed => ws_error(Code::InternalServerError, Code::InternalServerError.message()),
            Self::Restart => Control::resync(last, ResyncReason::Restart).to_json(),
            Self::Slow => Control::resync(last, ResyncReason::SlowConsumer).to_json(),
            Self::Credential(code, message) => ws_error(code, message),
        })
    }

    /// For the metrics.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Silent => "silent",
            Self::Talkative => "talkative",
            Self::TooBig => "too_big",
            Self::Failed => "failed",
            Self::Restart => "restart",
            Self::Slow => "slow",
            Self::Credential(..) => "credential",
        }
    }
}
