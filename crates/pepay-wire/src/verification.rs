//! Manual verification: look at the chain again for one invoice (contract section 4).

use pepay_core::id::{InvoiceId, VerificationId};
use pepay_core::network::NetworkId;
use pepay_core::time::Millis;
use pepay_core::verification::{self, MAX_ATTEMPTS, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Problem, show};

/// Where a verification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationState {
    /// Waiting for its next attempt.
    Queued,
    /// The chain was read; `result` says what was found.
    Completed,
    /// Every attempt failed; `error` says why.
    Failed,
}

impl From<State> for VerificationState {
    fn from(state: State) -> Self {
        match state {
            State::Queued => Self::Queued,
            State::Completed => Self::Completed,
            State::Failed => Self::Failed,
        }
    }
}

/// One request to look again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Verification {
    /// Always `invoice_manual_verification`.
    #[schema(value_type = String, example = "invoice_manual_verification")]
    pub object: &'static str,
    /// Its id.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: VerificationId,
    /// The invoice to look for.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub invoice_id: InvoiceId,
    /// The network to look on.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// Where the work stands.
    pub job_status: VerificationState,
    /// The same as `job_status`.
    pub status: VerificationState,
    /// Attempts made.
    pub attempt_count: u32,
    /// Attempts before it is given up.
    pub max_attempts: u32,
    /// When the next attempt is due, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub next_attempt_at: Option<Millis>,
    /// When it was asked for, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// When anything last changed, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub updated_at: Millis,
    /// When it ended, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub completed_at: Option<Millis>,
    /// What was found, such as `found` or `nothing_new`.
    pub result: Option<String>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl Verification {
    /// Presents a verification.
    pub fn new(verification: &verification::Verification) -> Self {
        Self {
            object: "invoice_manual_verification",
            id: verification.id,
            invoice_id: verification.invoice_id,
            network: verification.network.clone(),
            job_status: verification.state.into(),
            status: verification.state.into(),
            attempt_count: verification.attempts,
            max_attempts: MAX_ATTEMPTS,
            next_attempt_at: verification.next_attempt_at,
            created_at: verification.created_at,
            updated_at: verification.updated_at,
            completed_at: verification.completed_at,
            result: verification.result.clone(),
            error: verification.error.clone(),
        }
    }
}

/// Request: look again, perhaps on a named network.
#[derive(Clone, Debug, Default, PartialEq, Eq, ToSchema)]
pub struct RequestVerification {
    /// The network; when given it must be the one the invoice is being paid on.
    #[schema(example = "base")]
    pub network: Option<String>,
}

impl RequestVerification {
    /// Reads the request; an empty body asks for nothing in particular.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { network: Object::parse(body)?.text("network", 64)? })
    }
}
