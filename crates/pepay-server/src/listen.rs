//! `pepay listen`: an engineer's own webhook endpoint. It follows the merchant's event stream and forwards each event,
//! in order, as the signed webhook that a registered endpoint would get.
//!
//! Nothing is skipped: the stream is resumed from the last event wherever it broke off, and the next run goes on after
//! the last event that this one forwarded. An event may come twice, as with any webhook, and is then the same one. It
//! fails when the server refuses the key or the filter; a server that is away is waited for.

use std::future::Future;
use std::path::PathBuf;

use anyhow::Context as _;
use pepay_core::event::EventId;
use pepay_core::time::Millis;
use pepay_core::webhook::Secret as WebhookSecret;
use pepay_engine::clock::{Clock as _, SystemClock};
use reqwest::Url;
use tokio::sync::mpsc;

use crate::cmd::say;
use crate::config::secret::Secret;
use crate::narrate::{invoice_of, news, time_of_day};

mod cursor;
mod forward;
mod frame;
mod stream;

use cursor::Cursor;
use forward::Forwarder;
use frame::Event;
use stream::{Item, Stream};

/// The directory in which it is remembered what was forwarded.
pub(crate) const MEMORY: &str = "listen";
/// Events read ahead of the one being forwarded. When it is full the stream waits, and resumes if that takes too long.
const READ_AHEAD: usize = 1_024;

/// What to follow and where to forward it.
#[derive(Debug)]
pub(crate) struct Options {
    /// The server.
    pub(crate) server: Url,
    /// Of the merchant whose events are forwarded.
    pub(crate) api_key: Secret,
    /// Where they go.
    pub(crate) forward_to: Url,
    /// Types of events, as the stream's `types`; all when empty.
    pub(crate) types: Vec<String>,
    /// Where to begin.
    pub(crate) begin: Begin,
    /// Where the last forwarded event is remembered between runs, if anywhere.
    pub(crate) memory: Option<PathBuf>,
    /// How often a forward that failed is tried again.
    pub(crate) retries: u32,
}

/// Which events come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Those after the last that an earlier run forwarded; new ones when there was none.
    WhereItEnded,
    /// New ones.
    Now,
    /// Those after this one.
    After(EventId),
}

/// The secret that webhooks forwarded with `api_key` are signed with: the same on every run.
pub(crate) fn secret(api_key: &Secret) -> WebhookSecret {
    WebhookSecret::of_api_key(api_key.reveal())
}

/// Forwards until `stop`; an error when the server refuses.
pub(crate) async fn run(options: &Options, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let mut cursor = Cursor::of(options);
    let after = match options.begin {
        Begin::WhereItEnded => cursor.read()?,
        Begin::Now => None,
        Begin::After(event) => Some(event),
    };
    greet(options, after)?;
    if let Some(after) = after {
        cursor.begin(after)?;
    }
    let (found, mut items) = mpsc::channel(READ_AHEAD);
    let stream = Stream::new(options, after)?;
    let mut forwarder = Forwarder::new(options)?;
    let forwarding = async {
        while let Some(item) = items.recv().await {
            match item {
                Item::Note(note) => tell(&note)?,
                Item::Begins(at) => cursor.begin(at)?,
                Item::Event(event) => {
                    tell(&describe(&event))?;
                    forwarder.forward(&event, cursor.last()).await?;
                    cursor.advance(event.id)?;
                }
            }
        }
        anyhow::Ok(())
    };
    tokio::select! {
        ended = stream.run(found) => return ended,
        ended = forwarding => return ended,
        () = stop => {}
    }
    let forwarded = forwarder.forwarded();
    match cursor.last() {
        Some(last) => tell(&format!("Stopped: {forwarded} forwarded. Resume with --since {last}")),
        None => tell(&format!("Stopped: {forwarded} forwarded")),
    }
}

fn greet(options: &Options, after: Option<EventId>) -> anyhow::Result<()> {
    say(format!(
        "Forwarding events of {} to {}\nWebhook secret: {}\n",
        options.server.as_str().trim_end_matches('/'),
        options.forward_to,
        secret(&options.api_key).reveal(),
    ))?;
    match (after, options.begin) {
        (Some(after), Begin::WhereItEnded) => {
            tell(&format!("Going on after {after}, where the last run ended; --latest begins with new events instead"))
        }
        (Some(after), _) => tell(&format!("Beginning after {after}")),
        (None, _) => Ok(()),
    }
}

fn describe(event: &Event) -> String {
    let invoice = match invoice_of(&event.parsed) {
        "" => String::new(),
        id => format!("  invoice {id}"),
    };
    format!("--> {:<23} {}{invoice}  {}", event.kind, event.id, news(&event.parsed))
}

/// A line with the time.
fn tell(line: &str) -> anyhow::Result<()> {
    say(format!("{}  {line}", time_of_day(now()))).context("could not write to stdout")
}

fn now() -> Millis {
    SystemClock.now()
}
