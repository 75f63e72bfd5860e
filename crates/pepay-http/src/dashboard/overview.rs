//! `GET /dashboard`: how the business goes.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_engine::invoice::Filter;
use pepay_engine::overview::{Day, Overview};

use super::chart::{self, Bar, Share};
use super::checklist;
use super::door::Page;
use super::fault::Fault;
use super::format;
use super::invoices::list::Line;
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

/// Invoices shown.
const LATEST: u32 = 6;

struct Tile {
    label: &'static str,
    value: String,
    note: String,
    /// Where more of it is.
    link: Option<&'static str>,
}

struct DayRow {
    day: String,
    created: u64,
    paid: u64,
    volume: String,
}

struct PendingRow {
    what: String,
    count: String,
    value: String,
}

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct OverviewTemplate {
    shell: Shell,
    tiles: Vec<Tile>,
    /// Money that wants the merchant's eye; empty when none does.
    waiting: Vec<Tile>,
    bars: Vec<Bar>,
    summary: String,
    highest: String,
    first: String,
    last: String,
    days: Vec<DayRow>,
    shares: Vec<Share>,
    any: bool,
    pending: Vec<PendingRow>,
    latest: Vec<Line>,
    may_create: bool,
    steps_left: usize,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let caller = page.caller()?;
    let overview = app.engine.overview(&caller).await?;
    let sum = overview.sum();
    let filter = Filter::of(caller.merchant, caller.environment);
    let newest = pepay_core::page::Page { limit: LATEST, from: pepay_core::page::From::Newest };
    let latest = app.engine.find_invoices(&caller, filter, "", newest).await?;
    let pending = overview.pending.iter().map(|it| {
        let symbol = app.engine.catalogue().token(it.token).map_or("?", |token| token.symbol.as_str());
        PendingRow {
            what: format!("{symbol} on {}", format::network(it.network.name())),
            count: format::plural(it.count, "payment"),
            value: format::usd(it.value.get()),
        }
    });
    let days = &overview.days;
    let volume = format::usd(sum.volume.get());
    let of = |place: Option<&Day>| place.map(|it| format::day(it.day)).unwrap_or_default();
    let template = OverviewTemplate {
        tiles: tiles(&overview),
        waiting: waiting(&overview),
        bars: chart::bars(days),
        summary: format!("Volume of the last 30 days by day: {volume} in all."),
        highest: format::usd(days.iter().map(|day| day.volume.get()).max().unwrap_or_default()),
        first: of(days.first()),
        last: of(days.last()),
        days: days.iter().rev().filter(|day| day.created > 0).map(day_row).collect(),
        shares: chart::shares(&sum),
        any: sum.created > 0,
        pending: pending.collect(),
        latest: latest.items.iter().map(Line::new).collect(),
        may_create: page.signed.may(Action::Invoices),
        steps_left: checklist::steps(&app, &caller).await?.iter().filter(|step| !step.done).count(),
        shell: Shell::new(&app, &page, "Overview", super::notice::of(&query)).await?,
    };
    Ok(shell::ok(&template))
}

fn tiles(overview: &Overview) -> Vec<Tile> {
    let (sum, before) = (&overview.sum(), &overview.before);
    let earlier = |text: String| format!("{text} in the 30 days before");
    let percent = |tenths: Option<u64>| {
        tenths.map_or_else(|| "–".to_owned(), |tenths| format!("{}.{} %", tenths / 10, tenths % 10))
    };
    let plain = |label, value, note| Tile { label, value, note, link: None };
    vec![
        plain("Volume", format::usd(sum.volume.get()), earlier(format::usd(before.volume.get()))),
        plain("Paid invoices", format::grouped(sum.paid), earlier(format::grouped(before.paid))),
        plain(
            "Conversion",
            percent(chart::conversion(sum)),
            "of the invoices that ended or were partly paid".to_owned(),
        ),
        plain(
            "Underpaid and expired",
            format!("{} / {}", format::grouped(sum.underpaid), format::grouped(sum.expired)),
            earlier(format!("{} / {}", format::grouped(before.underpaid), format::grouped(before.expired))),
        ),
    ]
}

fn waiting(overview: &Overview) -> Vec<Tile> {
    let all = [
        ("Waits for your decision", overview.undecided, "with a payment to accept or not", "money=decision"),
        ("Arrived, but not counted", overview.refused, "got money in the wrong token or network", "money=refused"),
    ];
    let tile = |(label, count, note, link)| Tile {
        label,
        value: format::grouped(count),
        note: format!("{} {note}", if count == 1 { "invoice" } else { "invoices" }),
        link: Some(link),
    };
    all.into_iter().filter(|(_, count, ..)| *count > 0).map(tile).collect()
}

fn day_row(day: &Day) -> DayRow {
    DayRow { day: format::day(day.day), created: day.created, paid: day.paid, volume: format::usd(day.volume.get()) }
}
