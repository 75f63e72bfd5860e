//! What a token is worth in US dollars: public price feeds, and one rate made of their answers.
//!
//! Fails closed: too few fresh answers, or answers that contradict each other, give no rate rather than a doubtful one.
//! The judgement is pure; only the feeds do I/O. Stable coins count as one dollar while the market says so too.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use pepay_core::money::{BasisPoints, Rate};
use pepay_core::time::Millis;
use reqwest::{Client, Url};

mod feed;

pub use feed::{Coinbase, Kraken};

/// What one feed says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which feed.
    pub source: &'static str,
    /// Dollars per whole token.
    pub rate: Rate,
    /// When it was asked.
    pub at: Millis,
}

/// Why a feed has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It has no market for this token.
    #[error("{source_name} has no price of {symbol}")]
    Unknown {
        /// The feed.
        source_name: &'static str,
        /// The token's ticker.
        symbol: String,
    },
    /// It could not be reached, or said something that is no price.
    #[error("{source_name} gave no price: {reason}")]
    Failed {
        /// The feed.
        source_name: &'static str,
        /// What happened.
        reason: String,
    },
}

/// The answer to come.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

/// A feed of prices in US dollars.
pub trait PriceSource: fmt::Debug + Send + Sync {
    /// Its name, stored with every rate it took part in.
    fn name(&self) -> &'static str;

    /// The price of the token with this ticker, such as `ETH`. `now` becomes the time of the answer.
    fn price<'a>(&'a self, symbol: &'a str, now: Millis) -> Asking<'a>;
}

/// Rates that never change, for local networks.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// Ticker and rate.
    pub rates: Vec<(String, Rate)>,
}

impl PriceSource for Fixed {
    fn name(&self) -> &'static str {
        "fixed"
    }

    fn price<'a>(&'a self, symbol: &'a str, now: Millis) -> Asking<'a> {
        let found = self.rates.iter().find(|(name, _)| name == symbol);
        let answer = found
            .map(|(_, rate)| Answer { source: self.name(), rate: *rate, at: now })
            .ok_or_else(|| Error::Unknown { source_name: self.name(), symbol: symbol.to_owned() });
        Box::pin(std::future::ready(answer))
    }
}

/// The one place where a client for price feeds is made: bounded in time, no redirects.
pub fn http_client(timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none()).user_agent("pepay").build()
}

/// Coinbase and Kraken at their public addresses.
pub fn public_feeds(client: &Client) -> Vec<Box<dyn PriceSource>> {
    vec![
        Box::new(Coinbase::new(client.clone(), url("https://api.coinbase.com"))),
        Box::new(Kraken::new(client.clone(), url("https://api.kraken.com"))),
    ]
}

fn url(constant: &str) -> Url {
    Url::parse(constant).expect("a url that is constant is whole")
}

/// How answers become a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Older answers are ignored, in milliseconds.
    pub max_age_ms: i64,
    /// Answers further than this from the median are ignored.
    pub outlier: BasisPoints,
    /// How many answers must remain.
    pub min_answers: usize,
}

impl Rules {
    /// Five minutes (contract: quotes go stale then), two per cent, and `min_answers` answers.
    pub fn usual(min_answers: usize) -> Self {
        Self { max_age_ms: 300_000, outlier: BasisPoints::new(200).unwrap_or_default(), min_answers }
    }
}

/// Why there is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRate {
    /// Too few answers are fresh.
    #[error("only {fresh} fresh prices, {wanted} needed")]
    Stale {
        /// How many are.
        fresh: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// Too few fresh answers lie together.
    #[error("prices disagree: only {together} lie together, {wanted} needed")]
    Disagree {
        /// How many do.
        together: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// A stable coin is not worth its dollar now.
    #[error("the market gives {market} USD for a stable coin")]
    Depegged {
        /// What the market gives, as decimal text.
        market: String,
    },
}

/// A rate and the feeds it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Dollars per whole token.
    pub rate: Rate,
    /// The time of the oldest answer that counted.
    pub at: Millis,
    /// The feeds that counted.
    pub sources: Vec<&'static str>,
}

/// The median of the fresh answers that lie together. Of two middle ones the lower counts: a payor is asked for a little
/// more rather than a merchant given a little less.
pub fn median(answers: &[Answer], now: Millis, rules: Rules) -> Result<Judged, NoRate> {
    let wanted = rules.min_answers.max(1);
    let mut fresh: Vec<&Answer> = answers.iter().filter(|answer| is_fresh(answer, now, rules)).collect();
    fresh.sort_by_key(|answer| answer.rate);
    let Some(middle) = lower_middle(&fresh).filter(|_| fresh.len() >= wanted) else {
        return Err(NoRate::Stale { fresh: fresh.len(), wanted });
    };
    let together: Vec<&Answer> =
        fresh.into_iter().filter(|answer| within(answer.rate, middle.rate, rules.outlier)).collect();
    match (lower_middle(&together), together.iter().map(|answer| answer.at).min()) {
        (Some(middle), Some(at)) if together.len() >= wanted => {
            Ok(Judged { rate: middle.rate, at, sources: together.iter().map(|answer| answer.source).collect() })
        }
        _ => Err(NoRate::Disagree { together: together.len(), wanted }),
    }
}

