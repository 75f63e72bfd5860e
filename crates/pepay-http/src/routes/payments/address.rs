use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::id::TokenId;
use pepay_engine::auth::Session;
use pepay_wire::{Code, PaymentAddress, PaymentAddressRequest};

use crate::app::App;
use crate::auth::Payor;
use crate::body::JsonBody;
use crate::problem::ApiError;
use crate::reply;

/// The payor stream stays open this long past the end of the invoice, so that its end is heard.
const LISTEN_ON_MS: i64 = 3_600_000;

/// Get an address and a price for one token
///
/// Asking again gives a fresh price. Every address ever given for the invoice stays watched.
#[utoipa::path(
    post,
    path = "/api/v1/payments/payment-addresses",
    operation_id = "create_payment_address",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    request_body = PaymentAddressRequest,
    responses((status = OK, description = "Where to pay, how much, until when; or why there is no price", body = PaymentAddress)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Payor(session): Payor,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let PaymentAddressRequest { network, token_id } = PaymentAddressRequest::parse(&body)?;
    let mut answer = app.engine.payment_address(&session, &network, TokenId(token_id)).await?;
    answer.ws_connection.token = stream_token(&app, &session)?;
    Ok(reply::json(StatusCode::OK, &answer))
}

fn stream_token(app: &App, session: &Session) -> Result<String, ApiError> {
    let until = session.invoice.expires_at.plus_ms(LISTEN_ON_MS);
    app.signer.payment_token(session.invoice.id, app.engine.now(), until).map_err(|error| {
        tracing::error!(%error, "Could not sign a stream token");
        ApiError::new(Code::InternalServerError)
    })
}
