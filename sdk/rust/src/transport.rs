//! One request: credentials, idempotency key, timeout, retries, and the answer or a typed error.
//!
//! Every write carries an idempotency key that is the same for all of its attempts, so whatever became of the first,
//! the second changes nothing twice. Redirects are not followed: no credential goes where it was not sent.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, Response, Url};

use crate::credentials::{Audience, Auth, Proof};
use crate::error::{self, Error, ErrorKind, Result};
use crate::query::Query;
use crate::types::Code;
use crate::{chance, clock, retry};

/// Longer than this the client does not wait by itself; the caller decides.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(1);
/// Most bytes of an answer; a page of the largest objects is far smaller.
const MAX_ANSWER_BYTES: usize = 32 << 20;

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// How a client is set up.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) base_url: Url,
    pub(crate) timeout: Duration,
    pub(crate) max_retries: u32,
    pub(crate) retryable_status_codes: Vec<u16>,
}

/// Sends requests for all resources of a client.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    pub(crate) config: Arc<Config>,
    pub(crate) auth: Arc<Auth>,
    client: Client,
    /// Sockets are upgraded from HTTP/1.1; a connection that speaks HTTP/2 can not be.
    pub(crate) upgrades: Client,
}

/// What to ask.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Below `/api/v1`, not yet encoded.
    pub(crate) path: Vec<String>,
    pub(crate) query: Query,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) audience: Audience,
}

/// How one call differs from the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) idempotency_key: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
}

impl Call {
    pub(crate) fn get(path: &[&str], audience: Audience) -> Self {
        Self::new(Method::GET, path, audience)
    }

    pub(crate) fn new(method: Method, path: &[&str], audience: Audience) -> Self {
        let path = path.iter().map(|segment| (*segment).to_owned()).collect();
        Self { method, path, query: Query::new(), body: None, audience }
    }

    pub(crate) fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    pub(crate) fn body(mut self, body: &impl serde::Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("request types have text keys and always serialise"));
        self
    }
}

impl Transport {
    pub(crate) fn new(config: Arc<Config>, auth: Auth) -> Result<Self> {
        let builder = || Client::builder().redirect(reqwest::redirect::Policy::none());
        let failed = |error| Error::misuse("the TLS of this machine can not be used").caused_by(error);
        let client = builder().build().map_err(failed)?;
        let upgrades = builder().http1_only().build().map_err(failed)?;
        Ok(Self { config, auth: Arc::new(auth), client, upgrades })
    }

    pub(crate) fn with_auth(&self, auth: Auth) -> Self {
        Self { auth: Arc::new(auth), ..self.clone() }
    }

    /// Whether there is a credential of this kind.
    pub(crate) fn can(&self, audience: Audience) -> bool {
        self.auth.proof(audience).is_some()
    }

