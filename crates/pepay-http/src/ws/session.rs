//! One open socket: events out, pings and pongs, and the end of its credential.
//!
//! One task does one thing at a time, and nothing it waits for is endless: room for a frame, an answer to a ping, the
//! answer to a close. It keeps the id of the last event that was handed to the socket, which is what a client can come
//! back with.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt as _;
use pepay_core::event::EventId;
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_engine::auth::Caller;
use pepay_engine::stream::{Begin, Lost, Subscription, Told};
use pepay_engine::tail::Entry;
use pepay_wire::{Code, Control, ControlType};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::close::End;
use crate::app::App;

/// How often credentials are looked at again, at most: a revoked key works this long, and two seconds more.
const LOOK: Duration = Duration::from_secs(5);
/// How long before its end a client is told that its credential ends.
const WARN_MS: i64 = 30_000;
/// Messages of a client between two pings.
const MAX_MESSAGES: u32 = 60;
/// How long the answer to a close is waited for, so that the close is read before the connection ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// Whose socket it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Party {
    Merchant(Caller),
    Payor,
}

/// What a socket streams, to whom and for how long.
pub(super) struct Stream {
    pub(super) app: App,
    pub(super) subscription: Subscription,
    pub(super) party: Party,
    pub(super) environment: Environment,
    /// The end of the credential, where it has one.
    pub(super) expires_at: Option<Millis>,
}

/// Serves a socket to its end.
pub(super) async fn run(stream: Stream, socket: WebSocket) {
    let mut session = Session {
        last: stream.subscription.last(),
        stream,
        socket,
        pinged: Instant::now(),
        unanswered: false,
        heard: 0,
        warned: false,
        replayed: 0,
    };
    let end = session.serve().await;
    metrics::counter!("pepay_socket_ends_total", "stream" => session.name(), "why" => end.word()).increment(1);
    tracing::debug!(event.id = %session.last, "Closing a {} stream: {}", session.name(), end.word());
    session.finish(end).await;
}

struct Session {
    stream: Stream,
    socket: WebSocket,
    /// The last event the client was told, or what it began after.
    last: EventId,
    pinged: Instant,
    /// Whether the last ping has no answer yet.
    unanswered: bool,
    /// Messages since the last ping.
    heard: u32,
    warned: bool,
    replayed: u64,
}

