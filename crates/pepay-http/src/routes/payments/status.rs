//! `GET /payments/payment-status`: the shortest answer to "is it paid?".

use axum::extract::State;
use axum::response::Response;
use pepay_wire::PaymentStatus;

use crate::app::App;
use crate::auth::Payor;
use crate::problem::ApiError;
use crate::reply;

/// Ask whether it is paid
#[utoipa::path(
    get,
    path = "/api/v1/payments/payment-status",
    operation_id = "payment_status",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    responses((status = OK, description = "Where the invoice stands", body = PaymentStatus)),
)]
pub(crate) async fn status(State(app): State<App>, Payor(session): Payor) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.payment_status(&session)?))
}
