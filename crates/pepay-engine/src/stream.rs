//! One follower's way through the event log: what came after its cursor, then what is new, without gap or double.
//!
//! A follower has seen everything of its topic up to its position. New events are taken from its feed; whatever the
//! feed has forgotten, because the follower begins further back or is too slow, is read from the database until the
//! feed remembers again. A follower that was up to date and falls further behind than allowed is let go with
//! [`Lost::Slow`]; it is never skipped ahead.

use std::sync::Arc;

use pepay_core::event::{EventId, Types};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use pepay_store::event::{self, Scope};
use pepay_wire::Code;
use tokio::sync::watch;

use crate::tail::Entry;
use crate::tail::hub::{Feed, Topic};
use crate::{Engine, Error};

/// Events given at once: bounds how long a follower is busy with what it was given.
const BATCH: usize = 128;
/// Events read from the database at once.
const PAGE: usize = 500;
/// Events replayed to somebody whose cursor is older than everything that is kept.
const SNAPSHOT: u64 = 1_000;

/// Which events.
pub use pepay_store::event::Filter;

/// Where a stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With what happens from now on.
    Now,
    /// With everything after a cursor.
    Since(EventId),
    /// With the newest events, because the cursor is older than this event, the oldest that is kept.
    Pruned(EventId),
}

/// What comes next.
#[derive(Debug)]
pub enum Told {
    /// Events, in commit order.
    Events(Vec<Arc<Entry>>),
    /// Everything from before was told; from here on events are new. Once, and only after a cursor.
    CaughtUp,
}

/// Why a stream cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// The follower is slower than its events.
    #[error("the follower is {behind} events behind")]
    Slow {
        /// How many it has not taken.
        behind: u64,
    },
    /// The log could not be read.
    #[error("the event log could not be read")]
    Failed(#[from] Error),
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// On the way from a cursor to the present, which has this number: where the log ended in the beginning, unless it
    /// was read to its end since.
    Replaying { goal: i64 },
    /// Was up to date, having taken that many of the events its feed ever had.
    Live { taken: u64 },
}

/// A follower. Dropping it ends it.
pub struct Subscription {
    engine: Engine,
    scope: Scope,
    topic: Topic,
    feed: Arc<Feed>,
    bell: watch::Receiver<()>,
    /// Everything up to this number was seen.
    seq: i64,
    /// The last event that was given, or the cursor.
    last: EventId,
    place: Place,
    begin: Begin,
    backlog: u64,
}

impl Engine {
    /// Follows what a merchant may hear of, from after `since` or from now on. `Rejected` when `since` is no event of
    /// this merchant and environment. A follower that falls more than `backlog` events behind is let go.
    pub async fn follow(&self, filter: Filter, since: Option<EventId>, backlog: u64) -> Result<Subscription, Error> {
        let topic = match filter.invoice_id {
            Some(invoice) => Topic::Invoice(invoice),
            None => Topic::Merchant(filter.merchant, filter.environment),
        };
        let all = all_of(filter.merchant, filter.environment, None);
        self.subscribe(Scope::Merchant(filter), &all, topic, (since, backlog)).await
    }

    /// Follows everything of one invoice, as its payor may.
    pub async fn follow_invoice(
        &self,
        invoice: InvoiceId,
        since: Option<EventId>,
        backlog: u64,
    ) -> Result<Subscription, Error> {
        let scope = Scope::Payor(invoice);
        self.subscribe(scope.clone(), &scope, Topic::Invoice(invoice), (since, backlog)).await
    }

    /// `all` is what a cursor may be taken from.
    async fn subscribe(
        &self,
        scope: Scope,
        all: &Scope,
        topic: Topic,
        (since, backlog): (Option<EventId>, u64),
    ) -> Result<Subscription, Error> {
        let conn = self.db().read();
        // Followed from before the position is read: what comes in between is heard of.
        let feed = self.tail().hub().join(topic);
        let (bell, taken) = (feed.listen(), feed.count());
        let engine = self.clone();
        let (place, begin, seq, last) = (Place::Live { taken }, Begin::Now, 0, EventId::BEFORE_ALL);
        let mut this = Subscription { engine, scope, topic, feed, bell, seq, last, place, begin, backlog };
        let oldest = event::oldest(conn).await?;
        match since {
            None => {
                // Its own newest event, so that it can come back with it; or else where the log begins.
                let newest = event::newest(conn, all, 1).await?.pop().map(|stored| stored.id);
                let start = oldest.map(|oldest| EventId { seq: oldest.seq.saturating_sub(1), at: oldest.at });
                this.last = newest.or(start).unwrap_or(EventId::BEFORE_ALL);
                this.seq = this.last.seq;
            }
            Some(since) => {
                let kept_from = oldest.map_or(1, |oldest| oldest.seq);
                if since.seq >= kept_from && !event::holds(conn, all, since).await? {
                    return Err(Error::rejected(Code::InvalidCursor, "/since", "since is no event of this stream"));
                }
                let goal = event::last(conn).await?.map_or(0, |last| last.seq);
                (this.place, this.begin) = (Place::Replaying { goal }, Begin::Since(since));
                (this.seq, this.last) = (since.seq, since);
                if let Some(oldest) = oldest.filter(|oldest| since.seq.saturating_add(1) < oldest.seq) {
                    this.begin = Begin::Pruned(oldest);
                    let newest = event::newest(conn, &this.scope, SNAPSHOT).await?;
                    this.seq = newest.first().map_or(oldest.seq, |first| first.id.seq).saturating_sub(1);
                }
            }
        }
        Ok(this)
    }

