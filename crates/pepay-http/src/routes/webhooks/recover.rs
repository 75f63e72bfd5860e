//! `POST /webhooks/{id}/recover`: everything the endpoint did not take since some moment.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_engine::webhook::Since;
use pepay_wire::{RecoverWebhook, RecoverWebhookBody, WebhookRecovery};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::query;
use crate::scope::{self, WebhookPath};

/// Send a webhook endpoint what it missed
///
/// Every event since then that it wants and did not take: what was given up, and what it was never sent. Deliveries
/// follow in the background.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{webhookId}/recover",
    operation_id = "recover_webhook",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(
        ("webhookId" = String, Path, description = "The endpoint"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    request_body = RecoverWebhookBody,
    responses((status = ACCEPTED, description = "It is under way", body = WebhookRecovery)),
)]
pub(crate) async fn recover(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WebhookPath(id): WebhookPath,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Webhooks)?;
    let RecoverWebhook { since } = RecoverWebhook::parse(&body)?;
    let moment = since.parse().map(Since::Event).ok().or_else(|| query::instant(&since).map(Since::Time));
    let moment = moment.ok_or_else(RecoverWebhook::unreadable)?;
    let scope = scope::of_caller(&caller, format!("webhooks.recover {id}"));
    let act = Box::pin(app.engine.recover_webhook(&caller, id, moment, &since));
    key.once(&app, scope, &body, StatusCode::ACCEPTED, act).await
}
