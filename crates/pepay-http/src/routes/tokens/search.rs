//! `GET /merchant/tokens/search`: tokens that match, page by page.

use axum::extract::State;
use axum::response::Response;
use pepay_core::token::Standard;
use pepay_engine::token::Search;
use pepay_wire::TokenSearch;
use utoipa::IntoParams;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;
use crate::scope;

/// Most tokens of a page (contract section 3).
const MAX_LIMIT: u32 = 200;
/// Tokens of a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;

/// What to look for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(crate) struct SearchParams {
    /// `devnet` or `mainnet`; the credential's own when absent.
    environment: Option<String>,
    /// Part of symbol, name or address.
    search: Option<String>,
    /// Network name, such as `base`.
    network: Option<String>,
    /// `native`, `erc20`, `spl`, `sui` or `ton`.
    token_type: Option<String>,
    /// Whether payors may choose it.
    is_active: Option<bool>,
    /// Whether it can settle in a stable coin.
    supports_stable_settlement: Option<bool>,
    /// Whether this merchant blocked it.
    blocked: Option<bool>,
    /// Tokens in a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Tokens to skip.
    #[param(minimum = 0, default = 0)]
    offset: Option<u32>,
}

/// Search tokens
#[utoipa::path(
    get,
    path = "/api/v1/merchant/tokens/search",
    operation_id = "search_tokens",
    tag = "tokens",
    security(("api_key" = []), ("dashboard" = [])),
    params(SearchParams),
    responses((status = OK, description = "One page of matches", body = TokenSearch)),
)]
pub(crate) async fn search(
    State(app): State<App>,
    Merchant(caller): Merchant,
    query: Query,
) -> Result<Response, ApiError> {
    let environment = scope::environment(&app, &caller, &query).await?;
    let kind = query.parse("token_type", "native, erc20, spl, sui or ton", Kind::parse)?;
    let search = Search {
        text: query.get("search").map(str::to_owned),
        network: query.get("network").map(str::to_owned),
        standard: kind.and_then(|kind| kind.0),
        active: query.boolean("is_active")?,
        stable: query.boolean("supports_stable_settlement")?,
        blocked: query.boolean("blocked")?,
        limit: query.limit("limit", MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT),
        offset: query.parse("offset", "a whole number", |text| text.parse().ok())?.unwrap_or_default(),
    };
    let mut found = app.engine.search_tokens(&caller, environment, &search).await?;
    if kind == Some(Kind(None)) {
        found.tokens.clear();
        found.total = 0;
    }
    Ok(reply::ok(&found))
}

/// A token standard; `None` for one of the contract that no network here has.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind(Option<Standard>);

impl Kind {
    fn parse(word: &str) -> Option<Self> {
        let ours = [Standard::Native, Standard::Erc20, Standard::Spl].into_iter().find(|kind| kind.as_str() == word);
        match word {
            "sui" | "ton" => Some(Self(None)),
            _ => ours.map(|kind| Self(Some(kind))),
        }
    }
}