/// One dollar for a stable coin, unless the market is further than `guard` from it. While the answers make no market, one
/// fresh answer that far away is enough; with no fresh answer at all it is a dollar.
pub fn stable(answers: &[Answer], now: Millis, rules: Rules, guard: BasisPoints) -> Result<Rate, NoRate> {
    let left = |rate: &Rate| !within(*rate, Rate::ONE, guard);
    let market = match median(answers, now, rules) {
        Ok(judged) => Some(judged.rate).filter(left),
        Err(_) => answers.iter().filter(|answer| is_fresh(answer, now, rules)).map(|answer| answer.rate).find(left),
    };
    market.map_or(Ok(Rate::ONE), |market| Err(NoRate::Depegged { market: market.decimal() }))
}

// An answer from the future is as wrong as an old one.
fn is_fresh(answer: &Answer, now: Millis, rules: Rules) -> bool {
    (0..=rules.max_age_ms).contains(&now.since(answer.at))
}

fn lower_middle<'a>(sorted: &[&'a Answer]) -> Option<&'a Answer> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

/// Whether `rate` is at most `share` of `middle` away from it.
fn within(rate: Rate, middle: Rate, share: BasisPoints) -> bool {
    let allowed = (middle.e12() / 10_000).saturating_mul(u128::from(share.get()));
    rate.e12().abs_diff(middle.e12()) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    fn answer(source: &'static str, rate: &str, age_ms: i64) -> Answer {
        Answer { source, rate: Rate::parse(rate).unwrap(), at: NOW.plus_ms(-age_ms) }
    }

    fn judge(answers: &[Answer], min_answers: usize) -> Result<(String, Vec<&'static str>), NoRate> {
        median(answers, NOW, Rules::usual(min_answers)).map(|judged| (judged.rate.decimal(), judged.sources))
    }

    #[test]
    fn the_median_ignores_old_and_odd_answers() {
        let answers = [
            answer("a", "2500.1", 0),
            answer("b", "2500.2", 300_000),
            answer("c", "2500.3", 10),
            answer("old", "1.0", 300_001),
            answer("future", "1.0", -1),
            answer("odd", "2600", 0),
        ];
        assert_eq!(judge(&answers, 2), Ok(("2500.200000".to_owned(), vec!["a", "b", "c"])));
        assert_eq!(median(&answers, NOW, Rules::usual(2)).unwrap().at, NOW.plus_ms(-300_000));
    }

    #[test]
    fn of_two_the_lower_counts() {
        assert_eq!(judge(&[answer("a", "100", 0), answer("b", "101", 0)], 2).unwrap().0, "100.000000");
    }

    #[test]
    fn too_few_or_contradicting_answers_give_no_rate() {
        assert_eq!(judge(&[], 1), Err(NoRate::Stale { fresh: 0, wanted: 1 }));
        assert_eq!(judge(&[answer("a", "1", 0)], 2), Err(NoRate::Stale { fresh: 1, wanted: 2 }));
        let far = [answer("a", "100", 0), answer("b", "200", 0)];
        assert_eq!(judge(&far, 2), Err(NoRate::Disagree { together: 1, wanted: 2 }));
        assert_eq!(judge(&[answer("a", "100", 0)], 0).unwrap().0, "100.000000");
    }

    #[test]
    fn a_stable_coin_is_a_dollar_until_it_is_not() {
        let guard = BasisPoints::new(100).unwrap();
        let judge = |rates: &[&str], min_answers, age_ms| {
            let answers: Vec<Answer> = rates.iter().map(|rate| answer("feed", rate, age_ms)).collect();
            stable(&answers, NOW, Rules::usual(min_answers), guard)
        };
        let depegged = |market: &str| Err(NoRate::Depegged { market: market.to_owned() });
        assert_eq!(judge(&[], 1, 0), Ok(Rate::ONE));
        assert_eq!(judge(&["0.99"], 1, 0), Ok(Rate::ONE));
        assert_eq!(judge(&["1.01"], 1, 0), Ok(Rate::ONE));
        assert_eq!(judge(&["0.989999"], 1, 0), depegged("0.989999"));
        assert_eq!(judge(&["1.0101"], 1, 0), depegged("1.010100"));
        assert_eq!(judge(&["0.88"], 1, 300_001), Ok(Rate::ONE), "it is too old to say anything");
        // One feed that is far off is an outlier among others, and a warning where nobody contradicts it.
        assert_eq!(judge(&["0.88", "1", "1"], 2, 0), Ok(Rate::ONE));
        assert_eq!(judge(&["0.88", "1"], 2, 0), depegged("0.880000"));
        assert_eq!(judge(&["0.88"], 2, 0), depegged("0.880000"));
        assert_eq!(judge(&["1"], 2, 0), Ok(Rate::ONE));
    }

    #[tokio::test]
    async fn fixed_rates_answer_at_once() {
        let fixed = Fixed { rates: vec![("ETH".to_owned(), Rate::parse("2500").unwrap())] };
        assert_eq!(fixed.price("ETH", NOW).await.unwrap(), answer("fixed", "2500", 0));
        assert!(matches!(fixed.price("BNB", NOW).await, Err(Error::Unknown { .. })));
    }
}
