//! The quoter keeps rates fresh. It asks every source for every symbol, takes what their answers agree on, and leaves
//! the old rate to go stale when they do not: no rate is better than a wrong one.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use futures_util::future::join_all;
use pepay_chain::price::{self, Answer, PriceSource, Rules};
use pepay_core::id::TokenId;
use pepay_core::money::{BasisPoints, Rate};
use pepay_core::time::Millis;
use pepay_core::token::Token;
use tokio_util::sync::CancellationToken;

use crate::Engine;
use crate::rates::Quoted;

/// Where rates come from, and what is believed.
#[derive(Debug)]
pub struct Quoter {
    /// Whom to ask.
    pub sources: Vec<Box<dyn PriceSource>>,
    /// How often; well below the five minutes a rate stays fresh.
    pub every: Duration,
    /// What makes answers agree.
    pub rules: Rules,
    /// How far the market may stand from one dollar before a stable coin is no longer priced.
    pub depeg: BasisPoints,
    /// Tokens whose rate the operator fixed.
    pub fixed: HashSet<TokenId>,
}

impl Quoter {
    /// Refreshes until `stop`.
    pub async fn run(self, engine: Engine, stop: CancellationToken) {
        loop {
            self.refresh(&engine).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(self.every) => {}
            }
        }
    }

    /// Asks for every symbol once and records what was agreed on.
    pub async fn refresh(&self, engine: &Engine) {
        let mut by_symbol: BTreeMap<&str, Vec<&Token>> = BTreeMap::new();
        for token in engine.catalogue().tokens().iter().filter(|it| it.active && !self.fixed.contains(&it.id)) {
            by_symbol.entry(&token.symbol).or_default().push(token);
        }
        for (symbol, tokens) in by_symbol {
            let answers = self.ask(engine.now(), symbol).await;
            for token in tokens {
                self.record(engine, token, &answers);
            }
        }
    }

    async fn ask(&self, now: Millis, symbol: &str) -> Vec<Answer> {
        let asked = join_all(self.sources.iter().map(|source| source.price(symbol, now))).await;
        let mut answers = Vec::with_capacity(asked.len());
        for answer in asked {
            match answer {
                Ok(answer) => answers.push(answer),
                Err(error) => tracing::debug!(%error, symbol, "A price source gave no price of {symbol}"),
            }
        }
        answers
    }

    fn record(&self, engine: &Engine, token: &Token, answers: &[Answer]) {
        let (rates, now) = (&engine.0.rates, engine.now());
        if token.stable {
            match price::stable(answers, now, self.rules, self.depeg) {
                Ok(rate) => rates.put(token.id, peg(rate, now)),
                Err(error) => {
                    tracing::error!(token.id = token.id.0, %error, "{} has left its peg and is not quoted", token.symbol);
                    rates.forget(token.id);
                }
            }
        } else if let Ok(judged) = price::median(answers, now, self.rules) {
            let source = format!("median({})", judged.sources.join(","));
            rates.put(token.id, Quoted { rate: judged.rate, source, at: Some(judged.at) });
        }
    }
}

fn peg(rate: Rate, now: Millis) -> Quoted {
    Quoted { rate, source: "peg".to_owned(), at: Some(now) }
}
