//! `POST /invoices/{invoiceId}/payments/{paymentId}/accept`: takes money that would not count by itself.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::Invoice;

use crate::app::App;
use crate::auth::Merchant;
use crate::client::Client;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, PaymentPath};

/// Accept a payment that came late or in another token
#[utoipa::path(
    post,
    path = "/api/v1/invoices/{invoiceId}/payments/{paymentId}/accept",
    operation_id = "accept_payment",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("invoiceId" = String, Path, description = "The invoice"),
        ("paymentId" = String, Path, description = "The payment, which is `manual_retry`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = OK, description = "The invoice, which stays as it ended", body = Invoice)),
)]
pub(crate) async fn accept(
    State(app): State<App>,
    Merchant(caller): Merchant,
    Extension(client): Extension<Arc<Client>>,
    PaymentPath { invoice, payment }: PaymentPath,
    key: IdempotencyKey,
) -> Result<Response, ApiError> {
    caller.may(Action::Invoices)?;
    let scope = scope::of_caller(&caller, format!("invoices.accept_payment {payment}"));
    let origin = key.origin(&client);
    let act = app.engine.accept_payment(&caller, invoice, payment, &origin);
    key.once(&app, scope, &[], StatusCode::OK, Box::pin(act)).await
}
