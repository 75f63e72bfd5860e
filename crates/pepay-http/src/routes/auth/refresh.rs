//! `POST /auth/refresh`: the next tokens for a refresh token.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use pepay_core::id::MerchantId;
use pepay_wire::{LoggedIn, Refresh};

use crate::app::App;
use crate::body::JsonBody;
use crate::client::Client;
use crate::problem::ApiError;

/// Get the next tokens; the refresh token works once, and a second use ends the login
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    operation_id = "refresh",
    tag = "auth",
    security(()),
    request_body = Refresh,
    responses((status = OK, description = "The next tokens", body = LoggedIn)),
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    Extension(client): Extension<Arc<Client>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    app.limiters.ip(client.ip)?;
    let Refresh { refresh_token, merchant_id } = Refresh::parse(&body)?;
    let company = merchant_id.map(MerchantId);
    let tokens = app.engine.refresh(&refresh_token, company, &super::visitor(&client, &headers)).await?;
    super::answer(&app, tokens).await
}
