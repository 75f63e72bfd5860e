//! `DELETE /webhooks/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::WebhookDeleted;

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, WebhookPath};

/// Delete a webhook endpoint
///
/// What waits for it is called off. Takes no body.
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{webhookId}",
    operation_id = "delete_webhook",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("webhookId" = String, Path, description = "The endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = OK, description = "It is gone", body = WebhookDeleted)),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let scope = scope::of_caller(&caller, format!("webhooks.delete {id}"));
    let act = async { app.engine.delete_webhook(&caller, id).await.map(|()| WebhookDeleted::new(id)) };
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
