//! The event log as merchants read it, and how long it is kept.

use pepay_core::event::EventId;
use pepay_core::id::MerchantId;
use pepay_core::network::Environment;
use pepay_core::page::Page;
use pepay_core::time::Millis;
use pepay_store::event::Stored;
use pepay_store::webhook::planner;
use pepay_wire::List;
use serde_json::value::RawValue;

pub use pepay_store::event::Filter;

use crate::auth::Caller;
use crate::tail::envelope;
use crate::{Engine, Error};

/// Events removed in one transaction.
const PRUNED_AT_ONCE: u64 = 1_000;
/// Transactions of one housekeeping; the rest follow at the next.
const PRUNINGS: usize = 20;
const DAY_MS: i64 = 86_400_000;

impl Engine {
    /// One page of a merchant's events, newest first; `created` bounds their time, both ends included.
    pub async fn list_events(
        &self,
        filter: &Filter,
        created: (Option<Millis>, Option<Millis>),
        page: Page<EventId>,
    ) -> Result<List<Box<RawValue>>, Error> {
        let slice = pepay_store::event::list(self.db().read(), filter, created, page).await?;
        Ok(List::new(self.show_events(filter.merchant, &slice.items).await?, slice.has_more))
    }

    /// One event. `EventNotFound` for one of another merchant or environment, of payors alone, or pruned.
    pub async fn get_event(
        &self,
        caller: &Caller,
        environment: Environment,
        id: EventId,
    ) -> Result<Box<RawValue>, Error> {
        let found = pepay_store::event::get(self.db().read(), caller.merchant, Some(environment), id).await?;
        let stored = found.ok_or(Error::EventNotFound)?;
        self.show_events(caller.merchant, &[stored]).await?.pop().ok_or(Error::EventNotFound)
    }

    async fn show_events(&self, merchant: MerchantId, events: &[Stored]) -> Result<Vec<Box<RawValue>>, Error> {
        let ids: Vec<EventId> = events.iter().map(|stored| stored.id).collect();
        let pending = self.pending_webhooks(merchant, &ids).await?;
        let show = |stored: &Stored| {
            let json = envelope(stored, pending.get(&stored.id).copied().unwrap_or_default())?;
            RawValue::from_string(json).map_err(|source| Error::EventDamaged { id: stored.id, source })
        };
        events.iter().map(show).collect()
    }

    /// Removes events older than the operator wants to keep, in bounded steps; never the newest, and none before its
    /// webhooks are planned, however long no node delivers any.
    pub async fn prune_events(&self) -> Result<u64, Error> {
        match self.0.settings.retention_days {
            Some(days) => self.prune_older(days.get()).await,
            None => Ok(0),
        }
    }

    pub(crate) async fn prune_older(&self, days: u32) -> Result<u64, Error> {
        let before = self.now().plus_ms(-i64::from(days).saturating_mul(DAY_MS));
        let mut pruned = 0;
        for _ in 0..PRUNINGS {
            let tx = self.db().begin("event.prune").await?;
            let planned = planner::position(&*tx).await?.seq;
            let removed = pepay_store::event::prune(&tx, before, planned, PRUNED_AT_ONCE).await?;
            tx.commit().await?;
            pruned += removed;
            if removed < PRUNED_AT_ONCE {
                break;
            }
        }
        Ok(pruned)
    }
}
