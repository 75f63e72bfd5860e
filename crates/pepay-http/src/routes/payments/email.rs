//! `/payments/customer-email`: where the receipt goes; too late once paid (400) or expired (410).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_wire::{CustomerEmail, CustomerEmailSet, SetCustomerEmail};

use crate::app::App;
use crate::auth::Payor;
use crate::body::JsonBody;
use crate::client::Client;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::{reply, scope};

/// Say where the receipt goes
#[utoipa::path(
    post,
    path = "/api/v1/payments/customer-email",
    operation_id = "set_customer_email",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = SetCustomerEmail,
    responses((status = OK, description = "Saved", body = CustomerEmailSet)),
)]
pub(crate) async fn set(
    State(app): State<App>,
    Payor(session): Payor,
    Extension(client): Extension<Arc<Client>>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let SetCustomerEmail { email } = SetCustomerEmail::parse(&body)?;
    let origin = key.origin(&client);
    let scope = scope::of_session(&session, "payments.customer_email");
    let act = async {
        app.engine.set_customer_email(&session, email.clone(), &origin).await?;
        Ok(CustomerEmailSet::new(email))
    };
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}

/// Ask where the receipt goes
#[utoipa::path(
    get,
    path = "/api/v1/payments/customer-email",
    operation_id = "get_customer_email",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    responses((status = OK, description = "The address, if there is one", body = CustomerEmail)),
)]
pub(crate) async fn get(State(app): State<App>, Payor(session): Payor) -> Result<Response, ApiError> {
    Ok(reply::ok(&CustomerEmail::new(app.engine.customer_email(&session)?)))
}
