//! Logs on stderr and metrics for Prometheus. Secrets and request bodies are in neither.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Error;
use crate::config::log::{Log, Style};

/// Upper bounds of durations in seconds: from a cached read to a stuck node.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Libraries that tell at `info` what only their makers want to know, or at `error` what is mended here and told.
const QUIET: [&str; 3] = ["sea_orm_migration=warn", "alloy_pubsub=off", "alloy_transport_ws=off"];

/// Sends what the program logs to stderr from here on. A second call changes nothing.
pub fn init_logs(log: &Log) -> Result<(), Error> {
    let wrong = |error| Error::Value { key: "log.filter".to_owned(), problem: format!("{error}") };
    // What the operator says of a library comes later and wins.
    let filter = EnvFilter::try_new(format!("{},{}", QUIET.join(","), log.filter)).map_err(wrong)?;
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // Fails only when somebody was first, as in tests.
    let _already = match log.format {
        Style::Pretty => lines.compact().with_target(false).try_init(),
        Style::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    Ok(())
}

/// Collects metrics from here on; the handle renders them. Once per process.
pub fn init_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .context("could not start the collection of metrics")
}
