//! Webhook deliveries: what was sent, what was answered, and once more.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::id::{DeliveryId, EndpointId};
use pepay_core::page::{From, Page as Cut};
use pepay_core::webhook::DeliveryState;
use pepay_engine::Error;
use pepay_engine::auth::Caller;
use pepay_engine::webhook::Deliveries;
use pepay_wire::{WebhookAttempt, WebhookDelivery};

use super::door::Page;
use super::events;
use super::fault::{self, Fault};
use super::form::Act;
use super::format::{self, Moment};
use super::notice;
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

/// Deliveries on one page.
const ON_PAGE: u32 = 20;

/// One delivery in a list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) status: String,
    pub(super) tone: &'static str,
    pub(super) attempts: u32,
    pub(super) created: Moment,
    pub(super) next: Option<Moment>,
}

fn word(of: &WebhookDelivery) -> String {
    let word = serde_json::to_value(of.status).ok();
    word.as_ref().and_then(|it| it.as_str()).unwrap_or_default().to_owned()
}

fn row(of: &WebhookDelivery) -> Row {
    let word = word(of);
    Row {
        id: of.id.to_string(),
        kind: of.event_type,
        tone: match word.as_str() {
            "succeeded" => "good",
            "failed" => "bad",
            "pending" => "warn",
            _ => "",
        },
        status: format::words(&word),
        attempts: of.attempt_count,
        created: format::moment(of.created_at),
        next: of.next_attempt_at.map(format::moment),
    }
}

/// One page of an endpoint's deliveries, and the id after which the next begins.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    endpoint: EndpointId,
    status: &str,
    after: Option<&str>,
) -> Result<(Vec<Row>, Option<String>), Error> {
    let from = after.and_then(|id| id.parse().ok()).map_or(From::Newest, From::OlderThan);
    let which = Deliveries { state: DeliveryState::parse(status), kind: None };
    let found = app.engine.webhook_deliveries(caller, endpoint, which, Cut { limit: ON_PAGE, from }).await?;
    let last = found.items.last().filter(|_| found.has_more).map(|last| last.id.to_string());
    Ok((found.items.iter().map(row).collect(), last))
}

struct Attempt {
    at: Moment,
    took: String,
    status: String,
    tone: &'static str,
    error: String,
    request: String,
    response: String,
    body: String,
}

fn attempt(of: &WebhookAttempt) -> Attempt {
    let status = of.response.as_ref().map(|answer| answer.status);
    let good = status.is_some_and(|status| (200..300).contains(&status));
    let headers: Vec<String> = of.request_headers.iter().map(|it| format!("{}: {}", it.name, it.value)).collect();
    Attempt {
        at: format::moment(of.started_at),
        took: format!("{} ms", of.duration_ms),
        status: status.map_or_else(|| "No answer".to_owned(), |status| status.to_string()),
        tone: if good { "good" } else { "bad" },
        error: of.error.as_ref().map(|error| fault::sentence(&error.message)).unwrap_or_default(),
        request: headers.join("\n"),
        response: of.response.as_ref().map(|answer| answer.headers.clone()).unwrap_or_default(),
        body: of.response.as_ref().map(|answer| answer.body_excerpt.clone()).unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "dashboard/delivery.html")]
struct DeliveryTemplate {
    shell: Shell,
    complaint: String,
    row: Row,
    endpoint: String,
    url: String,
    event: String,
    payload: String,
    attempts: Vec<Attempt>,
}

fn delivery(text: &str) -> Result<DeliveryId, Fault> {
    text.parse().map_err(|_| Error::WebhookDeliveryNotFound.into())
}

pub(super) async fn detail(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Fault> {
    let mut template = template(&app, &page, delivery(&id)?, String::new()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(app: &App, page: &Page, id: DeliveryId, complaint: String) -> Result<DeliveryTemplate, Fault> {
    let caller = page.caller()?;
    let found = app.engine.webhook_delivery(&caller, id).await?;
    let endpoint = app.engine.get_webhook(&caller, found.webhook_id).await?;
    let payload = events::pretty(app, &caller, found.event_id).await?;
    Ok(DeliveryTemplate {
        shell: Shell::new(app, page, "Delivery", None).await?,
        complaint,
        row: row(&found),
        endpoint: found.webhook_id.to_string(),
        url: endpoint.url,
        event: found.event_id.to_string(),
        payload: payload
            .unwrap_or_else(|| "The event is older than what is kept, or of the other environment.".to_owned()),
        attempts: found.attempts.iter().flatten().map(attempt).collect(),
    })
}

pub(super) async fn replay(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let id = delivery(&id)?;
    match app.engine.replay_webhook(&form.page.caller()?, id).await {
        Ok(_) => Ok(notice::done(&format!("/dashboard/deliveries/{id}"), "delivery_replayed")),
        Err(Error::WebhookDisabled) => {
            let complaint = "The endpoint is off. Turn it on first.".to_owned();
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template(&app, &form.page, id, complaint).await?))
        }
        Err(error) => Err(error.into()),
    }
}
