//! Who listens: one feed per merchant and environment, and one per invoice, for as long as somebody follows it.
//!
//! A feed knows the numbers of the newest events that concern it and wakes those who follow it: an event costs one
//! step for each feed, and nobody else is disturbed. It holds numbers, not events, so that however slow a follower
//! is, it holds on to nothing. What a feed has forgotten is read from the database.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use tokio::sync::watch;

use super::Entry;

/// Numbers that a feed remembers, 8 KB of them; whoever is further behind reads the database.
const RECENT: usize = 1_024;

/// What can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// What a merchant hears of in one environment.
    Merchant(MerchantId, Environment),
    /// Everything of one invoice.
    Invoice(InvoiceId),
}

/// The newest events of one topic.
#[derive(Debug)]
pub(crate) struct Feed {
    recent: Mutex<Recent>,
    // Wakes those who wait; what for, they see for themselves.
    bell: watch::Sender<()>,
}

#[derive(Debug)]
struct Recent {
    /// Every event of the topic with a greater number is in `seqs`.
    floor: i64,
    seqs: VecDeque<i64>,
    /// Events there ever were.
    count: u64,
}

/// What a feed has for somebody.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ahead {
    /// The numbers that come next.
    pub(crate) seqs: Vec<i64>,
    /// How many there are in all.
    pub(crate) behind: u64,
    /// Events the feed ever had.
    pub(crate) count: u64,
}

impl Feed {
    fn new(floor: i64) -> Self {
        Self { recent: Mutex::new(Recent { floor, seqs: VecDeque::new(), count: 0 }), bell: watch::Sender::new(()) }
    }

    /// What comes after `seq`, at most `limit` of it; `None` when that may have been forgotten.
    pub(crate) fn after(&self, seq: i64, limit: usize) -> Option<Ahead> {
        let recent = self.recent();
        if seq < recent.floor {
            return None;
        }
        let from = recent.seqs.partition_point(|known| *known <= seq);
        let behind = recent.seqs.len().saturating_sub(from);
        let seqs = recent.seqs.iter().skip(from).take(limit).copied().collect();
        Some(Ahead { seqs, behind: u64::try_from(behind).unwrap_or(u64::MAX), count: recent.count })
    }

    /// Events there were since the feed began.
    pub(crate) fn count(&self) -> u64 {
        self.recent().count
    }

    /// Hears of everything from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }

    fn push(&self, seq: i64) {
        let mut recent = self.recent();
        recent.seqs.push_back(seq);
        recent.count = recent.count.saturating_add(1);
        if recent.seqs.len() > RECENT
            && let Some(forgotten) = recent.seqs.pop_front()
        {
            recent.floor = forgotten;
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All feeds of this node.
#[derive(Debug, Default)]
pub(crate) struct Hub(Mutex<Feeds>);

#[derive(Debug, Default)]
struct Feeds {
    /// The number of the newest event that was given to feeds.
    published: i64,
    by_topic: HashMap<Topic, Followed>,
}

#[derive(Debug)]
struct Followed {
    feed: Arc<Feed>,
    followers: usize,
}

impl Hub {
    /// Nothing up to `newest` will be published: whoever needs it reads the database.
    pub(super) fn begin(&self, newest: i64) {
        let mut feeds = self.feeds();
        feeds.published = newest;
        for Followed { feed, .. } in feeds.by_topic.values() {
            feed.recent().floor = newest;
            feed.bell.send_replace(());
        }
    }

    /// Tells those whom `entries` concern.
    pub(super) fn publish(&self, entries: &[Arc<Entry>]) {
        let mut feeds = self.feeds();
        let mut touched: HashMap<Topic, Arc<Feed>> = HashMap::new();
        for entry in entries {
            let merchant = entry.kind.is_for_merchants();
            let merchant = merchant.then_some(Topic::Merchant(entry.merchant, entry.environment));
            for topic in merchant.into_iter().chain([Topic::Invoice(entry.invoice)]) {
                if let Some(Followed { feed, .. }) = feeds.by_topic.get(&topic) {
                    feed.push(entry.id.seq);
                    touched.entry(topic).or_insert_with(|| Arc::clone(feed));
                }
            }
            feeds.published = feeds.published.max(entry.id.seq);
        }
        drop(feeds);
        for feed in touched.values() {
            feed.bell.send_replace(());
        }
    }

    /// The feed of `topic`, begun now if nobody follows it.
    pub(crate) fn join(&self, topic: Topic) -> Arc<Feed> {
        let mut feeds = self.feeds();
        let floor = feeds.published;
        let new = || Followed { feed: Arc::new(Feed::new(floor)), followers: 0 };
        let followed = feeds.by_topic.entry(topic).or_insert_with(new);
        followed.followers = followed.followers.saturating_add(1);
        Arc::clone(&followed.feed)
    }

    /// Gives a feed back; it ends when nobody else follows it.
    pub(crate) fn leave(&self, topic: Topic) {
        let mut feeds = self.feeds();
        let Some(followed) = feeds.by_topic.get_mut(&topic) else { return };
        followed.followers = followed.followers.saturating_sub(1);
        if followed.followers == 0 {
            feeds.by_topic.remove(&topic);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.feeds().by_topic.len()
    }

    fn feeds(&self) -> MutexGuard<'_, Feeds> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead(seqs: &[i64], behind: u64, count: u64) -> Ahead {
        Ahead { seqs: seqs.to_vec(), behind, count }
    }

    #[test]
    fn a_feed_tells_what_it_remembers_and_admits_what_it_forgot() {
        let feed = Feed::new(10);
        assert_eq!(feed.after(9, 5), None, "before it began");
        assert_eq!(feed.after(10, 5), Some(ahead(&[], 0, 0)));
        for seq in [12, 15, 20] {
            feed.push(seq);
        }
        assert_eq!(feed.after(10, 2), Some(ahead(&[12, 15], 3, 3)));
        assert_eq!(feed.after(13, 5), Some(ahead(&[15, 20], 2, 3)));
        for seq in 21..=2_000 {
            feed.push(seq);
        }
        assert_eq!(feed.after(10, 5), None, "forgotten");
        let forgotten = 2_000 - i64::try_from(RECENT).unwrap();
        assert_eq!(feed.after(forgotten - 1, 5), None);
        assert_eq!(feed.after(forgotten, 1), Some(ahead(&[forgotten + 1], 1_024, 1_983)));
        assert_eq!(feed.count(), 3 + 1_980);
    }

    #[test]
    fn feeds_last_as_long_as_somebody_follows() {
        let hub = Hub::default();
        hub.begin(7);
        let topic = Topic::Merchant(MerchantId(1), Environment::Devnet);
        let (first, second) = (hub.join(topic), hub.join(topic));
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(first.after(6, 1), None);
        hub.leave(topic);
        assert_eq!(hub.len(), 1, "the second still follows");
        hub.leave(topic);
        assert_eq!(hub.len(), 0, "whoever else holds on to it for a moment");
    }

    #[test]
    fn a_feed_made_before_the_tail_began_misses_nothing() {
        let hub = Hub::default();
        let feed = hub.join(Topic::Merchant(MerchantId(1), Environment::Devnet));
        let mut bell = feed.listen();
        bell.borrow_and_update();
        assert_eq!(feed.after(3, 1), Some(ahead(&[], 0, 0)));
        hub.begin(5);
        assert!(bell.has_changed().unwrap(), "told to look again");
        assert_eq!(feed.after(3, 1), None, "4 and 5 are in the database");
    }
}
