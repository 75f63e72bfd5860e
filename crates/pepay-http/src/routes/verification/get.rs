//! `GET /invoice/{id}/verify`: how far the latest verification is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_wire::{Verification, Wrapped};

use super::own;
use crate::app::App;
use crate::auth::Anyone;
use crate::problem::ApiError;
use crate::reply;
use crate::scope::InvoicePath;

/// See how the latest verification is doing
#[utoipa::path(
    get,
    path = "/api/v1/invoice/{id}/verify",
    operation_id = "get_verification",
    tag = "verification",
    security(("session_token" = [], "session_signature" = []), ("api_key" = []), ("dashboard" = [])),
    params(("id" = String, Path, description = "The invoice")),
    responses((status = ACCEPTED, description = "The verification", body = Wrapped<Verification>)),
)]
pub(crate) async fn get(
    State(app): State<App>,
    anyone: Anyone,
    InvoicePath(id): InvoicePath,
) -> Result<Response, ApiError> {
    let verification = match anyone {
        Anyone::Merchant(caller) => app.engine.verification_of(&caller, id).await?,
        Anyone::Payor(session) => {
            own(&session, id)?;
            app.engine.verification(id).await?
        }
    };
    Ok(reply::json(StatusCode::ACCEPTED, &Wrapped::new(Verification::new(&verification))))
}
