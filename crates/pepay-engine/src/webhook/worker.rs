//! What runs on a node with the `deliver` role: one dispatcher, one task that looks for what is due, one recorder, one
//! recoverer, and as many senders as may be under way.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::lanes::Answered;
use super::record::{Outcome, QUEUE};
use super::{lanes::Job, plan::Progress};
use crate::{Engine, Error};

/// How often this node looks what is due: retries, and what other nodes left.
const SCAN: Duration = Duration::from_millis(250);
/// How often this node looks whether endpoints have changed.
pub(super) const REFRESH: Duration = Duration::from_secs(1);
/// How long the dispatcher waits after a failure of the database.
const AGAIN: Duration = Duration::from_millis(500);

impl Engine {
    /// Delivers until `stop`; then lets what is under way finish and gives the rest back.
    pub(crate) async fn run_deliveries(self, stop: CancellationToken) {
        let (sender, outcomes) = mpsc::channel(QUEUE);
        let mut tasks = JoinSet::new();
        for _ in 0..self.webhooks().settings.total {
            tasks.spawn(self.clone().send_webhooks(sender.clone(), stop.clone()));
        }
        // The recorder ends with the last sender.
        drop(sender);
        tasks.spawn(self.clone().record_webhooks(outcomes, stop.clone()));
        tasks.spawn(self.clone().dispatch_webhooks(stop.clone()));
        tasks.spawn(self.clone().look_for_webhooks(stop.clone()));
        tasks.spawn(self.clone().recover_webhooks(stop));
        tasks.join_all().await;
        let left = self.webhooks().lanes.drain();
        if let Err(error) = self.give_back(&left).await {
            tracing::warn!(%error, "Could not give back {} webhook deliveries; they are due when their leases end", left.len());
        }
    }

    async fn give_back(&self, left: &[pepay_core::id::DeliveryId]) -> Result<(), Error> {
        if left.is_empty() {
            return Ok(());
        }
        let tx = self.db().begin("webhook.give_back").await?;
        pepay_store::webhook::delivery::give_back(&tx, left, self.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn dispatch_webhooks(self, stop: CancellationToken) {
        let mut tail = self.tail().follow();
        let mut progress = Progress::default();
        while !stop.is_cancelled() {
            let more = match self.dispatch_once(&mut progress).await {
                Ok(more) => more,
                Err(error) => {
                    tracing::warn!(%error, "Could not plan or claim webhook deliveries");
                    progress.forget();
                    tokio::time::sleep(AGAIN).await;
                    true
                }
            };
            if more {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                _newer = tail.changed() => {}
                () = self.webhooks().hungry.notified() => {}
            }
        }
    }

    // Apart from the dispatcher: a long look must not hold up what is new.
    async fn look_for_webhooks(self, stop: CancellationToken) {
        let (mut scan, mut refresh) = (tokio::time::interval(SCAN), tokio::time::interval(REFRESH));
        // After a stall one look is enough.
        scan.set_missed_tick_behavior(MissedTickBehavior::Delay);
        refresh.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let looked = tokio::select! {
                () = stop.cancelled() => Ok(()),
                _ = refresh.tick() => self.refresh_webhooks().await,
                _ = scan.tick() => self.scan_webhooks().await,
            };
            if let Err(error) = looked {
                tracing::warn!(%error, "Could not look for webhook deliveries");
            }
        }
    }

    // What is due is sent even while new events can not be planned.
    async fn dispatch_once(&self, progress: &mut Progress) -> Result<bool, Error> {
        let planned = self.plan_webhooks(progress).await;
        let claimed = self.claim_webhooks().await?;
        Ok(planned? || claimed)
    }

    /// Sends one delivery after the other.
    async fn send_webhooks(self, outcomes: mpsc::Sender<Outcome>, stop: CancellationToken) {
        loop {
            let job = tokio::select! {
                () = stop.cancelled() => return,
                job = self.webhooks().lanes.next(|| self.now()) => job,
            };
            let Some(outcome) = self.send_webhook(&job).await else { continue };
            if outcomes.send(outcome).await.is_err() {
                return;
            }
        }
    }

    async fn send_webhook(&self, job: &Job) -> Option<Outcome> {
        let endpoint = job.delivery.endpoint_id;
        let known = self.webhooks().view().get(endpoint).cloned();
        let tried = match known {
            Some(known) => self.attempt_webhook(job, &known).await,
            None => None,
        };
        let Some((attempt, answered)) = tried else {
            self.webhooks().lanes.dropped(job);
            return None;
        };
        if answered == Answered::Taken {
            let since_ms = self.now().since(job.delivery.event.at);
            metrics::histogram!("pepay_webhook_delivery_seconds").record(super::upkeep::seconds(since_ms));
        }
        let draw = self.random(rand::RngCore::next_u32);
        let verdict = self.webhooks().lanes.done(job, answered, (self.now(), attempt.took_ms), draw);
        if self.webhooks().lanes.is_hungry(endpoint, self.now()) {
            self.webhooks().hungry.notify_one();
        }
        Some(Outcome { endpoint, leased_until: job.leased_until, attempt, verdict })
    }
}
