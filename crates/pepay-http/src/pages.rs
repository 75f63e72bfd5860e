//! The checkout: `GET /pay`, the same in a frame, and what only these pages ask for.
//!
//! A link is a session; whoever has it may see the invoice and be quoted, nothing more. The page opens also after its
//! invoice has ended, to say what became of the money. A bad link gets a page that says so, with the status its code
//! has in the contract; the page's own calls get the error envelope. Reading never quotes: only a choice does.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use pepay_core::branding::Origin;
use pepay_engine::auth::Session;
use pepay_engine::payor::{Checkout, Mode};
use pepay_engine::{Engine, Error};
use serde::Deserialize;

use crate::app::App;
use crate::client::Client;
use crate::problem::ApiError;

mod accent;
mod assets;
mod back;
mod calls;
mod coins;
mod details;
mod lang;
mod offer;
mod order;
mod qr;
mod render;
mod uri;
mod view;
mod visit;

use coins::Coins;
use details::Details;
use offer::Offering;
/// A `data:` URI of the QR code of `text`.
pub(crate) use qr::data_uri as qr_data_uri;
use render::Page;
use view::{Facts, Seen, View};
use visit::Visit;

/// The routes of the pages.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/pay", get(page).post(choose))
        .route("/pay/embed", get(page_in_frame).post(choose_in_frame))
        .route("/pay/details", post(answers))
        .route("/pay/receipt", get(receipt))
        .route("/pay/return", get(leave))
        .route("/pay/state", get(calls::state))
        .route("/pay/coins", get(calls::coins))
        .route("/pay/qr", get(calls::codes))
        .route("/pay/faucet", post(calls::faucet))
        .route("/pay/assets/{version}/{name}", get(assets::get))
        .route("/pepay.js", get(assets::script))
}

/// `GET /pay?session=…&signature=…`. Never in a frame.
async fn page(State(app): State<App>, visit: Visit) -> Response {
    let visit = visit.alone();
    shown(&app, &visit, None, Frame::Alone).await.unwrap_or_else(|error| refused(&visit, error))
}

/// `GET /pay/embed?…&origin=…`: the page for the frame of a page that the merchant allows.
async fn page_in_frame(State(app): State<App>, visit: Visit) -> Response {
    shown(&app, &visit, None, Frame::Within).await.unwrap_or_else(|error| refused(&visit, error))
}

#[derive(Debug, Deserialize)]
struct Choice {
    choice: String,
}

/// `POST /pay`: the form of a browser without scripts chose how to pay.
async fn choose(State(app): State<App>, visit: Visit, choice: Result<Form<Choice>, FormRejection>) -> Response {
    let visit = visit.alone();
    shown(&app, &visit, Some(chosen(choice)), Frame::Alone).await.unwrap_or_else(|error| refused(&visit, error))
}

/// `POST /pay/embed`: likewise, in a frame whose script was slow to run.
async fn choose_in_frame(
    State(app): State<App>,
    visit: Visit,
    choice: Result<Form<Choice>, FormRejection>,
) -> Response {
    shown(&app, &visit, Some(chosen(choice)), Frame::Within).await.unwrap_or_else(|error| refused(&visit, error))
}

fn chosen(choice: Result<Form<Choice>, FormRejection>) -> String {
    choice.map(|Form(choice)| choice.choice).unwrap_or_default()
}

/// Where a page is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Alone,
    Within,
}

async fn shown(app: &App, visit: &Visit, choice: Option<String>, frame: Frame) -> Result<Response, Error> {
    let engine = &app.engine;
    let session = visit.link.open(engine).await?;
    let checkout = engine.checkout(&session).await?;
    let framed_by = visit.parent.as_ref().filter(|origin| checkout.branding.may_embed(origin));
    let framed_by = match (frame, framed_by) {
        (Frame::Alone, _) => None,
        (Frame::Within, Some(origin)) => Some(origin),
        (Frame::Within, None) => return Ok(render::failure(visit, StatusCode::FORBIDDEN, render::NOT_EMBEDDABLE)),
    };
    let offering = match choice.as_deref() {
        None => None,
        Some(choice) => Some(offer::of(engine, &session, choice, visit.lang).await),
    };
    present(app, visit, &session, &checkout, Shown { offering, choice, framed_by, notice: String::new() }).await
}

/// What is special about one showing of the page.
#[derive(Default)]
struct Shown<'a> {
    offering: Option<Result<Offering, Error>>,
    choice: Option<String>,
    framed_by: Option<&'a Origin>,
    notice: String,
}

