//! Every route of the API, with its description.

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::openapi;

mod access;
mod auth;
mod events;
mod invoices;
mod keys;
mod payments;
mod returns;
mod settlement;
mod tokens;
mod verification;
mod wallets;
mod webhooks;

pub(crate) use payments::payor_stream_token;

/// Merchants' and payors' routes.
pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base())
        .merge(invoices::router())
        .merge(tokens::router())
        .merge(settlement::router())
        .merge(wallets::router())
        .merge(keys::router())
        .merge(auth::router())
        .merge(access::router())
        .merge(payments::router())
        .merge(returns::router())
        .merge(verification::router())
        .merge(events::router())
        .merge(webhooks::router())
}
