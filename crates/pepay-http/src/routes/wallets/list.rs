//! `GET /merchant/wallets`: the merchant's own addresses by network.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::NetworkWallets;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;

/// List the merchant's wallets by network
#[utoipa::path(
    get,
    path = "/api/v1/merchant/wallets",
    operation_id = "list_wallets",
    tag = "wallets",
    security(("api_key" = []), ("dashboard" = [])),
    responses((status = OK, description = "The wallets; at most one per network is active", body = Vec<NetworkWallets>)),
)]
pub(crate) async fn list(State(app): State<App>, Merchant(caller): Merchant) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.wallets(&caller).await?))
}
