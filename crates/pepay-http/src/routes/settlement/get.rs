//! `GET /merchant/settlement-preference`: what the merchant accepts and settles in.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::SettlementPreference;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;

/// Read what the merchant accepts and settles in
#[utoipa::path(
    get,
    path = "/api/v1/merchant/settlement-preference",
    operation_id = "settlement_preference",
    tag = "settlement",
    security(("dashboard" = [])),
    responses((status = OK, description = "The preference", body = SettlementPreference)),
)]
pub(crate) async fn get(State(app): State<App>, Merchant(caller): Merchant) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.settlement_preference(&caller).await?))
}
