//! Webhooks: who is told of which events, how a delivery is signed, when it is tried again and when no more.
//!
//! A delivery is one event on its way to one endpoint. Nothing here sends or stores: the engine asks when and how, and
//! reports what came of it. An endpoint's condition (its [`Health`]) is judged from outcomes alone, so that any node
//! judges alike.

use crate::event::{EventId, Type};
use crate::id::{DeliveryId, EndpointId, MerchantId};
use crate::network::Environment;
use crate::time::Millis;

mod health;
mod schedule;
mod secret;
mod sign;
mod subscription;

pub use health::{Breaker, Condition, Health, Rules};
pub use schedule::{MAX_RETRY_AFTER_MS, Schedule};
pub use secret::{Sealed, Secret, SecretError};
pub use sign::{HEADERS, Message, TOLERANCE_MS};
pub use subscription::{MAX_PATTERNS, Subscription, SubscriptionError};

/// Endpoints of one merchant at most: each costs a delivery per event.
pub const MAX_ENDPOINTS: u64 = 50;
/// Longest URL of an endpoint, in characters.
pub const MAX_URL_CHARS: usize = 2_048;
/// Longest description of an endpoint, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 255;
/// How long the previous secret signs too after a rotation, when the caller does not say: a day.
pub const DEFAULT_OVERLAP_SECS: i64 = 86_400;
/// How long it may at most: a week.
pub const MAX_OVERLAP_SECS: i64 = 604_800;

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisabledReason {
    /// Its merchant turned it off.
    Merchant,
    /// It answered nothing but failures for days.
    Failing,
    /// It answered 410: it is gone for good.
    Gone,
}

impl DisabledReason {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merchant => "merchant",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Merchant, Self::Failing, Self::Gone].into_iter().find(|it| it.as_str() == text)
    }
}

/// Whether an endpoint is sent anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is told of every event it subscribed to.
    Enabled,
    /// It is told of nothing; what was pending waits.
    Disabled {
        /// Since when.
        at: Millis,
        /// Why.
        reason: DisabledReason,
    },
}

/// A secret that still signs beside its successor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The secret.
    pub sealed: Sealed,
    /// Until when.
    pub until: Millis,
}

/// Where a merchant wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// The environment whose events it gets; both when `None`.
    pub environment: Option<Environment>,
    /// Where to.
    pub url: String,
    /// What its owner calls it.
    pub description: Option<String>,
    /// What it is told of.
    pub subscription: Subscription,
    /// Whether it is told.
    pub status: Status,
    /// How it does.
    pub health: Health,
    /// What signs.
    pub secret: Sealed,
    /// How often the secret was made: 1 at creation, one more with each rotation.
    pub secret_version: u32,
    /// What signs too for a while after a rotation.
    pub previous: Option<Previous>,
    /// It is told of events after this number only.
    pub after_seq: i64,
    /// When it was made.
    pub created_at: Millis,
    /// When its owner last changed it, or it was disabled.
    pub updated_at: Millis,
    /// What tells a repeated request to create it, and to rotate its secret, from another one.
    pub asked: Asked,
}

/// Fingerprints of the idempotency keys behind an endpoint and its secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of the request that made the endpoint.
    pub created_by: Option<[u8; 32]>,
    /// Of the request that made the present secret.
    pub rotated_by: Option<[u8; 32]>,
}

impl Endpoint {
    /// Whether an event goes to it.
    pub fn wants(&self, kind: Type, merchant: MerchantId, environment: Environment, seq: i64) -> bool {
        self.status == Status::Enabled
            && self.merchant_id == merchant
            && self.environment.is_none_or(|own| own == environment)
            && seq > self.after_seq
            && self.subscription.covers(kind)
    }

    /// The endpoint, told again: what it failed at before is forgiven.
    pub fn enable(&mut self) {
        self.status = Status::Enabled;
        self.health = Health::default();
    }

    /// The endpoint, told no more.
    pub fn disable(&mut self, at: Millis, reason: DisabledReason) {
        if self.status == Status::Enabled {
            self.status = Status::Disabled { at, reason };
        }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// It waits for its next attempt, or one is under way.
    Pending,
    /// The endpoint took it.
    Succeeded,
    /// Every attempt failed.
    Failed,
    /// Its endpoint was deleted first.
    Canceled,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Succeeded, Self::Failed, Self::Canceled];

    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// Where to.
    pub endpoint_id: EndpointId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// The event's environment.
    pub environment: Environment,
    /// The event.
    pub event: EventId,
    /// What happened.
    pub kind: Type,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts recorded, in all.
    pub attempts: u32,
    /// Attempts since it was made or last asked for again: its place in the schedule.
    pub tries: u32,
    /// When it may be attempted; past the end of a lease while an attempt is under way.
    pub due_at: Option<Millis>,
    /// Until when a node has it for itself.
    pub leased_until: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// When it came to an end.
    pub completed_at: Option<Millis>,
}

impl Delivery {
    /// When the next attempt begins; `None` when there is none, or one is under way.
    pub fn next_attempt_at(&self) -> Option<Millis> {
        self.due_at.filter(|due| Some(*due) != self.leased_until)
    }
}
