//! `POST /webhooks/deliveries/{id}/replay`: the same event to the same endpoint again.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::WebhookDelivery;

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, DeliveryPath};

/// Make a webhook delivery again
///
/// Also one that succeeded. Takes no body.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/deliveries/{deliveryId}/replay",
    operation_id = "replay_webhook_delivery",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("deliveryId" = String, Path, description = "The delivery"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = ACCEPTED, description = "The delivery, about to be made", body = WebhookDelivery)),
)]
pub(crate) async fn replay(
    State(app): State<App>,
    Merchant(caller): Merchant,
    DeliveryPath(id): DeliveryPath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let scope = scope::of_caller(&caller, format!("webhooks.replay {id}"));
    let act = Box::pin(app.engine.replay_webhook(&caller, id));
    key.once(&app, scope, &body, StatusCode::ACCEPTED, act).await
}
