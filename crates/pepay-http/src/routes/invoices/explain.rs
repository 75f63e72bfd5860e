//! `GET /invoices/{id}/explain`: why it is, or is not, paid.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::Explanation;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;
use crate::scope::InvoicePath;

/// Explain why an invoice is, or is not, paid
///
/// Every transfer seen on its addresses on any watched network, the rule that counted or refused each, the tolerance
/// arithmetic, the confirmations left, and what each network's watcher has read up to.
#[utoipa::path(
    get,
    path = "/api/v1/invoices/{invoiceId}/explain",
    operation_id = "explain_invoice",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(("invoiceId" = String, Path, description = "The invoice")),
    responses((status = OK, description = "The explanation", body = Explanation)),
)]
pub(crate) async fn explain(
    State(app): State<App>,
    Merchant(caller): Merchant,
    InvoicePath(id): InvoicePath,
) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.explain_invoice(&caller, id).await?))
}
