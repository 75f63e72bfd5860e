//! `pepay doctor`: looks at everything a node depends on, before or while it runs, and says what to do about each
//! thing that is wrong.
//!
//! It changes nothing and makes nothing: a database that is not there yet stays so. Every look is bounded in time, and
//! one that fails keeps no other from being made.

use std::path::PathBuf;

use anyhow::ensure;
use pepay_core::time::Millis;
use pepay_engine::clock::{Clock as _, SystemClock};
use reqwest::Url;

use crate::cmd::say;
use crate::config::Config;
use crate::node;

mod clock;
mod database;
mod keys;
mod mail;
mod networks;
mod prices;
mod reach;
mod report;
mod settings;

use report::{Finding, Report};

/// What to look at.
#[derive(Debug)]
pub(crate) struct Options {
    /// The configuration file; the environment alone when `None`.
    pub(crate) config: Option<PathBuf>,
    /// A webhook endpoint whose reachability is in question.
    pub(crate) webhook: Option<Url>,
    /// Whether programs read what is said.
    pub(crate) json: bool,
}

/// Looks, and says what was found; an error when something must be mended.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let report = examine(options, SystemClock.now()).await;
    say(if options.json { report.json()? } else { report.text() })?;
    let failures = report.failures();
    ensure!(failures == 0, "{failures} of {} checks failed", report.count());
    Ok(())
}

async fn examine(options: &Options, now: Millis) -> Report {
    let mut report = Report::default();
    let config = match Config::load(options.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            let advice = "correct it; docs/configuration.md lists every key, and nothing else was looked at";
            report.add(Finding::fail("config", error.to_string(), advice));
            return report;
        }
    };
    report.extend(settings::examine(&config, options.config.as_deref()));
    report.extend(keys::examine(&config, options.config.as_deref()));
    let catalogue = match config.catalogue(node::newest_factory()) {
        Ok(catalogue) => catalogue,
        Err(error) => {
            report.add(Finding::fail("config", error.to_string(), "correct the networks and tokens"));
            return report;
        }
    };
    let ((database, database_now), (networks, newest), prices, mail, reach) = tokio::join!(
        database::examine(&config),
        networks::examine(&config, &catalogue, now),
        prices::examine(&config, now),
        mail::examine(&config),
        reach::examine(&config, options.webhook.as_ref()),
    );
    report.extend(database);
    report.extend(clock::examine(SystemClock.now(), database_now, newest));
    report.extend(networks);
    report.extend(prices);
    report.extend(mail);
    report.extend(reach);
    report
}

/// An error and its causes in one line.
fn report_error(error: impl Into<anyhow::Error>) -> String {
    crate::cmd::one_line(&error.into())
}
