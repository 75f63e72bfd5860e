//! The tokens a merchant takes.

use reqwest::Method;

use super::resource;
use crate::credentials::Audience;
use crate::query::Query;
use crate::request::Request;
use crate::transport::Call;
use crate::types::{BlockToken, Blocked, Environment, MerchantTokens, TokenSearch, TokenType};

/// Which tokens are searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// The credential's own when `None`.
    pub environment: Option<Environment>,
    /// Part of a symbol, name or address.
    pub search: Option<String>,
    /// Such as `base`.
    pub network: Option<String>,
    /// Its standard.
    pub token_type: Option<TokenType>,
    /// Whether payors may choose it now.
    pub is_active: Option<bool>,
    /// Whether it can settle in a stable coin.
    pub supports_stable_settlement: Option<bool>,
    /// Whether the merchant blocked it.
    pub blocked: Option<bool>,
    /// 1 to 200; 50 when `None`.
    pub limit: Option<u32>,
    /// How many matches to skip.
    pub offset: Option<u64>,
}

impl TokenFilter {
    fn query(&self) -> Query {
        Query::new()
            .with("environment", self.environment.as_ref())
            .with("search", self.search.as_ref())
            .with("network", self.network.as_ref())
            .with("token_type", self.token_type.as_ref())
            .with("is_active", self.is_active)
            .with("supports_stable_settlement", self.supports_stable_settlement)
            .with("blocked", self.blocked)
            .with("limit", self.limit)
            .with("offset", self.offset)
    }
}

resource! {
    /// The tokens a merchant takes.
    Tokens
}

impl Tokens {
    /// Every token of the environment, the credential's own when `None`, and whether the merchant takes it.
    pub fn list_merchant_supported(&self, environment: Option<Environment>) -> Request<MerchantTokens> {
        let query = Query::new().with("environment", environment);
        Request::new(&self.transport, Call::get(&["merchant", "tokens"], Audience::Merchant).query(query))
    }

    /// Searches the catalogue.
    pub fn search_merchant_tokens(&self, which: &TokenFilter) -> Request<TokenSearch> {
        let call = Call::get(&["merchant", "tokens", "search"], Audience::Merchant).query(which.query());
        Request::new(&self.transport, call)
    }

    /// Refuses a token from now on, or takes it again.
    pub fn block_or_unblock(&self, token_id: i64, blocked: bool) -> Request<Blocked> {
        let path = ["merchant", "tokens", &token_id.to_string(), "block"];
        let call = Call::new(Method::POST, &path, Audience::Merchant).body(&BlockToken::new(blocked));
        Request::new(&self.transport, call)
    }
}
