//! `PUT /merchant/settlement-preference`: what payors may pay in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{SettlementPreference, UpdateSettlementPreference};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope;

/// Choose what payors may pay in
#[utoipa::path(
    put,
    path = "/api/v1/merchant/settlement-preference",
    operation_id = "set_settlement_preference",
    tag = "settlement",
    security(("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = UpdateSettlementPreference,
    responses((status = OK, description = "Chosen", body = SettlementPreference)),
)]
pub(crate) async fn prefer(
    State(app): State<App>,
    Merchant(caller): Merchant,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Settlement)?;
    let UpdateSettlementPreference { settlement_preference } = UpdateSettlementPreference::parse(&body)?;
    let scope = scope::of_caller(&caller, "settlement.preference");
    let act = app.engine.set_settlement_preference(&caller, settlement_preference);
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
