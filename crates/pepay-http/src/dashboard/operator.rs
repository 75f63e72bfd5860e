//! The operator's console.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use pepay_core::id::{AccessRequestId, MerchantId};
use pepay_core::time::Millis;
use pepay_engine::Error;
use pepay_engine::console::{MERCHANTS_SHOWN, Reading};

use super::door::Page;
use super::fault::Fault;
use super::form::Act;
use super::format::{self, Moment};
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

/// A cursor that did not move for this long is said to lag.
const LAG_MS: i64 = 120_000;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/operator", get(overview))
        .route("/operator/requests", get(requests))
        .route("/operator/requests/{id}/grant", post(grant))
        .route("/operator/requests/{id}/deny", post(deny))
        .route("/operator/merchants", get(merchants))
        .route("/operator/networks", get(networks))
        .route("/operator/work", get(work))
}

struct NetworkRow {
    name: String,
    environment: &'static str,
    block: String,
    lag: String,
    ok: bool,
    providers: Vec<ProviderRow>,
}

struct ProviderRow {
    host: String,
    up: bool,
    detail: String,
}

fn network_row(of: Reading, now: Millis) -> NetworkRow {
    let moved_ms = of.moved_at.map(|at| now.since(at));
    NetworkRow {
        name: format::network(of.network.id.name()),
        environment: of.network.id.environment().as_str(),
        block: of
            .block
            .map_or_else(|| "Never read".to_owned(), |(number, _)| format!("Block {}", format::grouped(number))),
        lag: of.block.map_or_else(String::new, |(_, time)| format!("mined {}", format::ago(now.since(time)))),
        ok: moved_ms.is_some_and(|ms| ms < LAG_MS),
        providers: of
            .providers
            .into_iter()
            .map(|it| ProviderRow { host: it.host, up: it.up, detail: it.detail })
            .collect(),
    }
}

struct WorkRow {
    what: &'static str,
    count: u64,
    note: String,
    bad: bool,
}

async fn work_rows(app: &App, page: &Page) -> Result<Vec<WorkRow>, Fault> {
    let now = app.engine.now();
    let backlog = app.engine.backlog(&page.signed).await?;
    let (letters, oldest) = backlog.letters;
    let waits = oldest.map_or_else(
        || "Nothing waits.".to_owned(),
        |at| format!("The oldest was written {}.", format::ago(now.since(at))),
    );
    let row = |what, count, note: &str, bad| WorkRow { what, count, note: note.to_owned(), bad };
    let stuck = backlog.stuck;
    Ok(vec![
        row(
            "Open invoices long past their end",
            stuck.invoices,
            "They wait for a network that is not being read, or for a payment to confirm.",
            stuck.invoices > 0,
        ),
        row("Manual verifications overdue", stuck.verifications, "A network can not be read.", stuck.verifications > 0),
        row(
            "Payments waiting for their merchant",
            stuck.undecided,
            "Late, or in another token: the merchant accepts or refunds them.",
            false,
        ),
        row(
            "Webhook deliveries overdue",
            stuck.deliveries,
            "Nodes that deliver are too few, or away.",
            stuck.deliveries > 0,
        ),
        row("Webhook endpoints that fail", stuck.failing, "Their merchants are told when they are disabled.", false),
        row("Letters to be sent", letters, &waits, oldest.is_some_and(|at| now.since(at) > 600_000)),
    ])
}

#[derive(Template)]
#[template(path = "dashboard/operator.html")]
struct OverviewTemplate {
    shell: Shell,
    requests: usize,
    networks: Vec<NetworkRow>,
    work: Vec<WorkRow>,
}

async fn overview(State(app): State<App>, page: Page) -> Result<Response, Fault> {
    let now = app.engine.now();
    let readings = app.engine.readings(&page.signed).await?;
    let template = OverviewTemplate {
        shell: Shell::new(&app, &page, "Operator", None).await?,
        requests: app.engine.open_requests(&page.signed).await?.len(),
        networks: readings.into_iter().map(|it| network_row(it, now)).collect(),
        work: work_rows(&app, &page).await?,
    };
    Ok(shell::ok(&template))
}

