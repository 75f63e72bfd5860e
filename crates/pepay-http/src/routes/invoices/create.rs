//! `POST /invoices`: the hot write; the body is parsed by the wire crate and refused field by field.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{CreateInvoice, CreateInvoiceBody, CreatedInvoice};
use std::sync::Arc;

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::client::Client;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::reply;

/// Create an invoice
///
/// The payor chooses network and token later: send it to `payment_url`, or embed checkout with the session headers.
#[utoipa::path(
    post,
    path = "/api/v1/invoices",
    operation_id = "create_invoice",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = CreateInvoiceBody,
    responses((status = CREATED, description = "Created, or created before under the same key", body = CreatedInvoice)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Merchant(caller): Merchant,
    Extension(client): Extension<Arc<Client>>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Invoices)?;
    let request = CreateInvoice::parse(&body)?;
    let created = app.engine.create_invoice(&caller, request, key.with(&body), client.request_id()).await?;
    let answer = CreatedInvoice::new(&created.invoice, &created.session, &app.options.checkout_url);
    let mut response = reply::json(StatusCode::CREATED, &answer);
    if created.replayed {
        reply::mark_replayed(&mut response);
    }
    Ok(response)
}
