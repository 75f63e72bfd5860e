//! A merchant stream that fails on demand: it cuts connections, refuses them, and repeats events when it is resumed, as
//! the contract lets a server do.

use std::sync::{Arc, Mutex};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

use crate::world::{until, wait_for};

/// What it repeats of what a client has already.
const OVERLAP: i64 = 2;

/// How it treats callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// The status it refuses connections with.
    refuses: Option<u16>,
    /// How many events there are.
    events: i64,
    /// How often it cut all connections.
    cuts: u32,
}

/// A running one; it hangs up when it is dropped.
pub(super) struct FakeStream {
    url: String,
    state: watch::Sender<State>,
    queries: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl FakeStream {
    /// Starts one without events.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let state = watch::Sender::new(State { refuses: None, events: 0, cuts: 0 });
        let queries = Arc::new(Mutex::new(Vec::new()));
        let (news, asked) = (state.subscribe(), Arc::clone(&queries));
        #[expect(clippy::disallowed_methods, reason = "the stream is aborted when it is dropped")]
        let task = tokio::spawn(async move {
            let mut callers = tokio::task::JoinSet::new();
            while let Ok((caller, _)) = listener.accept().await {
                callers.spawn(serve(caller, news.clone(), Arc::clone(&asked)));
            }
        });
        Self { url, state, queries, task }
    }

    /// What it is reached as.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// More happens; every client is told.
    pub(super) fn happen(&self, events: i64) {
        self.state.send_modify(|state| state.events += events);
    }

    /// Hangs up on everybody, and refuses them with `status` until [`Self::accept`].
    pub(super) fn refuse(&self, status: u16) {
        self.state.send_modify(|state| {
            state.cuts += 1;
            state.refuses = Some(status);
        });
    }

    /// Lets them in again.
    pub(super) fn accept(&self) {
        self.state.send_modify(|state| state.refuses = None);
    }

    /// Waits until somebody called this many times, refused or not; their queries.
    pub(super) async fn called(&self, times: usize) -> Vec<String> {
        wait_for(format!("{times} calls to the stream"), async || {
            let queries = self.queries.lock().expect("nobody panics with the lock").clone();
            until(queries.len(), |length| *length >= times).map(|_| queries)
        })
        .await
    }
}

impl Drop for FakeStream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The id of the event of this number.
pub(super) fn id(seq: i64) -> String {
    format!("evt_{}-{seq}", 1_766_322_000_000 + seq)
}

fn event(seq: i64) -> String {
    let object = json!({ "object": "invoice", "id": format!("invoice-{seq}"), "status": "unpaid" });
    // The space after the colon is not how the library writes: what is forwarded are the bytes that came.
    format!(
        r#"{{"id": "{}","object":"event","type":"invoice.updated","livemode":false,"data":{{"object":{object}}}}}"#,
        id(seq)
    )
}

#[expect(clippy::result_large_err, reason = "the type of the library's callback")]
async fn serve(caller: TcpStream, mut news: watch::Receiver<State>, queries: Arc<Mutex<Vec<String>>>) {
    let state = *news.borrow_and_update();
    let mut query = String::new();
    let answer = |request: &Request, response: Response| {
        request.uri().query().unwrap_or_default().clone_into(&mut query);
        let key = request.headers().get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        queries.lock().expect("nobody panics with the lock").push(query.clone());
        let refuses = if key == "sk_test_wrong" { Some(401) } else { state.refuses };
        let Some(status) = refuses else { return Ok(response) };
        let body = json!({ "success": false, "error": { "code": "X", "message": "the fake refuses" } });
        let mut refusal = ErrorResponse::new(Some(body.to_string()));
        *refusal.status_mut() = status.try_into().expect("a status");
        Err(refusal)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(caller, answer).await else { return };
    let since = query.split('&').find_map(|pair| pair.strip_prefix("since="));
    let since = since.map(|id| id.rsplit_once('-').expect("an id").1.parse::<i64>().expect("a number"));
    let mut next = since.map_or(state.events, |since| (since - OVERLAP).max(0)) + 1;
    let last = (state.events > 0).then(|| id(state.events));
    let mut frames = vec![json!({ "object": "ws_control", "type": "ready", "last_event_id": last }).to_string()];
    loop {
        let state = *news.borrow_and_update();
        while next <= state.events {
            frames.push(event(next));
            next += 1;
        }
        for frame in frames.drain(..) {
            if socket.send(Message::text(frame)).await.is_err() {
                return;
            }
        }
        let cuts = state.cuts;
        tokio::select! {
            changed = news.wait_for(|state| state.events >= next || state.cuts > cuts) => {
                // A cut is a cut: no closing handshake.
                if changed.is_err() || changed.is_ok_and(|state| state.cuts > cuts) {
                    return;
                }
            }
            heard = socket.next() => if !matches!(heard, Some(Ok(_))) { return },
        }
    }
}
