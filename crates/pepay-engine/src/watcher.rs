//! The watcher turns blocks into transfers. It never decides whether an invoice is paid, and sees no coin that a
//! contract sends: that is the lookout's business.
//!
//! One per network and installation, by lease. It goes on from the persisted header chain, so time spent down is
//! caught up and never skipped; a node that fails or lies delays it and is heard of, nothing worse.

use std::sync::Arc;
use std::time::Duration;

use pepay_chain::evm;
use pepay_chain::scan::{self, Step};
use pepay_core::network::{Network, NetworkId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::lease::Lease;
use crate::observe::REORG_WINDOW_BLOCKS;
use crate::{Engine, Error};

/// How often to ask for a new block where no socket announces it.
const POLL: Duration = Duration::from_secs(1);
/// Wait after a failure: long enough not to hammer a node that is down, short enough to notice its return.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// Watches one network.
pub struct Watcher {
    engine: Engine,
    network: Network,
    client: Arc<evm::Client>,
    lease: Lease,
    read: Arc<Notify>,
}

impl Watcher {
    /// A watcher of `network`; `None` when the network is unknown or has no client. Tells `read` of every step.
    pub fn new(engine: &Engine, network: &NetworkId, read: Arc<Notify>) -> Option<Self> {
        let client = Arc::clone(engine.0.chains.get(network)?);
        let network = engine.catalogue().network(network)?.clone();
        let lease = Lease::new(engine, format!("watch {}", network.id));
        Some(Self { engine: engine.clone(), network, client, lease, read })
    }

    /// Watches until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // Dropped half-way it leaves no trace: a step is one transaction, and a node that hangs delays no stop.
            let read = tokio::select! {
                () = stop.cancelled() => break,
                read = self.once() => read,
            };
            let wait = match read {
                Ok(true) => continue,
                Ok(false) => POLL,
                Err(error) => {
                    self.complain(&error);
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.client.wait_for_head(wait) => {}
            }
        }
        self.lease.release().await;
    }

    /// Reads and records what is next; `false` when there is nothing new.
    pub async fn once(&mut self) -> Result<bool, Error> {
        if !self.lease.held().await? {
            return Ok(false);
        }
        let window = pepay_store::chain::window(self.engine.db().read(), &self.network.id, REORG_WINDOW_BLOCKS).await?;
        let step = scan::next(&*self.client, &window, scan::Start::Head, scan::Limits::default()).await?;
        let Some(mut step) = step else {
            return Ok(false);
        };
        let observed = std::mem::take(&mut step.observed);
        let (deposits, observed) = self.engine.matched(&self.network.id, observed).await?;
        let observed = self.client.drop_failed(observed).await?;
        self.engine.record_step(&self.network, window.first().copied(), &step, (deposits, observed)).await?;
        self.read.notify_one();
        self.report(&step);
        Ok(true)
    }

    fn report(&self, step: &Step) {
        let network = self.network.id.to_string();
        if let Some(last) = step.blocks.last() {
            let gauge = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
            metrics::gauge!("pepay_watcher_block", "network" => network).set(gauge(last.number));
        }
    }

    fn complain(&self, error: &Error) {
        metrics::counter!("pepay_watcher_failures_total", "network" => self.network.id.to_string()).increment(1);
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        tracing::warn!(network = %self.network.id, %error, cause, "Could not read {}", self.network.id);
    }
}
