//! A merchant's webhook handler under development: it records what it gets, and may be away or answer badly.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::world::{until, wait_for};

/// A webhook as it came.
#[derive(Clone, Debug)]
pub(super) struct Webhook {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Webhook {
    /// A header; empty when it is missing.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The event in it.
    pub(super) fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a webhook is JSON")
    }

    /// Its id.
    pub(super) fn event_id(&self) -> String {
        self.event()["id"].as_str().expect("an event has an id").to_owned()
    }
}

/// A receiver; it hangs up when it is dropped.
pub(super) struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Webhook>>>,
    // Answers to come; 200 when there are none left.
    answers: Arc<Mutex<Vec<StatusCode>>>,
    task: JoinHandle<()>,
}

type Shared = (Arc<Mutex<Vec<Webhook>>>, Arc<Mutex<Vec<StatusCode>>>);

impl Receiver {
    /// Listens on a free port.
    pub(super) async fn start() -> Self {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Vec::new()).await
    }

    /// Listens there, and answers so at first.
    pub(super) async fn start_at(address: SocketAddr, answers: Vec<StatusCode>) -> Self {
        let listener = tokio::net::TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let shared: Shared = (Arc::default(), Arc::new(Mutex::new(answers)));
        let router = Router::new().fallback(take).with_state(shared.clone());
        #[expect(clippy::disallowed_methods, reason = "the receiver is aborted when it is dropped")]
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the receiver serves until it is aborted");
        });
        Self { address, got: shared.0, answers: shared.1, task }
    }

    /// What it is reached as.
    pub(super) fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    /// Waits until it got this many, and gives them.
    pub(super) async fn got(&self, count: usize) -> Vec<Webhook> {
        wait_for(format!("{count} webhooks"), async || {
            let got = self.got.lock().expect("nobody panics with the lock").clone();
            until(got.len(), |length| *length >= count).map(|_| got)
        })
        .await
    }

    /// Whether every request was of this method.
    pub(super) fn took_nothing_but(&self, method: &str) -> bool {
        self.got.lock().expect("nobody panics with the lock").iter().all(|it| it.method.as_str() == method)
    }

    /// Whether it gave every answer it was told to.
    pub(super) fn answered_all(&self) -> bool {
        self.answers.lock().expect("nobody panics with the lock").is_empty()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State((got, answers)): State<Shared>, method: Method, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut answers = answers.lock().expect("nobody panics with the lock");
    if !answers.is_empty() {
        return answers.remove(0);
    }
    got.lock().expect("nobody panics with the lock").push(Webhook { method, headers, body });
    StatusCode::OK
}
