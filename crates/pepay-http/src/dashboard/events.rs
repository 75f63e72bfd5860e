//! The event log, to look through.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use pepay_core::event::{EventId, Type, Types};
use pepay_core::id::InvoiceId;
use pepay_core::page::{From, Page as Cut};
use pepay_engine::Error;
use pepay_engine::auth::Caller;
use pepay_engine::event::Filter;
use serde_json::Value;

use super::door::Page;
use super::fault::Fault;
use super::format::{self, Moment};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

/// Events on one page.
const ON_PAGE: u32 = 30;

struct Choice {
    word: &'static str,
    chosen: bool,
}

struct Row {
    id: String,
    kind: String,
    about: String,
    invoice: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "dashboard/events.html")]
struct EventsTemplate {
    shell: Shell,
    rows: Vec<Row>,
    kinds: Vec<Choice>,
    invoice: String,
    older: Option<String>,
    newest: bool,
    /// The filter as a query string.
    kept: String,
    complaint: &'static str,
}

fn row(event: &Value) -> Row {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = &event["data"]["object"];
    let invoice = if object["object"] == "invoice" { text(&object["id"]) } else { text(&object["invoice_id"]) };
    let status = text(&object["status"]);
    let amount = object["amount"].as_i64().map(format::usd).unwrap_or_default();
    Row {
        id: text(&event["id"]),
        kind: text(&event["type"]),
        about: format!("{amount} {}", format::words(&status)).trim().to_owned(),
        invoice,
        at: format::moment(pepay_core::time::Millis::from_secs(event["created"].as_i64().unwrap_or_default())),
    }
}

pub(super) async fn list(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let caller = page.caller()?;
    let kind = query.get("type").and_then(Type::parse).filter(|kind| kind.is_for_merchants());
    let invoice = query.get("invoice_id").and_then(|id| id.parse().ok());
    // A filter that cannot be read is said to be so, and left out.
    let unread = |name, read: bool| query.get(name).is_some() && !read;
    let complaint = if unread("type", kind.is_some()) || unread("invoice_id", invoice.is_some()) {
        "There is no such type or invoice."
    } else {
        ""
    };
    let from = query.get("starting_after").and_then(|id| id.parse().ok()).map_or(From::Newest, From::OlderThan);
    let newest = from == From::Newest;
    let filter = Filter {
        merchant: caller.merchant,
        environment: caller.environment,
        types: kind.and_then(|kind| kind.as_str().parse::<Types>().ok()),
        customer_id: None,
        invoice_id: invoice,
    };
    let found = app.engine.list_events(&filter, (None, None), Cut { limit: ON_PAGE, from }).await?;
    let events: Vec<Value> = found.data.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let asked = kind.map_or("", Type::as_str);
    let kept = [("type", Some(asked.to_owned())), ("invoice_id", invoice.map(|id: InvoiceId| id.to_string()))];
    let kept: String = kept
        .iter()
        .filter_map(|(name, value)| value.as_deref().filter(|it| !it.is_empty()).map(|it| format!("&{name}={it}")))
        .collect();
    let last = events.last().filter(|_| found.has_more).and_then(|event| event["id"].as_str());
    let template = EventsTemplate {
        kinds: Type::OF_MERCHANTS.iter().map(|it| Choice { word: it.as_str(), chosen: kind == Some(*it) }).collect(),
        invoice: invoice.map(|id| id.to_string()).unwrap_or_default(),
        older: last.map(|id| format!("?starting_after={id}{kept}")),
        rows: events.iter().map(row).collect(),
        newest,
        kept: kept.trim_start_matches('&').to_owned(),
        complaint,
        shell: Shell::new(&app, &page, "Events", None).await?,
    };
    Ok(shell::ok(&template))
}

#[derive(Template)]
#[template(path = "dashboard/event.html")]
struct EventTemplate {
    shell: Shell,
    row: Row,
    json: String,
}

pub(super) async fn detail(State(app): State<App>, page: Page, Path(id): Path<String>) -> Result<Response, Fault> {
    let id: EventId = id.parse().map_err(|_| Error::EventNotFound)?;
    let caller = page.caller()?;
    let raw = app.engine.get_event(&caller, caller.environment, id).await?;
    let event: Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let template = EventTemplate {
        row: row(&event),
        json: format!("{event:#}"),
        shell: Shell::new(&app, &page, "Event", None).await?,
    };
    Ok(shell::ok(&template))
}

/// An event of the caller's as it is sent, laid out to be read; `None` when it is gone.
pub(super) async fn pretty(app: &App, caller: &Caller, id: EventId) -> Result<Option<String>, Error> {
    match app.engine.get_event(caller, caller.environment, id).await {
        Ok(raw) => Ok(serde_json::from_str::<Value>(raw.get()).ok().map(|event| format!("{event:#}"))),
        Err(Error::EventNotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
