//! `POST /merchant/tokens/{id}/block`: stop offering a token, or offer it again.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{BlockToken, Blocked};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, TokenPath};

/// Block a token, or allow it again
#[utoipa::path(
    post,
    path = "/api/v1/merchant/tokens/{tokenId}/block",
    operation_id = "block_token",
    tag = "tokens",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("tokenId" = i64, Path, description = "The token"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    request_body = BlockToken,
    responses((status = OK, description = "How it is now", body = Blocked)),
)]
pub(crate) async fn block(
    State(app): State<App>,
    Merchant(caller): Merchant,
    TokenPath(token): TokenPath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Tokens)?;
    let BlockToken { blocked } = BlockToken::parse(&body)?;
    let scope = scope::of_caller(&caller, format!("tokens.block {token}"));
    let act = async { app.engine.block_token(&caller, token, blocked).await.map(|()| Blocked::new(blocked)) };
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
