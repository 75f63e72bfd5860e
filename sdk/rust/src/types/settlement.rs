//! What merchants settle in.

use serde::{Deserialize, Serialize};

/// What a merchant accepts and settles in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SettlementPreferences {
    /// `stables_only`: payors pay in stable coins only; `stables_preferred`: converted where a route exists; `tokens`:
    /// as paid.
    pub settlement_preference: String,
    /// The same in a sentence.
    pub description: String,
    /// What money is converted to.
    pub selected_settlement_token: Option<SettlementToken>,
    /// What it could be converted to.
    pub available_stable_tokens: Vec<StableToken>,
    /// When it was last changed, in epoch seconds.
    pub updated_at: Option<i64>,
}

/// A token money settles in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SettlementToken {
    /// Its number.
    pub id: i64,
    /// Its ticker.
    pub token_symbol: String,
    /// Its full name.
    pub token_name: String,
    /// The network it lives on.
    pub network: String,
    /// Its contract or mint; `None` for the chain's own coin, and where only the short form is told.
    pub token_address: Option<String>,
    /// Decimal places of its base unit, where more than the short form is told.
    pub token_decimals: Option<u32>,
    /// Where its picture is.
    pub photo_uri: Option<String>,
    /// Whether it is the installation's default rather than the merchant's choice.
    #[serde(default)]
    pub is_default: bool,
}

/// A stable coin money can settle in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct StableToken {
    /// Its number.
    pub id: i64,
    /// Its ticker.
    pub token_symbol: String,
    /// Its full name.
    pub token_name: String,
    /// The network it lives on.
    pub network: String,
    /// Its contract or mint.
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u32,
    /// Where its picture is.
    pub photo_uri: Option<String>,
    /// Whether it is the installation's default.
    pub is_default_settlement: bool,
}

/// The answer to a changed settlement token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SettlementTokenUpdated {
    /// Always `true`.
    pub success: bool,
    /// What was done.
    pub message: String,
    /// The token now.
    pub settlement_token: Option<SettlementToken>,
    /// When it was changed, in epoch seconds.
    pub updated_at: i64,
}
