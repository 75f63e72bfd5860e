//! One way to pay: the quote of a choice with everything a payor needs to follow it.

use pepay_core::id::TokenId;
use pepay_core::network::{Network, NetworkId};
use pepay_core::token::Token;
use pepay_engine::auth::Session;
use pepay_engine::{Engine, Error};
use pepay_wire::{PaymentAddress, QuoteStatusCode};

use super::lang::Lang;
use super::render::Offer;
use super::{qr, uri};
use crate::show;

/// An offer, or why there is none now.
pub(super) enum Offering {
    Made(Box<Offer>),
    None(String),
}

/// The offer of `choice`, written `network:token`.
pub(super) async fn of(engine: &Engine, session: &Session, choice: &str, lang: &Lang) -> Result<Offering, Error> {
    let (network, token) = choice.split_once(':').unwrap_or((choice, ""));
    let token = TokenId(token.parse().unwrap_or_default());
    let quote = engine.payment_address(session, network, token).await?;
    let Some((address, units)) = quote.temp_address.zip(quote.estimated_base_units) else {
        return Ok(Offering::None(unavailable(&quote, lang)));
    };
    let Some((network, token)) = listed(engine, session, network, token) else {
        return Err(Error::TokenNotFound);
    };
    let uri = uri::payment_uri(network, token, &address, units);
    let address = address.to_string();
    let image = uri.as_deref().and_then(qr::data_uri).or_else(|| qr::data_uri(&address)).unwrap_or_default();
    let label = show::network(network.id.name());
    let fill = |text: &str| lang.fill(text, &[("coin", &token.symbol), ("network", &label)]);
    Ok(Offering::Made(Box::new(Offer {
        symbol: token.symbol.clone(),
        title: fill(&lang.words.send_on),
        caution: fill(&lang.words.caution),
        exchange_hint: fill(&lang.words.exchange_hint),
        amount: show::trimmed(&units.decimal(token.decimals)).to_owned(),
        address,
        uri,
        image,
    })))
}

/// Why a quote has no price, in words.
pub(super) fn unavailable(quote: &PaymentAddress, lang: &Lang) -> String {
    let js = &lang.words.js;
    let word = match quote.status_code {
        QuoteStatusCode::SettlementUnavailable => "no_route",
        QuoteStatusCode::Ok | QuoteStatusCode::QuoteUnavailable | QuoteStatusCode::QuoteExpired => "no_price",
    };
    js.get(word).cloned().unwrap_or_default()
}

/// The network and token of a choice, when the catalogue has them for this invoice.
pub(super) fn listed<'a>(
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
