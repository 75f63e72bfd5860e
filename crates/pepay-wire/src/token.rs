//! Tokens as merchants see them (contract section 3).

use pepay_core::money::Rate;
use pepay_core::time::Millis;
use pepay_core::token::{self, Asset, Standard};
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Environment, Problem, show};

/// The standard of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenType {
    /// The chain's own coin.
    Native,
    /// ERC-20.
    Erc20,
    /// Solana program library token.
    Spl,
}

impl From<Standard> for TokenType {
    fn from(standard: Standard) -> Self {
        match standard {
            Standard::Native => Self::Native,
            Standard::Erc20 => Self::Erc20,
            Standard::Spl => Self::Spl,
        }
    }
}

/// Which tokens a merchant accepts, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AcceptancePolicy {
    /// Every active token.
    AcceptAll,
    /// None.
    AcceptNone,
    /// Some.
    Selective,
}

/// A market price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Price {
    /// Dollars per token.
    #[serde(serialize_with = "show::rate")]
    #[schema(value_type = String, example = "1.000000")]
    pub usd: Rate,
    /// When it was fetched, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub last_updated_at: Millis,
    /// Where it came from: `fixed` or `market`.
    #[schema(value_type = String, example = "fixed")]
    pub provider_type: &'static str,
}

/// The address of a contract or mint; `None` for the chain's own coin.
pub(crate) fn asset_address(asset: &Asset) -> Option<String> {
    match asset {
        Asset::Native => None,
        Asset::Contract(address) => Some(address.to_string()),
    }
}

/// A token on one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the contract names each")]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Its ticker.
    #[schema(example = "USDC")]
    pub token_symbol: String,
    /// Its full name.
    pub token_name: String,
    /// Its contract or mint; null for the chain's own coin.
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u8,
    /// The network it lives on.
    #[schema(example = "base")]
    pub network: String,
    /// The environment of that network.
    pub network_environment: Environment,
    /// Its standard.
    pub token_type: TokenType,
    /// Whether a payment needs a memo; never, here.
    pub requires_memo: bool,
    /// Where its picture is.
    pub photo_uri: Option<String>,
    /// Always false for now.
    pub supports_subscriptions: bool,
    /// Whether it can settle in a stable coin.
    pub supports_stable_settlement: bool,
    /// Whether payors may choose it now.
    pub is_active: bool,
    /// Whether payments in it are looked for.
    pub is_monitored: bool,
    /// Whether this merchant blocked it.
    pub is_blocked: bool,
    /// Its price, when there is a fresh one.
    pub price: Option<Price>,
}

impl Token {
    /// Presents `token` to a merchant who blocked it or not.
    pub fn new(token: &token::Token, is_blocked: bool, price: Option<Price>) -> Self {
        Self {
            id: token.id.0,
            token_symbol: token.symbol.clone(),
            token_name: token.name.clone(),
            token_address: asset_address(&token.asset),
            token_decimals: token.decimals,
            network: token.network.name().to_owned(),
            network_environment: token.network.environment().into(),
            token_type: token.standard.into(),
            requires_memo: false,
            photo_uri: token.photo_uri.clone(),
            supports_subscriptions: false,
            supports_stable_settlement: token.stable,
            is_active: token.active,
            is_monitored: token.active,
            is_blocked,
            price,
        }
    }
}

/// The tokens a merchant accepts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MerchantTokens {
    /// Which, in one word.
    pub acceptance_policy: AcceptancePolicy,
    /// The environment they live in.
    pub environment: Environment,
    /// The tokens.
    pub tokens: Vec<Token>,
}

/// One page of the token search.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenSearch {
    /// Which tokens the merchant accepts, in one word.
    pub acceptance_policy: AcceptancePolicy,
    /// The environment they live in.
    pub environment: Environment,
    /// The tokens of this page.
    pub tokens: Vec<Token>,
    /// How many match altogether.
    pub total: u64,
    /// Most tokens a page gives.
    pub limit: u32,
    /// How many matches this page skips.
    pub offset: u32,
}

/// Request: block a token or allow it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
pub struct BlockToken {
    /// Whether payors may no longer choose it.
    pub blocked: bool,
}

impl BlockToken {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        Ok(Self { blocked: object.required_bool("blocked")? })
    }
}

/// Answer: whether the token is blocked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Blocked {
    /// Always `true`.
    pub success: bool,
    /// Whether payors may no longer choose it.
    pub blocked: bool,
}

impl Blocked {
    /// The answer.
    pub const fn new(blocked: bool) -> Self {
        Self { success: true, blocked }
    }
}
