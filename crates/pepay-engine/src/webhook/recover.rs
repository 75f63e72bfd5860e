//! Recovery: the events of the past that an endpoint missed, planned again in steps that survive a restart.

use pepay_core::event::Type;
use pepay_core::webhook::Delivery;
use pepay_store::event::past;
use pepay_store::webhook::recovery::{self, Recovery};
use pepay_store::webhook::{delivery, endpoint};

use crate::tail::Entry;
use crate::{Engine, Error};

/// Events looked at in one transaction.
const BATCH: usize = 500;

impl Engine {
    /// Works on the recoveries that were asked for, one step each time until none is left.
    pub(super) async fn recover_webhooks(&self) -> Result<(), Error> {
        while recovery::any(self.db().read()).await? {
            if !self.recover_step().await? {
                break;
            }
        }
        Ok(())
    }

    /// One step; `false` when another node has the rest.
    async fn recover_step(&self) -> Result<bool, Error> {
        let now = self.now();
        let tx = self.db().begin("webhook.recover").await?;
        let Some(step) = recovery::take(&tx).await? else { return Ok(false) };
        let Some(known) = self.webhooks().view().get(step.endpoint).cloned() else {
            // Gone, or made a moment ago elsewhere; the next look knows.
            if endpoint::exists(&*tx, step.endpoint).await? {
                return Ok(false);
            }
            recovery::forget(&tx, step.endpoint).await?;
            tx.commit().await?;
            return Ok(true);
        };
        let it = &known.endpoint;
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
        let Recovery { endpoint, .. } = step;
        tracing::debug!(webhook.endpoint = %endpoint, "Recovered a step for webhook endpoint {endpoint}");
        Ok(true)
    }
}
