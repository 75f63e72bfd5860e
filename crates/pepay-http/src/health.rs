//! For the machines that run this one: alive, ready, measured.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use pepay_wire::Code;
use serde::Serialize;

use crate::app::App;
use crate::problem::ApiError;
use crate::reply;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).route("/metrics", get(metrics))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    name: String,
    ok: bool,
    detail: String,
}

/// The process answers.
async fn live() -> Response {
    reply::ok(&Health { status: "ok", checks: Vec::new() })
}

/// Requests may be sent here; 503 when not.
async fn ready(State(app): State<App>) -> Response {
    let readiness = app.engine.ready().await;
    let checks = readiness.checks.into_iter();
    let checks = checks.map(|it| Check { name: it.name, ok: it.ok, detail: it.detail }).collect();
    if readiness.ok {
        reply::ok(&Health { status: "ready", checks })
    } else {
        reply::json(StatusCode::SERVICE_UNAVAILABLE, &Health { status: "unavailable", checks })
    }
}

/// Prometheus text.
async fn metrics(State(app): State<App>) -> Response {
    let Some(render) = &app.options.metrics_render else {
        return ApiError::new(Code::NotFound).into_response();
    };
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], render()).into_response()
}
