//! Amounts and names as people read them. Text in, text out: no arithmetic beyond grouping digits.

use pepay_core::id::TokenId;
use pepay_core::money::{BaseUnits, UsdMillis};
use pepay_core::token::{Asset, Catalogue};
use pepay_core::transfer::Transfer;

/// Dollars with two decimals, or three when the third says something: `$1,234.50`, `$0.005`.
pub(crate) fn usd_text(amount: UsdMillis) -> String {
    let decimal = amount.decimal();
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, "000"));
    let fraction = fraction.strip_suffix('0').unwrap_or(fraction);
    format!("${}.{fraction}", grouped(whole))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

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
pub(super) fn token_amount(units: BaseUnits, token: TokenId, catalogue: &Catalogue) -> String {
    catalogue
        .token(token)
        .map_or_else(|| format!("{units} base units of"), |token| trim_zeros(&units.decimal(token.decimals)).to_owned())
}

/// Name and amount of a transfer that is no payment.
pub(super) fn refused_amount(transfer: &Transfer, catalogue: &Catalogue) -> (String, String) {
    if let Some(token) = transfer.token.filter(|token| catalogue.token(*token).is_some()) {
        return (symbol(token, catalogue), token_amount(transfer.observed.units, token, catalogue));
    }
    let asset = match transfer.observed.asset {
        Asset::Native => "coin".to_owned(),
        Asset::Contract(address) => shorten(&address.to_string()),
    };
    (asset, format!("{} base units of", transfer.observed.units))
}
