//! The HTTP edge: it extracts, parses, calls one use case and presents its answer.
//!
//! It knows every status code, header and byte limit, and no rule of the business: no database and no chain is in its
//! manifest. Whatever fails, also a panic, leaves as the error envelope of the contract with the request's id.
#![warn(missing_docs, clippy::wildcard_enum_match_arm)]

use axum::Router;
use pepay_engine::Engine;

mod app;
pub mod auth;
mod body;
mod bundle;
mod client;
mod cors;
mod dashboard;
mod docs;
mod edge;
mod guide;
mod health;
mod idempotency;
mod limits;
mod measure;
pub mod openapi;
mod pages;
mod problem;
mod query;
mod reply;
mod routes;
mod scope;
mod show;
mod ws;

pub use app::{MetricsRender, Options};
pub use dashboard::routes as dashboard_routes;
pub use limits::{Limits, Rate};
pub use ws::Sockets;

use app::App;

/// The whole HTTP surface of `engine`. Serve it with connect info, so that limits know who is calling.
pub fn router(engine: Engine, options: Options) -> Router {
    let app = App::new(engine, options);
    let (api, document) = routes::api().split_for_parts();
    let limited = axum::middleware::from_fn_with_state(app.clone(), limits::by_address);
    let routes = api
        .merge(pages::router().merge(dashboard::router()).route_layer(limited))
        .merge(docs::router(&openapi::finish(document)))
        .merge(ws::router())
        .merge(guide::router())
        .merge(health::router());
    finished(app, routes)
}

/// Health, readiness and metrics alone, for nodes that answer no API.
pub fn health(engine: Engine, options: Options) -> Router {
    finished(App::new(engine, options), health::router())
}

fn finished(app: App, routes: Router<App>) -> Router {
    routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(app.clone(), edge::handle))
        .with_state(app)
}
