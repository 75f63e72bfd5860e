//! `GET /invoices/{id}`: the hot read; somebody else's invoice is not found.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::Invoice;
use utoipa::IntoParams;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;
use crate::scope::InvoicePath;

/// What to give with it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(crate) struct ExpandParams {
    /// Comma list of `latest_payment`, `payments`.
    expand: Option<String>,
    /// Payments, when expanded.
    #[param(minimum = 1, maximum = 100, default = 10)]
    payments_limit: Option<u32>,
}

/// Get an invoice
#[utoipa::path(
    get,
    path = "/api/v1/invoices/{invoiceId}",
    operation_id = "get_invoice",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(("invoiceId" = String, Path, description = "The invoice"), ExpandParams),
    responses((status = OK, description = "The invoice", body = Invoice)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    Merchant(caller): Merchant,
    InvoicePath(id): InvoicePath,
    query: Query,
) -> Result<Response, ApiError> {
    let invoice = app.engine.get_invoice(&caller, id, query.expand()?).await?;
    Ok(reply::ok(&invoice))
}
