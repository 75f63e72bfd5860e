//! `POST /auth/logout`: ends the login of a refresh token.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use pepay_wire::{Done, Logout};

use crate::app::App;
use crate::body::JsonBody;
use crate::client::Client;
use crate::problem::ApiError;
use crate::reply;

/// End the login of a refresh token; its access tokens stop working at once
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    operation_id = "logout",
    tag = "auth",
    security(()),
    request_body = Logout,
    responses((status = OK, description = "Signed out, or was already", body = Done)),
)]
pub(crate) async fn logout(
    State(app): State<App>,
    Extension(client): Extension<Arc<Client>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    app.limiters.ip(client.ip)?;
    let Logout { refresh_token } = Logout::parse(&body)?;
    app.engine.api_sign_out(&refresh_token, &super::visitor(&client, &headers)).await?;
    Ok(reply::ok(&Done::new("signed out")))
}
