//! The outermost layer: every request passes once, and every answer leaves through here.
//!
//! It names the request, bounds its time, survives its panics, writes error bodies, headers, the log and the metrics.
//! Neither query strings nor headers are ever logged: both carry credentials.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use pepay_wire::Code;
use tracing::{Instrument, Span, field};

use crate::app::App;
use crate::client::{self, Client, REQUEST_ID};
use crate::cors;
use crate::problem::ApiError;

/// The route of requests that match none.
const NO_ROUTE: &str = "(none)";

pub(crate) async fn handle(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = app.request_ids.name(request.headers());
    let ip = client::ip(request.headers(), request.extensions(), app.options.trusted_proxies);
    let client = Arc::new(Client::new(request_id, ip));
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let open = cors::is_open(request.uri().path());
    let preflight = open && cors::is_preflight(&request);
    request.extensions_mut().insert(Arc::clone(&client));

    let span = span(&client, &method, route);
    let mut response = if preflight {
        cors::preflight()
    } else {
        let answer = guarded(next.run(request), app.options.request_timeout).instrument(span.clone()).await;
        span.in_scope(|| written(answer, &client, &app.options.checkout_url))
    };
    dress(response.headers_mut(), &client, open);
    let (status, took) = (response.status().as_u16(), started.elapsed());
    // Recording writes all of the span's text anew; worth it only for those who read it.
    if tracing::enabled!(tracing::Level::DEBUG) {
        span.record("http.status", status);
        span.record("latency_us", u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        span.in_scope(|| tracing::debug!("Answered {method} {route} with {status}"));
    }
    app.measure.record(&method, route, status, took);
    response
}

// Anybody can invent methods; they must not become labels.
fn method_label(method: &Method) -> Method {
    const KNOWN: [Method; 7] =
        [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD, Method::OPTIONS];
    if KNOWN.contains(method) { method.clone() } else { Method::TRACE }
}

fn span(client: &Client, method: &Method, route: &str) -> Span {
    tracing::info_span!(
        "request",
        request.id = client.request_id(),
        http.method = method.as_str(),
        http.route = route,
        http.status = field::Empty,
        latency_us = field::Empty,
    )
}

/// Runs a request in bounded time and turns a panic into an answer.
async fn guarded(request: impl Future<Output = Response>, limit: Duration) -> Response {
    match AssertUnwindSafe(tokio::time::timeout(limit, request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("Gave up a request after {} s", limit.as_secs());
            let error = ApiError::new(Code::ServiceUnavailable);
            axum::response::IntoResponse::into_response(error)
        }
        Err(panic) => {
            tracing::error!("Panicked while answering: {}", panic_text(&*panic));
            axum::response::IntoResponse::into_response(ApiError::new(Code::InternalServerError))
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}

/// Writes the body of an error, now that the request's id is at hand, and logs what failed.
fn written(mut response: Response, client: &Client, base_url: &str) -> Response {
    let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
    if let Some(cause) = &error.cause {
        tracing::error!(error = chain(&**cause), "Failed to answer: {}", error.problem.code);
    } else {
        tracing::debug!(code = error.problem.code.as_str(), "Refused a request: {}", error.problem.message);
    }
    let mut rendered = error.render(client.request_id(), base_url);
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    rendered
}

/// An error and everything behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

fn dress(headers: &mut HeaderMap, client: &Client, open: bool) {
    headers.insert(REQUEST_ID, client.request_id.clone());
    if let Some(quota) = client.quota.get() {
        quota.write(headers);
    }
    if open {
        cors::open(headers);
    }
    // Pages and documents bring their own; nothing of the API may be stored, framed or run.
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(value);
    }
}

const SECURITY: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ),
];

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[tokio::test]
    async fn panics_and_delays_become_answers() {
        let long = Duration::from_mins(1);
        let code = |response: Response| response.extensions().get::<ApiError>().unwrap().problem.code;
        let panicked = guarded(async { panic!("of {}", "course") }, long).await;
        assert_eq!(code(panicked), Code::InternalServerError);
        let late = guarded(std::future::pending(), Duration::from_millis(1)).await;
        assert_eq!(code(late), Code::ServiceUnavailable);
        assert_eq!(guarded(async { "fine".into_response() }, long).await.status().as_u16(), 200);
    }

    #[tokio::test]
    async fn errors_get_their_body_and_keep_their_headers() {
        let client = Client::new(HeaderValue::from_static("req_7"), [1, 2, 3, 4].into());
        let mut response = ApiError::new(Code::MethodNotAllowed).into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
        let mut written = written(response, &client, "https://pay.example");
        dress(written.headers_mut(), &client, true);
        assert_eq!(written.headers()[header::ALLOW], "GET,HEAD");
        assert_eq!(written.headers()[REQUEST_ID], "req_7");
        assert_eq!(written.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let body = axum::body::to_bytes(written.into_body(), 1_000).await.unwrap();
        assert!(body.starts_with(br#"{"success":false,"error":{"code":"METHOD_NOT_ALLOWED""#));
    }

    #[test]
    fn methods_nobody_knows_share_one_label() {
        assert_eq!(method_label(&Method::from_bytes(b"BREW").unwrap()), Method::TRACE);
        assert_eq!(method_label(&Method::POST), Method::POST);
    }
}
