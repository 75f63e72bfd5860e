//! Following a stream from connection to connection, one step at a time.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_tungstenite::tungstenite::{self, Message};

use super::frame::{self, Fault, Frame};
use super::sequence::{BEGINNING, Sequence};
use super::source::{Log, Socket, Source};
use super::verdict::{self, Verdict};
use super::{Bookmark, ControlFrame, Notice, Settings};
use crate::error::{Error, ErrorKind, Result};
use crate::page::Listed;

/// A connection that lasts this long was a good one.
const SETTLED: Duration = Duration::from_secs(5);

/// What a stream is about to do.
enum State<E> {
    Connect,
    Listen(Box<Live<E>>),
    /// No socket gets through: reads the log, and pauses then.
    ReadLog(BoxStream<'static, Result<E>>, Duration),
    Pause(Duration),
    Over,
}

/// One open connection.
struct Live<E> {
    socket: Socket,
    /// The log, while it is read because the socket does not tell everything.
    log: Option<BoxStream<'static, Result<E>>>,
    fault: Option<Fault>,
    began: Instant,
    began_at: Option<String>,
    heard: Instant,
}

/// What a live connection brought.
enum Heard<E> {
    Message(Option<Result<Message, tungstenite::Error>>),
    Log(Option<Result<E>>),
    Nothing,
}

pub(super) struct Follower<E> {
    source: Source,
    log: Option<Log<E>>,
    settings: Settings,
    bookmark: Bookmark,
    sequence: Sequence<E>,
    state: State<E>,
    /// Connections in a row that came to nothing.
    attempt: u32,
    /// Credentials in a row that were refused.
    refusals: u32,
}

impl<E: Listed> Follower<E> {
    pub(super) fn new(source: Source, log: Option<Log<E>>, settings: Settings, bookmark: Bookmark) -> Self {
        let sequence = Sequence::new(settings.since.as_deref());
        Self { source, log, settings, bookmark, sequence, state: State::Connect, attempt: 0, refusals: 0 }
    }

    /// The next event; an error is the last there is.
    pub(super) async fn next(&mut self) -> Option<Result<E>> {
        loop {
            if let Some(event) = self.sequence.pop() {
                return Some(Ok(event));
            }
            let step = match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return None,
                State::Connect => self.connect().await,
                State::Listen(live) => self.listen(live).await,
                State::ReadLog(log, pause) => self.read_log(log, pause).await,
                State::Pause(pause) => {
                    sleep(pause).await;
                    Ok(State::Connect)
                }
            };
            match step {
                Ok(state) => self.state = state,
                Err(error) => return Some(Err(error)),
            }
        }
    }

    async fn connect(&mut self) -> Result<State<E>> {
        // From now on means from here on, however long the first connection takes.
        if let (None, Some(log)) = (self.sequence.cursor(), &self.log) {
            match (log.newest)().await {
                Ok(newest) => self.start_at(&newest),
                Err(error) if error.is_transient() => return self.lost(error, false),
                Err(error) => return Err(error),
            }
        }
        match self.source.open(self.sequence.cursor()).await {
            Ok(socket) => {
                let (began, began_at) = (Instant::now(), self.sequence.cursor().map(ToOwned::to_owned));
                Ok(State::Listen(Box::new(Live { socket, log: None, fault: None, began, began_at, heard: began })))
            }
            Err(error) => self.lost(error, true),
        }
    }

    async fn listen(&mut self, mut live: Box<Live<E>>) -> Result<State<E>> {
        match hear(&mut live, self.settings.idle_timeout, self.sequence.has_room()).await {
            Heard::Message(Some(Ok(message))) => {
                live.heard = Instant::now();
                match message {
                    Message::Text(text) => return self.frame(live, &text),
                    Message::Close(frame) => {
                        let code = frame.map(|frame| u16::from(frame.code));
                        return self.ended(&live, verdict::ended(code, live.fault.clone()));
                    }
                    // Answered by the library; what matters here is that somebody is there.
                    Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
                }
            }
            Heard::Message(Some(Err(error))) => {
                let lost = verdict::ended(None, live.fault.clone()).caused_by(error);
                return self.ended(&live, lost);
            }
            Heard::Message(None) => return self.ended(&live, verdict::ended(None, live.fault.clone())),
            Heard::Nothing => {
                let message = "nothing was heard of the stream for too long";
                return self.ended(&live, Error::new(ErrorKind::Timeout, "STREAM_LOST", message));
            }
            Heard::Log(Some(Ok(event))) => self.sequence.push(event),
            Heard::Log(Some(Err(error))) if error.is_transient() => return self.ended(&live, error),
            Heard::Log(Some(Err(error))) => return Err(error),
            Heard::Log(None) => {
                live.log = None;
                self.sequence.release();
            }
        }
        Ok(State::Listen(live))
    }

