//! Request bodies: JSON of a bounded size that arrives in bounded time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use pepay_wire::{Code, Problem};

use crate::app::App;
use crate::problem::ApiError;

/// A body must have arrived after this long.
const ARRIVAL: Duration = Duration::from_secs(15);

/// The bytes of a request that said, or did not say otherwise, that they are JSON. Parsing is the wire's.
pub(crate) struct JsonBody(pub(crate) Bytes);

impl FromRequest<App> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let limit = app.options.body_bytes;
        let (parts, body) = request.into_parts();
        if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(too_large(limit));
        }
        let bytes = read(body, limit).await?;
        if !bytes.is_empty() && !says_json(&parts.headers) {
            return Err(ApiError::new(Code::UnsupportedMediaType));
        }
        Ok(Self(bytes))
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    match tokio::time::timeout(ARRIVAL, axum::body::to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_long(&error) => Err(too_large(limit)),
        Ok(Err(_)) => Err(Problem::new(Code::ValidationError).saying("body could not be read").into()),
        Err(_) => Err(ApiError::new(Code::RequestTimeout)),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

fn too_large(limit: usize) -> ApiError {
    Problem::new(Code::BodyTooLarge).saying(format!("body exceeds {limit} bytes")).into()
}

/// Whether the content type is JSON, or left open.
fn says_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let sub = essence.get(..12).is_some_and(|start| start.eq_ignore_ascii_case("application/"));
    sub && {
        let kind = &essence[12..];
        kind.eq_ignore_ascii_case("json") || kind.to_ascii_lowercase().ends_with("+json")
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn json_is_told_from_the_rest() {
        let says = |value: &'static str| {
            says_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]))
        };
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert!(says(json), "{json}");
        }
        for other in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/"] {
            assert!(!says(other), "{other}");
        }
        assert!(says_json(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_past_the_limit_is_refused_without_reading_on() {
        let bytes = vec![b' '; 11];
        let refused = read(Body::from(bytes.clone()), 10).await.unwrap_err();
        assert_eq!(refused.problem.code, Code::BodyTooLarge);
        let chunks = bytes.into_iter().map(|byte| Ok::<_, std::io::Error>(Bytes::from(vec![byte])));
        let stream = Body::from_stream(futures_util::stream::iter(chunks));
        assert_eq!(read(stream, 10).await.unwrap_err().problem.code, Code::BodyTooLarge);
        assert_eq!(read(Body::from(vec![b' '; 10]), 10).await.unwrap().len(), 10);
    }
}
