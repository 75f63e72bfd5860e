//! What every handler shares.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use pepay_engine::Engine;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::Signer;
use crate::client::RequestIds;
use crate::limits::{Limiters, Limits};
use crate::measure::Measure;
use crate::ws::{Slots, Sockets};

/// Gives the metrics in the Prometheus text format.
pub type MetricsRender = Arc<dyn Fn() -> String + Send + Sync>;

/// The operator's choices about the edge.
#[derive(Clone)]
pub struct Options {
    /// What checkout links start with, such as `https://pay.example`; no slash at the end.
    pub checkout_url: String,
    /// How much a caller may ask.
    pub limits: Limits,
    /// Longest request body, in bytes.
    pub body_bytes: usize,
    /// After this long a request is given up and answered 503.
    pub request_timeout: Duration,
    /// Reverse proxies in front: the client is that many entries from the end of `X-Forwarded-For`. With 0 the header
    /// is ignored.
    pub trusted_proxies: usize,
    /// Renders `GET /metrics`; 404 when `None`.
    pub metrics_render: Option<MetricsRender>,
    /// How many sockets, and how they are kept.
    pub sockets: Sockets,
    /// Cancelled when the node stops: sockets are told and close.
    pub stop: CancellationToken,
    /// Where open sockets are counted, so that the end of the node can wait for them.
    pub tasks: TaskTracker,
}

impl Options {
    /// The defaults of the contract, with checkout under `checkout_url` and no metrics.
    pub fn new(checkout_url: impl Into<String>) -> Self {
        Self {
            checkout_url: checkout_url.into(),
            limits: Limits::default(),
            body_bytes: 65_536,
            request_timeout: Duration::from_secs(30),
            trusted_proxies: 0,
            metrics_render: None,
            sockets: Sockets::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("checkout_url", &self.checkout_url)
            .field("limits", &self.limits)
            .field("body_bytes", &self.body_bytes)
            .field("request_timeout", &self.request_timeout)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("sockets", &self.sockets)
            .finish_non_exhaustive()
    }
}

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) options: Options,
    pub(crate) signer: Signer,
    pub(crate) limiters: Limiters,
    pub(crate) request_ids: RequestIds,
    pub(crate) measure: Measure,
    pub(crate) slots: Arc<Slots>,
}

impl App {
    pub(crate) fn new(engine: Engine, options: Options) -> Self {
        let signer = Signer::new(&engine.http_key(crate::auth::PURPOSE));
        let limiters = Limiters::new(&options.limits);
        let (request_ids, measure, slots) = (RequestIds::new(), Measure::default(), Arc::default());
        Self(Arc::new(Inner { engine, options, signer, limiters, request_ids, measure, slots }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
