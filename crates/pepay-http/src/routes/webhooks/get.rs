//! `GET /webhooks/{id}`.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::Webhook;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;
use crate::scope::WebhookPath;

/// Get a webhook endpoint
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{webhookId}",
    operation_id = "get_webhook",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(("webhookId" = String, Path, description = "The endpoint")),
    responses((status = OK, description = "The endpoint", body = Webhook)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.get_webhook(&caller, id).await?))
}
