//! Tokens that open streams.

use serde::{Deserialize, Serialize};

use super::Environment;
use crate::Secret;

/// A token that opens a merchant's stream, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WsToken {
    /// The token. Short-lived, so that it may be handed to a browser.
    pub token: Secret,
    /// What it opens: `merchant`.
    pub scope: String,
    /// Whose events.
    pub merchant_id: i64,
    /// Where.
    pub network_environment: Environment,
    /// When it ends, in epoch seconds.
    pub expires_at: i64,
    /// Where it opens a socket.
    pub ws_url: String,
}