    fn frame(&mut self, mut live: Box<Live<E>>, text: &str) -> Result<State<E>> {
        match frame::read(text) {
            Ok(Frame::Event(event)) if live.log.is_some() => self.sequence.hold(*event),
            Ok(Frame::Event(event)) => self.sequence.push(*event),
            Ok(Frame::Control(control)) => self.control(&mut live, control),
            Ok(Frame::Error(fault)) => live.fault = Some(fault),
            Ok(Frame::Unknown) => {}
            Err(error) => {
                // It may have been an event, which then comes again on the next connection.
                let message = "the stream sent what is no frame";
                let error = Error::new(ErrorKind::Connection, "INVALID_RESPONSE", message).caused_by(error);
                return self.ended(&live, error);
            }
        }
        Ok(State::Listen(live))
    }

    fn control(&mut self, live: &mut Live<E>, control: ControlFrame) {
        match (control.kind.as_str(), &control.last_event_id) {
            ("ready", last) => {
                self.refusals = 0;
                if let Some(last) = last {
                    self.start_at(last);
                }
            }
            // The socket does not tell everything, but the log does.
            ("resync_required", _) if live.log.is_none() => {
                let cursor = self.sequence.cursor().unwrap_or(BEGINNING);
                live.log = self.log.as_ref().map(|log| (log.after)(cursor));
            }
            _ => {}
        }
        self.settings.notices.tell(&Notice::Control(control));
    }

    fn start_at(&mut self, id: &str) {
        if self.sequence.start_at(id) {
            self.bookmark.set(id);
        }
    }

    /// A connection that was open is no more.
    fn ended(&mut self, live: &Live<E>, error: Error) -> Result<State<E>> {
        self.sequence.drop_held();
        let progress = self.sequence.cursor() != live.began_at.as_deref();
        if progress || live.began.elapsed() >= SETTLED {
            self.attempt = 0;
        }
        self.lost(error, false)
    }

    /// Decides what to do without a connection. `mend` says that the log is to be read meanwhile.
    fn lost(&mut self, error: Error, mend: bool) -> Result<State<E>> {
        match verdict::judge(&error, self.source.renewable(), self.refusals, self.log.is_none()) {
            Verdict::End => return Err(error),
            Verdict::Renew => self.refusals += 1,
            Verdict::Resume => {}
        }
        let reconnect_in = verdict::pause(&error, self.attempt);
        self.attempt = self.attempt.saturating_add(1);
        self.settings.notices.tell(&Notice::Lost { error, reconnect_in });
        Ok(match (&self.log, self.sequence.cursor()) {
            (Some(log), Some(cursor)) if mend => State::ReadLog((log.after)(cursor), reconnect_in),
            _ => State::Pause(reconnect_in),
        })
    }

    async fn read_log(&mut self, mut log: BoxStream<'static, Result<E>>, pause: Duration) -> Result<State<E>> {
        match log.next().await {
            Some(Ok(event)) => {
                self.sequence.push(event);
                Ok(State::ReadLog(log, pause))
            }
            // That is told already.
            None => Ok(State::Pause(pause)),
            Some(Err(error)) if error.is_transient() => Ok(State::Pause(pause)),
            Some(Err(error)) => Err(error),
        }
    }
}

/// What comes first: a message, an event of the log, or nothing for too long. What the sequence can not keep waits in
/// the socket.
async fn hear<E>(live: &mut Live<E>, idle_timeout: Duration, has_room: bool) -> Heard<E> {
    let Live { socket, log, heard, .. } = live;
    let message = timeout_at(*heard + idle_timeout, socket.next());
    let message = async { message.await.map_or(Heard::Nothing, Heard::Message) };
    match log {
        None => message.await,
        Some(log) => {
            tokio::select! {
                biased;
                heard = message, if has_room => heard,
                event = log.next() => Heard::Log(event),
            }
        }
    }
}
