//! `GET /user/mainnet-access/status`: whether mainnet is open.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::MainnetAccess;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;

/// Ask whether mainnet is open
#[utoipa::path(
    get,
    path = "/api/v1/user/mainnet-access/status",
    operation_id = "mainnet_access",
    tag = "access",
    security(("api_key" = []), ("dashboard" = [])),
    responses((status = OK, description = "Where the merchant stands", body = MainnetAccess)),
)]
pub(crate) async fn status(State(app): State<App>, Merchant(caller): Merchant) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.mainnet_status(&caller).await?))
}
