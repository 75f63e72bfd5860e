//! `GET /dashboard/invoices`: every invoice, by status, time and whatever is known of it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_core::id::InvoiceId;
use pepay_core::invoice::{Exception, Invoice};
use pepay_core::page::{From, Page as Cut};
use pepay_engine::auth::Caller;
use pepay_engine::invoice::{Filter, Waiting};

use crate::app::App;
use crate::dashboard::door::Page;
use crate::dashboard::fault::Fault;
use crate::dashboard::format::{self, Moment};
use crate::dashboard::shell::{self, Shell};
use crate::query::Query;

/// Invoices on one page.
const ON_PAGE: u32 = 25;

/// What the list can be narrowed to.
const STATUSES: [(&str, &str); 6] = [
    ("", "Any status"),
    ("unpaid", "Unpaid"),
    ("underpaid", "Underpaid"),
    ("paid", "Paid"),
    ("expired", "Expired"),
    ("canceled", "Canceled"),
];

/// What about the money the list can be narrowed to.
const WAITING: [(&str, &str, Option<Waiting>); 3] = [
    ("", "Any", None),
    ("decision", "Waits for your decision", Some(Waiting::Decision)),
    ("refused", "Arrived, but not counted", Some(Waiting::Refused)),
];

/// One invoice in a list.
pub(in crate::dashboard) struct Line {
    pub(in crate::dashboard) id: String,
    pub(in crate::dashboard) amount: String,
    pub(in crate::dashboard) status_words: String,
    pub(in crate::dashboard) tone: &'static str,
    pub(in crate::dashboard) remark: &'static str,
    pub(in crate::dashboard) description: String,
    pub(in crate::dashboard) customer: String,
    pub(in crate::dashboard) created: Moment,
}

impl Line {
    pub(in crate::dashboard) fn new(invoice: &Invoice) -> Self {
        let status = invoice.state.as_str();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let terms = &invoice.terms;
        let description = terms.description.as_ref().or(terms.title.as_ref()).cloned().unwrap_or_default();
        Self {
            id: invoice.id.to_string(),
            amount: format::usd(invoice.amount.get()),
            status_words: format::words(status),
            tone: format::tone(status),
            remark: remark(invoice.exception()),
            description,
            customer: text(&terms.customer_id),
            created: format::moment(invoice.created_at),
        }
    }
}

/// What stands out, in a word or two.
pub(in crate::dashboard) const fn remark(exception: Option<Exception>) -> &'static str {
    match exception {
        Some(Exception::PaidOver) => "Overpaid",
        Some(Exception::PaidLate) => "Paid late",
        Some(Exception::Reverted) => "Reverted",
        Some(Exception::PaidPartial) | None => "",
    }
}

struct Choice {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "dashboard/invoices.html")]
struct ListTemplate {
    shell: Shell,
    lines: Vec<Line>,
    search: String,
    from: String,
    until: String,
    statuses: Vec<Choice>,
    waiting: Vec<Choice>,
    narrowed: bool,
    newer: Option<String>,
    older: Option<String>,
    csv: String,
    complaint: String,
    may_create: bool,
}

pub(in crate::dashboard) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let caller = page.caller()?;
    let (asked, complaint) = match Asked::read(&caller, &query) {
        Ok(asked) => (asked, String::new()),
        // A filter that cannot be read is said to be so, and left out.
        Err(message) => (Asked::all(&caller), message),
    };
    let found = app.engine.find_invoices(&caller, asked.filter.clone(), &asked.text, asked.cut).await?;
    let (first, last) = (found.items.first().map(|it| it.id), found.items.last().map(|it| it.id));
    let (newer, older) = match asked.cut.from {
        From::Newest => (None, last.filter(|_| found.has_more)),
        From::OlderThan(_) => (first, last.filter(|_| found.has_more)),
        From::NewerThan(_) => (first.filter(|_| found.has_more), last),
    };
    let status = query.get("status").unwrap_or_default();
    let template = ListTemplate {
        lines: found.items.iter().map(Line::new).collect(),
        search: asked.text.clone(),
        from: query.get("created_gte").unwrap_or_default().to_owned(),
        until: query.get("created_lte").unwrap_or_default().to_owned(),
        statuses: STATUSES.iter().map(|(word, label)| Choice { word, label, chosen: *word == status }).collect(),
        waiting: WAITING
            .iter()
            .map(|(word, label, waiting)| Choice { word, label, chosen: *waiting == asked.filter.waiting })
            .collect(),
        narrowed: asked.narrowed,
        newer: newer.map(|id| format!("?ending_before={id}{}", asked.kept)),
        older: older.map(|id| format!("?starting_after={id}{}", asked.kept)),
        csv: asked.kept.trim_start_matches('&').to_owned(),
        complaint,
        may_create: page.signed.may(Action::Invoices),
        shell: Shell::new(&app, &page, "Invoices", crate::dashboard::notice::of(&query)).await?,
    };
    Ok(shell::ok(&template))
}

/// What somebody asked for.
pub(in crate::dashboard) struct Asked {
    pub(in crate::dashboard) filter: Filter,
    pub(in crate::dashboard) text: String,
    cut: Cut<InvoiceId>,
    /// The filter as the end of a query string.
    kept: String,
    narrowed: bool,
}

impl Asked {
    fn all(caller: &Caller) -> Self {
        Self {
            filter: Filter::of(caller.merchant, caller.environment),
            text: String::new(),
            cut: Cut { limit: ON_PAGE, from: From::Newest },
            kept: String::new(),
            narrowed: false,
        }
    }

    /// Reads what a query asks for; what cannot be read is said in words.
    pub(in crate::dashboard) fn read(caller: &Caller, query: &Query) -> Result<Self, String> {
        let mut asked = Self::all(caller);
        asked.text = query.get("q").unwrap_or_default().trim().chars().take(255).collect();
        if asked.text.contains('\0') {
            return Err("This can not be searched for.".to_owned());
        }
        if let Some(status) = query.get("status") {
            let known = STATUSES.iter().find(|(word, _)| *word == status && !word.is_empty());
            asked.filter.statuses = vec![known.ok_or("There is no such status.")?.0];
        }
        if let Some(word) = query.get("money") {
            let known = WAITING.iter().find(|(known, ..)| *known == word);
            asked.filter.waiting = known.ok_or("There is no such choice of money.")?.2;
        }
        asked.filter.created =
            query.created("created_gte", "created_lte").map_err(|_| "A day is written as 2026-11-25.".to_owned())?;
        let cut = query.page().map_err(|_| "This page of the list does not exist.".to_owned())?;
        asked.cut = Cut { limit: ON_PAGE, ..cut };
        for name in ["q", "status", "money", "created_gte", "created_lte"] {
            if let Some(value) = query.get(name) {
                let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
                asked.kept.extend(["&", name, "=", value.as_str()]);
                asked.narrowed = true;
            }
        }
        Ok(asked)
    }
}
