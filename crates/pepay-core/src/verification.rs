//! Manual verification: somebody asks to look again at the chain for one invoice (contract section 4).

use crate::id::{InvoiceId, VerificationId};
use crate::network::NetworkId;
use crate::time::Millis;

/// Attempts before a verification is given up.
pub const MAX_ATTEMPTS: u32 = 5;

/// Where the work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Waiting for its next attempt.
    Queued,
    /// The chain was read; the result is set.
    Completed,
    /// Every attempt failed; the error is set.
    Failed,
}

impl State {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Queued, Self::Completed, Self::Failed].into_iter().find(|it| it.as_str() == text)
    }
}

/// One request to look again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Its id.
    pub id: VerificationId,
    /// The invoice to look for.
    pub invoice_id: InvoiceId,
    /// The network to look on.
    pub network: NetworkId,
    /// Where it stands.
    pub state: State,
    /// Attempts made.
    pub attempts: u32,
    /// When the next attempt is due; `None` when there is none.
    pub next_attempt_at: Option<Millis>,
    /// When it was asked for.
    pub created_at: Millis,
    /// When anything last changed.
    pub updated_at: Millis,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// What was found, such as `found` or `nothing_new`.
    pub result: Option<String>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}
