//! Webhook endpoints: made, looked at, tested, repaired.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use pepay_core::event::Type;
use pepay_core::id::EndpointId;
use pepay_core::page::{From, Page as Cut};
use pepay_engine::webhook::{Created, Since};
use pepay_engine::{Error, Origin};
use pepay_wire::{CreateWebhook, UpdateWebhook, Webhook, WebhookWithSecret};
use serde_json::json;

use super::deliveries::{self, Row as Delivery};
use super::door::Page;
use super::fault::Fault;
use super::form::{Act, Fields};
use super::format::{self, Moment};
use super::input::Input;
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::{self, Query};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/webhooks", get(list).post(create))
        .route("/dashboard/webhooks/{id}", get(detail))
        .route("/dashboard/webhooks/{id}/update", post(update))
        .route("/dashboard/webhooks/{id}/enable", post(enable))
        .route("/dashboard/webhooks/{id}/rotate", post(rotate))
        .route("/dashboard/webhooks/{id}/test", post(test))
        .route("/dashboard/webhooks/{id}/recover", post(recover))
        .route("/dashboard/webhooks/{id}/delete", post(delete))
        .route("/dashboard/deliveries/{id}", get(deliveries::detail))
        .route("/dashboard/deliveries/{id}/replay", post(deliveries::replay))
}

struct Row {
    id: String,
    url: String,
    description: String,
    environment: &'static str,
    events: String,
    state: &'static str,
    tone: &'static str,
}

struct Choice {
    word: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "dashboard/webhooks.html")]
struct ListTemplate {
    shell: Shell,
    rows: Vec<Row>,
    url: Input,
    description: Input,
    kinds: Vec<Choice>,
    all: bool,
    both: bool,
    here: &'static str,
    kinds_error: Option<String>,
}

fn state(of: &Webhook) -> (&'static str, &'static str) {
    match (of.disabled_reason, of.breaker.state) {
        (Some("merchant"), _) => ("Off", ""),
        (Some(_), _) => ("Disabled", "bad"),
        (None, "closed") if of.breaker.failing_since.is_none() => ("Healthy", "good"),
        (None, "closed") => ("Failing", "warn"),
        (None, _) => ("Paused: failing", "bad"),
    }
}

fn environment(of: &Webhook) -> &'static str {
    let word = of.environment.and_then(|it| serde_json::to_value(it).ok());
    match word.as_ref().and_then(|it| it.as_str()) {
        Some("mainnet") => "Mainnet",
        Some(_) => "Devnet",
        None => "Both",
    }
}

fn row(of: &Webhook) -> Row {
    let (state, tone) = state(of);
    Row {
        id: of.id.to_string(),
        url: of.url.clone(),
        description: of.description.clone().unwrap_or_default(),
        environment: environment(of),
        events: if of.enabled_events == ["*"] { "All".to_owned() } else { of.enabled_events.join(", ") },
        state,
        tone,
    }
}

fn kinds(chosen: &dyn Fn(&str) -> bool) -> Vec<Choice> {
    Type::OF_MERCHANTS
        .iter()
        .filter(|kind| **kind != Type::TestPing)
        .map(|kind| Choice { word: kind.as_str(), chosen: chosen(kind.as_str()) })
        .collect()
}

