//! Recovery: the events of the past that an endpoint missed, planned again in steps that survive a restart.

use std::time::Duration;

use pepay_core::event::Type;
use pepay_core::id::EndpointId;
use pepay_core::webhook::Delivery;
use pepay_store::event::past;
use pepay_store::webhook::{delivery, endpoint, recovery};
use tokio_util::sync::CancellationToken;

use crate::tail::Entry;
use crate::{Engine, Error};

/// Events looked at in one transaction.
const BATCH: usize = 500;

/// How often it is looked whether a recovery was asked for, here or on another node.
const LOOK: Duration = Duration::from_millis(250);

impl Engine {
    /// Works on the recoveries that were asked for until `stop`: one step of each in turn, so that none waits for the
    /// end of another.
    pub(super) async fn recover_webhooks(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.recover_round(&stop).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "Could not recover past events for webhook endpoints"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// A step of every recovery that no other node works on; whether there was one.
    async fn recover_round(&self, stop: &CancellationToken) -> Result<bool, Error> {
        if !recovery::any(self.db().read()).await? {
            return Ok(false);
        }
        let mut last = None;
        while !stop.is_cancelled()
            && let Some(endpoint) = self.recover_step(last).await?
        {
            last = Some(endpoint);
        }
        Ok(last.is_some())
    }

    /// One step of the next recovery after that of `last`; gives whose. `None` when there is no other.
    async fn recover_step(&self, last: Option<EndpointId>) -> Result<Option<EndpointId>, Error> {
        let now = self.now();
        let tx = self.db().begin("webhook.recover").await?;
        let Some(step) = recovery::take(&tx, last).await? else { return Ok(None) };
        // Not of this node's memory, which may be older than the endpoint.
        let Some(it) = endpoint::by_id(&*tx, step.endpoint).await? else {
            recovery::forget(&tx, step.endpoint).await?;
            tx.commit().await?;
            return Ok(Some(step.endpoint));
        };
        let range = (step.after_seq, step.until_seq);
        let events = past::of_merchant(&*tx, it.merchant_id, it.environment, range, BATCH).await?;
        let seen = if events.len() == BATCH { events.last().map(|event| event.id.seq) } else { None };
        let mut missed: Vec<Delivery> = Vec::new();
        for stored in &events {
            let kind = stored.event.kind;
            if kind != Type::TestPing && it.subscription.covers(kind) {
                missed.push(self.new_delivery(it.id, &Entry::new(stored, 0)?, now));
            }
        }
        let seqs: Vec<i64> = missed.iter().map(|it| it.event.seq).collect();
        delivery::again_failed(&tx, it.id, &seqs, now).await?;
        delivery::insert(&tx, &missed).await?;
        recovery::advance(&tx, step, seen.unwrap_or(step.until_seq)).await?;
        tx.commit().await?;
        tracing::debug!(webhook.endpoint = %it.id, "Recovered a step for webhook endpoint {}", it.id);
        Ok(Some(it.id))
    }
}
