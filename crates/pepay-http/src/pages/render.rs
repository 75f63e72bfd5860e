//! The HTML of the checkout: the same facts as `GET /pay/state`, readable before any script runs and without one.
//!
//! Every page leaves with a policy that admits nothing but our own files, and may not be stored; it may be framed only
//! by the one page that was let in. Texts of merchants are escaped by the templates; nothing here builds markup.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pepay_core::branding::{Branding, Origin};

use super::coins::{Coins, mark};
use super::details::Details;
use super::lang::{Lang, Words};
use super::view::{Phase, Tone, View, utc};
use super::visit::Visit;
use super::{accent, assets};

mod mailto;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'self'";

/// Headers of every answer under `/pay` but the assets.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()"),
    ),
];

/// One way to pay, for a browser that runs no scripts.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) symbol: String,
    /// `Send USDC on Base`.
    pub(crate) title: String,
    pub(crate) caution: String,
    pub(crate) exchange_hint: String,
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
    pub(crate) visit: &'a Visit,
    pub(crate) branding: &'a Branding,
    pub(crate) view: &'a View,
    pub(crate) coins: Coins,
    pub(crate) details: Details,
    pub(crate) offer: Option<Offer>,
    /// `network:token` the form sent, for the script to go on with.
    pub(crate) chosen: String,
    /// Why the last thing the payor asked for did not work; empty when it did.
    pub(crate) notice: String,
    /// Path and query of the stream that tells of news.
    pub(crate) stream: String,
    /// The page that was let in to frame this one.
    pub(crate) framed_by: Option<&'a Origin>,
}

/// What every page needs.
struct Frame<'a> {
    base: &'static str,
    visit: &'a Visit,
    lang: &'static Lang,
    theme: &'static str,
    accent: Option<String>,
    logo: Option<&'a str>,
    monogram: String,
}

impl<'a> Frame<'a> {
    fn new(visit: &'a Visit, branding: &'a Branding) -> Self {
        Self {
            accent: branding.accent.map(accent::file_name),
            logo: branding.logo_url.as_deref().filter(|url| local(url) || Origin::of_url(url).is_some()),
            monogram: mark(&branding.company_name),
            ..Self::bare(visit)
        }
    }

    fn bare(visit: &'a Visit) -> Self {
        let (base, lang, theme) = (assets::base(), visit.lang, visit.theme.as_str());
        Self { base, visit, lang, theme, accent: None, logo: None, monogram: String::new() }
    }

    fn words(&self) -> &'static Words {
        &self.lang.words
    }
}

// A path on this server; two slashes would begin a host.
fn local(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

struct Step {
    name: &'static str,
    class: &'static str,
    current: bool,
}

#[derive(Template)]
#[template(path = "pay/checkout.html")]
struct CheckoutTemplate<'a> {
    frame: Frame<'a>,
    w: &'static Words,
    path: &'static str,
    modules: Vec<&'static str>,
    view: &'a View,
    state: String,
    said: String,
    stream: String,
    parent: String,
    coins: Coins,
    details: Details,
    offer: Option<Offer>,
    chosen: String,
    notice: String,
    self_url: String,
    countdown: String,
    steps: Vec<Step>,
    choosing: bool,
    ticking: bool,
    mail: Option<String>,
    named: Named,
}

/// Sentences with the merchant's name in them.
struct Named {
    title: String,
    return_to: String,
    details_lead: String,
    help_wrong: String,
    contact: String,
    receipt_title: String,
}

impl Named {
    fn new(lang: &Lang, view: &View) -> Self {
        let w = &lang.words;
        let gaps = [("merchant", view.merchant_name.as_str()), ("amount", view.amount.text.as_str())];
        let fill = |text: &str| lang.fill(text, &gaps);
        Self {
            title: fill(&w.page_title),
            return_to: fill(&w.return_to),
            details_lead: fill(&w.details_lead),
            help_wrong: fill(&w.help_wrong),
            contact: fill(&w.contact),
            receipt_title: fill(&w.receipt_title),
        }
    }
}

#[derive(Template)]
#[template(path = "pay/receipt.html")]
struct ReceiptTemplate<'a> {
    frame: Frame<'a>,
    w: &'static Words,
    path: &'static str,
    view: &'a View,
    named: Named,
    paid_on: String,
    mail: Option<String>,
}

#[derive(Template)]
#[template(path = "pay/error.html")]
struct ErrorTemplate<'a> {
    frame: Frame<'a>,
    headline: &'a str,
    detail: &'a str,
    code: &'a str,
    tone: &'static str,
}

