//! The client: checks urls and posts to them.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::{self, Builder};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tracing::debug;

use crate::answer::{Answer, RetryAfter, Timing, head};
use crate::connect::{Connector, Gate};
use crate::failure::{self, Failure, Phase};
use crate::policy::{Error, Policy};
use crate::resolve::{Resolve, SystemResolver};
use crate::target::{Name, Refused, Target};
use crate::tls;

/// Unused connections kept per host: as many HTTP/1 requests as a busy receiver gets at a time.
const MAX_IDLE_PER_HOST: usize = 32;
/// How long an unused connection is kept: below the 5 s after which Node closes, or a request would race with that.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// How much of a body is read and thrown away beyond the excerpt, so that its connection can be used again: less work
/// than a TLS handshake.
const MAX_DRAINED_BYTES: usize = 64 * 1024;
/// Header lines of an answer.
const MAX_HEADERS: usize = 100;
/// How much of a body HTTP/2 lets a receiver send ahead.
const HTTP2_STREAM_WINDOW_BYTES: u32 = 64 * 1024;
const HTTP2_CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// An HTTP/2 connection whose peer vanished would swallow each request put on it. It is asked after this part of a
/// request's time, and has as much to answer: the connection is gone before the request would be given up.
const HTTP2_PING_PART: u32 = 3;

/// Names looked up at a time to be checked only. Strangers choose the names and their name servers may be slow: they must
/// not occupy all the lookups that connections need.
const MAX_CHECKS: usize = 16;

/// Headers that belong to the connection and not to the caller.
const OWN_HEADERS: [HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The client. Clones share connections.
#[derive(Clone)]
pub struct Client {
    gate: Gate,
    checks: Arc<Semaphore>,
    user_agent: HeaderValue,
    http: legacy::Client<Connector, Full<Bytes>>,
}

impl Client {
    /// A client that resolves names as the system does.
    pub fn new(policy: Policy) -> Result<Self, Error> {
        Self::with_resolver(policy, Arc::new(SystemResolver::default()))
    }

    /// A client with another resolver. What it answers is checked all the same.
    pub fn with_resolver(policy: Policy, resolver: Arc<dyn Resolve>) -> Result<Self, Error> {
        policy.validate()?;
        let user_agent = HeaderValue::from_str(&policy.user_agent).map_err(|_| Error::UserAgent)?;
        let tls = tls::config(&policy.extra_roots_pem)?;
        let gate = Gate { policy: Arc::new(policy), resolver };
        let http = pool(&gate.policy).build(Connector::new(gate.clone(), tls));
        Ok(Self { gate, checks: Arc::new(Semaphore::new(MAX_CHECKS)), user_agent, http })
    }

    /// Judges a url without asking anybody: what is done when it is registered.
    pub fn check(&self, url: &str) -> Result<Target, Refused> {
        let target = Target::parse(url)?;
        target.judge(&self.gate.policy)?;
        Ok(target)
    }

    /// Resolves the target's name and refuses it when any of its addresses is not allowed. [`Failure::Dns`] and
    /// [`Failure::Timeout`] mean that nobody knows; the latter also when too many names are being looked up.
    pub async fn resolve_check(&self, target: &Target) -> Result<(), Failure> {
        target.judge(&self.gate.policy)?;
        let Name::Domain(name) = target.name() else { return Ok(()) };
        let Ok(_permit) = self.checks.try_acquire() else { return Err(Failure::Timeout { phase: Phase::Connect }) };
        let lookup = tokio::time::timeout(self.gate.policy.connect_timeout, self.gate.addresses(name));
        lookup.await.map_err(|_| Failure::Timeout { phase: Phase::Connect })?.map(|_| ())
    }

    /// Posts and gives whatever is answered, which may be a refusal. Connections are checked when they are made. It is
    /// posted again only where HTTP/2 says that the request was not looked at: servers end long connections so.
    pub async fn post(&self, target: &Target, headers: HeaderMap, body: Bytes) -> Result<Answer, Failure> {
        self.send(Method::POST, target, headers, body).await
    }

    /// Asks whether anybody is there, as [`Client::post`] would be let through; sends nothing.
    pub async fn head(&self, target: &Target) -> Result<Answer, Failure> {
        self.send(Method::HEAD, target, HeaderMap::new(), Bytes::new()).await
    }

    async fn send(&self, method: Method, target: &Target, headers: HeaderMap, body: Bytes) -> Result<Answer, Failure> {
        let policy = &self.gate.policy;
        target.judge(policy)?;
        let start = Instant::now();
        let exchange = async {
            match self.http.request(self.request(&method, target, headers.clone(), body.clone())).await {
                Err(error) if failure::not_looked_at(&error) => {
                    self.http.request(self.request(&method, target, headers, body)).await
                }
                done => done,
            }
        };
        match timeout_at(start + policy.timeout, exchange).await {
            Ok(Ok(response)) => Ok(read(response, policy, start).await),
            Ok(Err(error)) => {
                let failure = Failure::of_exchange(&error);
                debug!(target.origin = %target, cause = &error as &(dyn StdError + 'static), "Got no answer: {failure}");
                Err(failure)
            }
            Err(_) => Err(Failure::Timeout { phase: Phase::Head }),
        }
    }

    fn request(&self, method: &Method, target: &Target, headers: HeaderMap, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method.clone();
        *request.uri_mut() = target.uri().clone();
        *request.headers_mut() = headers;
        let headers = request.headers_mut();
        for name in OWN_HEADERS {
            headers.remove(name);
        }
        headers.entry(header::USER_AGENT).or_insert_with(|| self.user_agent.clone());
        request
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("policy", &self.gate.policy).finish_non_exhaustive()
    }
}

fn pool(policy: &Policy) -> Builder {
    let ping = policy.timeout / HTTP2_PING_PART;
    let mut builder = legacy::Client::builder(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(MAX_IDLE_PER_HOST)
        .http1_max_buf_size(policy.max_head_bytes)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(u32::try_from(policy.max_head_bytes).unwrap_or(u32::MAX))
        .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(ping)
        .http2_keep_alive_timeout(ping)
        .http2_keep_alive_while_idle(true);
    builder
}

/// Reads as much of the body as is wanted. Dropping the rest closes an HTTP/1 connection and resets an HTTP/2 stream.
async fn read(response: Response<Incoming>, policy: &Policy, start: Instant) -> Answer {
    let to_head = start.elapsed();
    let (parts, mut body) = response.into_parts();
    let mut excerpt = Vec::new();
    let reading = drain(&mut body, &mut excerpt, policy.max_excerpt_bytes);
    let whole = tokio::time::timeout(policy.body_timeout, reading).await.unwrap_or(false);
    Answer {
        status: parts.status,
        version: parts.version,
        head: head(&parts.headers, policy.max_head_bytes),
        excerpt,
        truncated: !whole,
        retry_after: RetryAfter::of(&parts.headers),
        timing: Timing { to_head, total: start.elapsed() },
    }
}

/// Whether the whole body is in the excerpt.
async fn drain(body: &mut Incoming, excerpt: &mut Vec<u8>, max_excerpt: usize) -> bool {
    let mut drained = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        let Some(data) = frame.data_ref() else { continue };
        let kept = data.len().min(max_excerpt - excerpt.len());
        excerpt.extend_from_slice(&data[..kept]);
        drained += data.len() - kept;
        if drained > MAX_DRAINED_BYTES {
            return false;
        }
    }
    drained == 0
}
