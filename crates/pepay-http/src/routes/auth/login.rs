//! `POST /auth/login`: an access token and a refresh token for who knows the password.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use pepay_core::id::MerchantId;
use pepay_wire::{LoggedIn, Login};

use crate::app::App;
use crate::body::JsonBody;
use crate::client::Client;
use crate::problem::ApiError;

/// Sign in
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    operation_id = "login",
    tag = "auth",
    security(()),
    request_body = Login,
    responses((status = OK, description = "Signed in", body = LoggedIn)),
)]
pub(crate) async fn login(
    State(app): State<App>,
    Extension(client): Extension<Arc<Client>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    app.limiters.sign_in(client.ip)?;
    let Login { email, password, code, merchant_id } = Login::parse(&body)?;
    let visitor = super::visitor(&client, &headers);
    let company = merchant_id.map(MerchantId);
    let tokens = app.engine.api_sign_in(&email, &password, code.as_deref(), company, &visitor).await?;
    super::answer(&app, tokens).await
}
