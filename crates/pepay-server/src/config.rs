//! What the operator decides: one TOML file, each key of which a variable `PEPAY__SECTION__KEY` may override.
//!
//! Refuses unknown keys and wrong values, and names each: a misspelt key must not silently leave a default in force.
//! Secrets print nothing. `docs/configuration.md` lists every key; a test compares it with these structs.

use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;

pub mod accounts;
pub mod catalogue;
pub mod database;
mod error;
pub mod events;
pub mod limits;
pub mod log;
pub mod mail;
pub mod network;
pub mod rates;
pub mod secret;
pub mod secrets;
pub mod server;
pub mod settlement;
pub mod sockets;
pub mod webhooks;

pub use error::Error;

/// Prefix of the variables that override the file.
const ENV_PREFIX: &str = "PEPAY__";

/// The whole configuration, a section each.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the program listens and what it is reached as.
    pub server: server::Server,
    /// Where invoices are kept.
    pub database: database::Database,
    /// The server's own key.
    pub secrets: secrets::Secrets,
    /// How much a caller may ask.
    pub limits: limits::Limits,
    /// Who may sign up for the dashboard.
    pub accounts: accounts::Accounts,
    /// How letters reach people.
    pub mail: mail::Mail,
    /// How many sockets, and how they are kept.
    pub sockets: sockets::Sockets,
    /// How long events are kept.
    pub events: events::Events,
    /// What tokens are worth.
    pub rates: rates::Rates,
    /// Which built-in networks to use.
    pub catalogue: catalogue::Choice,
    /// The networks, by environment and name.
    pub networks: network::Networks,
    /// What merchants start with, and the operator's share.
    pub settlement: settlement::Settlement,
    /// How events are delivered to merchants.
    pub webhooks: webhooks::Webhooks,
    /// What is written to the log.
    pub log: log::Log,
}

impl Config {
    /// Reads `file` (when given) and the process environment.
    pub fn load(file: Option<&Path>) -> Result<Self, Error> {
        if let Some(path) = file.filter(|path| !path.is_file()) {
            return Err(Error::NoFile { path: path.to_owned() });
        }
        let own = file.map_or_else(Figment::new, |path| Figment::from(Toml::file_exact(path)));
        Self::assemble(own.merge(environment()))
    }

    /// Reads a TOML document alone, as the tests of the shipped examples do.
    pub fn parse(toml: &str) -> Result<Self, Error> {
        Self::assemble(Figment::from(Toml::string(toml)))
    }

    // The built-in entries lie under the operator's keys, but only those that the operator's keys ask for.
    fn assemble(own: Figment) -> Result<Self, Error> {
        let built_in = catalogue::built_in(&own)?;
        let config: Self = Figment::from(built_in).merge(own).extract().map_err(Error::from)?;
        config.check()?;
        Ok(config)
    }

    // What no single value tells.
    fn check(&self) -> Result<(), Error> {
        self.server.check()?;
        self.limits.check()?;
        self.mail.check()?;
        self.sockets.check()?;
        self.rates.check()?;
        self.settlement.check()?;
        self.webhooks.check()?;
        self.networks.check()
    }
}

fn environment() -> Env {
    Env::prefixed(ENV_PREFIX).split("__")
}

#[cfg(test)]
mod tests;
