//! The hosted checkout: `GET /pay` and what only that page asks for.
//!
//! A link is a session; whoever has it may see the invoice and be quoted, nothing more. The page opens also after its
//! invoice has ended, to say what became of the money. A bad link gets a page that says so, with the status its code
//! has in the contract; the page's own calls get the error envelope. Reading never quotes: only a choice does.

use std::convert::Infallible;

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use pepay_core::address::Address;
use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Network, NetworkId};
use pepay_core::token::Token;
use pepay_engine::auth::Session;
use pepay_engine::payor::{Checkout, Mode};
use pepay_engine::{Engine, Error};
use pepay_wire::{Code, PaymentAddress, Problem};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body::JsonBody;
use crate::problem::ApiError;
use crate::reply;

mod assets;
mod qr;
mod render;
mod uri;
mod view;

/// A `data:` URI of the QR code of `text`.
pub(crate) use qr::data_uri as qr_data_uri;
use render::{Coin, Offer, Page};
use view::{Facts, Seen, View};

/// The routes of the page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/pay", get(page).post(choose))
        .route("/pay/state", get(state))
        .route("/pay/qr", get(codes))
        .route("/pay/faucet", post(faucet))
        .route("/pay/assets/{version}/{name}", get(assets::get))
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
async fn page(State(app): State<App>, link: LinkQuery) -> Response {
    let Query(link) = link.unwrap_or_default();
    shown(&app.engine, &link, None).await.unwrap_or_else(refused_page)
}

#[derive(Debug, Deserialize)]
struct Choice {
    choice: String,
}

/// `POST /pay`: the form of a browser without scripts chose how to pay.
async fn choose(State(app): State<App>, link: LinkQuery, choice: Result<Form<Choice>, FormRejection>) -> Response {
    let Query(link) = link.unwrap_or_default();
    let choice = choice.map(|Form(choice)| choice.choice).unwrap_or_default();
    shown(&app.engine, &link, Some(choice)).await.unwrap_or_else(refused_page)
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
                Err(error) => notice = ApiError::from(error).problem.message,
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
async fn state(State(app): State<App>, link: Held) -> Result<Response, ApiError> {
    let session = link.0.open(&app.engine).await?;
    Ok(reply::ok(&drawn(&app.engine, &app.engine.checkout(&session).await?)))
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
    State(app): State<App>,
    link: Held,
    wanted: Result<Query<CodesOf>, QueryRejection>,
) -> Result<Response, ApiError> {
    let session = link.0.open(&app.engine).await?;
    let drawn = wanted.ok().and_then(|Query(wanted)| {
        let (network, token) = listed(&app.engine, &session, &wanted.network, TokenId(wanted.token_id))?;
        let address = Address::parse(network.kind, &wanted.address).ok()?;
        let uri = uri::payment_uri(network, token, &address, wanted.units.parse().ok()?);
        let uri_image = uri.as_deref().and_then(qr::data_uri);
        Some(Codes { uri, uri_image, address_image: qr::data_uri(&address.to_string()) })
    });
    Ok(reply::ok(&drawn.ok_or_else(|| ApiError::new(Code::ValidationError))?))
}

#[derive(Debug, Deserialize)]
struct Order {
    network: String,
    #[serde(rename = "tokenId")]
    token_id: i64,
    /// Base units, when another amount than what remains is wanted.
    units: Option<String>,
}

#[derive(Debug, Serialize)]
struct Sent {
    success: bool,
    tx_hash: String,
}

/// `POST /pay/faucet`: pays what remains with play money. Absent where there is no faucet.
async fn faucet(State(app): State<App>, link: Held, JsonBody(body): JsonBody) -> Result<Response, ApiError> {
    let faucet = app.engine.faucet().ok_or_else(|| ApiError::new(Code::NotFound))?;
    let order: Order = serde_json::from_slice(&body)
        .map_err(|_| ApiError::at(Code::ValidationError, "", "the faucet takes {network, tokenId, units?}"))?;
    let session = link.0.open(&app.engine).await?;
    let token = TokenId(order.token_id);
    let quote = app.engine.payment_address(&session, &order.network, token).await?;
    let (to, asked) = quote.temp_address.zip(quote.estimated_base_units).ok_or_else(|| busy(unavailable(&quote)))?;
    let units = match order.units.map(|units| units.parse::<BaseUnits>()) {
        None => asked,
        Some(Ok(units)) if !units.is_zero() => units,
        Some(_) => return Err(ApiError::at(Code::ValidationError, "/units", "units must be a count of base units")),
    };
    let tx_hash = faucet.pay(token, to, units).await.map_err(busy)?;
    Ok(reply::ok(&Sent { success: true, tx_hash }))
}

fn busy(why: String) -> ApiError {
    Problem::new(Code::ServiceUnavailable).saying(why).into()
}

/// The link in the session headers of a call.
struct Held(Link);

impl<S: Sync> FromRequestParts<S> for Held {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let part = |name| {
            let value = parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            value.to_owned()
        };
        Ok(Self(Link { session: part("x-session-token"), signature: part("x-signature") }))
    }
}

fn refused_page(error: Error) -> Response {
    if error.code().status() >= 500 {
        tracing::error!(?error, "Could not show a checkout: {error}");
    }
    let error = ApiError::from(error);
    render::failure(error.status(), error.problem.code.as_str())
}
