//! `POST /payments/payment-addresses`: a quote, the address, and a stream token that is never recorded.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::id::TokenId;
use pepay_engine::auth::Session;
use pepay_wire::{PaymentAddress, PaymentAddressRequest};

use crate::app::App;
use crate::auth::Payor;
use crate::body::JsonBody;
use crate::idempotency::{self, IdempotencyKey};
use crate::problem::ApiError;
use crate::scope;

/// The payor stream stays open this long past the end of the invoice, so that its end is heard.
const LISTEN_ON_MS: i64 = 3_600_000;

/// How `ws_connection` is written before it has its token.
const NO_TOKEN: &str = "\"token\":\"\"";

/// Get an address and a price for one token
///
/// Asking again gives a fresh price. Every address ever given for the invoice stays watched.
#[utoipa::path(
    post,
    path = "/api/v1/payments/payment-addresses",
    operation_id = "create_payment_address",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = PaymentAddressRequest,
    responses((status = OK, description = "Where to pay, how much, until when; or why there is no price", body = PaymentAddress)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Payor(session): Payor,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let PaymentAddressRequest { network, token_id } = PaymentAddressRequest::parse(&body)?;
    let scope = scope::of_session(&session, "payments.address");
    let act = Box::pin(app.engine.payment_address(&session, &network, TokenId(token_id)));
    let mut answer = key.answer(&app, scope, &body, StatusCode::OK, act).await?;
    // The stream's token is a credential: it is made for each answer and recorded with none.
    let token = format!("\"token\":\"{}\"", stream_token(&app, &session)?);
    answer.body = answer.body.replacen(NO_TOKEN, &token, 1);
    Ok(idempotency::given(answer, StatusCode::OK))
}

/// What opens the stream of the session's invoice.
pub(crate) fn stream_token(app: &App, session: &Session) -> Result<String, ApiError> {
    let until = session.invoice.expires_at.plus_ms(LISTEN_ON_MS);
    Ok(app.signer.payment_token(session.invoice.id, app.engine.now(), until)?)
}

#[cfg(test)]
mod tests {
    use pepay_wire::WsConnection;

    #[test]
    fn the_token_has_its_place() {
        let connection = serde_json::to_string(&WsConnection::default()).unwrap();
        assert_eq!(connection.matches(super::NO_TOKEN).count(), 1);
    }
}