    /// The events `seqs`, when all of them are remembered.
    fn remembered(&self, seqs: &[i64]) -> Option<Vec<Arc<Entry>>> {
        self.tail().entries(seqs)
    }
}

/// Everything a merchant may hear of, of one invoice or of all.
const fn all_of(merchant: MerchantId, environment: Environment, invoice_id: Option<InvoiceId>) -> Scope {
    Scope::Merchant(Filter { merchant, environment, types: None, customer_id: None, invoice_id })
}

impl Subscription {
    /// Where it begins.
    pub const fn begin(&self) -> Begin {
        self.begin
    }

    /// The last event that was given, or what it began after: a cursor to come back with.
    pub const fn last(&self) -> EventId {
        self.last
    }

    /// Waits for what comes next. Giving up waiting loses nothing.
    pub async fn next(&mut self) -> Result<Told, Lost> {
        loop {
            self.bell.borrow_and_update();
            let entries = match (self.remembered()?, self.place) {
                (Some(entries), _) if !entries.is_empty() => entries,
                (Some(_), Place::Replaying { goal }) if goal <= self.seq => {
                    self.place = Place::Live { taken: self.feed.count() };
                    return Ok(Told::CaughtUp);
                }
                (Some(_), Place::Live { .. }) => {
                    // The bell cannot go: the feed is held.
                    let _rang = self.bell.changed().await;
                    continue;
                }
                // Forgotten; or not read by this node's tail yet, though it was there.
                (None, _) | (Some(_), Place::Replaying { .. }) => self.read().await?,
            };
            if let Some(entry) = entries.last() {
                self.seq = self.seq.max(entry.id.seq);
            }
            let wanted: Vec<_> = entries.into_iter().filter(|entry| self.wants(entry)).collect();
            if let Some(entry) = wanted.last() {
                self.last = entry.id;
                return Ok(Told::Events(wanted));
            }
        }
    }

    /// What the feed knows to come next; `None` when it has to be read.
    fn remembered(&mut self) -> Result<Option<Vec<Arc<Entry>>>, Lost> {
        let Some(ahead) = self.feed.after(self.seq, BATCH) else {
            if let Place::Live { taken } = self.place {
                self.bear(self.feed.count().saturating_sub(taken))?;
            }
            return Ok(None);
        };
        if let Place::Live { taken } = &mut self.place {
            let given = u64::try_from(ahead.seqs.len()).unwrap_or(u64::MAX);
            *taken = ahead.count.saturating_sub(ahead.behind.saturating_sub(given));
            self.bear(ahead.behind)?;
        }
        Ok(self.engine.remembered(&ahead.seqs))
    }

    const fn bear(&self, behind: u64) -> Result<(), Lost> {
        if behind > self.backlog { Err(Lost::Slow { behind }) } else { Ok(()) }
    }

    /// Reads what comes next. Once there is no more, the position is where the node's tail was before: whatever it
    /// had read by then could be seen.
    async fn read(&mut self) -> Result<Vec<Arc<Entry>>, Error> {
        let read_by_tail = *self.engine.tail().follow().borrow();
        let everything = match (&self.place, &self.scope) {
            // Whoever was up to date is measured by all events of its topic, wanted or not.
            (Place::Live { .. }, Scope::Merchant(filter)) => {
                Some(all_of(filter.merchant, filter.environment, filter.invoice_id))
            }
            (Place::Live { .. } | Place::Replaying { .. }, Scope::Payor(_))
            | (Place::Replaying { .. }, Scope::Merchant(_)) => None,
        };
        let scope = everything.as_ref().unwrap_or(&self.scope);
        let page = u64::try_from(PAGE).unwrap_or(u64::MAX);
        let stored = event::following(self.engine.db().read(), scope, self.seq, page).await.map_err(Error::from)?;
        let entries =
            stored.iter().map(|stored| self.engine.entry(stored).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        if entries.len() < PAGE {
            self.seq = self.seq.max(read_by_tail);
        }
        match &mut self.place {
            Place::Live { taken } => {
                *taken = taken.saturating_add(u64::try_from(entries.len()).unwrap_or(u64::MAX));
            }
            Place::Replaying { goal } if entries.len() < PAGE => *goal = 0,
            Place::Replaying { .. } => {}
        }
        Ok(entries)
    }

    fn wants(&self, entry: &Entry) -> bool {
        match &self.scope {
            Scope::Payor(invoice) => entry.invoice == *invoice,
            Scope::Merchant(filter) => {
                entry.kind.is_for_merchants()
                    && (entry.merchant, entry.environment) == (filter.merchant, filter.environment)
                    && filter.types.as_ref().is_none_or(|types: &Types| types.contains(entry.kind))
                    && filter.invoice_id.is_none_or(|invoice| invoice == entry.invoice)
                    && filter.customer_id.as_ref().is_none_or(|customer| entry.customer.as_ref() == Some(customer))
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.engine.tail().hub().leave(self.topic);
    }
}
