//! `PUT /merchant/settlement-token`: the token everything settles in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_core::id::TokenId;
use pepay_wire::{SettlementTokenUpdated, UpdateSettlementToken};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope;

/// Choose the token everything settles in
#[utoipa::path(
    put,
    path = "/api/v1/merchant/settlement-token",
    operation_id = "set_settlement_token",
    tag = "settlement",
    security(("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = UpdateSettlementToken,
    responses((status = OK, description = "Chosen", body = SettlementTokenUpdated)),
)]
pub(crate) async fn token(
    State(app): State<App>,
    Merchant(caller): Merchant,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Settlement)?;
    let UpdateSettlementToken { settlement_token_id } = UpdateSettlementToken::parse(&body)?;
    let scope = scope::of_caller(&caller, "settlement.token");
    let act = app.engine.set_settlement_token(&caller, settlement_token_id.map(TokenId));
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
