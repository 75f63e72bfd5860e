//! The hosted checkout: `GET /pay` and what only that page asks for.
//!
//! A link is a session; whoever has it may see the invoice and be quoted, nothing more. The page opens also after its
//! invoice has ended, to say what became of the money. A bad link gets a page that says so, with the status its code
//! has in the contract; the page's own calls get the error envelope. Reading never quotes: only a choice does.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use pepay_core::address::Address;
use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Network, NetworkId};
use pepay_core::token::Token;
use pepay_engine::auth::Session;
use pepay_engine::payor::{Checkout, Mode};
use pepay_engine::{Engine, Error};
use pepay_wire::{Code, ErrorEnvelope, PaymentAddress, Problem};
use serde::{Deserialize, Serialize};

mod assets;
mod qr;
mod render;
mod uri;
mod view;

use render::{Coin, Offer, Page};
use view::{Facts, Seen, View};

/// Longest link or query part that is looked at.
const MAX_PART_BYTES: usize = 256;

/// The routes of the page. They need no state from outside.
pub(crate) fn router(engine: Engine) -> Router {
    Router::new()
        .route("/pay", get(page).post(choose))
        .route("/pay/state", get(state))
        .route("/pay/qr", get(codes))
        .route("/pay/faucet", post(faucet))
        .route("/pay/assets/{version}/{name}", get(assets::get))
        .with_state(engine)
}

/// The two halves of a link.
#[derive(Debug, Default, Deserialize)]
struct Link {
    #[serde(default)]
    session: String,
    #[serde(default)]
    signature: String,
}

impl Link {
    async fn open(&self, engine: &Engine) -> Result<Session, Error> {
        engine.open_session(&self.session, &self.signature).await
    }

    // Both halves are of a known alphabet once the session is open, so that nothing needs escaping.
    fn path(&self) -> String {
        format!("/pay?session={}&signature={}", self.session, self.signature)
    }
}

type LinkQuery = Result<Query<Link>, QueryRejection>;

/// `GET /pay?session=…&signature=…`.
async fn page(State(engine): State<Engine>, link: LinkQuery) -> Response {
    let Query(link) = link.unwrap_or_default();
    shown(&engine, &link, None).await.unwrap_or_else(|error| refused_page(&error))
}

#[derive(Debug, Deserialize)]
struct Choice {
    choice: String,
}

/// `POST /pay`: the form of a browser without scripts chose how to pay.
async fn choose(
    State(engine): State<Engine>,
    link: LinkQuery,
    choice: Result<Form<Choice>, FormRejection>,
) -> Response {
    let Query(link) = link.unwrap_or_default();
    let choice = choice.map(|Form(choice)| choice.choice).unwrap_or_default();
    shown(&engine, &link, Some(choice)).await.unwrap_or_else(|error| refused_page(&error))
}

async fn shown(engine: &Engine, link: &Link, choice: Option<String>) -> Result<Response, Error> {
    let session = link.open(engine).await?;
    let checkout = engine.checkout(&session).await?;
    let view = drawn(engine, &checkout);
    let (mut coins, mut offer, mut notice) = (Vec::new(), None, String::new());
    if view.phase.payable() {
        coins = engine.available_tokens(&session, &Mode::Monitored, false).await?.into_iter().map(coin).collect();
        match choice.as_deref().map(|choice| offered(engine, &session, choice)) {
            None => {}
            Some(offering) => match offering.await {
                Ok(Offering::Made(made)) => offer = Some(made),
                Ok(Offering::None(why)) => notice = why,
                Err(error) => notice = public(&error).message,
            },
        }
    }
    let chosen = choice.filter(|_| offer.is_some()).unwrap_or_default();
    Ok(render::checkout(Page { view: &view, coins, offer, chosen, notice, self_url: &link.path() }))
}

fn coin(option: pepay_wire::TokenOption) -> Coin {
    Coin {
        token_id: option.id,
        network: option.network,
        symbol: option.token_symbol,
        name: option.token_name,
        unavailable: option.unavailable_reason,
    }
}

fn drawn(engine: &Engine, checkout: &Checkout) -> View {
    let seen =
        |seen: &pepay_engine::payor::Seen| Seen { confirmations: seen.confirmations, payment: seen.payment.clone() };
    View::new(&Facts {
        invoice: &checkout.invoice,
        merchant_name: &checkout.merchant_name,
        payments: checkout.payments.iter().map(seen).collect(),
        refused: &checkout.refused,
        catalogue: engine.catalogue(),
        faucet: engine.faucet().is_some(),
        now: engine.now(),
    })
}

enum Offering {
    Made(Offer),
    None(String),
}

async fn offered(engine: &Engine, session: &Session, choice: &str) -> Result<Offering, Error> {
    let (network, token) = choice.split_once(':').unwrap_or((choice, ""));
    let token = TokenId(token.parse().unwrap_or_default());
    let quote = engine.payment_address(session, network, token).await?;
    let Some((address, units)) = quote.temp_address.zip(quote.estimated_base_units) else {
        return Ok(Offering::None(unavailable(&quote)));
    };
    let Some((network, token)) = listed(engine, session, network, token) else {
        return Err(Error::TokenNotFound);
    };
    let uri = uri::payment_uri(network, token, &address, units);
    let address = address.to_string();
    let image = uri.as_deref().and_then(qr::data_uri).or_else(|| qr::data_uri(&address)).unwrap_or_default();
    Ok(Offering::Made(Offer {
        symbol: token.symbol.clone(),
        network_label: view::network_label(network.id.name()),
        amount: view::trim_zeros(&units.decimal(token.decimals)).to_owned(),
        address,
        uri,
        image,
    }))
}

