//! What keeps webhooks small and visible: pruning, gauges, and the list of endpoints on nodes that deliver nothing.

use std::time::Duration;

use pepay_store::webhook::{delivery, lane};
use tokio_util::sync::CancellationToken;

use super::worker::REFRESH;
use crate::{Engine, Error};

/// Deliveries forgotten in one transaction.
const PRUNED_AT_ONCE: u64 = 1_000;
/// How often the backlog is counted.
const COUNTED_EVERY: Duration = Duration::from_secs(15);
/// A backlog is counted up to here.
const COUNTED_AT_MOST: u64 = 100_000;

/// Milliseconds as seconds, for a metric.
#[expect(clippy::cast_precision_loss, reason = "a metric is not money")]
pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// Shows how long the oldest delivery that may be sent has been due.
pub(super) fn tell_oldest(age_ms: Option<i64>) {
    metrics::gauge!("pepay_webhook_oldest_due_seconds").set(seconds(age_ms.unwrap_or_default()));
}

impl Engine {
    /// Keeps the list of endpoints fresh until `stop`: every node tells how many webhooks an event goes to.
    pub(crate) async fn run_webhook_directory(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.webhook_position().await {
                tracing::warn!(%error, "Could not read the webhook endpoints");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(REFRESH) => {}
            }
        }
    }

    /// Counts the backlog until `stop`.
    pub(crate) async fn run_webhook_gauges(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.tell_webhooks().await {
                tracing::warn!(%error, "Could not count webhook deliveries");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(COUNTED_EVERY) => {}
            }
        }
    }

    async fn tell_webhooks(&self) -> Result<(), Error> {
        for (word, kind) in [("fresh", lane::Lane::Fresh), ("retry", lane::Lane::Retry)] {
            let count = lane::count(self.db().read(), kind, COUNTED_AT_MOST).await?;
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            metrics::gauge!("pepay_webhook_backlog", "lane" => word).set(f64::from(count));
        }
        let census = self.webhooks().lanes.census(self.now());
        for (word, count) in ["closed", "open", "half_open", "disabled"].into_iter().zip(census) {
            metrics::gauge!("pepay_webhook_endpoints", "breaker" => word).set(f64::from(count));
        }
        Ok(())
    }

    /// Forgets deliveries that were made longer ago than the operator keeps them.
    pub(crate) async fn prune_webhooks(&self) -> Result<(), Error> {
        let before = self.now().plus_ms(self.webhooks().settings.retention_ms.saturating_neg());
        loop {
            let tx = self.db().begin("webhook.prune").await?;
            let pruned = delivery::prune(&tx, before, PRUNED_AT_ONCE).await?;
            tx.commit().await?;
            if pruned < PRUNED_AT_ONCE {
                return Ok(());
            }
        }
    }
}
