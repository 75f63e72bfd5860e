//! `GET /webhooks/{id}/deliveries`: one page, that of the newest event first.

use axum::extract::State;
use axum::response::Response;
use pepay_core::event::Type;
use pepay_core::webhook::DeliveryState;
use pepay_engine::webhook::Deliveries;
use pepay_wire::{List, WebhookDelivery};
use utoipa::IntoParams;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;
use crate::scope::WebhookPath;

/// Which deliveries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(crate) struct ListDeliveries {
    /// `pending`, `succeeded`, `failed` or `canceled`.
    status: Option<String>,
    /// A type, such as `invoice.updated`.
    event_type: Option<String>,
    /// Deliveries in a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// Give those of older events than this delivery's.
    starting_after: Option<String>,
    /// Give those of newer events than this delivery's.
    ending_before: Option<String>,
}

/// List the deliveries of a webhook endpoint
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{webhookId}/deliveries",
    operation_id = "list_webhook_deliveries",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(("webhookId" = String, Path, description = "The endpoint"), ListDeliveries),
    responses((status = OK, description = "One page", body = List<WebhookDelivery>)),
)]
pub(crate) async fn deliveries(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
    query: Query,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let which = Deliveries {
        state: query.parse("status", "pending, succeeded, failed or canceled", DeliveryState::parse)?,
        kind: query.parse("event_type", "an event type, such as invoice.updated", Type::parse)?,
    };
    Ok(reply::ok(&List::from(app.engine.webhook_deliveries(&caller, id, which, page).await?)))
}
