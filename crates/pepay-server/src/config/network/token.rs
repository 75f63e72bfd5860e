//! `[networks.<environment>.<name>.tokens.<token>]`: a token of a network.

use serde::Deserialize;

/// `[networks.<environment>.<name>.tokens.<token>]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its number, stored with every payment: never change or reuse it. Your own start at 100000. No default.
    pub id: i64,
    /// Its ticker. No default.
    pub symbol: String,
    /// Its full name. No default.
    pub name: String,
    /// Decimal places of its base unit. No default.
    pub decimals: u8,
    /// Its contract; not for the chain's own coin. Default none.
    #[serde(default)]
    pub address: Option<String>,
    /// Whether it is the chain's own coin. Default false.
    #[serde(default)]
    pub native: bool,
    /// Whether its issuer holds it at one US dollar. Default false.
    #[serde(default)]
    pub stable: bool,
    /// Whether payors may choose it. Default true.
    #[serde(default = "yes")]
    pub active: bool,
    /// Where its picture is. Default none.
    #[serde(default)]
    pub photo_uri: Option<String>,
}

fn yes() -> bool {
    true
}
