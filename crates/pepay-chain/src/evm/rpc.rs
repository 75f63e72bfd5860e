//! One provider: a JSON-RPC 2.0 call over HTTP, and what is known of the provider's health.
//!
//! A hand-written call rather than a library transport, because what matters here is what those hide: the
//! `Retry-After` beside a JSON error, a bound on the answer's size, and a url that never reaches a log line.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, StatusCode, Url, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::failure::{ErrorObject, Failure};

/// The largest answer read, in bytes: a full block of the busiest network is a tenth of this.
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// The first wait after a failure; doubled by each one that follows.
const FIRST_BACKOFF: Duration = Duration::from_millis(250);

/// The longest wait between two tries of a failing provider, unless it asks for more itself.
const MAX_BACKOFF: Duration = Duration::from_secs(8);

/// How long a provider that contradicted itself is left alone.
const DOUBT_BACKOFF: Duration = Duration::from_secs(1);

/// The one place where a client for providers is made: bounded in time, no redirects (a provider that moves is a
/// configuration to fix, and a redirect could carry a key elsewhere).
pub(super) fn http_client(timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(5)))
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

/// Scheme, host and port: all of a url that may be shown.
pub(super) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| format!("{}://{host}", url.scheme()), |port| format!("{}://{host}:{port}", url.scheme()))
}

/// Whether the provider serves the right chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chain {
    Unknown,
    Right,
    Wrong(u64),
}

#[derive(Debug)]
struct State {
    chain: Chain,
    failures: u32,
    retry_at: Option<Instant>,
    head: Option<u64>,
    latency: Option<Duration>,
    last_error: Option<String>,
    logs_range: u64,
}

/// What is known of a provider, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcHealth {
    /// Scheme, host and port. Never the path or query, which often carry a key.
    pub url_host: String,
    /// Whether it is being used now: it serves the right chain and is not backing off.
    pub healthy: bool,
    /// The newest block it has shown, if any.
    pub head: Option<u64>,
    /// The last thing that went wrong; stays after it recovers.
    pub last_error: Option<String>,
    /// How long its last answer took, in milliseconds.
    pub latency_ms: Option<u64>,
}

/// One provider.
#[derive(Debug)]
pub(super) struct Rpc {
    pub(super) host: String,
    url: Url,
    http: Client,
    chain_id: u64,
    state: Mutex<State>,
}

