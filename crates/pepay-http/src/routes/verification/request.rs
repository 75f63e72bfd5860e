//! `POST /invoice/{id}/verify`: look at the chain again; answered at once, done later.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{RequestVerification, Verification, Wrapped};

use super::own;
use crate::app::App;
use crate::auth::Anyone;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, InvoicePath};

/// Have the chain looked at again
///
/// Gives the verification still running when there is one.
#[utoipa::path(
    post,
    path = "/api/v1/invoice/{id}/verify",
    operation_id = "request_verification",
    tag = "verification",
    security(("session_token" = [], "session_signature" = []), ("api_key" = []), ("dashboard" = [])),
    params(
        ("id" = String, Path, description = "The invoice"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    request_body = Option<RequestVerification>,
    responses((status = ACCEPTED, description = "The verification", body = Wrapped<Verification>)),
)]
pub(crate) async fn request(
    State(app): State<App>,
    anyone: Anyone,
    InvoicePath(id): InvoicePath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let RequestVerification { network } = RequestVerification::parse(&body)?;
    let network = network.as_deref();
    let scope = match &anyone {
        Anyone::Merchant(caller) => {
            caller.may(Action::Invoices)?;
            scope::of_caller(caller, format!("verification.request {id}"))
        }
        Anyone::Payor(session) => {
            own(session, id)?;
            scope::of_session(session, "verification.request by payor")
        }
    };
    let act = async {
        let verification = match &anyone {
            Anyone::Merchant(caller) => app.engine.verify_invoice(caller, id, network).await?,
            Anyone::Payor(session) => app.engine.verify(&session.invoice, network).await?,
        };
        Ok(Wrapped::new(Verification::new(&verification)))
    };
    key.once(&app, scope, &body, StatusCode::ACCEPTED, Box::pin(act)).await
}
