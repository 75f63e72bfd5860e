//! A provider in front of the real node that can be made to lie, refuse and hang.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pepay_chain::evm::Url;
use serde_json::{Value, json};

/// What becomes of a request.
pub(crate) enum Act {
    /// The node's own answer.
    Forward,
    /// This result, without asking the node.
    Result(Value),
    /// The node's result, changed.
    Alter(fn(&mut Value)),
    /// A JSON-RPC error.
    Error(i64, String),
    /// An HTTP status with a `Retry-After` in seconds.
    Status(u16, u32),
    /// No answer for a long time.
    Hang,
}

type Rule = Box<dyn Fn(&str, &Value) -> Act + Send + Sync>;

struct Inner {
    node: Url,
    client: reqwest::Client,
    rule: Mutex<Rule>,
    calls: AtomicUsize,
}

/// A running proxy; ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Proxy {
    inner: Arc<Inner>,
    pub(crate) url: Url,
}

impl Proxy {
    /// Stands before `node`, honest until told otherwise.
    pub(crate) async fn before(node: &Url) -> Self {
        let client = reqwest::Client::builder().build().expect("a plain client");
        let rule: Rule = Box::new(|_, _| Act::Forward);
        let inner =
            Arc::new(Inner { node: node.clone(), client, rule: Mutex::new(rule), calls: AtomicUsize::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        #[expect(clippy::disallowed_methods, reason = "a server of a test ends with the test")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, url: format!("http://{address}").parse().expect("an address makes a url") }
    }

    /// From now on requests are answered by `rule`, which gets the method and the parameters.
    pub(crate) fn set(&self, rule: impl Fn(&str, &Value) -> Act + Send + Sync + 'static) {
        *self.inner.rule.lock().expect("no rule panics") = Box::new(rule);
    }

    pub(crate) fn honest(&self) {
        self.set(|_, _| Act::Forward);
    }

    /// How many requests came so far.
    pub(crate) fn calls(&self) -> usize {
        self.inner.calls.load(Ordering::Relaxed)
    }
}

async fn answer(State(proxy): State<Arc<Inner>>, body: String) -> Response {
    proxy.calls.fetch_add(1, Ordering::Relaxed);
    let request: Value = serde_json::from_str(&body).expect("the client sends JSON");
    let act = {
        let rule = proxy.rule.lock().expect("no rule panics");
        rule(request["method"].as_str().expect("a method"), &request["params"])
    };
    let reply = |result: Value| json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }).to_string();
    match act {
        Act::Forward => forward(&proxy, body).await.to_string().into_response(),
        Act::Result(result) => reply(result).into_response(),
        Act::Alter(change) => {
            let mut answer = forward(&proxy, body).await;
            change(&mut answer["result"]);
            answer.to_string().into_response()
        }
        Act::Error(code, message) => {
            json!({ "jsonrpc": "2.0", "id": request["id"], "error": { "code": code, "message": message } })
                .to_string()
                .into_response()
        }
        Act::Status(status, retry_after) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [("retry-after", retry_after.to_string())], "no").into_response()
        }
        Act::Hang => {
            tokio::time::sleep(Duration::from_mins(5)).await;
            reply(Value::Null).into_response()
        }
    }
}

async fn forward(proxy: &Inner, body: String) -> Value {
    let request = proxy.client.post(proxy.node.clone()).header("content-type", "application/json").body(body);
    let answer = request.send().await.expect("the node answers").text().await.expect("all of it");
    serde_json::from_str(&answer).expect("in JSON")
}
