//! The tail of the event log: what every reader of new events on this node reads from.
//!
//! New events are read from the database once, in commit order, put into their envelope once and kept in a bounded
//! ring. A reader holds a cursor, the number of the last event it has seen, and can never skip one: what the ring no
//! longer has is read from the database. A failure to read delays, and nothing is lost.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use pepay_core::event::{EventId, Type};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use pepay_store::event::Stored;
use pepay_wire::{Envelope, Event};
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Engine, Error};

pub(crate) mod hub;

use hub::Hub;

/// Events read in one go.
const BATCH: u64 = 500;
/// Events kept at most: some minutes of a busy installation.
const RING_EVENTS: usize = 20_000;
/// Bytes of JSON kept at most.
const RING_BYTES: usize = 32 << 20;
/// How often the log is read without word of anything new: word can get lost.
const NET: Duration = Duration::from_secs(1);

/// An event as everybody sees it.
#[derive(Debug)]
pub struct Entry {
    /// Its place in the log.
    pub id: EventId,
    /// What happened.
    pub kind: Type,
    /// To whom.
    pub merchant: MerchantId,
    /// Where.
    pub environment: Environment,
    /// To which invoice.
    pub invoice: InvoiceId,
    /// The customer of that invoice.
    pub customer: Option<String>,
    /// The event in its envelope, as JSON text.
    pub json: Arc<str>,
}

impl Entry {
    /// Puts a stored event into its envelope. `EventDamaged` when what is stored is no JSON.
    pub(crate) fn new(stored: &Stored, pending_webhooks: u32) -> Result<Self, Error> {
        let event = &stored.event;
        Ok(Self {
            id: stored.id,
            kind: event.kind,
            merchant: event.merchant_id,
            environment: event.environment,
            invoice: event.invoice_id,
            customer: event.customer_id.clone(),
            json: envelope(stored, pending_webhooks)?.into(),
        })
    }
}

/// A stored event in its envelope, as JSON text. `EventDamaged` when what is stored is no JSON.
pub(crate) fn envelope(stored: &Stored, pending_webhooks: u32) -> Result<String, Error> {
    let event = &stored.event;
    let damaged = |source| Error::EventDamaged { id: stored.id, source };
    let data: &RawValue = serde_json::from_str(&event.data).map_err(damaged)?;
    let envelope = Envelope {
        id: stored.id,
        kind: event.kind.as_str(),
        environment: event.environment,
        pending_webhooks,
        request_id: event.request_id.as_deref(),
        idempotency_key: event.idempotency_key.as_deref(),
        data,
    };
    Ok(Event::new(&envelope).to_json())
}

/// The newest events, without a gap between them.
#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl Ring {
    fn push(&mut self, entry: Arc<Entry>) {
        self.bytes += entry.json.len();
        self.entries.push_back(entry);
        while self.entries.len() > RING_EVENTS || self.bytes > RING_BYTES {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.json.len();
        }
    }

    /// What comes after `seq`; `None` when that may no longer be here.
    fn after(&self, seq: i64, limit: usize) -> Option<Vec<Arc<Entry>>> {
        let first = self.entries.front()?.id.seq;
        if seq.saturating_add(1) < first {
            return None;
        }
        let from = self.entries.partition_point(|entry| entry.id.seq <= seq);
        Some(self.entries.iter().skip(from).take(limit).cloned().collect())
    }

    /// The events of these numbers; `None` when one is no longer here.
    fn of(&self, seqs: &[i64]) -> Option<Vec<Arc<Entry>>> {
        let first = self.entries.front().map_or(0, |entry| entry.id.seq);
        let get = |seq: &i64| {
            // Numbers have no gaps, so that a number is a place.
            let entry = self.entries.get(usize::try_from(seq.checked_sub(first)?).ok()?)?;
            (entry.id.seq == *seq).then(|| Arc::clone(entry))
        };
        seqs.iter().map(get).collect()
    }
}

/// What this node has read of the event log.
#[derive(Debug)]
pub struct Tail {
    ring: RwLock<Ring>,
    newest: watch::Sender<i64>,
    hub: Hub,
    /// Why the log cannot be read on at present.
    trouble: RwLock<Option<String>>,
    /// When it was last read.
    read_at: RwLock<Instant>,
}

impl Default for Tail {
    fn default() -> Self {
        Self {
            ring: RwLock::default(),
            newest: watch::Sender::new(0),
            hub: Hub::default(),
            trouble: RwLock::default(),
            read_at: RwLock::new(Instant::now()),
        }
    }
}

