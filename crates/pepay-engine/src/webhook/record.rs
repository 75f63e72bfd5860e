//! The recorder: what came of attempts, many in one commit.
//!
//! An outcome that could not be written is written later, or never if the node dies first: then the lease ends and the
//! delivery is made again. At least once, and never lost.

use std::collections::BTreeMap;
use std::time::Duration;

use pepay_core::id::EndpointId;
use pepay_core::time::Millis;
use pepay_core::webhook::{DisabledReason, Health};
use pepay_store::db::Tx;
use pepay_store::webhook::attempt::Attempt;
use pepay_store::webhook::delivery::Missed;
use pepay_store::webhook::{attempt, delivery, endpoint, lane, planner};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::lanes::{Next, Verdict};
use crate::mail::letters::Letter;
use crate::{Engine, Error};

/// Outcomes written in one transaction.
const BATCH: usize = 500;
/// Outcomes that may wait to be written before senders wait too.
pub(super) const QUEUE: usize = 4_096;
/// How long to wait before a batch that failed is written again.
const AGAIN: Duration = Duration::from_millis(200);
/// Retries brought forward at an endpoint that is back: far more than the failures that open a breaker.
const HASTENED_AT_ONCE: u64 = 5_000;

/// What came of an attempt.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) endpoint: EndpointId,
    pub(super) leased_until: Millis,
    pub(super) attempt: Attempt,
    pub(super) verdict: Verdict,
}

/// What a batch does to one endpoint.
#[derive(Default)]
struct Change {
    health: Option<Health>,
    changes: u32,
    back: bool,
    disable: Option<DisabledReason>,
}

impl Engine {
    /// Writes outcomes until every sender is gone.
    pub(super) async fn record_webhooks(self, mut outcomes: mpsc::Receiver<Outcome>, stop: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH);
        while outcomes.recv_many(&mut batch, BATCH).await > 0 {
            while let Err(error) = self.record_batch(&batch).await {
                tracing::warn!(%error, "Could not record what came of {} webhook attempts", batch.len());
                if stop.is_cancelled() {
                    break;
                }
                tokio::time::sleep(AGAIN).await;
            }
            batch.clear();
        }
    }

    async fn record_batch(&self, batch: &[Outcome]) -> Result<(), Error> {
        let now = self.now();
        let changes = changes(batch);
        let tx = self.db().begin("webhook.record").await?;
        let disables = changes.values().any(|change| change.disable.is_some());
        if disables {
            // First, as everybody does who changes an endpoint.
            planner::change(&tx).await?;
        }
        let taken: Vec<_> = batch.iter().filter(|it| it.verdict.next == Next::Succeeded).collect();
        delivery::succeed(&tx, &taken.iter().map(|it| it.attempt.delivery_id).collect::<Vec<_>>(), now).await?;
        for outcome in batch {
            let due_at = match outcome.verdict.next {
                Next::Succeeded => continue,
                Next::Again(at) => Some(at),
                Next::GivenUp => None,
            };
            let missed = Missed { id: outcome.attempt.delivery_id, leased_until: outcome.leased_until, due_at };
            delivery::miss(&tx, &missed, now).await?;
        }
        let mut disabled = Vec::new();
        for (id, change) in &changes {
            if let Some(health) = &change.health {
                endpoint::set_health(&tx, *id, health).await?;
            }
            if change.back {
                lane::hasten(&tx, *id, now, HASTENED_AT_ONCE).await?;
            }
            if let Some(reason) = change.disable
                && endpoint::disable(&tx, *id, now, reason).await?
            {
                self.tell_of_disabled(&tx, *id, reason).await?;
                disabled.push((*id, reason));
            }
        }
        // Last: what is written per attempt is never waited for by anybody.
        let attempts: Vec<Attempt> = batch.iter().map(|it| it.attempt.clone()).collect();
        attempt::insert(&tx, &attempts).await?;
        tx.commit().await?;
        self.webhooks_recorded(batch, &changes, &disabled);
        Ok(())
    }

    // The letter goes out with the fact.
    async fn tell_of_disabled(&self, tx: &Tx, id: EndpointId, reason: DisabledReason) -> Result<(), Error> {
        let Some(it) = self.webhooks().view().get(id).map(|known| known.endpoint.clone()) else { return Ok(()) };
        let reason = match reason {
            DisabledReason::Gone => "it says that it is gone (410)",
            DisabledReason::Failing | DisabledReason::Merchant => "it took nothing for days",
        };
        self.write_to_owners(tx, it.merchant_id, &Letter::WebhookDisabled { url: &it.url, reason }).await
    }

    fn webhooks_recorded(
        &self,
        batch: &[Outcome],
        changes: &BTreeMap<EndpointId, Change>,
        disabled: &[(EndpointId, DisabledReason)],
    ) {
        for (id, change) in changes {
            self.webhooks().lanes.saved(*id, change.changes);
            if change.back {
                tracing::info!(webhook.endpoint = %id, "Webhook endpoint {id} takes deliveries again");
                self.webhooks().lanes.wants(*id, lane::Lane::Retry, self.now());
                self.webhooks().hungry.notify_one();
            }
        }
        for (id, reason) in disabled {
            let reason = reason.as_str();
            metrics::counter!("pepay_webhook_endpoints_disabled_total", "reason" => reason).increment(1);
            tracing::error!(webhook.endpoint = %id, reason, "Disabled webhook endpoint {id}; its merchant gets a letter");
        }
        for outcome in batch {
            let word = match outcome.verdict.next {
                Next::Succeeded => "succeeded",
                Next::Again(_) => "retried",
                Next::GivenUp => "given_up",
            };
            metrics::counter!("pepay_webhook_attempts_total", "outcome" => word).increment(1);
            let (delivery, error) = (outcome.attempt.delivery_id, outcome.attempt.error.as_deref().unwrap_or_default());
            if outcome.verdict.next != Next::Succeeded {
                tracing::debug!(webhook.delivery = %delivery, error, "Webhook delivery {delivery} failed: {word}");
            }
        }
    }
}

fn changes(batch: &[Outcome]) -> BTreeMap<EndpointId, Change> {
    let mut changes: BTreeMap<EndpointId, Change> = BTreeMap::new();
    for Outcome { endpoint, verdict, .. } in batch {
        if verdict.health.is_none() && !verdict.back && verdict.disable.is_none() {
            continue;
        }
        let change = changes.entry(*endpoint).or_default();
        if let Some(health) = verdict.health {
            (change.health, change.changes) = (Some(health), change.changes.saturating_add(1));
        }
        change.back |= verdict.back;
        change.disable = change.disable.or(verdict.disable);
    }
    changes
}
