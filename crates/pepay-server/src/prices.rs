//! From the configuration to the engine's rates: what is fixed, and whom the quoter asks for the rest.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use pepay_chain::price::{self, Rules};
use pepay_core::money::{BasisPoints, Rate};
use pepay_core::network::Environment;
use pepay_core::token::{Catalogue, Token};
use pepay_engine::quoter::Quoter;
use pepay_engine::rates::Rates;

use crate::config::Config;
use crate::config::rates::Source;

/// How long a feed may take to answer.
const FEED_TIMEOUT: Duration = Duration::from_secs(5);

/// Sets the rates that no feed is asked for: what the operator fixed, and one dollar for the stable coins of test
/// networks, which no market trades.
pub fn fix(config: &Config, catalogue: &Catalogue, rates: &Rates) {
    let fixed = config.rates.fixed();
    for token in catalogue.tokens() {
        if let Some(rate) = fixed_rate(&fixed, token) {
            rates.fix(token.id, rate);
        }
    }
}

fn fixed_rate(fixed: &BTreeMap<String, Rate>, token: &Token) -> Option<Rate> {
    let play_dollar = token.stable && token.network.environment() == Environment::Devnet;
    fixed.get(&token.symbol.to_uppercase()).copied().or_else(|| play_dollar.then_some(Rate::ONE))
}

/// What asks the feeds for the rest; `None` when nobody or for nothing is to be asked.
pub fn quoter(config: &Config, catalogue: &Catalogue) -> anyhow::Result<Option<Quoter>> {
    let rates = &config.rates;
    let constant = rates.fixed();
    let is_fixed = |token: &&Token| fixed_rate(&constant, token).is_some();
    let fixed: HashSet<_> = catalogue.tokens().iter().filter(is_fixed).map(|token| token.id).collect();
    if fixed.len() == catalogue.tokens().len() || rates.sources.is_empty() {
        return Ok(None);
    }
    let wanted = |feed: &str| rates.sources.iter().any(|source| name(*source) == feed);
    let feeds = price::public_feeds(&price::http_client(FEED_TIMEOUT)?).into_iter();
    Ok(Some(Quoter {
        sources: feeds.filter(|feed| wanted(feed.name())).collect(),
        every: Duration::from_secs(rates.refresh_s),
        rules: Rules { outlier: BasisPoints::new(rates.max_spread_bps)?, ..Rules::usual(rates.min_answers) },
        depeg: BasisPoints::new(rates.max_depeg_bps)?,
        fixed,
    }))
}

/// The name of its feed.
pub(crate) const fn name(source: Source) -> &'static str {
    match source {
        Source::Coinbase => "coinbase",
        Source::Kraken => "kraken",
    }
}
