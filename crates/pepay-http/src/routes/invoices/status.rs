//! `GET /invoices/{id}/status`: the invoice with its latest payment, for polling.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::InvoiceStatus;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;
use crate::scope::InvoicePath;

/// Get an invoice with its latest payment
#[utoipa::path(
    get,
    path = "/api/v1/invoices/{invoiceId}/status",
    operation_id = "invoice_status",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(("invoiceId" = String, Path, description = "The invoice")),
    responses((status = OK, description = "Both", body = InvoiceStatus)),
)]
pub(crate) async fn status(
    State(app): State<App>,
    Merchant(caller): Merchant,
    InvoicePath(id): InvoicePath,
) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.invoice_status(&caller, id).await?))
}
