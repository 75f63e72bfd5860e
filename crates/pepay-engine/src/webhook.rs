//! Webhooks: every event to every endpoint that asked for it, at least once, whatever dies in between.
//!
//! The planner follows the tail of the event log and writes a delivery for each endpoint that wants an event; workers
//! lease deliveries, send them outside any transaction, and record what came of many in one commit. Each endpoint has
//! lanes of its own, so that a dead or slow one is in nobody's way, and a breaker that spares it. A node that dies
//! gives back what it had when its leases end.

use std::sync::Arc;

use pepay_core::credential::ServerKey;
use pepay_core::webhook::{Rules, Schedule};
use pepay_outbound::{Client, Policy};
use tokio::sync::Notify;

mod claim;
mod delivery;
mod directory;
mod endpoint;
mod lanes;
mod plan;
mod record;
mod recover;
mod send;
mod upkeep;
mod worker;

pub use delivery::{Deliveries, Since};
pub use endpoint::Created;

use directory::Directory;
use lanes::Lanes;

/// What the key that seals secrets is derived for.
pub(crate) const PURPOSE: &str = "webhook secrets";

/// The operator's choices about webhooks.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Judges urls and posts to them.
    pub client: Client,
    /// When a delivery is tried again.
    pub schedule: Schedule,
    /// When an endpoint is spared, and given up.
    pub rules: Rules,
    /// Deliveries under way to one endpoint at most.
    pub concurrency: usize,
    /// Deliveries under way on this node at most.
    pub total: usize,
    /// Milliseconds that a node has a delivery for itself. Longer than an attempt may take.
    pub lease_ms: i64,
    /// Milliseconds that an attempt may take at most.
    pub attempt_ms: i64,
    /// Milliseconds that deliveries are kept.
    pub retention_ms: i64,
}

impl Settings {
    /// The defaults: public endpoints over https.
    pub fn usual() -> Result<Self, pepay_outbound::Error> {
        Ok(Self::new(Client::new(Policy::default())?))
    }

    /// The defaults, with this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            schedule: Schedule::default(),
            rules: Rules::default(),
            concurrency: 16,
            total: 256,
            lease_ms: 30_000,
            attempt_ms: 17_000,
            retention_ms: 2_592_000_000,
        }
    }
}

/// What this node knows and does of webhooks.
pub(crate) struct Webhooks {
    settings: Settings,
    key: [u8; 32],
    directory: Directory,
    lanes: Lanes,
    /// Rings when an endpoint may have work again.
    hungry: Arc<Notify>,
}

impl Webhooks {
    pub(crate) fn new(settings: Settings, server_key: &ServerKey) -> Self {
        let lanes = Lanes::new(&settings);
        let (directory, hungry) = (Directory::default(), Arc::new(Notify::new()));
        Self { settings, key: server_key.derive(PURPOSE), directory, lanes, hungry }
    }
}
