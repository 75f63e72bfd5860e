//! `GET /invoices/totals`: sums and counts by status.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::InvoiceTotals;

use super::filter::{self, TotalsParams};
use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;

/// Sum invoices by status
#[utoipa::path(
    get,
    path = "/api/v1/invoices/totals",
    operation_id = "invoice_totals",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(TotalsParams),
    responses((status = OK, description = "The sums", body = InvoiceTotals)),
)]
pub(crate) async fn totals(
    State(app): State<App>,
    Merchant(caller): Merchant,
    query: Query,
) -> Result<Response, ApiError> {
    let filter = filter::read(&app, &caller, &query).await?;
    Ok(reply::ok(&app.engine.invoice_totals(&filter).await?))
}
