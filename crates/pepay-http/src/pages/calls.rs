//! What the page's own scripts ask for, with the link in the session headers. Answers and errors are JSON.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use pepay_core::address::Address;
use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;
use pepay_engine::payor::Mode;
use pepay_wire::{Code, Problem};
use serde::{Deserialize, Serialize};

use super::coins::Coins;
use super::offer::{listed, unavailable};
use super::order::{self, Order};
use super::visit::Held;
use super::{drawn, qr, uri};
use crate::app::App;
use crate::body::JsonBody;
use crate::problem::ApiError;
use crate::reply;

/// `GET /pay/state`: what the page shows.
pub(super) async fn state(State(app): State<App>, Held(visit): Held) -> Result<Response, ApiError> {
    let session = visit.link.open(&app.engine).await?;
    Ok(reply::ok(&drawn(&app.engine, &app.engine.checkout(&session).await?, &visit)))
}

/// `GET /pay/coins`: what can be paid with now, as the page lists it.
pub(super) async fn coins(State(app): State<App>, Held(visit): Held) -> Result<Response, ApiError> {
    let session = visit.link.open(&app.engine).await?;
    let options = app.engine.available_tokens(&session, &Mode::Monitored, false).await?;
    Ok(reply::ok(&Coins::new(&options, session.invoice.amount_remaining(), visit.lang)))
}

#[derive(Debug, Deserialize)]
pub(super) struct CodesOf {
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
    /// What a wallet in this browser is asked to do; null when there is no such wallet for the network.
    order: Option<Order>,
}

/// `GET /pay/qr`: payment link, QR codes and transaction of a quote the page holds.
pub(super) async fn codes(
    State(app): State<App>,
    Held(visit): Held,
    wanted: Result<Query<CodesOf>, QueryRejection>,
) -> Result<Response, ApiError> {
    let session = visit.link.open(&app.engine).await?;
    let drawn = wanted.ok().and_then(|Query(wanted)| {
        let (network, token) = listed(&app.engine, &session, &wanted.network, TokenId(wanted.token_id))?;
        let address = Address::parse(network.kind, &wanted.address).ok()?;
        let units = wanted.units.parse().ok()?;
        let uri = uri::payment_uri(network, token, &address, units);
        let uri_image = uri.as_deref().and_then(qr::data_uri);
        let order = order::of(app.engine.catalogue(), network, token, &address, units);
        Some(Codes { uri, uri_image, address_image: qr::data_uri(&address.to_string()), order })
    });
    Ok(reply::ok(&drawn.ok_or_else(|| ApiError::new(Code::ValidationError))?))
}

#[derive(Debug, Deserialize)]
struct Demand {
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
pub(super) async fn faucet(
    State(app): State<App>,
    Held(visit): Held,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let faucet = app.engine.faucet().ok_or_else(|| ApiError::new(Code::NotFound))?;
    let demand: Demand = serde_json::from_slice(&body)
        .map_err(|_| ApiError::at(Code::ValidationError, "", "the faucet takes {network, tokenId, units?}"))?;
    let session = visit.link.open(&app.engine).await?;
    let token = TokenId(demand.token_id);
    let quote = app.engine.payment_address(&session, &demand.network, token).await?;
    let due = quote.temp_address.zip(quote.estimated_base_units);
    let (to, asked) = due.ok_or_else(|| busy(unavailable(&quote, visit.lang)))?;
    let units = match demand.units.map(|units| units.parse::<BaseUnits>()) {
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
