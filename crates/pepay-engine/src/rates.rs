//! What tokens are worth now. Pricing fails closed: a rate that is missing or old prices nothing.

use std::collections::HashMap;
use std::sync::RwLock;

use pepay_core::id::TokenId;
use pepay_core::money::Rate;
use pepay_core::time::Millis;

/// How old a rate may be: 5 min (contract section 4).
pub const FRESH_MS: i64 = 300_000;

/// A rate with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The rate.
    pub rate: Rate,
    /// Where it came from, such as `fixed` or `median(coinbase,kraken)`.
    pub source: String,
    /// When it was true; `None` for rates that are always true.
    pub at: Option<Millis>,
}

/// What is known of a token's worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Use it.
    Fresh(Quoted),
    /// Too old to use.
    Stale(Quoted),
    /// Never heard of.
    Missing,
}

impl Answer {
    /// The rate when it may be used.
    pub fn fresh(self) -> Option<Quoted> {
        match self {
            Self::Fresh(quoted) => Some(quoted),
            Self::Stale(_) | Self::Missing => None,
        }
    }
}

/// The rates of all tokens, replaced as sources report.
#[derive(Debug, Default)]
pub struct Rates(RwLock<HashMap<TokenId, Quoted>>);

impl Rates {
    /// Records a rate that never goes stale (fixed by the operator).
    pub fn fix(&self, token: TokenId, rate: Rate) {
        self.put(token, Quoted { rate, source: "fixed".to_owned(), at: None });
    }

    /// Records what a source reported.
    pub fn put(&self, token: TokenId, quoted: Quoted) {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(token, quoted);
    }

    /// Forgets a token's rate, as when a stable coin loses its peg.
    pub fn forget(&self, token: TokenId) {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&token);
    }

    /// What `token` is worth at `now`.
    pub fn of(&self, token: TokenId, now: Millis) -> Answer {
        let known = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&token).cloned();
        match known {
            None => Answer::Missing,
            Some(quoted) if quoted.at.is_some_and(|at| now.since(at) > FRESH_MS) => Answer::Stale(quoted),
            Some(quoted) => Answer::Fresh(quoted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_rates_price_nothing() {
        let rates = Rates::default();
        let token = TokenId(1);
        assert_eq!(rates.of(token, Millis(0)), Answer::Missing);
        rates.put(token, Quoted { rate: Rate::ONE, source: "test".to_owned(), at: Some(Millis(0)) });
        assert!(rates.of(token, Millis(FRESH_MS)).fresh().is_some());
        assert!(rates.of(token, Millis(FRESH_MS + 1)).fresh().is_none());
        rates.fix(token, Rate::ONE);
        assert!(rates.of(token, Millis(i64::MAX)).fresh().is_some());
    }
}
