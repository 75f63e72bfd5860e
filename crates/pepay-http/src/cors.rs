//! Cross-origin access: open on the payor's routes, which carry their own credentials, and nowhere else, but for the
//! merchant's socket: a browser has it open to every origin, and reads only here why it was refused.
//!
//! Written at the outermost edge, so that a browser can read refusals of every kind too.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::Response;

const ANY: HeaderValue = HeaderValue::from_static("*");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("content-type, idempotency-key, x-request-id, x-session-token, x-signature");
const EXPOSED: HeaderValue = HeaderValue::from_static("idempotent-replayed, retry-after, x-request-id");
/// How long a browser may remember the answer: two hours, the most that any of them honours.
const MAX_AGE_SECS: HeaderValue = HeaderValue::from_static("7200");

/// Whether `path` is a payor's.
pub(crate) fn is_open(path: &str) -> bool {
    path.starts_with("/api/v1/payments/") || path.starts_with("/api/v1/invoice/") || path.starts_with("/ws/")
}

/// Whether a browser asks for leave before the real request.
pub(crate) fn is_preflight<B>(request: &Request<B>) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Leave for the real request.
pub(crate) fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECS);
    response
}

/// Lets any origin read an answer.
pub(crate) fn open(headers: &mut HeaderMap<HeaderValue>) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