async fn list(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = list_template(&app, &page, &Fields::default(), &Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn list_template(app: &App, page: &Page, typed: &Fields, complaint: &Complaint) -> Result<ListTemplate, Fault> {
    let caller = page.caller()?;
    let newest = Cut { limit: 100, from: From::Newest };
    let found = app.engine.list_webhooks(&caller, caller.environment, newest).await?;
    Ok(ListTemplate {
        shell: Shell::new(app, page, "Webhooks", None).await?,
        rows: found.items.iter().map(row).collect(),
        url: Input::text("url", "URL")
            .mode("url")
            .placeholder("https://")
            .required()
            .max(2_048)
            .value(typed.get("url"))
            .told(complaint),
        description: Input::text("description", "Description").value(typed.get("description")).told(complaint),
        kinds: kinds(&|word| typed.ticked(word)),
        all: typed.get("url").is_empty() || typed.ticked("all"),
        both: typed.get("environment") == "both",
        here: caller.environment.as_str(),
        kinds_error: complaint.about("enabled_events").map(str::to_owned),
    })
}

/// The events that a form ticks.
fn ticked(fields: &Fields) -> Vec<&'static str> {
    if fields.ticked("all") {
        return vec!["*"];
    }
    let kinds = Type::OF_MERCHANTS.iter().map(|kind| kind.as_str());
    kinds.filter(|word| fields.ticked(word)).collect()
}

async fn create(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    let caller = page.caller()?;
    let body = json!({
        "url": fields.get("url"),
        "description": Some(fields.get("description")).filter(|text| !text.is_empty()),
        "environment": if fields.get("environment") == "both" { json!(null) } else { json!(caller.environment.as_str()) },
        "enabled_events": ticked(&fields),
    });
    let made = match CreateWebhook::parse(body.to_string().as_bytes()) {
        Ok(request) => app.engine.create_webhook(&caller, request, None).await,
        Err(problem) => Err(Error::Rejected(problem)),
    };
    match made {
        Ok(made) => revealed(&app, &page, &made, StatusCode::CREATED).await,
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let template = list_template(&app, &page, &fields, &complaint).await?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template))
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/webhook.html")]
struct DetailTemplate {
    shell: Shell,
    complaint: Complaint,
    kinds_error: Option<String>,
    row: Row,
    on: bool,
    why_off: &'static str,
    failing: Option<Moment>,
    previous_until: Option<Moment>,
    created: Moment,
    secret: Option<String>,
    url: Input,
    description: Input,
    kinds: Vec<Choice>,
    all: bool,
    since: Input,
    deliveries: Vec<Delivery>,
    status: String,
    older: Option<String>,
}

const STATES: [&str; 4] = ["pending", "succeeded", "failed", "canceled"];

async fn detail(State(app): State<App>, page: Page, Path(id): Path<String>, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, endpoint(&id)?, &query, Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

fn endpoint(text: &str) -> Result<EndpointId, Fault> {
    text.parse().map_err(|_| Error::WebhookNotFound.into())
}

async fn template(
    app: &App,
    page: &Page,
    id: EndpointId,
    query: &Query,
    complaint: Complaint,
) -> Result<DetailTemplate, Fault> {
    let caller = page.caller()?;
    let it = app.engine.get_webhook(&caller, id).await?;
    let status = query.get("status").filter(|word| STATES.contains(word)).unwrap_or_default().to_owned();
    let (deliveries, older) = deliveries::page(app, &caller, id, &status, query.get("starting_after")).await?;
    let covers_all = it.enabled_events.iter().any(|pattern| pattern == "*");
    let covers = |word: &str| {
        let kind = Type::parse(word);
        it.enabled_events.iter().any(|pattern| kind.is_some_and(|kind| kind.is_meant_by(pattern)))
    };
    Ok(DetailTemplate {
        shell: Shell::new(app, page, "Webhook endpoint", None).await?,
        row: row(&it),
        on: it.enabled,
        why_off: match it.disabled_reason {
            Some("merchant") => "Somebody of your company turned it off.",
            Some("gone") => "It answered 410: it is gone.",
            Some(_) => "It took nothing for days.",
            None => "",
        },
        failing: it.breaker.failing_since.map(format::moment),
        previous_until: it.previous_secret_expires_at.map(format::moment),
        created: format::moment(it.created_at),
        secret: None,
        url: Input::text("url", "URL").mode("url").required().max(2_048).value(it.url.clone()).told(&complaint),
        description: Input::text("description", "Description").value(it.description.clone().unwrap_or_default()),
        kinds: kinds(&covers),
        all: covers_all,
        since: Input::text("since", "Since")
            .required()
            .placeholder("2026-11-25")
            .hint("A day, a moment such as 2026-11-25T13:00:00Z, or an event id.")
            .told(&complaint),
        deliveries,
        older: older.map(|last| format!("?starting_after={last}&status={status}")),
        status,
        kinds_error: complaint.about("enabled_events").map(str::to_owned),
        complaint,
    })
}

/// The page of an endpoint whose secret was just made.
async fn revealed(app: &App, page: &Page, made: &WebhookWithSecret, status: StatusCode) -> Result<Response, Fault> {
    let it = &made.webhook;
    let created = Created { id: it.id, secret_version: it.secret_version };
    let secret = app.engine.webhook_secret(&page.caller()?, created).await?;
    let mut template = template(app, page, it.id, &Query::default(), Complaint::default()).await?;
    template.secret = secret.map(|secret| secret.reveal().to_owned());
    Ok(shell::answer(status, &template))
}

async fn after<T>(
    app: &App,
    form: &Act,
    id: EndpointId,
    result: Result<T, Error>,
    done: &str,
) -> Result<Response, Fault> {
    let complaint = match result {
        Ok(_) => return Ok(notice::done(&format!("/dashboard/webhooks/{id}"), done)),
        Err(Error::WebhookDisabled) => Complaint::at("form", "The endpoint is off. Turn it on first."),
        Err(error) => Complaint::of(error)?,
    };
    let template = template(app, &form.page, id, &Query::default(), complaint).await?;
    Ok(shell::answer(StatusCode::BAD_REQUEST, &template))
}

async fn update(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let id = endpoint(&id)?;
    let fields = &form.fields;
    let body = json!({
        "url": fields.get("url"),
        "description": fields.get("description"),
        "enabled_events": ticked(fields),
    });
    let result = match UpdateWebhook::parse(body.to_string().as_bytes()) {
        Ok(request) => app.engine.update_webhook(&form.page.caller()?, id, request).await.map(drop),
        Err(problem) => Err(Error::Rejected(problem)),
    };
    after(&app, &form, id, result, "webhook_changed").await
}

async fn enable(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let id = endpoint(&id)?;
    let on = form.fields.get("enabled") == "true";
    let body = json!({ "enabled": on }).to_string();
    let request = UpdateWebhook::parse(body.as_bytes()).map_err(Error::Rejected)?;
    let result = app.engine.update_webhook(&form.page.caller()?, id, request).await;
    after(&app, &form, id, result, if on { "webhook_on" } else { "webhook_off" }).await
}

async fn rotate(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    /// Long enough to deploy a new secret without haste.
    const OVERLAP_SECS: i64 = 86_400;
    let overlap_secs = if form.fields.ticked("at_once") { 0 } else { OVERLAP_SECS };
    let made = app.engine.rotate_webhook_secret(&form.page.caller()?, endpoint(&id)?, overlap_secs, None).await?;
    revealed(&app, &form.page, &made, StatusCode::OK).await
}

async fn test(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let id = endpoint(&id)?;
    let request_id = Some(form.page.visit.client.request_id().to_owned());
    let origin = Origin { request_id, idempotency_key: None };
    let result = app.engine.test_webhook(&form.page.caller()?, id, &origin).await;
    after(&app, &form, id, result, "webhook_tested").await
}

async fn recover(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let id = endpoint(&id)?;
    let asked = form.fields.get("since");
    let since = asked.parse().map(Since::Event).ok().or_else(|| query::instant(asked).map(Since::Time));
    let result = match since {
        Some(since) => app.engine.recover_webhook(&form.page.caller()?, id, since, asked).await.map(drop),
        None => Err(Error::Rejected(pepay_wire::RecoverWebhook::unreadable())),
    };
    after(&app, &form, id, result, "webhook_recovering").await
}

async fn delete(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    app.engine.delete_webhook(&form.page.caller()?, endpoint(&id)?).await?;
    Ok(notice::done("/dashboard/webhooks", "webhook_removed"))
}
