//! `POST /invoices/{id}/cancel`: refused with 409 once anything was seen on chain.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::Invoice;

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::client::Client;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, InvoicePath};

/// Cancel an unpaid invoice
///
/// Only while nothing was seen on chain; `INVOICE_NOT_CANCELABLE` otherwise. Takes no body.
#[utoipa::path(
    post,
    path = "/api/v1/invoices/{invoiceId}/cancel",
    operation_id = "cancel_invoice",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("invoiceId" = String, Path, description = "The invoice"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = OK, description = "The canceled invoice", body = Invoice)),
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    Merchant(caller): Merchant,
    InvoicePath(id): InvoicePath,
    Extension(client): Extension<Arc<Client>>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Invoices)?;
    let origin = key.origin(&client);
    let scope = scope::of_caller(&caller, format!("invoices.cancel {id}"));
    let act = Box::pin(app.engine.cancel_invoice(&caller, id, &origin));
    key.once(&app, scope, &body, StatusCode::OK, act).await
}
