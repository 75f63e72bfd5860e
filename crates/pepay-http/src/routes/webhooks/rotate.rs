//! `POST /webhooks/{id}/rotate-secret`: the previous secret signs too for as long as the caller says.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{RotateWebhookSecret, RotateWebhookSecretBody, WebhookWithSecret};

use super::reveal;
use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, WebhookPath};

/// Give a webhook endpoint a new secret
///
/// While the overlap lasts, deliveries carry the signatures of both. The new secret is shown in this answer and never
/// again.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{webhookId}/rotate-secret",
    operation_id = "rotate_webhook_secret",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("webhookId" = String, Path, description = "The endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    request_body = Option<RotateWebhookSecretBody>,
    responses((status = OK, description = "The endpoint, with its new secret", body = WebhookWithSecret)),
)]
pub(crate) async fn rotate(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let RotateWebhookSecret { overlap_secs } = RotateWebhookSecret::parse(&body)?;
    let scope = scope::of_caller(&caller, format!("webhooks.rotate_secret {id}"));
    let asked = key.asked(&scope);
    let act = Box::pin(app.engine.rotate_webhook_secret(&caller, id, overlap_secs, asked));
    let answer = key.answer(&app, scope, &body, StatusCode::OK, act).await?;
    reveal(&app, &caller, answer, StatusCode::OK).await
}
