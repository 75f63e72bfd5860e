//! Puts what comes over a socket and what is read from the log into one sequence: in order, each event once.

use std::collections::VecDeque;

use crate::page::Listed;

/// Before every event.
pub(crate) const BEGINNING: &str = "evt_0-0";
/// Events that wait for the log at most; above that the socket is left alone.
const HELD_LIMIT: usize = 2_000;
/// How many ids of events outside the log are remembered.
const SEEN_LIMIT: usize = 500;

/// One sequence of events.
#[derive(Debug)]
pub(super) struct Sequence<E> {
    /// The id of the last event that was given on; resuming after it misses nothing.
    cursor: Option<String>,
    last: Option<u64>,
    out: VecDeque<E>,
    held: Vec<E>,
    seen: VecDeque<String>,
}

impl<E: Listed> Sequence<E> {
    pub(super) fn new(since: Option<&str>) -> Self {
        let (out, held, seen) = (VecDeque::new(), Vec::new(), VecDeque::new());
        let mut sequence = Self { cursor: None, last: None, out, held, seen };
        // Whatever it is, the server judges it.
        sequence.last = since.and_then(place);
        sequence.cursor = since.map(ToOwned::to_owned);
        sequence
    }

    pub(super) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Says where the sequence begins, if nothing did yet; tells whether it was so.
    pub(super) fn start_at(&mut self, id: &str) -> bool {
        let begins = self.cursor.is_none() && place(id).is_some();
        if begins {
            (self.cursor, self.last) = (Some(id.to_owned()), place(id));
        }
        begins
    }

    /// Gives an event on unless it was.
    pub(super) fn push(&mut self, event: E) {
        match place(event.id()) {
            Some(place) if self.last.is_some_and(|last| place <= last) => return,
            Some(place) => (self.cursor, self.last) = (Some(event.id().to_owned()), Some(place)),
            // What is in no log has no place; it can only be told by its id.
            None if self.seen.iter().any(|id| id == event.id()) => return,
            None => {
                if self.seen.len() >= SEEN_LIMIT {
                    self.seen.pop_front();
                }
                self.seen.push_back(event.id().to_owned());
            }
        }
        self.out.push_back(event);
    }

    /// Keeps an event until the log was read.
    pub(super) fn hold(&mut self, event: E) {
        self.held.push(event);
    }

    /// Whether another event can be kept.
    pub(super) fn has_room(&self) -> bool {
        self.held.len() < HELD_LIMIT
    }

    /// Gives on what was kept. The socket tells in order; what is in no log stays behind what is.
    pub(super) fn release(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|event| place(event.id()).unwrap_or(u64::MAX));
        for event in held {
            self.push(event);
        }
    }

    /// Forgets what was kept, because the socket is gone and it will all come again.
    pub(super) fn drop_held(&mut self) {
        self.held.clear();
    }

    pub(super) fn pop(&mut self) -> Option<E> {
        self.out.pop_front()
    }
}

/// The place of an event in the log: the number in `evt_<epoch ms>-<number>`.
fn place(id: &str) -> Option<u64> {
    let (at, number) = id.strip_prefix("evt_")?.split_once('-')?;
    at.parse::<u64>().ok()?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Told(String);

    impl Listed for Told {
        fn id(&self) -> &str {
            &self.0
        }
    }

    fn told(number: u64) -> Told {
        Told(format!("evt_1-{number}"))
    }

    fn taken(sequence: &mut Sequence<Told>) -> Vec<String> {
        std::iter::from_fn(|| sequence.pop()).map(|event| event.0).collect()
    }

    #[test]
    fn each_event_is_given_on_once_and_in_order() {
        let mut sequence = Sequence::new(Some("evt_1-9"));
        sequence.push(told(8));
        sequence.push(told(10));
        sequence.push(told(10));
        for number in [13, 11, 12] {
            sequence.hold(told(number));
        }
        // The log had some of what was kept.
        sequence.push(told(11));
        sequence.release();
        assert_eq!(taken(&mut sequence), ["evt_1-10", "evt_1-11", "evt_1-12", "evt_1-13"]);
        assert_eq!(sequence.cursor(), Some("evt_1-13"));
    }

    #[test]
    fn what_is_in_no_log_is_told_by_its_id_and_moves_no_cursor() {
        let mut sequence = Sequence::new(None);
        assert!(sequence.start_at("evt_1-9"));
        assert!(!sequence.start_at("evt_1-20"), "it has begun");
        for id in ["ping", "ping", "pong"] {
            sequence.push(Told(id.to_owned()));
        }
        assert_eq!(taken(&mut sequence), ["ping", "pong"]);
        assert_eq!(sequence.cursor(), Some("evt_1-9"));
    }
}