impl Tail {
    /// Follows the number of the newest event that was read.
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.newest.subscribe()
    }

    /// Who listens.
    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The events of these numbers, when all are remembered.
    pub(crate) fn entries(&self, seqs: &[i64]) -> Option<Vec<Arc<Entry>>> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).of(seqs)
    }

    /// Up to which event the log was read; what stands in the way, when it cannot be read on.
    pub(crate) fn condition(&self) -> Result<i64, String> {
        let trouble = self.trouble.read().unwrap_or_else(PoisonError::into_inner).clone();
        trouble.map_or_else(|| Ok(*self.newest.borrow()), Err)
    }

    /// How long ago the log was read: about a second at most, unless it cannot be read or the database says nothing.
    pub fn age(&self) -> Duration {
        self.read_at.read().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    fn note(&self, trouble: Option<String>) {
        if trouble.is_none() {
            *self.read_at.write().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        *self.trouble.write().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    fn begin(&self, newest: i64) {
        self.hub.begin(newest);
        self.newest.send_replace(newest);
    }

    fn publish(&self, entries: &[Arc<Entry>]) {
        let Some(newest) = entries.last().map(|entry| entry.id.seq) else { return };
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        entries.iter().cloned().for_each(|entry| ring.push(entry));
        drop(ring);
        self.hub.publish(entries);
        self.newest.send_replace(newest);
    }
}

impl Engine {
    /// What this node has read of the event log.
    pub fn tail(&self) -> &Tail {
        &self.0.tail
    }

    /// At most `limit` events after number `seq` that merchants may hear of, everybody's, in commit order: from memory
    /// where possible. Fewer than `limit` means that there were no more.
    pub async fn events_after(&self, seq: i64, limit: u64) -> Result<Vec<Arc<Entry>>, Error> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut seq, mut found) = (seq, Vec::new());
        loop {
            let remembered = self.tail().ring.read().unwrap_or_else(PoisonError::into_inner).after(seq, most);
            let entries = match remembered {
                Some(entries) => entries,
                None => self.read_events(seq, limit).await?,
            };
            let full = entries.len() == most;
            seq = entries.last().map_or(seq, |entry| entry.id.seq);
            found.extend(entries.into_iter().filter(|entry| entry.kind.is_for_merchants()));
            if found.len() >= most || !full {
                found.truncate(most);
                return Ok(found);
            }
        }
    }

    async fn read_events(&self, seq: i64, limit: u64) -> Result<Vec<Arc<Entry>>, Error> {
        let stored = pepay_store::event::after(self.db().read(), seq, limit).await?;
        stored.iter().map(|stored| self.entry(stored).map(Arc::new)).collect()
    }

    /// A stored event in its envelope, with the webhooks it goes to as far as this node knows.
    pub(crate) fn entry(&self, stored: &Stored) -> Result<Entry, Error> {
        let event = &stored.event;
        let webhooks = self.webhooks().count(event.kind, event.merchant_id, event.environment, stored.id.seq);
        Entry::new(stored, webhooks)
    }

    /// Reads new events until `stop`. Every node needs it.
    pub(crate) async fn run_tail(self, stop: CancellationToken) {
        let mut news = self.db().news();
        let mut read = None;
        while !stop.is_cancelled() {
            let looked = self.read_on(&mut read).await;
            self.tail().note(looked.as_ref().err().map(Error::to_string));
            match looked {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "Could not read the event log"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                word = news.wait() => if let Err(error) = word {
                    tracing::warn!(%error, "Could not listen for events; the log is read every second instead");
                    tokio::time::sleep(NET).await;
                },
                () = tokio::time::sleep(NET) => {}
            }
        }
    }

    /// Reads what is new since `read`, which starts at the end of the log; whether there may be more.
    async fn read_on(&self, read: &mut Option<i64>) -> Result<bool, Error> {
        let Some(seq) = *read else {
            let last = pepay_store::event::last(self.db().read()).await?.map_or(0, |id| id.seq);
            *read = Some(last);
            self.tail().begin(last);
            return Ok(true);
        };
        let entries = self.read_events(seq, BATCH).await?;
        *read = entries.last().map(|entry| entry.id.seq).or(*read);
        let full = u64::try_from(entries.len()).is_ok_and(|count| count == BATCH);
        self.tail().publish(&entries);
        Ok(full)
    }
}
