//! Tokens, as a merchant accepts or blocks them.

use std::collections::HashSet;

use pepay_core::account::Action;
use pepay_core::id::TokenId;
use pepay_core::network::Environment;
use pepay_core::token::{Standard, Token};
use pepay_wire::{AcceptancePolicy, Price};

use crate::auth::Caller;
use crate::rates::Answer;
use crate::{Engine, Error};

/// What to look for (contract section 3, `tokens/search`). Every `None` matches everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Part of symbol, name or address, whatever the case.
    pub text: Option<String>,
    /// Network name.
    pub network: Option<String>,
    /// Standard.
    pub standard: Option<Standard>,
    /// Offered to payors.
    pub active: Option<bool>,
    /// Stable coins.
    pub stable: Option<bool>,
    /// Blocked by the merchant.
    pub blocked: Option<bool>,
    /// Matches to give at most, 1 to 200.
    pub limit: u32,
    /// Matches to skip.
    pub offset: u32,
}

impl Search {
    fn matches(&self, token: &Token, blocked: bool) -> bool {
        let is = |wanted: Option<bool>, actual: bool| wanted.is_none_or(|wanted| wanted == actual);
        self.text.as_deref().is_none_or(|text| mentions(token, text))
            && self.network.as_deref().is_none_or(|network| network == token.network.name())
            && self.standard.is_none_or(|standard| standard == token.standard)
            && is(self.active, token.active)
            && is(self.stable, token.stable)
            && is(self.blocked, blocked)
    }
}

fn mentions(token: &Token, text: &str) -> bool {
    let text = text.to_lowercase();
    let address = match token.asset {
        pepay_core::token::Asset::Native => String::new(),
        pepay_core::token::Asset::Contract(address) => address.to_string(),
    };
    [&token.symbol, &token.name, &address].into_iter().any(|field| field.to_lowercase().contains(&text))
}

impl Engine {
    /// Every token of the environment, with what the caller blocked.
    pub async fn merchant_tokens(
        &self,
        caller: &Caller,
        environment: Environment,
    ) -> Result<pepay_wire::MerchantTokens, Error> {
        let blocked = pepay_store::token_block::list(self.db().read(), caller.merchant).await?;
        let tokens = self.catalogue().tokens_of(environment);
        Ok(pepay_wire::MerchantTokens {
            acceptance_policy: self.policy(environment, &blocked),
            environment: environment.into(),
            tokens: tokens.map(|token| self.token_object(token, &blocked)).collect(),
        })
    }

    /// The tokens that match, one page of them.
    pub async fn search_tokens(
        &self,
        caller: &Caller,
        environment: Environment,
        search: &Search,
    ) -> Result<pepay_wire::TokenSearch, Error> {
        let blocked = pepay_store::token_block::list(self.db().read(), caller.merchant).await?;
        let tokens = self.catalogue().tokens_of(environment);
        let found: Vec<_> = tokens.filter(|token| search.matches(token, blocked.contains(&token.id))).collect();
        let skip = usize::try_from(search.offset).unwrap_or(usize::MAX);
        let take = usize::try_from(search.limit).unwrap_or(usize::MAX);
        Ok(pepay_wire::TokenSearch {
            acceptance_policy: self.policy(environment, &blocked),
            environment: environment.into(),
            tokens: found.iter().skip(skip).take(take).map(|token| self.token_object(token, &blocked)).collect(),
            total: u64::try_from(found.len()).unwrap_or(u64::MAX),
            limit: search.limit,
            offset: search.offset,
        })
    }

    /// Blocks a token for the caller's payors, or allows it again. `TokenNotFound` outside the caller's environment.
    pub async fn block_token(&self, caller: &Caller, id: TokenId, blocked: bool) -> Result<(), Error> {
        caller.may(Action::Tokens)?;
        let token = self.catalogue().token(id).ok_or(Error::TokenNotFound)?;
        if token.network.environment() != caller.environment {
            return Err(Error::TokenNotFound);
        }
        let tx = self.db().begin("token.block").await?;
        pepay_store::token_block::set(&tx, caller.merchant, id, blocked).await?;
        let action = if blocked { "token.blocked" } else { "token.accepted" };
        let what = format!("{} on {}", token.symbol, token.network);
        self.audit_caller(&tx, caller, action, &what).await?;
        tx.commit().await?;
        Ok(())
    }

    fn policy(&self, environment: Environment, blocked: &HashSet<TokenId>) -> AcceptancePolicy {
        let active = self.catalogue().tokens_of(environment).filter(|token| token.active);
        let (refused, accepted): (Vec<_>, Vec<_>) = active.partition(|token| blocked.contains(&token.id));
        if refused.is_empty() {
            AcceptancePolicy::AcceptAll
        } else if accepted.is_empty() {
            AcceptancePolicy::AcceptNone
        } else {
            AcceptancePolicy::Selective
        }
    }

    fn token_object(&self, token: &Token, blocked: &HashSet<TokenId>) -> pepay_wire::Token {
        pepay_wire::Token::new(token, blocked.contains(&token.id), self.price(token.id))
    }

    fn price(&self, token: TokenId) -> Option<Price> {
        let now = self.now();
        let Answer::Fresh(quoted) = self.0.rates.of(token, now) else {
            return None;
        };
        let provider_type = if quoted.at.is_none() { "fixed" } else { "market" };
        Some(Price { usd: quoted.rate, last_updated_at: quoted.at.unwrap_or(now), provider_type })
    }
}
