//! `[database]`: where invoices are kept.

use figment::value::magic::RelativePathBuf;
use serde::Deserialize;

use super::Error;
use super::secret::SecretUrl;
use super::secrets::read_file;

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `PEPAY__DATABASE__URL`: `sqlite://path?mode=rwc` or `postgres://user:password@host/name`.
    /// Default `sqlite://pepay.db?mode=rwc`.
    pub url: SecretUrl,
    /// `PEPAY__DATABASE__URL_FILE`: a file that holds the URL, instead of `url`. Default none.
    pub url_file: Option<RelativePathBuf>,
    /// `PEPAY__DATABASE__MAX_CONNECTIONS`: connections of the pool. Default 16.
    pub max_connections: u32,
    /// `PEPAY__DATABASE__MIGRATE`: whether `serve` brings the schema up to date before it starts; otherwise run
    /// `pepay migrate`. Default true.
    pub migrate: bool,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: SecretUrl::new("sqlite://pepay.db?mode=rwc".to_owned()),
            url_file: None,
            max_connections: 16,
            migrate: true,
        }
    }
}

impl Database {
    /// The URL, from the file when there is one.
    pub fn url(&self) -> Result<SecretUrl, Error> {
        let url = match &self.url_file {
            Some(path) => SecretUrl::new(read_file("database.url_file", path)?),
            None => self.url.clone(),
        };
        if url.has_scheme(&["sqlite", "postgres", "postgresql"]) {
            Ok(url)
        } else {
            Err(Error::value("database.url", "must be sqlite://path?mode=rwc or postgres://user:password@host/name"))
        }
    }
}