impl Rpc {
    pub(super) fn new(url: Url, http: Client, chain_id: u64, logs_range: u64) -> Self {
        let state = State {
            chain: Chain::Unknown,
            failures: 0,
            retry_at: None,
            head: None,
            latency: None,
            last_error: None,
            logs_range: logs_range.max(1),
        };
        Self { host: shown(&url), url, http, chain_id, state: Mutex::new(state) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is plain data: a panic elsewhere cannot have left it half written in a way that matters.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks, after making sure once that this is the right chain.
    pub(super) async fn call<R: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<R, Failure> {
        self.verify().await?;
        self.ask(method, params).await
    }

    /// Checks the chain id, once per provider.
    pub(super) async fn verify(&self) -> Result<(), Failure> {
        let chain = self.state().chain;
        match chain {
            Chain::Right => return Ok(()),
            Chain::Wrong(found) => return Err(Failure::WrongChain { found }),
            Chain::Unknown => {}
        }
        let found: alloy::primitives::U64 = self.ask("eth_chainId", [(); 0]).await?;
        let found = found.to::<u64>();
        let mut state = self.state();
        if found == self.chain_id {
            state.chain = Chain::Right;
            return Ok(());
        }
        state.chain = Chain::Wrong(found);
        state.last_error = Some(format!("serves chain {found}, not {}", self.chain_id));
        Err(Failure::WrongChain { found })
    }

    async fn ask<R: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<R, Failure> {
        let started = Instant::now();
        let answer = self.exchange(method, params).await;
        match &answer {
            Err(Failure::Down { message, retry_after }) => self.failed(method, message, *retry_after),
            Err(failure) => self.state().last_error = Some(format!("{method}: {}", failure.message())),
            Ok(_) => {
                let mut state = self.state();
                state.latency = Some(started.elapsed());
                if state.retry_at.is_none_or(|at| at <= started) {
                    state.failures = 0;
                    state.retry_at = None;
                }
            }
        }
        answer
    }

    /// Notes a failure and leaves the provider alone for a while, longer each time.
    pub(super) fn failed(&self, method: &str, message: &str, retry_after: Option<Duration>) {
        let mut state = self.state();
        state.last_error = Some(format!("{method}: {message}"));
        let now = Instant::now();
        // Calls in flight together fail together: that is one failure.
        if state.retry_at.is_none_or(|at| at <= now) {
            let backoff = FIRST_BACKOFF.saturating_mul(1 << state.failures.min(16)).min(MAX_BACKOFF);
            state.failures = state.failures.saturating_add(1);
            state.retry_at = now.checked_add(retry_after.unwrap_or(backoff));
            tracing::warn!(rpc = self.host, method, "A provider failed: {message}");
        }
    }

    async fn exchange<R: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<R, Failure> {
        #[derive(Serialize)]
        struct Request<'a, P> {
            jsonrpc: &'static str,
            id: u64,
            method: &'a str,
            params: P,
        }
        #[derive(serde::Deserialize)]
        struct Answer<'a> {
            #[serde(borrow)]
            result: Option<&'a RawValue>,
            error: Option<ErrorObject>,
        }
        let request = Request { jsonrpc: "2.0", id: 1, method, params };
        let response =
            self.http.post(self.url.clone()).json(&request).send().await.map_err(|error| describe(&error))?;
        let status = response.status();
        let retry_after =
            response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = bounded_body(response).await?;
        let Ok(answer) = serde_json::from_slice::<Answer<'_>>(&body) else {
            return Err(if status == StatusCode::OK {
                Failure::down("the answer is not JSON-RPC")
            } else {
                Failure::from_status(status.as_u16(), retry_after)
            });
        };
        match answer.error {
            Some(error) => {
                let error = ErrorObject { message: self.redacted(&error.message), ..error };
                Err(Failure::from_error(&error, status.as_u16(), retry_after))
            }
            None if !status.is_success() => Err(Failure::from_status(status.as_u16(), retry_after)),
            None => serde_json::from_str(answer.result.map_or("null", RawValue::get))
                .map_err(|error| Failure::down(format!("the answer has another form than expected: {error}"))),
        }
    }

    /// Some providers repeat the key of a request in their refusal.
    fn redacted(&self, message: &str) -> String {
        let path = self.url.path_segments().into_iter().flatten().map(str::to_owned);
        let query = self.url.query_pairs().map(|(_, value)| value.into_owned());
        let user = [self.url.username().to_owned(), self.url.password().unwrap_or_default().to_owned()];
        path.chain(query)
            .chain(user)
            .filter(|secret| secret.len() >= 6)
            .fold(message.to_owned(), |text, secret| text.replace(&secret, "***"))
    }

    /// Whether it may be asked now.
    pub(super) fn usable(&self) -> bool {
        let state = self.state();
        !matches!(state.chain, Chain::Wrong(_)) && state.retry_at.is_none_or(|at| at <= Instant::now())
    }

    /// The chain it wrongly serves.
    pub(super) fn wrong_chain(&self) -> Option<u64> {
        match self.state().chain {
            Chain::Wrong(found) => Some(found),
            Chain::Unknown | Chain::Right => None,
        }
    }

    /// Leaves the provider alone for a moment.
    pub(super) fn rest(&self) {
        self.state().retry_at = Instant::now().checked_add(DOUBT_BACKOFF);
    }

    /// Notes something wrong without leaving the provider alone.
    pub(super) fn note(&self, why: &str) {
        tracing::warn!(rpc = self.host, "A provider is in doubt: {why}");
        self.state().last_error = Some(why.to_owned());
    }

    pub(super) fn set_head(&self, head: u64) {
        self.state().head = Some(head);
    }

    pub(super) fn head(&self) -> Option<u64> {
        self.state().head
    }

    /// How many blocks one `eth_getLogs` may span now.
    pub(super) fn logs_range(&self) -> u64 {
        self.state().logs_range
    }

    /// Asks for half of what was too much.
    pub(super) fn shrink_logs_range(&self, was: u64) {
        let mut state = self.state();
        state.logs_range = state.logs_range.min((was / 2).max(1));
    }

    /// Asks for an eighth more after a success, up to `max`.
    pub(super) fn grow_logs_range(&self, max: u64) {
        let mut state = self.state();
        state.logs_range = state.logs_range.saturating_add(state.logs_range / 8 + 1).min(max.max(1));
    }

    pub(super) fn last_error(&self) -> Option<String> {
        self.state().last_error.clone()
    }

    pub(super) fn health(&self) -> RpcHealth {
        let healthy = self.usable();
        let state = self.state();
        RpcHealth {
            url_host: self.host.clone(),
            healthy,
            head: state.head,
            last_error: state.last_error.clone(),
            latency_ms: state.latency.and_then(|latency| u64::try_from(latency.as_millis()).ok()),
        }
    }
}

/// The error of a request without its url.
fn describe(error: &reqwest::Error) -> Failure {
    Failure::down(if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "the request broke off"
    })
}

async fn bounded_body(mut response: reqwest::Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| describe(&error))? {
        if body.len().saturating_add(chunk.len()) > MAX_ANSWER_BYTES {
            return Err(Failure::TooMuch { message: format!("the answer is larger than {MAX_ANSWER_BYTES} bytes") });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
