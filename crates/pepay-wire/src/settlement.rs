//! What merchants settle in (contract section 3).

use pepay_core::time::Millis;
use pepay_core::{merchant, token};
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::token::asset_address;
use crate::{Code, Problem, show};

/// What payors may use, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettlementMode {
    /// Stable coins only.
    StablesOnly,
    /// Anything; converted where a route exists.
    StablesPreferred,
    /// Anything; settled as paid.
    Tokens,
}

impl From<merchant::SettlementPreference> for SettlementMode {
    fn from(preference: merchant::SettlementPreference) -> Self {
        match preference {
            merchant::SettlementPreference::StablesOnly => Self::StablesOnly,
            merchant::SettlementPreference::StablesPreferred => Self::StablesPreferred,
            merchant::SettlementPreference::Tokens => Self::Tokens,
        }
    }
}

/// What a merchant accepts and settles in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettlementPreference {
    /// What payors may use.
    pub settlement_preference: SettlementMode,
    /// What that means, in a sentence.
    #[schema(value_type = String)]
    pub description: &'static str,
    /// The token everything settles in; null when there is none.
    #[schema(required)]
    pub selected_settlement_token: Option<SettlementToken>,
    /// The stable coins it may be.
    pub available_stable_tokens: Vec<StableToken>,
    /// When it was last changed, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub updated_at: Millis,
}

/// A token money settles in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettlementToken {
    /// Its number.
    pub id: i64,
    /// Its ticker.
    pub token_symbol: String,
    /// Its full name.
    pub token_name: String,
    /// The network it lives on.
    pub network: String,
    /// Its contract or mint; null for the chain's own coin.
    #[schema(required)]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u8,
    /// Where its picture is.
    #[schema(required)]
    pub photo_uri: Option<String>,
    /// Whether it is the installation's default rather than the merchant's choice.
    pub is_default: bool,
}

impl SettlementToken {
    /// Presents `token`.
    pub fn new(token: &token::Token, is_default: bool) -> Self {
        Self {
            id: token.id.0,
            token_symbol: token.symbol.clone(),
            token_name: token.name.clone(),
            network: token.network.name().to_owned(),
            token_address: asset_address(&token.asset),
            token_decimals: token.decimals,
            photo_uri: token.photo_uri.clone(),
            is_default,
        }
    }
}

/// A stable coin money can settle in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
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
    #[schema(required)]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u8,
    /// Where its picture is.
    #[schema(required)]
    pub photo_uri: Option<String>,
    /// Whether it is the installation's default.
    pub is_default_settlement: bool,
}

impl StableToken {
    /// Presents `token`.
    pub fn new(token: &token::Token, is_default_settlement: bool) -> Self {
        Self {
            id: token.id.0,
            token_symbol: token.symbol.clone(),
            token_name: token.name.clone(),
            network: token.network.name().to_owned(),
            token_address: asset_address(&token.asset),
            token_decimals: token.decimals,
            photo_uri: token.photo_uri.clone(),
            is_default_settlement,
        }
    }
}

/// Request: choose what payors may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
pub struct UpdateSettlementPreference {
    /// What payors may use.
    #[schema(value_type = SettlementMode)]
    pub settlement_preference: merchant::SettlementPreference,
}

impl UpdateSettlementPreference {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let text = Object::parse(body)?.required_text("settlement_preference", 32)?;
        let settlement_preference = merchant::SettlementPreference::parse(&text).ok_or_else(|| {
            let message = "settlement_preference must be stables_only, stables_preferred or tokens";
            Problem::at(Code::ValidationError, "/settlement_preference", message)
        })?;
        Ok(Self { settlement_preference })
    }
}

/// Request: choose the settlement token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
pub struct UpdateSettlementToken {
    /// Its number; null for the installation's default.
    pub settlement_token_id: Option<i64>,
}

impl UpdateSettlementToken {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        Ok(Self { settlement_token_id: Object::parse(body)?.integer("settlement_token_id")? })
    }
}

/// Answer: the settlement token now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettlementTokenUpdated {
    /// Always `true`.
    pub success: bool,
    /// What was done.
    #[schema(value_type = String)]
    pub message: &'static str,
    /// The token; null when there is none.
    #[schema(required)]
    pub settlement_token: Option<SettlementToken>,
    /// When it was changed, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub updated_at: Millis,
}
