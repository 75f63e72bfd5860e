//! A running `pepay dev`, as its `dev.json` describes it: for the commands that play merchant or payor there.
//!
//! Refuses, with what to do, when there is none. That the file is there does not prove that somebody answers.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use serde::Deserialize;

use crate::config::secret::Secret;

/// Where `pepay dev` keeps everything unless told otherwise.
pub(crate) const DATA: &str = ".pepay";
/// The file in the data directory that describes it.
pub(crate) const DEV_JSON: &str = "dev.json";

/// What a command needs to know of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Installation {
    /// What it is reached as.
    pub(crate) base_url: String,
    /// A devnet key of its merchant.
    pub(crate) api_key: Secret,
    /// Its local chains.
    pub(crate) networks: Vec<Network>,
    #[serde(skip)]
    file: PathBuf,
}

/// A local chain.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Network {
    /// Its name, such as `base`.
    #[serde(rename = "network")]
    pub(crate) name: String,
    /// EIP-155 chain id.
    pub(crate) chain_id: u64,
    /// Where payors reach it.
    pub(crate) rpc_url: String,
    /// Where the server's line to it is cut.
    pub(crate) cut_address: String,
    /// What can be paid in.
    pub(crate) tokens: Vec<Token>,
    /// Of an account with plenty of everything.
    pub(crate) funded_private_key: Secret,
}

/// A token on a local chain.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Token {
    /// Its number.
    pub(crate) id: i64,
    /// Its ticker.
    pub(crate) symbol: String,
    /// Its contract; `None` for the chain's own coin.
    pub(crate) address: Option<String>,
    /// Its decimal places.
    pub(crate) decimals: u8,
}

impl Installation {
    /// Reads `file`; an error that says how to start one when it is not there.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => anyhow!(
                "`pepay dev` is not running here: there is no {}; start it, or name its data directory with --data",
                file.display()
            ),
            _ => anyhow::Error::new(error).context(format!("could not read {}", file.display())),
        })?;
        let parsed = serde_json::from_str(&text);
        let installation: Self =
            parsed.with_context(|| format!("{} was not written by this version of `pepay dev`", file.display()))?;
        Ok(Self { file: file.to_owned(), ..installation })
    }

    /// The chain called `name`; an error that lists those there are.
    pub(crate) fn network(&self, name: &str) -> anyhow::Result<&Network> {
        let names = || self.networks.iter().map(|network| network.name.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.networks.iter().find(|network| network.name == name);
        found.with_context(|| format!("`pepay dev` has no network {name}; there are {}", names()))
    }

    /// Held while a transaction of the funded account is numbered and sent, since several programs pay from it.
    pub(crate) fn purse(&self) -> anyhow::Result<File> {
        let file = File::open(&self.file).with_context(|| format!("could not read {}", self.file.display()))?;
        file.lock().with_context(|| format!("could not lock {}", self.file.display()))?;
        Ok(file)
    }
}

impl Network {
    /// The token called `symbol`; without a name, USDC, or whatever contract comes first.
    pub(crate) fn token(&self, symbol: Option<&str>) -> anyhow::Result<&Token> {
        let by_name = |name: &str| self.tokens.iter().find(|token| token.symbol.eq_ignore_ascii_case(name));
        let found = match symbol {
            Some(symbol) => by_name(symbol),
            None => by_name("USDC").or_else(|| self.tokens.iter().find(|token| token.address.is_some())),
        };
        found.with_context(|| {
            let symbols: Vec<_> = self.tokens.iter().map(|token| token.symbol.as_str()).collect();
            let wanted = symbol.unwrap_or("token");
            format!("{} has no {wanted}; there are {}", self.name, symbols.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_running_tells_what_to_start() {
        let error = Installation::read(Path::new("/nowhere/dev.json")).unwrap_err().to_string();
        assert!(error.starts_with("`pepay dev` is not running here"), "{error}");
    }

    #[test]
    fn networks_and_tokens_are_found_by_name() {
        let token = |id: i64, symbol: &str, address: Option<&str>| serde_json::json!({ "id": id, "symbol": symbol, "address": address, "decimals": 6 });
        let document = serde_json::json!({
            "base_url": "http://localhost:3000", "api_key": "k", "later": "additions are ignored",
            "networks": [{
                "network": "base", "chain_id": 1, "rpc_url": "u", "cut_address": "c", "funded_private_key": "f",
                "tokens": [token(1, "ETH", None), token(2, "USDT", Some("0x")), token(3, "USDC", Some("0x"))],
            }],
        });
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), document.to_string()).unwrap();
        let installation = Installation::read(file.path()).unwrap();
        let base = installation.network("base").unwrap();
        assert_eq!(base.token(None).unwrap().id, 3);
        assert_eq!(base.token(Some("usdt")).unwrap().id, 2);
        let error = base.token(Some("DAI")).unwrap_err().to_string();
        assert_eq!(error, "base has no DAI; there are ETH, USDT, USDC");
        assert!(installation.network("bsc").is_err());
        assert!(!format!("{installation:?}").contains("\"f\""), "keys are not printed");
    }
}
