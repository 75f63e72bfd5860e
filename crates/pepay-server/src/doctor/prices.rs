//! The price sources: that they answer, which also shows that names resolve and TLS works from here.

use std::time::Duration;

use futures_util::future::join_all;
use pepay_chain::price;
use pepay_core::time::Millis;

use super::Finding;
use crate::config::Config;

const CHECK: &str = "prices";
/// How long a source may take.
const TIMEOUT: Duration = Duration::from_secs(8);
/// What every source has a price of.
const SYMBOL: &str = "ETH";

pub(super) async fn examine(config: &Config, now: Millis) -> Vec<Finding> {
    if config.rates.sources.is_empty() {
        return vec![Finding::ok(CHECK, "no source is asked: prices are fixed")];
    }
    let client = match price::http_client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => {
            return vec![Finding::fail(CHECK, format!("no HTTPS client: {error}"), "install CA certificates")];
        }
    };
    let feeds = price::public_feeds(&client);
    let wanted = |name: &str| config.rates.sources.iter().any(|source| crate::prices::name(*source) == name);
    let asked = feeds.iter().filter(|feed| wanted(feed.name())).map(|feed| async move {
        match feed.price(SYMBOL, now).await {
            Ok(answer) => {
                (true, Finding::ok(CHECK, format!("{} says {SYMBOL} is {}", feed.name(), answer.rate.decimal())))
            }
            Err(error) => {
                let advice = "check DNS and that this machine may open HTTPS connections; without a price there is no \
                              quote";
                (false, Finding::warn(CHECK, error.to_string(), advice))
            }
        }
    });
    let (answered, mut findings): (Vec<bool>, Vec<Finding>) = join_all(asked).await.into_iter().unzip();
    let count = answered.iter().filter(|answered| **answered).count();
    if count < config.rates.min_answers {
        let message = format!("{count} sources answer, and rates.min_answers is {}", config.rates.min_answers);
        findings.push(Finding::fail(CHECK, message, "let more answer, add sources, or fix prices under [rates.fixed]"));
    }
    findings
}
