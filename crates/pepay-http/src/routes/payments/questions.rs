//! `/payments/invoice-questions` and `/payments/submit-form`: what the merchant asks, and the answers.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_wire::{InvoiceQuestions, SubmitForm, SubmitFormBody, Success};

use crate::app::App;
use crate::auth::Payor;
use crate::body::JsonBody;
use crate::client::Client;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::{reply, scope};

/// See what the merchant asks
#[utoipa::path(
    get,
    path = "/api/v1/payments/invoice-questions",
    operation_id = "get_questions",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    responses((status = OK, description = "The questions, if there are any", body = InvoiceQuestions)),
)]
pub(crate) async fn get(State(app): State<App>, Payor(session): Payor) -> Result<Response, ApiError> {
    let questions = app.engine.questions(&session)?;
    Ok(reply::ok(&InvoiceQuestions::new(questions.map(|questions| questions.list().to_vec()))))
}

/// Answer the merchant's questions
#[utoipa::path(
    post,
    path = "/api/v1/payments/submit-form",
    operation_id = "submit_form",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = SubmitFormBody,
    responses((status = OK, description = "Saved", body = Success)),
)]
pub(crate) async fn submit(
    State(app): State<App>,
    Payor(session): Payor,
    Extension(client): Extension<Arc<Client>>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let form = SubmitForm::parse(&body)?;
    let origin = key.origin(&client);
    let scope = scope::of_session(&session, "payments.submit_form");
    let act = async { app.engine.submit_form(&session, &form, &origin).await.map(|()| Success::new()) };
    key.once(&app, scope, &body, StatusCode::OK, Box::pin(act)).await
}
