//! `GET /webhooks/deliveries/{id}`: one delivery with what was sent and answered.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::WebhookDelivery;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;
use crate::scope::DeliveryPath;

/// Get a webhook delivery with its attempts
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/deliveries/{deliveryId}",
    operation_id = "get_webhook_delivery",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(("deliveryId" = String, Path, description = "The delivery")),
    responses((status = OK, description = "The delivery", body = WebhookDelivery)),
)]
pub(crate) async fn delivery(
    State(app): State<App>,
    Merchant(caller): Merchant,
    DeliveryPath(id): DeliveryPath,
) -> Result<Response, ApiError> {
    Ok(reply::ok(&app.engine.webhook_delivery(&caller, id).await?))
}
