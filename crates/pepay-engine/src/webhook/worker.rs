//! What runs on a node with the `deliver` role: one dispatcher, one recorder, and as many senders as may be under way.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::lanes::Answered;
use super::record::{Outcome, QUEUE};
use super::{lanes::Job, plan::Cursor};
use crate::{Engine, Error};

/// How often this node looks what is due: retries, and what other nodes left.
const SCAN: Duration = Duration::from_millis(250);
/// How often it looks whether endpoints have changed.
pub(super) const REFRESH: Duration = Duration::from_secs(1);
/// How long the dispatcher waits after a failure of the database.
const AGAIN: Duration = Duration::from_millis(500);

impl Engine {
    /// Delivers until `stop`; then lets what is under way finish and gives the rest back.
    pub(crate) async fn run_deliveries(self, stop: CancellationToken) {
        let (sender, outcomes) = mpsc::channel(QUEUE);
        let mut senders = JoinSet::new();
        for _ in 0..self.webhooks().settings.total {
            senders.spawn(self.clone().send_webhooks(sender.clone(), stop.clone()));
        }
        drop(sender);
        let recorder = self.clone().record_webhooks(outcomes, stop.clone());
        tokio::join!(self.clone().dispatch_webhooks(stop), recorder, senders.join_all());
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
        let mut cursor = None;
        let (mut scan, mut refresh) = (tokio::time::interval(SCAN), tokio::time::interval(REFRESH));
        while !stop.is_cancelled() {
            match self.dispatch_once(&mut cursor).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "Could not plan or claim webhook deliveries");
                    cursor = None;
                    tokio::time::sleep(AGAIN).await;
                }
            }
            let looked = tokio::select! {
                () = stop.cancelled() => Ok(()),
                _newer = tail.changed() => Ok(()),
                () = self.webhooks().hungry.notified() => Ok(()),
                _ = refresh.tick() => self.refresh_webhooks().await,
                _ = scan.tick() => self.look_around().await,
            };
            if let Err(error) = looked {
                tracing::warn!(%error, "Could not look for webhook deliveries");
            }
        }
    }

    async fn dispatch_once(&self, cursor: &mut Option<Cursor>) -> Result<bool, Error> {
        let planned = self.plan_webhooks(cursor).await?;
        Ok(self.claim_webhooks().await? || planned)
    }

    async fn look_around(&self) -> Result<(), Error> {
        self.scan_webhooks().await?;
        self.recover_webhooks().await
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
        let Some(known) = known else {
            self.webhooks().lanes.dropped(job);
            return None;
        };
        let (attempt, answered) = self.attempt_webhook(job, &known).await;
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
