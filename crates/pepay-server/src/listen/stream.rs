//! The merchant's event stream, kept up: connected again whenever it breaks, resumed after the last event, each event
//! once.
//!
//! It gives up only when the server refuses in a way that trying again does not mend: the key, its scope, the filter.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use futures_util::{SinkExt as _, StreamExt as _};
use pepay_core::event::EventId;
use pepay_core::time::Millis;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::Options;
use super::frame::{Event, Frame};
use crate::config::secret::Secret;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// A server that says nothing for so long is gone; it pings twice in that time.
const SILENCE: Duration = Duration::from_secs(75);
/// The first pause before connecting again; doubled by each that follows.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause.
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Events remembered to tell repetitions: more than any replay overlaps.
const REMEMBERED: usize = 4_096;
/// Close codes that trying again does not mend: filter, credential, scope.
const FINAL_CODES: [u16; 3] = [4400, 4401, 4403];
/// Before the first event there is.
const BEFORE_ALL: EventId = EventId { seq: 0, at: Millis(0) };

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What comes of following the stream.
#[derive(Debug)]
pub(super) enum Item {
    /// Something to tell the person at the terminal.
    Note(String),
    /// The stream was joined; events after this one follow.
    Begins(EventId),
    /// An event that was not there before.
    Event(Event),
}

/// Why a connection ended.
enum End {
    /// Connect again.
    Broken(String),
    /// Do not.
    Refused(anyhow::Error),
    /// Nobody wants to hear more.
    Unheard,
}

/// A stream that is followed.
pub(super) struct Stream {
    url: Url,
    api_key: Secret,
    // Where it began; what came up to there is not wanted, even where a server repeats it.
    begun: Option<EventId>,
    last: Option<EventId>,
    seen: Seen,
    complaint: Option<String>,
    rng: StdRng,
}

impl Stream {
    /// What comes after `after`, or from now on.
    pub(super) fn new(options: &Options, after: Option<EventId>) -> anyhow::Result<Self> {
        let mut url = options.server.join("/ws/merchant/events")?;
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).map_err(|()| anyhow!("{url} is no http(s) url"))?;
        url.query_pairs_mut().append_pair("format", "event_v1");
        if !options.types.is_empty() {
            url.query_pairs_mut().append_pair("types", &options.types.join(","));
        }
        let api_key = options.api_key.clone();
        Ok(Self {
            url,
            api_key,
            begun: after,
            last: after,
            seen: Seen::default(),
            complaint: None,
            rng: StdRng::from_os_rng(),
        })
    }

    /// Follows it until the server refuses or nobody hears.
    pub(super) async fn run(mut self, found: mpsc::Sender<Item>) -> anyhow::Result<()> {
        let mut failures: u32 = 0;
        loop {
            let end = match self.connect().await {
                Ok(socket) => {
                    if failures > 0 && found.send(Item::Note("Connected again".to_owned())).await.is_err() {
                        return Ok(());
                    }
                    failures = 0;
                    self.follow(socket, &found).await
                }
                Err(end) => end,
            };
            match end {
                End::Refused(error) => return Err(error),
                End::Unheard => return Ok(()),
                // Told once; the attempts after it fail for the same reason.
                End::Broken(why) if failures == 0 => {
                    let note = format!("Not connected: {why}. Connecting again until it works");
                    if found.send(Item::Note(note)).await.is_err() {
                        return Ok(());
                    }
                }
                End::Broken(_) => {}
            }
            let pause = FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(MAX_PAUSE);
            failures = failures.saturating_add(1);
            // Scattered, so that a restarted server is not met by everybody at once.
            tokio::time::sleep(pause.mul_f64(self.rng.random_range(0.5..=1.0))).await;
        }
    }

    async fn connect(&self) -> Result<Socket, End> {
        let mut url = self.url.clone();
        if let Some(last) = self.last {
            url.query_pairs_mut().append_pair("since", &last.to_string());
        }
        let refused = |error: anyhow::Error| End::Refused(error);
        let mut request = url.as_str().into_client_request().map_err(|error| refused(error.into()))?;
        let mut key = HeaderValue::from_str(self.api_key.reveal())
            .context("the API key has characters that no key has")
            .map_err(refused)?;
        key.set_sensitive(true);
        request.headers_mut().insert("x-api-key", key);
        match timeout(CONNECT, connect_async_with_config(request, None, true)).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(error)) => Err(self.judge(error)),
            Err(_) => Err(End::Broken(format!("no answer within {} s", CONNECT.as_secs()))),
        }
    }

    fn judge(&self, error: WsError) -> End {
        let WsError::Http(answer) = error else { return End::Broken(error.to_string()) };
        let status = answer.status();
        let body = answer.body().as_deref().unwrap_or_default();
        let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let hint = if body["error"]["code"] == "INVALID_CURSOR" { "; --latest begins with new events" } else { "" };
        let message = body["error"]["message"].as_str().map_or_else(|| status.to_string(), ToOwned::to_owned);
        match status.as_u16() {
            404 => End::Refused(anyhow!("{} has no event stream; is it a Pepay server?", host(&self.url))),
            408 | 429 | 500.. => End::Broken(message),
            _ => End::Refused(anyhow!("{} refused the event stream: {message}{hint}", host(&self.url))),
        }
    }

    async fn follow(&mut self, mut socket: Socket, found: &mpsc::Sender<Item>) -> End {
        loop {
            let message = match timeout(SILENCE, socket.next()).await {
                Err(_) => return End::Broken(format!("the server was silent for {} s", SILENCE.as_secs())),
                Ok(None) => return End::Broken("the server hung up".to_owned()),
                Ok(Some(Err(error))) => return End::Broken(error.to_string()),
                Ok(Some(Ok(message))) => message,
            };
            let end = match message {
                Message::Text(text) => self.take(text.as_str(), found).await,
                Message::Close(frame) => Err(closed(frame, self.complaint.take())),
                // Answered by the library, when it is next read or flushed.
                Message::Ping(_) => socket.flush().await.map_err(|error| End::Broken(error.to_string())),
                Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => Ok(()),
            };
            if let Err(end) = end {
                return end;
            }
        }
    }

    /// Passes on what a frame says.
    async fn take(&mut self, text: &str, found: &mpsc::Sender<Item>) -> Result<(), End> {
        let item = match Frame::parse(text) {
            Some(Frame::Event(event)) => {
                if self.begun.is_some_and(|begun| event.id.seq <= begun.seq) || !self.seen.insert(event.id) {
                    return Ok(());
                }
                self.last = Some(event.id);
                Item::Event(event)
            }
            Some(Frame::Control { kind, last, reason }) => match self.control(&kind, last, reason.as_deref()) {
                Some(item) => item,
                None => return Ok(()),
            },
            Some(Frame::Error { code, message }) => {
                // The close that follows says whether trying again may mend it.
                self.complaint = Some(format!("{message} ({code})"));
                return Ok(());
            }
            // Kinds to come, which older programs need not know.
            Some(Frame::Unknown) | None => return Ok(()),
        };
        found.send(item).await.map_err(|_| End::Unheard)
    }

    fn control(&mut self, kind: &str, last: Option<EventId>, reason: Option<&str>) -> Option<Item> {
        match kind {
            // What to resume from when the stream breaks before its first event.
            "ready" if self.last.is_none() => {
                let begins = last.unwrap_or(BEFORE_ALL);
                (self.begun, self.last) = (Some(begins), Some(begins));
                Some(Item::Begins(begins))
            }
            // Other reasons are followed by a close, which is told.
            "resync_required" if reason == Some("retention") => {
                let note = "The server keeps no events of so long ago: some are missing before those that follow";
                Some(Item::Note(note.to_owned()))
            }
            _ => None,
        }
    }
}

