//! `POST /merchant/api-keys`: a new key, whose secret is in the answer and nowhere else.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{CreateKey, CreatedKey};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::problem::ApiError;
use crate::reply;

/// Make an API key; its secret is shown once. Repeating the request makes another key
#[utoipa::path(
    post,
    path = "/api/v1/merchant/api-keys",
    operation_id = "create_api_key",
    tag = "keys",
    security(("dashboard" = [])),
    request_body = CreateKey,
    responses((status = CREATED, description = "Made", body = CreatedKey)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Merchant(caller): Merchant,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Keys)?;
    let now = app.engine.now();
    let CreateKey { name, permission, expires_at } = CreateKey::parse(&body, now)?;
    let (key, secret) = app.engine.create_key(&caller, &name, permission, expires_at).await?;
    Ok(reply::json(StatusCode::CREATED, &CreatedKey::new(&key, &secret, now)))
}
