//! `POST /user/mainnet-access/activate`: opens mainnet with the key the operator issued.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{ActivateMainnet, Done};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope;

/// Open mainnet with the key the operator issued
#[utoipa::path(
    post,
    path = "/api/v1/user/mainnet-access/activate",
    operation_id = "activate_mainnet",
    tag = "access",
    security(("api_key" = []), ("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = ActivateMainnet,
    responses((status = OK, description = "Open", body = Done)),
)]
pub(crate) async fn activate(
    State(app): State<App>,
    Merchant(caller): Merchant,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Mainnet)?;
    let ActivateMainnet { access_key } = ActivateMainnet::parse(&body)?;
    let scope = scope::of_caller(&caller, "access.activate");
    let done = Done::new("mainnet is open");
    let act = async { app.engine.activate_mainnet(&caller, &access_key).await.map(|()| done) };
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
