//! Claims: what is due in the database, leased to this node where it has room for it.

use std::collections::HashMap;
use std::sync::Arc;

use pepay_core::event::EventId;
use pepay_core::id::EndpointId;
use pepay_core::webhook::Delivery;
use pepay_store::event::past;
use pepay_store::webhook::delivery::{self, Missed};
use pepay_store::webhook::endpoint;
use pepay_store::webhook::lane::{self, Lane};

use super::lanes::Job;
use crate::tail::Entry;
use crate::{Engine, Error};

/// Lanes served in one transaction.
const LANES_AT_ONCE: usize = 32;
/// What waits for an endpoint that is gone, called off in one transaction.
const CALLED_OFF_AT_ONCE: u64 = 1_000;

impl Engine {
    /// Leases what is due where there is room; whether there may be more.
    pub(super) async fn claim_webhooks(&self) -> Result<bool, Error> {
        let now = self.now();
        let hungry = self.webhooks().lanes.hungry(now, LANES_AT_ONCE);
        if hungry.is_empty() {
            return Ok(false);
        }
        let leased_until = now.plus_ms(self.webhooks().settings.lease_ms);
        let mut claimed: Vec<(Lane, Delivery)> = Vec::new();
        let mut sated = Vec::new();
        let tx = self.db().begin("webhook.claim").await?;
        for (id, lane, room) in &hungry {
            let limit = u64::try_from(*room).unwrap_or(u64::MAX);
            let some = lane::claim(&tx, *id, *lane, (now, leased_until), limit).await?;
            if some.len() < *room {
                sated.push((*id, *lane));
            }
            claimed.extend(some.into_iter().map(|delivery| (*lane, delivery)));
        }
        tx.commit().await?;
        for (id, lane) in sated {
            self.webhooks().lanes.sated(id, lane);
        }
        let mut entries = self.entries_of(claimed.iter().map(|(_, delivery)| delivery.event)).await?;
        let mut jobs = Vec::with_capacity(claimed.len());
        for (lane, delivery) in claimed {
            match entries.entry(delivery.event.seq) {
                std::collections::hash_map::Entry::Occupied(entry) => {
                    jobs.push(Job { delivery, lane, entry: Arc::clone(entry.get()), leased_until });
                }
                std::collections::hash_map::Entry::Vacant(_) => self.give_up_lost(&delivery).await?,
            }
        }
        self.webhooks().lanes.push(jobs);
        Ok(hungry.len() == LANES_AT_ONCE)
    }

    /// The events of deliveries: from memory where possible.
    pub(super) async fn entries_of(
        &self,
        events: impl Iterator<Item = EventId>,
    ) -> Result<HashMap<i64, Arc<Entry>>, Error> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        for event in events {
            match self.tail().entries(&[event.seq]) {
                Some(entries) => found.extend(entries.into_iter().map(|entry| (event.seq, entry))),
                None => missing.push(event.seq),
            }
        }
        for stored in past::by_seqs(self.db().read(), &missing).await? {
            found.insert(stored.id.seq, Arc::new(self.entry(&stored)?));
        }
        Ok(found)
    }

    // The event is kept no longer than the operator said; what was not delivered by then cannot be.
    async fn give_up_lost(&self, lost: &Delivery) -> Result<(), Error> {
        let Some(leased_until) = lost.leased_until else { return Ok(()) };
        let tx = self.db().begin("webhook.give_up").await?;
        delivery::miss(&tx, &Missed { id: lost.id, leased_until, due_at: None }, self.now()).await?;
        tx.commit().await?;
        let (delivery, event) = (lost.id, lost.event);
        tracing::warn!(webhook.delivery = %delivery, event.id = %event, "Gave up delivery {delivery}: its event is no longer kept");
        Ok(())
    }

    /// Calls off what waits for an endpoint that is gone.
    pub(super) async fn call_off(&self, id: EndpointId) -> Result<(), Error> {
        // This node's list may be older than the endpoint.
        self.webhook_position().await?;
        if self.webhooks().view().get(id).is_some() {
            return Ok(());
        }
        let tx = self.db().begin("webhook.call_off").await?;
        if endpoint::by_id(&*tx, id).await?.is_some() {
            return Ok(());
        }
        delivery::call_off(&tx, id, self.now(), CALLED_OFF_AT_ONCE).await?;
        Ok(tx.commit().await?)
    }
}
