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

/// Where this node's planning stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
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

impl Engine {
    /// Plans the next events after `cursor`; whether there may be more.
    pub(super) async fn plan_webhooks(&self, cursor: &mut Option<Cursor>) -> Result<bool, Error> {
        let now = self.now();
        let Cursor { saved, seen, saved_at } = match *cursor {
            Some(cursor) if cursor.saved.version == self.webhooks().view().version => cursor,
            Some(_) | None => {
                let saved = self.webhook_position().await?;
                let seen = saved.seq;
                *cursor.insert(Cursor { saved, seen, saved_at: now })
            }
        };
        let view = self.webhooks().view();
        if view.version != saved.version {
            *cursor = None;
            return Ok(true);
        }
        let entries = self.events_after(seen, BATCH).await?;
        let Some(last) = entries.last().map(|entry| entry.id.seq) else { return Ok(false) };
        let plan = self.webhook_plan(&view, &entries);
        let full = u64::try_from(entries.len()).is_ok_and(|count| count == BATCH);
        if plan.rows.is_empty() && now.since(saved_at) < PASSED_OVER_MS {
            *cursor = Some(Cursor { saved, seen: last, saved_at });
            return Ok(full);
        }
        let moved = self.save_webhook_plan(saved, last, &plan.rows).await?;
        let Some(whole) = moved else {
            *cursor = None;
            return Ok(true);
        };
        *cursor = Some(Cursor { saved: Position { seq: last, ..saved }, seen: last, saved_at: now });
        for id in plan.waiting {
            self.webhooks().lanes.wants(id, Lane::Fresh, self.now());
        }
        // Rows that were there already keep their own lease or none: what is leased here then waits for its end.
        if whole {
            self.webhooks().lanes.push(plan.jobs);
        }
        Ok(full)
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

    /// Whether every row was new; `None` when somebody else moved first.
    async fn save_webhook_plan(&self, from: Position, to: i64, rows: &[Delivery]) -> Result<Option<bool>, Error> {
        let tx = self.db().begin("webhook.plan").await?;
        if !planner::advance(&tx, from, to).await? {
            return Ok(None);
        }
        let added = delivery::insert(&tx, rows).await?;
        tx.commit().await?;
        Ok(Some(u64::try_from(rows.len()).is_ok_and(|count| count == added)))
    }
}
