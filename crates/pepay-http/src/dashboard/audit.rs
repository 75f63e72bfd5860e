//! `GET /dashboard/audit`: who did what.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pepay_core::page::{From, Page as Cut};

use super::door::Page;
use super::fault::Fault;
use super::format::{self, Moment};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

const ON_PAGE: u32 = 50;

struct Row {
    at: Moment,
    actor: String,
    action: String,
    subject: String,
    ip: String,
}

#[derive(Template)]
#[template(path = "dashboard/audit.html")]
struct AuditTemplate {
    shell: Shell,
    rows: Vec<Row>,
    older: Option<String>,
    newest: bool,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let from = query.get("starting_after").and_then(|id| id.parse().ok()).map_or(From::Newest, From::OlderThan);
    let newest = from == From::Newest;
    let found = app.engine.audit_log(&page.caller()?, Cut { limit: ON_PAGE, from }).await?;
    let template = AuditTemplate {
        older: found.items.last().filter(|_| found.has_more).map(|entry| format!("?starting_after={}", entry.id)),
        rows: found
            .items
            .into_iter()
            .map(|entry| Row {
                at: format::moment(entry.at),
                actor: entry.actor,
                subject: if entry.action == "login.opened" { format::client(&entry.subject) } else { entry.subject },
                action: format::words(&entry.action.replace('.', " ")),
                ip: entry.ip,
            })
            .collect(),
        newest,
        shell: Shell::new(&app, &page, "Audit log", None).await?,
    };
    Ok(shell::ok(&template))
}
