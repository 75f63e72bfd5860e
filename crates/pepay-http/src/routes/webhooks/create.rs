//! `POST /webhooks`: the only answer, with that of a rotation, that shows a secret.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{CreateWebhook, CreateWebhookBody, WebhookWithSecret};

use super::reveal;
use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope;

/// Create a webhook endpoint
///
/// It is told of every event from now on. The secret is shown in this answer and never again.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks",
    operation_id = "create_webhook",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = CreateWebhookBody,
    responses((status = CREATED, description = "The endpoint, with its secret", body = WebhookWithSecret)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    Merchant(caller): Merchant,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let request = CreateWebhook::parse(&body)?;
    let scope = scope::of_caller(&caller, "webhooks.create");
    let asked = key.asked(&scope);
    let act = Box::pin(app.engine.create_webhook(&caller, request, asked));
    let answer = key.answer(&app, scope, &body, StatusCode::CREATED, act).await?;
    reveal(&app, &caller, answer, StatusCode::CREATED).await
}
