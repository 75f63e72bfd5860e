//! Amounts and names as people read them. Text in, text out: no arithmetic.

use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;
use pepay_core::token::{Asset, Catalogue};
use pepay_core::transfer::Transfer;

use crate::pages::lang::Lang;
use crate::show;

/// The ticker of a token, or its number when the catalogue has dropped it.
pub(super) fn symbol(token: TokenId, catalogue: &Catalogue) -> String {
    catalogue.token(token).map_or_else(|| format!("token {token}"), |token| token.symbol.clone())
}

/// Whole tokens without trailing zeros; base units, said so, when the decimals are not known.
pub(super) fn token_amount(lang: &Lang, units: BaseUnits, token: TokenId, catalogue: &Catalogue) -> String {
    let known = |token: &pepay_core::token::Token| show::trimmed(&units.decimal(token.decimals)).to_owned();
    catalogue.token(token).map_or_else(|| base_units(lang, units), known)
}

/// Name and amount of a transfer that is no payment.
pub(super) fn refused_amount(lang: &Lang, transfer: &Transfer, catalogue: &Catalogue) -> (String, String) {
    if let Some(token) = transfer.token.filter(|token| catalogue.token(*token).is_some()) {
        return (symbol(token, catalogue), token_amount(lang, transfer.observed.units, token, catalogue));
    }
    let asset = match transfer.observed.asset {
        Asset::Native => lang.words.coin.clone(),
        Asset::Contract(address) => show::short(&address.to_string()),
    };
    (asset, base_units(lang, transfer.observed.units))
}

fn base_units(lang: &Lang, units: BaseUnits) -> String {
    lang.fill(&lang.words.base_units, &[("units", &units.to_string())])
}

/// An instant as `2026-11-25 17:59 UTC`; scripts write it in the payor's own time.
pub(crate) fn utc(epoch_secs: i64) -> String {
    let (days, second) = (epoch_secs.div_euclid(86_400), epoch_secs.rem_euclid(86_400));
    let (year, month, day) = show::civil(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", second / 3_600, second / 60 % 60)
}
