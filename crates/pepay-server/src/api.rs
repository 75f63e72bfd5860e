//! The API of a running Pepay as the command line sees it: the same requests that a merchant's server and a payor's
//! browser make.
//!
//! Fails with one sentence: nobody answers, or what the server said, with its code and request id. Repeats nothing.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

use crate::config::secret::Secret;

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Who is asking.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Caller<'a> {
    /// A merchant's server.
    Merchant(&'a Secret),
    /// A payor.
    Payor {
        /// `x-session-token`
        token: &'a Secret,
        /// `x-signature`
        signature: &'a Secret,
    },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Nobody answers, or the connection broke.
    #[error("nobody answers at {base_url}")]
    Unreachable {
        /// Who was asked.
        base_url: String,
        /// What happened.
        #[source]
        cause: reqwest::Error,
    },
    /// The server understood and refused.
    #[error("{request} was refused with {status} {code}: {message} (request id {request_id})")]
    Refused {
        /// Method and path.
        request: String,
        /// The HTTP status.
        status: StatusCode,
        /// The error code.
        code: String,
        /// What the server said.
        message: String,
        /// For the server's log.
        request_id: String,
    },
    /// Something answered that is no Pepay.
    #[error("{base_url} answered {status} and no JSON; is it a Pepay server?")]
    Foreign {
        /// Who was asked.
        base_url: String,
        /// The HTTP status.
        status: StatusCode,
    },
}

/// A server.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    http: Client,
    base_url: String,
}

/// The client of every command: bounded in time, straight to the host it is given.
pub(crate) fn http_client(timeout: Duration) -> anyhow::Result<Client> {
    let client = Client::builder()
        .timeout(timeout)
        .connect_timeout(CONNECT.min(timeout))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("pepay/", env!("CARGO_PKG_VERSION")));
    client.build().context("could not set up the HTTP client")
}

impl Api {
    /// Of the server reached as `base_url`.
    pub(crate) fn new(base_url: &str) -> anyhow::Result<Self> {
        Ok(Self { http: http_client(TIMEOUT)?, base_url: base_url.trim_end_matches('/').to_owned() })
    }

    /// The server.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Reads.
    pub(crate) async fn get(&self, caller: Caller<'_>, path: &str) -> Result<Value, Error> {
        self.send(caller, Method::GET, path, None).await
    }

    /// Writes; `body` is JSON.
    pub(crate) async fn post(&self, caller: Caller<'_>, path: &str, body: String) -> Result<Value, Error> {
        self.send(caller, Method::POST, path, Some(body)).await
    }

    async fn send(&self, caller: Caller<'_>, method: Method, path: &str, body: Option<String>) -> Result<Value, Error> {
        let request = format!("{method} {}", path.split('?').next().unwrap_or(path));
        let mut sent = self.http.request(method, format!("{}{path}", self.base_url));
        sent = match caller {
            Caller::Merchant(key) => sent.header("x-api-key", key.reveal()),
            Caller::Payor { token, signature } => {
                sent.header("x-session-token", token.reveal()).header("x-signature", signature.reveal())
            }
        };
        if let Some(body) = body {
            sent = sent.header("content-type", "application/json").body(body);
        }
        // Without its URL, which the sentence has already.
        let unreachable =
            |cause: reqwest::Error| Error::Unreachable { base_url: self.base_url.clone(), cause: cause.without_url() };
        let answer = sent.send().await.map_err(unreachable)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(unreachable)?;
        let foreign = |_| Error::Foreign { base_url: self.base_url.clone(), status };
        let body: Value = serde_json::from_slice(&body).map_err(foreign)?;
        if status.is_success() { Ok(body) } else { Err(refusal(request, status, &body)) }
    }
}

fn refusal(request: String, status: StatusCode, body: &Value) -> Error {
    // Rate limiting has a shape of its own.
    let either = |first: &str, second: &str| {
        let text = body.pointer(first).or_else(|| body.pointer(second)).and_then(Value::as_str);
        text.unwrap_or("-").to_owned()
    };
    Error::Refused {
        request,
        status,
        code: either("/error/code", "/error_code"),
        message: either("/error/message", "/message"),
        request_id: either("/error/request_id", "/request_id"),
    }
}
