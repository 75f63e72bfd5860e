//! `POST /ws/token`: a short-lived credential for one socket, for clients that must not hold an API key.

use axum::extract::State;
use axum::response::Response;
use pepay_core::time::Millis;
use pepay_wire::{Wrapped, WsToken, WsTokenRequest};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::problem::ApiError;
use crate::reply;

/// Get a token for the merchant stream
///
/// Sockets opened with it end with it, and with the key it was made with.
#[utoipa::path(
    post,
    path = "/api/v1/ws/token",
    operation_id = "create_stream_token",
    tag = "events",
    security(("api_key" = []), ("dashboard" = [])),
    request_body = WsTokenRequest,
    responses((status = OK, description = "The token", body = Wrapped<WsToken>)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Merchant(caller): Merchant,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let request = WsTokenRequest::parse(&body)?;
    let now = app.engine.now();
    let until = Millis::from_secs(now.secs().saturating_add(request.ttl_seconds));
    let token = app.signer.stream_token(&caller, now, until).map_err(ApiError::from)?;
    Ok(reply::ok(&Wrapped::new(WsToken::new(token, caller.merchant, caller.environment.into(), until))))
}
