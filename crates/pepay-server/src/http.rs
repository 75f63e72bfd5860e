//! From the configuration to the HTTP edge.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use pepay_engine::Engine;
use pepay_http::{Limits, MetricsRender, Options, Rate, Sockets};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::config::server::Role;

/// What this node answers: everything, or health and metrics alone when it has no `api` role.
/// Its sockets close when `stop` is cancelled and are counted in `tasks`.
pub(crate) fn router(
    config: &Config,
    engine: Engine,
    metrics: Option<PrometheusHandle>,
    (stop, tasks): (CancellationToken, TaskTracker),
) -> Router {
    let options = Options { stop, tasks, ..options(config, metrics) };
    if config.server.roles.contains(&Role::Api) {
        pepay_http::router(engine, options)
    } else {
        pepay_http::health(engine, options)
    }
}

fn options(config: &Config, metrics: Option<PrometheusHandle>) -> Options {
    let limits = &config.limits;
    Options {
        limits: Limits {
            key: Rate::new(limits.key_per_second, limits.key_burst),
            ip: Rate::new(limits.ip_per_second, limits.ip_burst),
            sign_in: Rate::new(limits.sign_in_per_second, limits.sign_in_burst),
        },
        body_bytes: limits.body_bytes,
        request_timeout: Duration::from_secs(limits.request_s),
        trusted_proxies: config.server.trusted_proxies,
        sockets: Sockets {
            max: config.sockets.max,
            per_merchant: config.sockets.per_merchant,
            per_invoice: config.sockets.per_invoice,
            heartbeat: Duration::from_secs(config.sockets.heartbeat_s),
            backlog_events: config.sockets.backlog_events,
        },
        metrics_render: metrics.map(|handle| Arc::new(move || handle.render()) as MetricsRender),
        ..Options::new(config.server.base_url.clone())
    }
}
