//! `GET /invoices`: one page, newest first; a bad filter or cursor is refused by name.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::{Invoice, List};

use super::filter::{self, ListParams};
use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;

/// List invoices, newest first
#[utoipa::path(
    get,
    path = "/api/v1/invoices",
    operation_id = "list_invoices",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(ListParams),
    responses((status = OK, description = "One page", body = List<Invoice>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Merchant(caller): Merchant,
    query: Query,
) -> Result<Response, ApiError> {
    let (page, expand) = (query.page()?, query.expand()?);
    let filter = filter::read(&app, &caller, &query).await?;
    Ok(reply::ok(&app.engine.list_invoices(&filter, page, expand).await?))
}
