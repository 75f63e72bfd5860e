//! Amounts and names as people read them. Text in, text out: no arithmetic.

use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;
use pepay_core::token::{Asset, Catalogue};
use pepay_core::transfer::Transfer;

use crate::pages::lang::Lang;

/// The same decimal number without trailing zeros: `49.990000` is `49.99`, `5.000000` is `5`.
pub(crate) fn trim_zeros(decimal: &str) -> &str {
    if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { decimal }
}

/// The ends of a hash or address, `0x5aAeb605…1BeAed`; short text stays whole.
pub(crate) fn shorten(text: &str) -> String {
    match (text.get(..10), text.len().checked_sub(6).and_then(|from| text.get(from..))) {
        (Some(head), Some(tail)) if text.len() > 20 => format!("{head}…{tail}"),
        _ => text.to_owned(),
    }
}

/// What people call a network; an unknown one by its own name with a capital.
pub(crate) fn network_label(name: &str) -> String {
    let known = match name {
        "bsc" => "BNB Smart Chain",
        "ton" => "TON",
        _ => {
            let mut letters = name.chars();
            return letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        }
    };
    known.to_owned()
}

/// The ticker of a token, or its number when the catalogue has dropped it.
pub(super) fn symbol(token: TokenId, catalogue: &Catalogue) -> String {
    catalogue.token(token).map_or_else(|| format!("token {token}"), |token| token.symbol.clone())
}

/// Whole tokens without trailing zeros; base units, said so, when the decimals are not known.
pub(super) fn token_amount(lang: &Lang, units: BaseUnits, token: TokenId, catalogue: &Catalogue) -> String {
    let known = |token: &pepay_core::token::Token| trim_zeros(&units.decimal(token.decimals)).to_owned();
    catalogue.token(token).map_or_else(|| base_units(lang, units), known)
}

/// Name and amount of a transfer that is no payment.
pub(super) fn refused_amount(lang: &Lang, transfer: &Transfer, catalogue: &Catalogue) -> (String, String) {
    if let Some(token) = transfer.token.filter(|token| catalogue.token(*token).is_some()) {
        return (symbol(token, catalogue), token_amount(lang, transfer.observed.units, token, catalogue));
    }
    let asset = match transfer.observed.asset {
        Asset::Native => lang.words.coin.clone(),
        Asset::Contract(address) => shorten(&address.to_string()),
    };
    (asset, base_units(lang, transfer.observed.units))
}

fn base_units(lang: &Lang, units: BaseUnits) -> String {
    lang.fill(&lang.words.base_units, &[("units", &units.to_string())])
}

/// An instant as `2026-11-25 17:59 UTC`; scripts write it in the payor's own time.
pub(crate) fn utc(epoch_secs: i64) -> String {
    let (days, second) = (epoch_secs.div_euclid(86_400), epoch_secs.rem_euclid(86_400));
    // Days to a date in the proleptic Gregorian calendar, counted in 400-year eras from 1 March of the year 0.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + next;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", second / 3_600, second / 60 % 60)
}
