//! `POST /webhooks/{id}/test`: a `test.ping`, delivered like any event.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::WebhookDelivery;

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::client::Client;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, WebhookPath};

/// Send a test event to a webhook endpoint
///
/// A `test.ping` goes to this endpoint alone, whatever it subscribed to. Follow the delivery to see what came of it.
/// Takes no body.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{webhookId}/test",
    operation_id = "test_webhook",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("webhookId" = String, Path, description = "The endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = ACCEPTED, description = "The delivery, about to be made", body = WebhookDelivery)),
)]
pub(crate) async fn test(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
    Extension(client): Extension<Arc<Client>>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let origin = key.origin(&client);
    let scope = scope::of_caller(&caller, format!("webhooks.test {id}"));
    let act = Box::pin(app.engine.test_webhook(&caller, id, &origin));
    key.once(&app, scope, &body, StatusCode::ACCEPTED, act).await
}