/// `complaint` is what the server said before.
fn closed(frame: Option<CloseFrame>, complaint: Option<String>) -> End {
    let code = frame.as_ref().map(|frame| u16::from(frame.code));
    let reason = frame.filter(|frame| !frame.reason.is_empty()).map(|frame| frame.reason.as_str().to_owned());
    let why = complaint.or(reason).unwrap_or_else(|| "no reason given".to_owned());
    if code.is_some_and(|code| FINAL_CODES.contains(&code)) {
        End::Refused(anyhow!("the server ended the event stream: {why}"))
    } else {
        End::Broken(format!("the server hung up: {why}"))
    }
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// The events that came last.
#[derive(Debug, Default)]
struct Seen {
    ids: HashSet<EventId>,
    order: VecDeque<EventId>,
}

impl Seen {
    /// Whether `id` is new.
    fn insert(&mut self, id: EventId) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_told_and_memory_is_bounded() {
        let id = |seq: i64| EventId { seq, at: Millis(seq) };
        let mut seen = Seen::default();
        let more = i64::try_from(REMEMBERED).unwrap() + 10;
        assert!((1..=more).all(|seq| seen.insert(id(seq))));
        assert!(!seen.insert(id(more)) && !seen.insert(id(more - 100)));
        assert_eq!((seen.ids.len(), seen.order.len()), (REMEMBERED, REMEMBERED));
    }

    #[test]
    fn only_what_trying_again_may_mend_is_tried_again() {
        let frame = |code: u16| Some(CloseFrame { code: code.into(), reason: "why".into() });
        for code in [1000, 1001, 1006, 1012, 4408] {
            assert!(matches!(closed(frame(code), None), End::Broken(_)), "{code}");
        }
        for code in FINAL_CODES {
            assert!(matches!(closed(frame(code), None), End::Refused(_)), "{code}");
        }
        assert!(matches!(closed(None, Some("gone".to_owned())), End::Broken(why) if why.ends_with("gone")));
    }
}
