//! A stream of events that survives its connections: in order, each event once, resumed after the last one.
//!
//! A lost connection is made anew with `since`, and the server replays what was missed. Where the server says that a
//! socket does not tell everything, and where no socket gets through, the log is read instead, while live events wait.
//! It runs while it is polled and in no task of its own: a program that takes events slowly slows the socket down, and
//! one that stops taking them is cut off by the server, which costs a connection and no event.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::page::Listed;
use crate::{Error, Result};

mod follow;
mod frame;
mod sequence;
mod source;
mod verdict;

pub(crate) use sequence::BEGINNING;
pub(crate) use source::{Log, Source, Token};

use follow::Follower;

/// Twice the usual pause between two pings of the server, and time for one to arrive.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// Something about a stream that is no event.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice {
    /// A frame about the stream itself.
    Control(ControlFrame),
    /// A connection was lost or refused, and another is made.
    Lost {
        /// Why.
        error: Error,
        /// After which pause.
        reconnect_in: Duration,
    },
}

/// A frame about the stream itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ControlFrame {
    /// `ready`, `replay_started`, `replay_completed`, `resync_required`, `token_expiring`, or something newer.
    #[serde(rename = "type")]
    pub kind: String,
    /// Up to which event the client was told everything.
    pub last_event_id: Option<String>,
    /// Everything else in it.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Whoever wants to know what is no event.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<Told>>);

type Told = dyn Fn(&Notice) + Send + Sync;

impl Listener {
    pub(crate) fn new(listener: impl Fn(&Notice) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    fn tell(&self, notice: &Notice) {
        if let Some(listener) = &self.0 {
            listener(notice);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener(…)")
    }
}

/// How a stream is followed.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) since: Option<String>,
    pub(crate) idle_timeout: Duration,
    pub(crate) notices: Listener,
}

impl Default for Settings {
    fn default() -> Self {
        Self { since: None, idle_timeout: IDLE_TIMEOUT, notices: Listener::default() }
    }
}

/// Where to begin after a restart.
#[derive(Clone, Debug, Default)]
struct Bookmark(Arc<Mutex<Option<String>>>);

impl Bookmark {
    fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, id: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.to_owned());
    }
}

/// A stream of events. It reconnects by itself; it ends after an error that no other connection would mend. Dropping it
/// closes it.
#[must_use = "a stream does nothing unless it is polled"]
pub struct EventStream<E> {
    events: BoxStream<'static, Result<E>>,
    bookmark: Bookmark,
}

impl<E: Listed> EventStream<E> {
    pub(crate) fn open(source: Source, log: Option<Log<E>>, settings: Settings) -> Self {
        let bookmark = Bookmark::default();
        if let Some(since) = &settings.since {
            bookmark.set(since);
        }
        let follower = Follower::new(source, log, settings, bookmark.clone());
        let events = stream::unfold(follower, |mut follower| async move {
            let event = follower.next().await?;
            Some((event, follower))
        });
        Self { events: events.boxed(), bookmark }
    }
}

impl<E> EventStream<E> {
    /// The id of the last event that was taken, or of what the stream began after. Keep it, and begin after it next time.
    pub fn last_event_id(&self) -> Option<String> {
        self.bookmark.get()
    }
}

impl<E: Listed> Stream for EventStream<E> {
    type Item = Result<E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<E>>> {
        let polled = self.events.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(event))) = &polled {
            self.bookmark.set(event.id());
        }
        polled
    }
}

impl<E> fmt::Debug for EventStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("last_event_id", &self.last_event_id()).finish_non_exhaustive()
    }
}