async fn present(
    app: &App,
    visit: &Visit,
    session: &Session,
    checkout: &Checkout,
    shown: Shown<'_>,
) -> Result<Response, Error> {
    let view = drawn(&app.engine, checkout, visit);
    let mut coins = Vec::new();
    if view.phase.payable() {
        coins = app.engine.available_tokens(session, &Mode::Monitored, false).await?;
    }
    let (offer, notice) = match shown.offering.filter(|_| view.phase.payable()) {
        None => (None, shown.notice),
        Some(Ok(Offering::Made(made))) => (Some(*made), shown.notice),
        Some(Ok(Offering::None(why))) => (None, why),
        Some(Err(error)) => (None, visit.lang.trouble(error.code()).to_owned()),
    };
    Ok(render::checkout(Page {
        visit,
        branding: &checkout.branding,
        coins: Coins::new(&coins, checkout.invoice.amount_remaining(), visit.lang),
        details: Details::of(&checkout.invoice),
        chosen: shown.choice.filter(|_| offer.is_some()).unwrap_or_default(),
        view: &view,
        offer,
        notice,
        stream: stream(app, session),
        framed_by: shown.framed_by,
    }))
}

// The stream of this invoice, also for a page that is opened while a payment confirms and asks for no address. Without
// one the page asks by itself.
fn stream(app: &App, session: &Session) -> String {
    let token = crate::routes::payor_stream_token(app, session).unwrap_or_default();
    if token.is_empty() { token } else { format!("/ws/payment?format=event_v1&token={token}") }
}

fn drawn(engine: &Engine, checkout: &Checkout, visit: &Visit) -> View {
    let seen =
        |seen: &pepay_engine::payor::Seen| Seen { confirmations: seen.confirmations, payment: seen.payment.clone() };
    View::new(&Facts {
        invoice: &checkout.invoice,
        branding: &checkout.branding,
        lang: visit.lang,
        payments: checkout.payments.iter().map(seen).collect(),
        refused: &checkout.refused,
        catalogue: engine.catalogue(),
        faucet: engine.faucet().is_some(),
        now: engine.now(),
    })
}

/// `POST /pay/details`: the answers of a browser without scripts.
async fn answers(
    State(app): State<App>,
    visit: Visit,
    Extension(client): Extension<Arc<Client>>,
    sent: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Response {
    let sent = sent.map(|Form(sent)| sent).unwrap_or_default();
    saved(&app, &visit, &client, &sent).await.unwrap_or_else(|error| refused(&visit, error))
}

async fn saved(app: &App, visit: &Visit, client: &Client, sent: &HashMap<String, String>) -> Result<Response, Error> {
    let session = visit.link.open(&app.engine).await?;
    let origin = pepay_engine::Origin { request_id: Some(client.request_id().to_owned()), idempotency_key: None };
    match details::save(&app.engine, &session, sent, &origin).await {
        Ok(()) => Ok(elsewhere(&visit.at(render::path(visit.parent.as_ref())))),
        // The link is good: whatever is wrong with the answers, or with their time, is said on the page itself.
        Err(error) if error.code().status() < 500 => {
            let rejected = matches!(error, Error::Rejected(_));
            let words = &visit.lang.words;
            let why = if rejected { &words.details_bad } else { visit.lang.trouble(error.code()) };
            let checkout = app.engine.checkout(&session).await?;
            let framed_by = visit.parent.as_ref().filter(|origin| checkout.branding.may_embed(origin));
            let shown = Shown { notice: why.to_owned(), framed_by, ..Shown::default() };
            present(app, visit, &session, &checkout, shown).await
        }
        Err(error) => Err(error),
    }
}

/// `GET /pay/receipt`: what was paid, to print and to keep. Before that, the checkout.
async fn receipt(State(app): State<App>, visit: Visit) -> Response {
    let made = async {
        let session = visit.link.open(&app.engine).await?;
        let checkout = app.engine.checkout(&session).await?;
        let view = drawn(&app.engine, &checkout, &visit);
        Ok(match view.phase {
            view::Phase::Paid => render::receipt(&visit, &checkout.branding, &view),
            view::Phase::Open
            | view::Phase::Underpaid
            | view::Phase::Confirming
            | view::Phase::Closing
            | view::Phase::Reverted
            | view::Phase::Expired
            | view::Phase::Canceled => elsewhere(&visit.at("/pay")),
        })
    };
    made.await.unwrap_or_else(|error| refused(&visit, error))
}

/// `GET /pay/return`: on to the merchant, with a result signed at this moment. Back to the checkout where the merchant
/// wants nobody back.
async fn leave(State(app): State<App>, visit: Visit) -> Response {
    let made = async {
        let session = visit.link.open(&app.engine).await?;
        let invoice = &session.invoice;
        Ok(match view::return_url(invoice) {
            Some(url) => elsewhere(&back::address(url, invoice.id, &app.engine.sign_return(invoice))),
            None => elsewhere(&visit.at("/pay")),
        })
    };
    made.await.unwrap_or_else(|error| refused(&visit, error))
}

fn elsewhere(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

fn refused(visit: &Visit, error: Error) -> Response {
    if error.code().status() >= 500 {
        tracing::error!(?error, "Could not show a checkout: {error}");
    }
    let error = ApiError::from(error);
    render::failure(visit, error.status(), error.problem.code.as_str())
}
