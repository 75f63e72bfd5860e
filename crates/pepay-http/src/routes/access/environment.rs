//! `PUT /user/environment`: where the dashboard works.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{Done, SetEnvironment};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope;

/// Choose the environment the dashboard works in
#[utoipa::path(
    put,
    path = "/api/v1/user/environment",
    operation_id = "set_environment",
    tag = "access",
    security(("api_key" = []), ("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = SetEnvironment,
    responses((status = OK, description = "Chosen", body = Done)),
)]
pub(crate) async fn environment(
    State(app): State<App>,
    Merchant(caller): Merchant,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Environment)?;
    let SetEnvironment { environment } = SetEnvironment::parse(&body)?;
    let scope = scope::of_caller(&caller, "access.environment");
    let done = Done::new("environment changed");
    let act = async { app.engine.set_environment(&caller, environment).await.map(|()| done) };
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
