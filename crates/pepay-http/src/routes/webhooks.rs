//! Webhook endpoints and their deliveries.

use axum::http::StatusCode;
use axum::response::Response;
use pepay_engine::auth::Caller;
use pepay_engine::idempotent::Answer;
use pepay_engine::webhook::Created;
use pepay_wire::WebhookWithSecret;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::idempotency;
use crate::problem::ApiError;

mod create;
mod delete;
mod deliveries;
mod delivery;
mod get;
mod list;
mod recover;
mod replay;
mod rotate;
mod test;
mod update;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, update::update, delete::delete))
        .routes(routes!(rotate::rotate))
        .routes(routes!(test::test))
        .routes(routes!(deliveries::deliveries))
        .routes(routes!(recover::recover))
        .routes(routes!(delivery::delivery))
        .routes(routes!(replay::replay))
}

#[derive(Deserialize)]
struct Made {
    id: String,
    secret_version: u32,
}

/// Puts the secret into an answer that was recorded without it.
async fn reveal(app: &App, caller: &Caller, mut answer: Answer, status: StatusCode) -> Result<Response, ApiError> {
    let made: Option<Made> = serde_json::from_str(&answer.body).ok();
    let made = made.and_then(|made| Some(Created { id: made.id.parse().ok()?, secret_version: made.secret_version }));
    if let Some(made) = made
        && let Some(secret) = app.engine.webhook_secret(caller, made).await?
    {
        let shown = format!("\"secret\":\"{}\"", secret.reveal());
        answer.body = answer.body.replacen(WebhookWithSecret::NO_SECRET, &shown, 1);
    }
    Ok(idempotency::given(answer, status))
}
