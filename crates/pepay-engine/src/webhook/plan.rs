//! The planner: from new events to deliveries, each event once for each endpoint that wants it.
//!
//! The rows and the cursor move in one transaction, which fails when another node planned first or an endpoint has
//! changed since it was looked at. What can be sent at once is leased as it is written, so that a new event costs no
//! claim.

use std::collections::HashMap;
use std::sync::Arc;

use pepay_core::id::{DeliveryId, EndpointId};
use pepay_core::time::Millis;
use pepay_core::webhook::{Delivery, DeliveryState};
use pepay_store::db::Tx;
use pepay_store::webhook::delivery;
use pepay_store::webhook::lane::Lane;
use pepay_store::webhook::planner::{self, Position};

use super::directory::View;
use super::lanes::Job;
use crate::tail::Entry;
use crate::{Engine, Error};

/// Events planned in one transaction.
const BATCH: u64 = 500;
/// Events that nobody wants are passed over in memory for this long, in milliseconds: so far back at most an endpoint
/// that comes to want them is told of them.
const PASSED_OVER_MS: i64 = 1_000;

/// How often in a row endpoints may have changed under the planner before it keeps them from changing.
const MOST_MISSES: u32 = 3;

/// How far events were planned.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    /// In the database.
    saved: Position,
    /// What was looked at and wanted by nobody.
    seen: i64,
    /// When it was last the same as in the database.
    saved_at: Millis,
}

/// Deliveries to be, and which of them are leased to this node.
#[derive(Default)]
struct Plan {
    rows: Vec<Delivery>,
    jobs: Vec<Job>,
    waiting: Vec<EndpointId>,
}

/// Where this node's planning stands, and how often in a row endpoints had changed meanwhile.
#[derive(Debug, Default)]
pub(super) struct Progress {
    cursor: Option<Cursor>,
    misses: u32,
}

impl Progress {
    /// After a failure: nothing is known for certain.
    pub(super) fn forget(&mut self) {
        self.cursor = None;
    }

    fn missed(&mut self) {
        *self = Self { cursor: None, misses: self.misses.saturating_add(1) };
    }

    fn stands(&mut self, cursor: Cursor) {
        *self = Self { cursor: Some(cursor), misses: 0 };
    }
}

impl Engine {
    /// Plans the next events; whether there may be more.
    pub(super) async fn plan_webhooks(&self, progress: &mut Progress) -> Result<bool, Error> {
        let now = self.now();
        let held = self.hold_planner(progress).await?;
        let Cursor { saved, seen, saved_at } = self.planned_so_far(progress, now).await?;
        let view = self.webhooks().view();
        if view.version != saved.version {
            progress.missed();
            return Ok(true);
        }
        let entries = self.events_after(seen, BATCH).await?;
        let last = entries.last().map_or(seen, |entry| entry.id.seq);
        let full = u64::try_from(entries.len()).is_ok_and(|count| count == BATCH);
        let plan = self.webhook_plan(&view, &entries);
        let is_saved = last == saved.seq;
        if plan.rows.is_empty() && (is_saved || now.since(saved_at) < PASSED_OVER_MS) {
            progress.stands(Cursor { saved, seen: last, saved_at: if is_saved { now } else { saved_at } });
            return Ok(full);
        }
        let Some(whole) = self.save_webhook_plan(held, (saved, last), &plan.rows).await? else {
            progress.missed();
            return Ok(true);
        };
        progress.stands(Cursor { saved: Position { seq: last, ..saved }, seen: last, saved_at: now });
        self.take_up(plan, whole).await?;
        Ok(full)
    }

    async fn planned_so_far(&self, progress: &Progress, now: Millis) -> Result<Cursor, Error> {
        match progress.cursor {
            Some(cursor) if cursor.saved.version == self.webhooks().view().version => Ok(cursor),
            Some(_) | None => {
                let saved = self.webhook_position().await?;
                Ok(Cursor { saved, seen: saved.seq, saved_at: now })
            }
        }
    }

    // However often endpoints change, events are planned: in the end those who change them wait.
    async fn hold_planner(&self, progress: &mut Progress) -> Result<Option<Tx>, Error> {
        if progress.misses < MOST_MISSES {
            return Ok(None);
        }
        let tx = self.db().begin("webhook.plan").await?;
        planner::hold(&tx).await?;
        progress.forget();
        Ok(Some(tx))
    }

    /// Has what was planned sent. Unless the plan was `whole`, some deliveries were there before: those keep their own
    /// lease or none.
    async fn take_up(&self, plan: Plan, whole: bool) -> Result<(), Error> {
        let Plan { mut jobs, waiting, .. } = plan;
        for id in waiting {
            self.webhooks().lanes.wants(id, Lane::Fresh, self.now());
        }
        if !whole {
            let ids: Vec<DeliveryId> = jobs.iter().map(|job| job.delivery.id).collect();
            let ours = delivery::existing(self.db().read(), &ids).await?;
            jobs.retain(|job| ours.contains(&job.delivery.id));
        }
        self.webhooks().lanes.push(jobs);
        Ok(())
    }

    fn webhook_plan(&self, view: &View, entries: &[Arc<Entry>]) -> Plan {
        let (now, mut plan) = (self.now(), Plan::default());
        let leased_until = now.plus_ms(self.webhooks().settings.lease_ms);
        let mut rooms: HashMap<EndpointId, usize> = HashMap::new();
        for entry in entries {
            for known in view.of(entry.merchant) {
                let endpoint = &known.endpoint;
                if !endpoint.wants(entry.kind, entry.merchant, entry.environment, entry.id.seq) {
                    continue;
                }
                let fresh = || self.webhooks().lanes.room_for_new(endpoint.id, now);
                let room = rooms.entry(endpoint.id).or_insert_with(fresh);
                let mut row = self.new_delivery(endpoint.id, entry, now);
                if let Some(left) = room.checked_sub(1) {
                    *room = left;
                    (row.due_at, row.leased_until) = (Some(leased_until), Some(leased_until));
                    let (delivery, entry) = (row.clone(), Arc::clone(entry));
                    plan.jobs.push(Job { delivery, lane: Lane::Fresh, entry, leased_until });
                } else if plan.waiting.last() != Some(&endpoint.id) {
                    plan.waiting.push(endpoint.id);
                }
                plan.rows.push(row);
            }
        }
        plan
    }

    /// A delivery that is due at once.
    pub(super) fn new_delivery(&self, endpoint: EndpointId, entry: &Entry, now: Millis) -> Delivery {
        Delivery {
            id: self.random(|rng| DeliveryId::generate(now, rng)),
            endpoint_id: endpoint,
            merchant_id: entry.merchant,
            environment: entry.environment,
            event: entry.id,
            kind: entry.kind,
            state: DeliveryState::Pending,
            attempts: 0,
            tries: 0,
            due_at: Some(now),
            leased_until: None,
            created_at: now,
            completed_at: None,
        }
    }

    /// Whether every row was new; `None` when somebody else moved first. In the transaction that holds the planner, if
    /// there is one.
    async fn save_webhook_plan(
        &self,
        held: Option<Tx>,
        (from, to): (Position, i64),
        rows: &[Delivery],
    ) -> Result<Option<bool>, Error> {
        let tx = match held {
            Some(tx) => tx,
            None => self.db().begin("webhook.plan").await?,
        };
        if !planner::advance(&tx, from, to).await? {
            return Ok(None);
        }
        let added = delivery::insert(&tx, rows).await?;
        tx.commit().await?;
        Ok(Some(u64::try_from(rows.len()).is_ok_and(|count| count == added)))
    }
}
