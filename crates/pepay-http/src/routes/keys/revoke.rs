//! `DELETE /merchant/api-keys/{keyId}`: stops a key for good.

use axum::extract::State;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::Done;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;
use crate::scope::KeyPath;

/// Revoke an API key for good
#[utoipa::path(
    delete,
    path = "/api/v1/merchant/api-keys/{keyId}",
    operation_id = "revoke_api_key",
    tag = "keys",
    security(("dashboard" = [])),
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = OK, description = "Revoked; every node refuses it within seconds", body = Done)),
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    Merchant(caller): Merchant,
    KeyPath(id): KeyPath,
) -> Result<Response, ApiError> {
    caller.may(Action::Keys)?;
    app.engine.revoke_key(&caller, id).await?;
    Ok(reply::ok(&Done::new("key revoked")))
}
