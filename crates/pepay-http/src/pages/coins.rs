//! What can be paid with, as the page lists it: a row for each coin, a button for each network.
//!
//! Stable coins come first, for they cost what the invoice says; a coin that cannot be used says why. Written here for
//! the page and for the script that refreshes it, so that both show the same.

use pepay_core::money::UsdMillis;
use pepay_wire::{Availability, TokenOption};
use serde::Serialize;

use super::lang::Lang;
use crate::show;

/// With more buttons than this the list can be searched.
const SEARCHED_ABOVE: usize = 8;
/// Digits of an estimate that say something.
const ESTIMATE_DIGITS: usize = 5;

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Coins {
    pub(crate) groups: Vec<Group>,
    /// Whether it is long enough to be searched.
    pub(crate) searched: bool,
}

/// One coin on all its networks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Group {
    pub(crate) symbol: String,
    pub(crate) name: String,
    /// Its initial.
    pub(crate) mark: String,
    /// About how much of it is asked for; empty where that is the dollar amount.
    pub(crate) hint: String,
    #[serde(skip)]
    stable: bool,
    pub(crate) choices: Vec<Choice>,
}

/// One coin on one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Choice {
    /// `network:token`, as the form sends it.
    pub(crate) value: String,
    pub(crate) label: String,
    /// The whole choice in words, for those who do not see the row.
    pub(crate) title: String,
    /// What its network costs, or why it cannot be chosen; may be empty.
    pub(crate) note: String,
    pub(crate) available: bool,
}

#[cfg(test)]
impl Group {
    pub(crate) fn new(symbol: &str, name: &str, choices: Vec<Choice>) -> Self {
        let (symbol, name) = (symbol.to_owned(), name.to_owned());
        Self { mark: mark(&symbol), symbol, name, hint: String::new(), stable: true, choices }
    }
}

impl Coins {
    /// Lists `options` for what remains to be paid.
    pub(crate) fn new(options: &[TokenOption], remaining: UsdMillis, lang: &Lang) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for option in options {
            let choice = choice(option, lang);
            match groups.iter_mut().find(|group| group.symbol == option.token_symbol) {
                Some(group) => group.choices.push(choice),
                None => groups.push(Group {
                    symbol: option.token_symbol.clone(),
                    name: option.token_name.clone(),
                    mark: mark(&option.token_symbol),
                    hint: hint(option, remaining, lang),
                    stable: option.supports_stable_settlement,
                    choices: vec![choice],
                }),
            }
        }
        groups.sort_by_key(|group| !group.stable);
        Self { searched: options.len() > SEARCHED_ABOVE, groups }
    }
}

fn choice(option: &TokenOption, lang: &Lang) -> Choice {
    let label = show::network(&option.network);
    let refused = refused(option.availability_status, lang);
    let title = lang.fill(&lang.words.pay_with, &[("coin", &option.token_symbol), ("network", &label)]);
    let note = refused.unwrap_or_else(|| fee(&option.network, lang));
    Choice {
        value: format!("{}:{}", option.network, option.id),
        available: refused.is_none(),
        title,
        note: note.to_owned(),
        label,
    }
}

fn refused(availability: Availability, lang: &Lang) -> Option<&str> {
    match availability {
        Availability::Devnet | Availability::Available => None,
        Availability::Stale => Some(&lang.words.reason_stale),
        Availability::NoLiquidity => Some(&lang.words.reason_liquidity),
        Availability::QuoteRequired => Some(&lang.words.reason_quote),
    }
}

// What a transfer costs its sender, by the kind of network: blocks of Ethereum itself are dear, all others' cheap.
fn fee<'a>(network: &str, lang: &'a Lang) -> &'a str {
    match network {
        "ethereum" => &lang.words.fee_high,
        "base" | "bsc" | "polygon" | "arbitrum" | "optimism" | "avalanche" | "solana" => &lang.words.fee_low,
        _ => "",
    }
}

fn hint(option: &TokenOption, remaining: UsdMillis, lang: &Lang) -> String {
    let rate = option.settlement_rate.filter(|_| !option.supports_stable_settlement);
    let units = rate.and_then(|rate| rate.units_for_ceil(remaining, option.token_decimals).ok());
    units.map_or_else(String::new, |units| {
        let amount = shortened(&units.decimal(option.token_decimals));
        lang.fill(&lang.words.about, &[("amount", &amount), ("coin", &option.token_symbol)])
    })
}

// The first digits of a decimal number that say something: 0.019996001 as 0.019996, 123456.7 as 123456.
fn shortened(decimal: &str) -> String {
    let mut digits = 0;
    let mut fraction = false;
    let mut out = String::new();
    for letter in decimal.chars() {
        if letter == '.' {
            fraction = true;
        } else if digits >= ESTIMATE_DIGITS && fraction {
            break;
        } else if letter != '0' || digits > 0 {
            digits += 1;
        }
        out.push(letter);
    }
    show::trimmed(&out).to_owned()
}

/// The initial of a name, for its badge.
pub(crate) fn mark(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use pepay_core::address::Address;
    use pepay_core::id::TokenId;
    use pepay_core::money::Rate;
    use pepay_core::network::{Environment, Kind, NetworkId};
    use pepay_core::time::Millis;
    use pepay_core::token::{Asset, Standard, Token};

    use super::*;

    fn option(id: i64, network: &str, symbol: &str, stable: bool, availability: Availability) -> TokenOption {
        let address = Address::parse(Kind::Evm, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap();
        let token = Token {
            id: TokenId(id),
            network: NetworkId::new(Environment::Mainnet, network),
            asset: Asset::Contract(address),
            symbol: symbol.to_owned(),
            name: symbol.to_owned(),
            decimals: 18,
            standard: Standard::Erc20,
            stable,
            active: true,
            photo_uri: None,
        };
        TokenOption::new(&token, availability, Some((Rate::parse("2500").unwrap(), Millis(0))))
    }

    #[test]
    fn stable_coins_come_first_and_what_is_refused_says_why() {
        let options = [
            option(1, "ethereum", "ETH", false, Availability::Available),
            option(2, "ethereum", "USDC", true, Availability::Available),
            option(3, "base", "USDC", true, Availability::Stale),
        ];
        let coins = Coins::new(&options, UsdMillis::new(49_990).unwrap(), Lang::tagged("en").unwrap());
        let symbols: Vec<_> = coins.groups.iter().map(|group| (group.symbol.as_str(), group.hint.as_str())).collect();
        assert_eq!(symbols, [("USDC", ""), ("ETH", "about 0.019996 ETH")]);
        let notes: Vec<_> = coins.groups[0].choices.iter().map(|it| (it.note.as_str(), it.available)).collect();
        assert_eq!(notes, [("Higher network fee", true), ("Price is being refreshed", false)]);
        assert!(!coins.searched);
        let many: Vec<_> = (0..9).map(|id| option(id, "base", "USDC", true, Availability::Available)).collect();
        assert!(Coins::new(&many, UsdMillis::ZERO, Lang::tagged("en").unwrap()).searched);
    }

    #[test]
    fn estimates_are_short() {
        for (long, short) in [
            ("0.019996001000000000", "0.019996"),
            ("123456.700000", "123456"),
            ("1.000000", "1"),
            ("0.000000123456789", "0.00000012345"),
            ("12.3456789", "12.345"),
        ] {
            assert_eq!(shortened(long), short);
        }
    }
}