fn unavailable(quote: &PaymentAddress) -> String {
    let why = quote.message.as_deref().unwrap_or("there is no price for this coin at the moment");
    format!("This can not be paid in just now: {why}.")
}

fn listed<'a>(
    engine: &'a Engine,
    session: &Session,
    network: &str,
    token: TokenId,
) -> Option<(&'a Network, &'a Token)> {
    let id = NetworkId::new(session.invoice.environment, network);
    let catalogue = engine.catalogue();
    let token = catalogue.token(token).filter(|token| token.network == id)?;
    Some((catalogue.network(&id)?, token))
}

/// `GET /pay/state`: what the page shows, as JSON.
async fn state(State(engine): State<Engine>, headers: HeaderMap) -> Response {
    let answer = async {
        let session = link_of(&headers).open(&engine).await?;
        let checkout = engine.checkout(&session).await?;
        Ok(json(StatusCode::OK, &drawn(&engine, &checkout)))
    };
    answer.await.unwrap_or_else(|error| refused_call(&error))
}

#[derive(Debug, Deserialize)]
struct CodesOf {
    network: String,
    token_id: i64,
    address: String,
    units: String,
}

#[derive(Debug, Serialize)]
struct Codes {
    /// What a wallet opens; null when the network has no form for it.
    uri: Option<String>,
    /// A `data:` URI of its QR code.
    uri_image: Option<String>,
    /// A `data:` URI of the QR code of the bare address, for exchanges.
    address_image: Option<String>,
}

/// `GET /pay/qr`: payment link and QR codes of a quote the page holds.
async fn codes(
    State(engine): State<Engine>,
    headers: HeaderMap,
    query: Result<Query<CodesOf>, QueryRejection>,
) -> Response {
    let session = match link_of(&headers).open(&engine).await {
        Ok(session) => session,
        Err(error) => return refused_call(&error),
    };
    let drawn = query.ok().and_then(|Query(wanted)| {
        let (network, token) = listed(&engine, &session, &wanted.network, TokenId(wanted.token_id))?;
        let address = Address::parse(network.kind, &wanted.address).ok()?;
        let units: BaseUnits = wanted.units.parse().ok()?;
        let uri = uri::payment_uri(network, token, &address, units);
        let uri_image = uri.as_deref().and_then(qr::data_uri);
        Some(Codes { uri, uri_image, address_image: qr::data_uri(&address.to_string()) })
    });
    match drawn {
        Some(codes) => json(StatusCode::OK, &codes),
        None => problem(&Problem::new(Code::ValidationError)),
    }
}

#[derive(Debug, Deserialize)]
struct Order {
    network: String,
    token_id: i64,
    /// Base units, when another amount than what remains is wanted.
    units: Option<String>,
}

#[derive(Debug, Serialize)]
struct Paid {
    success: bool,
    tx_hash: String,
}

/// `POST /pay/faucet`: pays what remains with play money. Absent where there is no faucet.
async fn faucet(State(engine): State<Engine>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(faucet) = engine.faucet() else {
        return problem(&Problem::new(Code::NotFound));
    };
    let Ok(order) = serde_json::from_slice::<Order>(&body) else {
        return problem(&Problem::new(Code::InvalidJson));
    };
    let token = TokenId(order.token_id);
    let quoting = async {
        let session = link_of(&headers).open(&engine).await?;
        engine.payment_address(&session, &order.network, token).await
    };
    let quote = match quoting.await {
        Ok(quote) => quote,
        Err(error) => return refused_call(&error),
    };
    let Some((to, asked)) = quote.temp_address.zip(quote.estimated_base_units) else {
        return problem(&Problem::new(Code::ServiceUnavailable).saying(unavailable(&quote)));
    };
    let units = match order.units.map(|units| units.parse::<BaseUnits>()) {
        None => asked,
        Some(Ok(units)) if !units.is_zero() => units,
        Some(_) => {
            return problem(&Problem::at(Code::ValidationError, "/units", "units must be a count of base units"));
        }
    };
    match faucet.pay(token, to, units).await {
        Ok(tx_hash) => json(StatusCode::OK, &Paid { success: true, tx_hash }),
        Err(why) => problem(&Problem::new(Code::ServiceUnavailable).saying(why)),
    }
}

fn link_of(headers: &HeaderMap) -> Link {
    let part = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if value.len() > MAX_PART_BYTES { String::new() } else { value.to_owned() }
    };
    Link { session: part("x-session-token"), signature: part("x-signature") }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, render::HEADERS, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "Could not write an answer of the checkout: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, render::HEADERS).into_response()
        }
    }
}

// What of an error a payor may read: nothing of what failed inside.
fn public(error: &Error) -> Problem {
    let code = error.code();
    if code.status() >= 500 {
        tracing::error!(error = %Chain(error), "The checkout failed: {}", Chain(error));
        return Problem::new(code);
    }
    Problem::new(code).saying(error.to_string())
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

fn status_of(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn problem(problem: &Problem) -> Response {
    json(status_of(problem.code), &ErrorEnvelope::new(problem, None, None))
}

fn refused_call(error: &Error) -> Response {
    problem(&public(error))
}

fn refused_page(error: &Error) -> Response {
    let code = public(error).code;
    render::failure(status_of(code), code.as_str())
}