struct RequestRow {
    id: String,
    merchant: i64,
    name: String,
    email: String,
    website: String,
    note: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "dashboard/requests.html")]
struct RequestsTemplate {
    shell: Shell,
    rows: Vec<RequestRow>,
    access_key: Option<String>,
    complaint: Complaint,
}

async fn requests(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = requests_template(&app, &page).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn requests_template(app: &App, page: &Page) -> Result<RequestsTemplate, Fault> {
    let rows = app.engine.open_requests(&page.signed).await?.into_iter().map(|(request, name, email)| RequestRow {
        id: request.id.to_string(),
        merchant: request.merchant.0,
        name,
        email,
        website: request.website,
        note: request.note,
        at: format::moment(request.created_at),
    });
    let rows = rows.collect();
    let shell = Shell::new(app, page, "Mainnet requests", None).await?;
    Ok(RequestsTemplate { shell, rows, access_key: None, complaint: Complaint::default() })
}

fn request_id(text: &str) -> Result<AccessRequestId, Fault> {
    text.parse().map_err(|_| Error::NotFound.into())
}

async fn grant(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let access_key = app.engine.grant_request(&form.page.signed, request_id(&id)?).await?;
    let mut template = requests_template(&app, &form.page).await?;
    template.access_key = Some(access_key);
    Ok(shell::ok(&template))
}

async fn deny(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    match app.engine.deny_request(&form.page.signed, request_id(&id)?, form.fields.get("reason")).await {
        Ok(()) => Ok(notice::done("/operator/requests", "denied")),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let template = RequestsTemplate { complaint, ..requests_template(&app, &form.page).await? };
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template))
        }
    }
}

struct MerchantRow {
    id: i64,
    name: String,
    email: String,
    mainnet: bool,
    since: Moment,
}

#[derive(Template)]
#[template(path = "dashboard/merchants.html")]
struct MerchantsTemplate {
    shell: Shell,
    rows: Vec<MerchantRow>,
    next: Option<i64>,
}

async fn merchants(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let after = query.get("after").and_then(|text| text.parse().ok()).map(MerchantId);
    let found = app.engine.list_merchants(&page.signed, after).await?;
    let full = u64::try_from(found.len()).is_ok_and(|count| count == MERCHANTS_SHOWN);
    let next = found.last().filter(|_| full).map(|merchant| merchant.id.0);
    let rows = found.into_iter().map(|merchant| MerchantRow {
        id: merchant.id.0,
        name: merchant.name,
        email: merchant.email,
        mainnet: merchant.mainnet_access,
        since: format::moment(merchant.created_at),
    });
    let rows = rows.collect();
    let shell = Shell::new(&app, &page, "Merchants", None).await?;
    Ok(shell::ok(&MerchantsTemplate { shell, rows, next }))
}

#[derive(Template)]
#[template(path = "dashboard/networks.html")]
struct NetworksTemplate {
    shell: Shell,
    rows: Vec<NetworkRow>,
}

async fn networks(State(app): State<App>, page: Page) -> Result<Response, Fault> {
    let now = app.engine.now();
    let rows = app.engine.readings(&page.signed).await?.into_iter().map(|it| network_row(it, now)).collect();
    let shell = Shell::new(&app, &page, "Networks", None).await?;
    Ok(shell::ok(&NetworksTemplate { shell, rows }))
}

#[derive(Template)]
#[template(path = "dashboard/work.html")]
struct WorkTemplate {
    shell: Shell,
    rows: Vec<WorkRow>,
}

async fn work(State(app): State<App>, page: Page) -> Result<Response, Fault> {
    let rows = work_rows(&app, &page).await?;
    let shell = Shell::new(&app, &page, "Work", None).await?;
    Ok(shell::ok(&WorkTemplate { shell, rows }))
}
