//! `GET /events/{id}`: one event; somebody else's is not found.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::{Code, Event, Wrapped};

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;
use crate::scope::{self, TextPath};

/// Get an event
#[utoipa::path(
    get,
    path = "/api/v1/events/{eventId}",
    operation_id = "get_event",
    tag = "events",
    security(("api_key" = []), ("dashboard" = [])),
    params(("eventId" = String, Path, description = "The event")),
    responses((status = OK, description = "The event", body = Wrapped<Event>)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    Merchant(caller): Merchant,
    TextPath(id): TextPath,
    query: Query,
) -> Result<Response, ApiError> {
    let id = id.parse().map_err(|_| ApiError::new(Code::EventNotFound))?;
    let environment = scope::environment(&app, &caller, &query).await?;
    Ok(reply::ok(&Wrapped::new(app.engine.get_event(&caller, environment, id).await?)))
}
