//! `PATCH /webhooks/{id}`: what the body does not name stays as it is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{UpdateWebhook, UpdateWebhookBody, Webhook};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, WebhookPath};

/// Change a webhook endpoint, turn it off, or on again
#[utoipa::path(
    patch,
    path = "/api/v1/webhooks/{webhookId}",
    operation_id = "update_webhook",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("webhookId" = String, Path, description = "The endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    request_body = UpdateWebhookBody,
    responses((status = OK, description = "The endpoint as it is now", body = Webhook)),
)]
pub(crate) async fn update(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let request = UpdateWebhook::parse(&body)?;
    let scope = scope::of_caller(&caller, format!("webhooks.update {id}"));
    let act = Box::pin(app.engine.update_webhook(&caller, id, request));
    key.once(&app, scope, &body, StatusCode::OK, act).await
}
