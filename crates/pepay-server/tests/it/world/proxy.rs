//! An RPC provider that can fail and lie, in front of a real node.
//!
//! Lies are about the head only: what an honest answer says of the chain's end is moved, and blocks beyond the real
//! end do not exist. Everything else passes as it is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::wait_for;

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As a good provider.
    Honest,
    /// Refuses everything.
    Down,
    /// Says that the chain is this much longer (or shorter) than it is.
    Head(i64),
    /// Has none of these methods.
    Without(&'static [&'static str]),
}

/// A running proxy.
pub(crate) struct Proxy {
    url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    upstream: String,
    client: reqwest::Client,
    mode: Mutex<Mode>,
    // How often it was asked for the head, or refused an answer, in the present mode.
    asked: AtomicU64,
}

impl Proxy {
    /// Starts an honest one.
    pub(crate) async fn start(upstream: &str) -> Self {
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            client: reqwest::Client::builder().no_proxy().build().expect("a client can be built"),
            mode: Mutex::new(Mode::Honest),
            asked: AtomicU64::new(0),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        #[expect(clippy::disallowed_methods, reason = "the proxy is aborted when it is dropped")]
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the proxy serves until it is aborted");
        });
        Self { url, shared, task }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Behaves like that from now on.
    pub(crate) fn set(&self, mode: Mode) {
        *self.shared.mode.lock().expect("nobody panics with the lock") = mode;
        self.shared.asked.store(0, Ordering::SeqCst);
    }

    /// Waits until it was asked often enough in the present mode that the watcher has acted on the answer.
    pub(crate) async fn heard(&self) {
        wait_for("the server to ask its RPC provider for the head 4 times", async || {
            let asked = self.shared.asked.load(Ordering::SeqCst);
            super::until(asked, |asked| *asked >= 4)
        })
        .await;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let mode = *shared.mode.lock().expect("nobody panics with the lock");
    if mode == Mode::Down {
        shared.asked.fetch_add(1, Ordering::SeqCst);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let question: Value = serde_json::from_slice(&body).expect("an RPC question is JSON");
    let answer = match &question {
        Value::Array(questions) => {
            let mut answers = Vec::with_capacity(questions.len());
            for question in questions {
                answers.push(shared.one(question, mode).await);
            }
            Value::Array(answers)
        }
        question => shared.one(question, mode).await,
    };
    (StatusCode::OK, [("content-type", "application/json")], answer.to_string()).into_response()
}

impl Shared {
    async fn one(&self, question: &Value, mode: Mode) -> Value {
        let by_tag = question["method"] == "eth_getBlockByNumber" && !is_number(&question["params"][0]);
        let about_head = question["method"] == "eth_blockNumber" || by_tag;
        if about_head {
            self.asked.fetch_add(1, Ordering::SeqCst);
        }
        if let Mode::Without(methods) = mode
            && methods.iter().any(|method| question["method"] == *method)
        {
            let error = json!({ "code": -32601, "message": "the method does not exist" });
            return json!({ "jsonrpc": "2.0", "id": question["id"], "error": error });
        }
        let mut answer = self.ask(question).await;
        let Mode::Head(moved) = mode else {
            return answer;
        };
        if by_tag {
            let said = lie(&answer["result"]["number"], moved);
            let mut asked = question.clone();
            asked["params"][0] = said.clone();
            let real = self.ask(&asked).await;
            // Beyond the end there is no such block: the liar dresses up the last one.
            if real["result"].is_null() { answer["result"]["number"] = said } else { answer = real }
        } else if about_head {
            answer["result"] = lie(&answer["result"], moved);
        }
        answer
    }

    async fn ask(&self, question: &Value) -> Value {
        let sent = self.client.post(&self.upstream).json(question).send().await;
        match sent {
            Ok(response) => response.json().await.expect("the node answers in JSON"),
            Err(error) => {
                let error = json!({ "code": -32000, "message": error.to_string() });
                json!({ "jsonrpc": "2.0", "id": question["id"], "error": error })
            }
        }
    }
}

fn is_number(block: &Value) -> bool {
    block.as_str().is_some_and(|text| text.starts_with("0x"))
}

fn lie(honest: &Value, moved: i64) -> Value {
    let digits = honest.as_str().and_then(|text| text.strip_prefix("0x")).unwrap_or("0");
    let number = i64::from_str_radix(digits, 16).expect("a block number fits 63 bits");
    json!(format!("{:#x}", number.saturating_add(moved).max(0)))
}
