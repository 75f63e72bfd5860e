//! The HTML of the checkout: the same facts as `GET /pay/state`, readable before any script runs and without one.
//!
//! Every page leaves with a policy that admits nothing but our own files, and may not be stored or framed. Texts of
//! merchants are escaped by the templates; nothing here builds markup.

use std::cmp::Ordering;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use super::view::{Phase, Tone, View, network_label};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Headers of every answer under `/pay` but the assets.
pub(crate) const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()"),
    ),
];

/// A token the payor may choose.
#[derive(Clone, Debug)]
pub(crate) struct Coin {
    pub(crate) token_id: i64,
    pub(crate) network: String,
    pub(crate) symbol: String,
    pub(crate) name: String,
    /// Why it cannot be chosen right now.
    pub(crate) unavailable: Option<String>,
}

/// One way to pay, for a browser that runs no scripts.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) symbol: String,
    pub(crate) network_label: String,
    /// Whole tokens, exactly.
    pub(crate) amount: String,
    pub(crate) address: String,
    pub(crate) uri: Option<String>,
    /// A `data:` URI of the QR code.
    pub(crate) image: String,
}

impl Offer {
    fn mark(&self) -> String {
        mark(&self.symbol)
    }
}

/// All that a checkout page shows.
pub(crate) struct Page<'a> {
    pub(crate) view: &'a View,
    pub(crate) coins: Vec<Coin>,
    pub(crate) offer: Option<Offer>,
    /// `network:token` the form sent, for the script to go on with.
    pub(crate) chosen: String,
    /// Why the last thing the payor asked for did not work; empty when it did.
    pub(crate) notice: String,
    /// Path and query of this link.
    pub(crate) self_url: &'a str,
}

struct Group {
    symbol: String,
    name: String,
    mark: String,
    options: Vec<Choice>,
}

struct Choice {
    network: String,
    token_id: i64,
    label: String,
    unavailable: Option<String>,
}

struct Step {
    name: &'static str,
    class: &'static str,
    current: bool,
}

#[derive(Template)]
#[template(path = "pay/checkout.html")]
struct CheckoutTemplate<'a> {
    base: String,
    modules: Vec<&'static str>,
    view: &'a View,
    state: String,
    groups: Vec<Group>,
    offer: Option<Offer>,
    chosen: String,
    notice: String,
    self_url: &'a str,
    monogram: String,
    countdown: String,
    steps: Vec<Step>,
    choosing: bool,
    ticking: bool,
    returnable: bool,
}

#[derive(Template)]
#[template(path = "pay/error.html")]
struct ErrorTemplate<'a> {
    base: String,
    headline: &'a str,
    detail: &'a str,
    code: &'a str,
    tone: &'static str,
}

/// The checkout page.
pub(crate) fn checkout(page: Page<'_>) -> Response {
    let view = page.view;
    let ticking = matches!(view.phase, Phase::Open | Phase::Underpaid | Phase::Confirming | Phase::Closing);
    answer(
        StatusCode::OK,
        &CheckoutTemplate {
            base: assets::base(),
            modules: assets::modules().collect(),
            view,
            state: serde_json::to_string(view).unwrap_or_default(),
            groups: grouped(page.coins),
            choosing: view.phase.payable() && page.offer.is_none(),
            offer: page.offer,
            chosen: page.chosen,
            notice: page.notice,
            self_url: page.self_url,
            monogram: mark(&view.merchant_name),
            countdown: countdown(view.remaining_ms),
            steps: steps(view.steps_done),
            ticking,
            returnable: view.return_url.is_some() && !ticking,
        },
    )
}

/// A page that says why there is no checkout.
pub(crate) fn failure(status: StatusCode, code: &str) -> Response {
    let (headline, detail, tone) = match status.as_u16() {
        429 => ("Too many requests", "Please wait a moment and reload this page.", "reverted"),
        500.. => {
            ("Something went wrong on our side", "Nothing was lost. Please reload this page in a moment.", "reverted")
        }
        _ => (
            "This payment link does not work",
            "It may be incomplete, mistyped or from another shop. Please open it again from where you found it, or \
             ask the merchant for a new one. No money has moved.",
            "canceled",
        ),
    };
    answer(status, &ErrorTemplate { base: assets::base(), headline, detail, code, tone })
}

fn answer(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, HEADERS, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "Could not render a page: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, HEADERS).into_response()
        }
    }
}

fn mark(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}

// Coins in the order they first come, each with all its networks.
fn grouped(coins: Vec<Coin>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for Coin { token_id, network, symbol, name, unavailable } in coins {
        let label = network_label(&network);
        let choice = Choice { network, token_id, label, unavailable };
        match groups.iter_mut().find(|group| group.symbol == symbol) {
            Some(group) => group.options.push(choice),
            None => groups.push(Group { mark: mark(&symbol), symbol, name, options: vec![choice] }),
        }
    }
    groups
}

fn steps(done: Option<u8>) -> Vec<Step> {
    let names = [(0, "Pay"), (1, "Confirm"), (2, "Done")];
    names
        .map(|(index, name)| {
            let done = done.unwrap_or_default();
            let class = match index.cmp(&done) {
                Ordering::Less => "done",
                Ordering::Equal => "current",
                Ordering::Greater => "",
            };
            Step { name, class, current: index == done }
        })
        .into()
}

// What the script's clock writes, for the moment of the answer.
fn countdown(ms: i64) -> String {
    let seconds = (ms + 999) / 1000;
    let (days, hours, minutes, rest) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if days > 0 {
        format!("{days} d {hours:02}:{minutes:02}:{rest:02}")
    } else if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

#[cfg(test)]
mod tests;
