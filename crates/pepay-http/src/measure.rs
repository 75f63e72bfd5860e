//! How many requests there were and how long they took, by route pattern and status.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::Method;
use metrics::{Histogram, Unit};

/// Seconds per request; its count is the number of requests.
const DURATION: &str = "pepay_http_request_duration_seconds";

type ByAnswer = HashMap<(Method, u16), Histogram>;

/// Remembers the handle of each series, so that counting a request builds no strings.
#[derive(Default)]
pub(crate) struct Measure(RwLock<HashMap<Box<str>, ByAnswer>>);

impl Measure {
    /// Counts one request. `route` must be a pattern, never a path: paths carry ids.
    pub(crate) fn record(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let key = (method.clone(), status);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(histogram) = known.get(route).and_then(|answers| answers.get(&key)) {
            histogram.record(took.as_secs_f64());
            return;
        }
        drop(known);
        metrics::describe_histogram!(DURATION, Unit::Seconds, "Time from a request's head to its answer's");
        let histogram = metrics::histogram!(
            DURATION, "method" => method.as_str().to_owned(), "route" => route.to_owned(), "status" => status.to_string()
        );
        histogram.record(took.as_secs_f64());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(route.into()).or_default().insert(key, histogram);
    }
}
