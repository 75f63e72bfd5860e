//! From the configuration to the HTTP edge.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use pepay_engine::Engine;
use pepay_http::{Limits, MetricsRender, Options, Rate};

use crate::config::Config;
use crate::config::server::Role;

/// What this node answers: everything, or health and metrics alone when it has no `api` role.
pub(crate) fn router(config: &Config, engine: Engine, metrics: Option<PrometheusHandle>) -> Router {
    let options = options(config, metrics);
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
        metrics_render: metrics.map(|handle| Arc::new(move || handle.render()) as MetricsRender),
        ..Options::new(config.server.base_url.clone())
    }
}
