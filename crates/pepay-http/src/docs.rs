//! The description of the API and its rendering, both from this program alone.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::app::App;
use crate::problem::ApiError;
use crate::reply;

const DOCUMENT: &str = "/openapi.json";
// The viewer styles its elements inline and draws its icons from data URLs; it runs no inline script.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub(crate) fn router(document: &OpenApi) -> Router<App> {
    let document = Bytes::from(crate::openapi::text(document));
    let config = Arc::new(Config::from(DOCUMENT).validator_url("none").try_it_out_enabled(true));
    let viewer = move |path: Option<Path<String>>| {
        let config = Arc::clone(&config);
        async move { file(path.as_ref().map_or("", |path| path.0.as_str()), config) }
    };
    Router::new()
        .route(
            DOCUMENT,
            get(move || async move {
                let mut response = reply::text(axum::http::StatusCode::OK, document);
                response.headers_mut().insert(header::CACHE_CONTROL, CACHED);
                // Anybody's tools may read what is public anyway.
                response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                response
            }),
        )
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", get(viewer.clone()))
        .route("/docs/{*file}", get(viewer))
}

fn file(path: &str, config: Arc<Config<'static>>) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] =
        [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, CACHED)];
    match utoipa_swagger_ui::serve(path, config) {
        Ok(Some(file)) => {
            let kind = [(header::CONTENT_TYPE, file.content_type)];
            (headers, kind, Bytes::from(file.bytes.into_owned())).into_response()
        }
        Ok(None) => ApiError::new(pepay_wire::Code::NotFound).into_response(),
        Err(_) => ApiError::new(pepay_wire::Code::InternalServerError).into_response(),
    }
}