impl Session {
    const fn name(&self) -> &'static str {
        match self.stream.party {
            Party::Merchant(_) => "merchant",
            Party::Payor => "payment",
        }
    }

    async fn serve(&mut self) -> End {
        let stop = self.stream.app.options.stop.clone();
        if let Err(end) = self.greet().await {
            return end;
        }
        let mut looks = interval(LOOK.min(self.heartbeat()));
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let step = tokio::select! {
                biased;
                () = stop.cancelled() => Err(End::Restart),
                // Before it is judged silent: what it said may have waited.
                said = self.socket.recv() => self.hear(said),
                _ = looks.tick() => self.look().await,
                told = self.stream.subscription.next() => self.tell(told).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn heartbeat(&self) -> Duration {
        self.stream.app.options.sockets.heartbeat
    }

    async fn greet(&mut self) -> Result<(), End> {
        let Stream { environment, expires_at, .. } = self.stream;
        let ready = Control::ready(self.last, environment.into(), self.heartbeat().as_secs(), expires_at);
        self.control(&ready).await?;
        match self.stream.subscription.begin() {
            Begin::Now => return Ok(()),
            Begin::Since(_) => {}
            Begin::Pruned(oldest) => self.control(&Control::pruned(self.last, oldest)).await?,
        }
        self.control(&Control::new(ControlType::ReplayStarted, self.last)).await
    }

    async fn tell(&mut self, told: Result<Told, Lost>) -> Result<(), End> {
        match told {
            Ok(Told::Events(entries)) => {
                if let Some(first) = entries.first() {
                    let lag_ms = self.stream.app.engine.now().since(first.id.at).max(0);
                    let lag = Duration::from_millis(lag_ms.unsigned_abs());
                    metrics::histogram!("pepay_socket_lag_seconds", "stream" => self.name()).record(lag.as_secs_f64());
                }
                let app = self.stream.app.clone();
                bounded(&app, self.tell_all(&entries)).await
            }
            Ok(Told::CaughtUp) => self.control(&Control::replay_completed(self.last, self.replayed)).await,
            Err(Lost::Slow { .. }) => Err(End::Slow),
            Err(Lost::Failed(error)) => {
                tracing::error!(%error, "Could not read events for a {} stream", self.name());
                Err(End::Failed)
            }
        }
    }

    async fn tell_all(&mut self, entries: &[Arc<Entry>]) -> Result<(), axum::Error> {
        for entry in entries {
            if let Some(text) = self.text_of(entry) {
                self.socket.feed(Message::Text(text)).await?;
                metrics::counter!("pepay_socket_frames_total", "stream" => self.name()).increment(1);
                self.replayed = self.replayed.saturating_add(1);
            }
            self.last = entry.id;
        }
        self.socket.flush().await
    }

    fn text_of(&self, entry: &Entry) -> Option<Utf8Bytes> {
        match self.stream.party {
            Party::Merchant(_) => Some(Utf8Bytes::from(&*entry.json)),
            Party::Payor => pepay_wire::payor_event(&entry.json).map(Utf8Bytes::from),
        }
    }

    /// Looks whether the client is there, its credential still good, and this node up to date.
    async fn look(&mut self) -> Result<(), End> {
        let now = self.stream.app.engine.now();
        if super::is_behind(&self.stream.app) {
            return Err(End::Failed);
        }
        if let Some(end) = self.stream.expires_at {
            if now >= end {
                return Err(End::Credential(Code::TokenInvalid, "the token of this socket has expired"));
            }
            if end.since(now) <= WARN_MS && !self.warned {
                self.warned = true;
                self.control(&Control::expiring(self.last, end)).await?;
            }
        }
        if let Party::Merchant(caller) = self.stream.party {
            match self.stream.app.engine.check_caller(&caller).await {
                Ok(()) => {}
                Err(error) if error.code().status() < 500 => {
                    return Err(End::Credential(error.code(), error.code().message()));
                }
                // Nothing is known about the key: the next look tells.
                Err(error) => tracing::warn!(%error, "Could not look at the key of an open stream"),
            }
        }
        if self.pinged.elapsed() < self.heartbeat() {
            return Ok(());
        }
        if self.unanswered {
            return Err(End::Silent);
        }
        (self.pinged, self.unanswered, self.heard) = (Instant::now(), true, 0);
        self.send(Message::Ping(axum::body::Bytes::new())).await
    }

    fn hear(&mut self, said: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        match said {
            None | Some(Ok(Message::Close(_))) => Err(End::Gone),
            Some(Err(error)) => Err(if is_too_big(&error) { End::TooBig } else { End::Gone }),
            // There is nothing a client needs to say; what it says all the same shows that it is there.
            Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {
                (self.unanswered, self.heard) = (false, self.heard.saturating_add(1));
                if self.heard > MAX_MESSAGES { Err(End::Talkative) } else { Ok(()) }
            }
        }
    }

    async fn control(&mut self, control: &Control) -> Result<(), End> {
        self.send(Message::Text(control.to_json().into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        bounded(&self.stream.app, self.socket.send(message)).await
    }

    /// Tells the client why, and waits until it has read that.
    async fn finish(mut self, end: End) {
        let Some((code, reason)) = end.close() else {
            // A client that closed gets its close answered; where none is there, this fails at once.
            let _answered = timeout(FAREWELL, self.socket.flush()).await;
            return;
        };
        // A client that stalls gets another chance to read what went wrong; a node that stops cannot wait.
        let patience = if end == End::Slow { self.heartbeat() } else { FAREWELL };
        let farewell = async {
            if let Some(frame) = end.frame(self.last) {
                self.socket.feed(Message::Text(frame.into())).await?;
            }
            self.socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await?;
            while let Some(Ok(_)) = self.socket.recv().await {}
            Ok::<(), axum::Error>(())
        };
        let stop = self.stream.app.options.stop.clone();
        tokio::select! {
            // A failure means that nobody is there.
            _told = timeout(patience, farewell) => {}
            () = async { stop.cancelled().await; tokio::time::sleep(FAREWELL).await } => {}
        }
    }
}

/// Waits for room in the socket, for as long as a client may take, and no longer than the node lives.
async fn bounded(app: &App, writing: impl Future<Output = Result<(), axum::Error>>) -> Result<(), End> {
    tokio::select! {
        biased;
        written = timeout(app.options.sockets.heartbeat, writing) => match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Slow),
        },
        () = app.options.stop.cancelled() => Err(End::Restart),
    }
}

fn is_too_big(error: &axum::Error) -> bool {
    // The library behind the sockets is not ours to name: its words are all there is.
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("too long") {
            return true;
        }
        cause = error.source();
    }
    false
}