    /// Sends until there is an answer that `read` understands, or a failure that trying again does not mend.
    pub(crate) async fn send<T>(
        &self,
        call: &Call,
        options: &Options,
        read: impl Fn(&[u8]) -> serde_json::Result<T>,
    ) -> Result<T> {
        let request = self.request(call, options)?;
        let retries = options.max_retries.unwrap_or(self.config.max_retries);
        let mut attempt = 0;
        loop {
            let sent = request.try_clone().expect("a body of bytes can be sent again");
            let error = match self.attempt(sent, &read).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if attempt >= retries || !self.mendable(&error) {
                let key = request.headers().get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok());
                return Err(error.with_idempotency_key(key));
            }
            tokio::time::sleep(error.retry_after().unwrap_or_default() + retry::pause(attempt)).await;
            attempt += 1;
        }
    }

    fn request(&self, call: &Call, options: &Options) -> Result<reqwest::Request> {
        let mut request = reqwest::Request::new(call.method.clone(), self.url(&call.path, &call.query)?);
        *request.timeout_mut() = Some(options.timeout.unwrap_or(self.config.timeout));
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.extend(self.proof(call.audience)?);
        if call.method != Method::GET {
            headers.insert(IDEMPOTENCY_KEY, idempotency_key(options)?);
        }
        if let Some(body) = &call.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.clone().into());
        }
        Ok(request)
    }

    /// The headers a route wants.
    pub(crate) fn proof(&self, audience: Audience) -> Result<Proof> {
        self.auth.proof(audience).ok_or_else(|| {
            let message = format!("this call needs {}", audience.wants());
            Error::new(ErrorKind::Authentication, "CREDENTIAL_REQUIRED", message)
        })
    }

    fn url(&self, path: &[String], query: &Query) -> Result<Url> {
        // A dot would be taken for a step up or down, nothing for the whole list.
        if path.iter().any(|segment| ["", ".", ".."].contains(&segment.as_str())) {
            return Err(Error::misuse("an id is empty"));
        }
        Ok(self.address(["api", "v1"].into_iter().chain(path.iter().map(String::as_str)), query))
    }

    /// The address of something below the server's base.
    pub(crate) fn address<'a>(&self, path: impl IntoIterator<Item = &'a str>, query: &Query) -> Url {
        let mut url = self.config.base_url.clone();
        url.path_segments_mut().expect("an http URL has a path").pop_if_empty().extend(path);
        if !query.pairs().is_empty() {
            url.query_pairs_mut().extend_pairs(query.pairs());
        }
        url
    }

    async fn attempt<T>(&self, request: reqwest::Request, read: impl Fn(&[u8]) -> serde_json::Result<T>) -> Result<T> {
        let response = self.client.execute(request).await.map_err(|error| unanswered(error, None))?;
        let (status, id) = (response.status(), request_id(response.headers()));
        if !status.is_success() {
            return Err(refusal(response).await);
        }
        let body = body(response, MAX_ANSWER_BYTES).await?;
        // Cut short on its way, or not from the server at all: as good as no answer.
        read(&body).map_err(|error| {
            let message = "the answer is not what the API says";
            Error::new(ErrorKind::Connection, "INVALID_RESPONSE", message).with_request_id(id).caused_by(error)
        })
    }

    fn mendable(&self, error: &Error) -> bool {
        if error.retry_after().is_some_and(|wait| wait > MAX_RETRY_AFTER) {
            return false;
        }
        match error.status() {
            None => matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout),
            Some(status) => {
                self.config.retryable_status_codes.contains(&status) || *error.code() == Code::IdempotencyInProgress
            }
        }
    }
}

/// The error of an answer that is no success.
pub(crate) async fn refusal(response: Response) -> Error {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // What the body of a failure says is welcome and not needed.
    let body = body(response, MAX_ANSWER_BYTES).await.unwrap_or_default();
    let header = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let wait = |value: &str| retry::retry_after(value, clock::now());
    error::of_answer(status, &body, header, wait).with_request_id(request_id(&headers))
}

/// The error of a request that got no answer.
pub(crate) fn unanswered(error: reqwest::Error, id: Option<String>) -> Error {
    // Its URL may have a token in it.
    let error = error.without_url();
    let made = if error.is_timeout() {
        Error::new(ErrorKind::Timeout, "TIMEOUT", "no answer in time")
    } else {
        Error::new(ErrorKind::Connection, "CONNECTION_FAILED", "the connection failed before the answer was complete")
    };
    made.with_request_id(id).caused_by(error)
}

async fn body(mut response: Response, max_bytes: usize) -> Result<Vec<u8>> {
    let id = request_id(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(error, id.clone()))? {
        if body.len() + chunk.len() > max_bytes {
            let message = "the answer is longer than any the API gives";
            return Err(Error::new(ErrorKind::Connection, "INVALID_RESPONSE", message).with_request_id(id));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("x-request-id").and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
}

fn idempotency_key(options: &Options) -> Result<HeaderValue> {
    let key = options.idempotency_key.clone().unwrap_or_else(chance::idempotency_key);
    let plain = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let value = plain.then(|| HeaderValue::from_str(&key).ok()).flatten();
    value.ok_or_else(|| Error::misuse("an idempotency key is 1 to 255 visible ASCII characters"))
}
