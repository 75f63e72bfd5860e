//! `GET /merchant/api-keys`: the keys, without their secrets.

use axum::extract::State;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::KeyInfo;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;

/// List the merchant's API keys in the environment its dashboard works in
#[utoipa::path(
    get,
    path = "/api/v1/merchant/api-keys",
    operation_id = "list_api_keys",
    tag = "keys",
    security(("dashboard" = [])),
    responses((status = OK, description = "The keys, newest first", body = Vec<KeyInfo>)),
)]
pub(crate) async fn list(State(app): State<App>, Merchant(caller): Merchant) -> Result<Response, ApiError> {
    caller.may(Action::Keys)?;
    let now = app.engine.now();
    let keys: Vec<KeyInfo> = app.engine.keys(&caller).await?.iter().map(|key| KeyInfo::new(key, now)).collect();
    Ok(reply::ok(&keys))
}