/// The checkout page.
pub(crate) fn checkout(page: Page<'_>) -> Response {
    let (view, lang) = (page.view, page.visit.lang);
    let ticking = matches!(view.phase, Phase::Open | Phase::Underpaid | Phase::Confirming | Phase::Closing);
    let template = CheckoutTemplate {
        frame: Frame::new(page.visit, page.branding),
        w: &lang.words,
        path: path(page.framed_by),
        modules: assets::modules().collect(),
        view,
        state: serde_json::to_string(view).unwrap_or_default(),
        said: said(lang),
        stream: page.stream,
        parent: page.framed_by.map(ToString::to_string).unwrap_or_default(),
        choosing: view.phase.payable() && page.offer.is_none() && !page.details.gate,
        coins: page.coins,
        details: page.details,
        offer: page.offer,
        chosen: page.chosen,
        notice: page.notice,
        self_url: page.visit.at(path(page.framed_by)),
        countdown: countdown(lang, view.remaining_ms),
        steps: steps(&lang.words, view.steps_done),
        ticking,
        mail: mailto::address(lang, view),
        named: Named::new(lang, view),
    };
    answer(page.visit, StatusCode::OK, headers(page.framed_by, page.branding.logo_url.as_deref()), &template)
}

/// The path of the page, alone or in a frame.
pub(crate) const fn path(framed_by: Option<&Origin>) -> &'static str {
    if framed_by.is_some() { "/pay/embed" } else { "/pay" }
}

/// The receipt of a paid invoice.
pub(crate) fn receipt(visit: &Visit, branding: &Branding, view: &View) -> Response {
    let template = ReceiptTemplate {
        frame: Frame::new(visit, branding),
        w: &visit.lang.words,
        path: "/pay/receipt",
        view,
        named: Named::new(visit.lang, view),
        paid_on: view.paid_at.map(utc).unwrap_or_default(),
        mail: mailto::address(visit.lang, view),
    };
    answer(visit, StatusCode::OK, headers(None, branding.logo_url.as_deref()), &template)
}

/// A page that says why there is no checkout.
pub(crate) fn failure(visit: &Visit, status: StatusCode, code: &str) -> Response {
    let w = &visit.lang.words;
    let (headline, detail, tone) = match status.as_u16() {
        429 => (&w.busy_title, &w.busy, "reverted"),
        500.. => (&w.broken_title, &w.broken, "reverted"),
        _ if code == NOT_EMBEDDABLE => (&w.embed_title, &w.embed_refused, "canceled"),
        _ => (&w.link_bad_title, &w.link_bad, "canceled"),
    };
    let template = ErrorTemplate { frame: Frame::bare(visit), headline, detail, code, tone };
    answer(visit, status, headers(None, None), &template)
}

/// The page around the checkout is none of those its merchant allows.
pub(crate) const NOT_EMBEDDABLE: &str = "ORIGIN_NOT_ALLOWED";

// Packed where the browser takes it. Only who has the link gets the page, and nothing of a stranger is in it: its
// packed length tells nobody anything.
fn answer(visit: &Visit, status: StatusCode, mut headers: HeaderMap, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => match crate::bundle::packed(&html).ok().filter(|_| visit.takes_gzip) {
            Some(packed) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                (status, headers, Html(packed)).into_response()
            }
            None => (status, headers, Html(html)).into_response(),
        },
        Err(error) => {
            tracing::error!(%error, "Could not render a page: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, headers).into_response()
        }
    }
}

/// What protects a page. An origin holds nothing but letters, digits and its own marks, so it can name itself here.
fn headers(framed_by: Option<&Origin>, logo: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::from_iter(HEADERS);
    let ancestors = framed_by.map_or_else(|| "'none'".to_owned(), ToString::to_string);
    let images = logo.and_then(Origin::of_url).map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!("{POLICY}; img-src 'self' data:{images}; frame-ancestors {ancestors}");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if framed_by.is_none() {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    headers
}

// The scripts' texts, with those of the page that scripts write again.
pub(crate) fn said(lang: &Lang) -> String {
    let w = &lang.words;
    let shared = [
        ("send_on", &w.send_on),
        ("caution", &w.caution),
        ("exchange_hint", &w.exchange_hint),
        ("getting_address", &w.getting_address),
        ("qr_wallet_alt", &w.qr_wallet_alt),
        ("qr_address_alt", &w.qr_address_alt),
        ("copy", &w.copy),
        ("page_title", &w.page_title),
        ("transaction", &w.transaction),
        ("details_bad", &w.details_bad),
    ];
    let mut all: BTreeMap<&str, &str> = w.js.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    all.extend(shared.map(|(name, text)| (name, text.as_str())));
    all.extend(lang.troubles());
    serde_json::to_string(&all).unwrap_or_default()
}

fn steps(w: &'static Words, done: Option<u8>) -> Vec<Step> {
    let names = [(0, &w.step_pay), (1, &w.step_confirm), (2, &w.step_done)];
    names
        .map(|(index, name)| {
            let done = done.unwrap_or_default();
            let class = match index.cmp(&done) {
                Ordering::Less => "done",
                Ordering::Equal => "current",
                Ordering::Greater => "",
            };
            Step { name: name.as_str(), class, current: index == done }
        })
        .into()
}

// What the script's clock writes, for the moment of the answer.
fn countdown(lang: &Lang, ms: i64) -> String {
    let seconds = (ms + 999) / 1000;
    let (days, hours, minutes, rest) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if days > 0 {
        let pattern = lang.words.js.get("days").map_or("{n} d", String::as_str);
        format!("{} {hours:02}:{minutes:02}:{rest:02}", lang.fill(pattern, &[("n", &days.to_string())]))
    } else if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

#[cfg(test)]
mod tests;
