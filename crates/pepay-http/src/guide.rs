//! The guide under `/docs/guide`: pages that were rendered when the program was built.
//!
//! Refuses everything but our own files: no inline script or style, nothing from elsewhere, no frame around it. A page
//! may be kept for minutes and is asked for again by its tag; script and style name their content and stay for good.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use pepay_wire::Code;

use crate::app::App;
use crate::problem::ApiError;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);
const FOREVER: &str = "public, max-age=31536000, immutable";
const MINUTES: &str = "public, max-age=300";

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/docs/guide", get(|| async { Redirect::permanent("/docs/guide/") }))
        .route("/docs/guide/", get(async |headers: HeaderMap| file("", &headers)))
        .route("/docs/guide/{*file}", get(async |Path(path): Path<String>, headers: HeaderMap| file(&path, &headers)))
}

fn file(path: &str, asked: &HeaderMap) -> Response {
    let Some(file) = pepay_guide::file(path) else { return ApiError::new(Code::NotFound).into_response() };
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(if file.hashed { FOREVER } else { MINUTES })),
        (header::ETAG, HeaderValue::from_static(file.etag)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if says(asked, &header::IF_NONE_MATCH, file.etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if says(asked, &header::ACCEPT_ENCODING, "gzip") {
        return (headers, [(header::CONTENT_ENCODING, "gzip")], file.packed).into_response();
    }
    (headers, file.plain).into_response()
}

/// Whether a comma list in a header holds the word. A weak tag counts as its strong one: a proxy may have packed.
fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let list = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    list.split(',').any(|part| part.trim().trim_start_matches("W/") == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, header: Option<(HeaderName, &str)>) -> Response {
        let headers = header.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
        file(path, &headers)
    }

    #[test]
    fn pages_are_kept_for_minutes_and_their_script_for_good() {
        let page = ask("", None);
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers()["cache-control"], MINUTES);
        let script = pepay_guide::files().iter().find(|file| file.hashed).unwrap();
        assert_eq!(ask(script.path, None).headers()["cache-control"], FOREVER);
        assert_eq!(ask("no-such-page.html", None).status(), 404);
    }

    #[test]
    fn packing_is_for_those_who_ask_and_a_known_page_is_not_sent_again() {
        let packed = ask("", Some((header::ACCEPT_ENCODING, "br, gzip")));
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let tag = packed.headers()["etag"].to_str().unwrap();
        for known in [tag.to_owned(), format!("\"other\", W/{tag}")] {
            assert_eq!(ask("", Some((header::IF_NONE_MATCH, &known))).status(), 304);
        }
        assert_eq!(ask("", Some((header::IF_NONE_MATCH, "\"other\""))).status(), 200);
    }

    #[test]
    fn the_policy_admits_nothing_inline() {
        assert!(!POLICY.to_str().unwrap().contains("unsafe"));
    }
}
