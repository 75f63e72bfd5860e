//! `GET /payments/session-details`: what is asked, by when.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::{Code, SessionDetails};

use crate::app::App;
use crate::auth::Payor;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;

/// See what is to be paid, by when
#[utoipa::path(
    get,
    path = "/api/v1/payments/session-details",
    operation_id = "session_details",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    params(("invoice_id" = Option<String>, Query, description = "When given it must be the session's own")),
    responses((status = OK, description = "The invoice as its payor sees it", body = SessionDetails)),
)]
pub(crate) async fn details(State(app): State<App>, Payor(session): Payor, query: Query) -> Result<Response, ApiError> {
    if query.get("invoice_id").is_some_and(|id| id.parse().ok() != Some(session.invoice.id)) {
        return Err(ApiError::new(Code::InvoiceNotFound));
    }
    Ok(reply::ok(&app.engine.session_details(&session).await?))
}
