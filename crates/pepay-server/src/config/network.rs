//! `[networks.<environment>.<name>]`: a network, its nodes, its depth table and its tokens.

use std::collections::BTreeMap;
use std::fmt;

use pepay_core::network::{self, Environment, NetworkId};
use serde::de::{self, Deserialize, Deserializer};

use super::Error;
use super::secret::SecretUrl;

mod token;
pub use token::Token;

/// `[networks]`: the networks of both environments by name.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Networks {
    /// `[networks.devnet.<name>]`: test networks.
    pub devnet: BTreeMap<String, Network>,
    /// `[networks.mainnet.<name>]`: networks with real money.
    pub mainnet: BTreeMap<String, Network>,
}

/// The family of a network. Only EVM networks can be configured in this version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Speaks the Ethereum RPC.
    #[default]
    Evm,
}

/// Which ERC-20 transfers are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Logs {
    /// Only of the listed tokens.
    #[default]
    Listed,
    /// Of every token, so that a wrong token on a right address is seen at once. More traffic.
    Any,
}

/// `[networks.<environment>.<name>]`
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Whether it is used. Default true.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Its family: `evm`. Default `evm`.
    #[serde(default)]
    pub kind: Kind,
    /// Its EIP-155 chain id; a node of another chain is refused. No default.
    pub chain_id: u64,
    /// Its nodes, best first. The next takes over when one fails, and a second cross-checks the first. No default.
    pub rpc_urls: Vec<SecretUrl>,
    /// A WebSocket node that tells of new blocks at once. Default none: polling.
    #[serde(default)]
    pub ws_url: Option<SecretUrl>,
    /// Most blocks asked for in one `eth_getLogs`; shrinks by itself where a node allows less. Default 500.
    #[serde(default = "default_max_logs_range")]
    pub max_logs_range: u64,
    /// Which transfers are read, `any` or `listed`. Default `listed`.
    #[serde(default)]
    pub logs: Logs,
    /// How deep a payment must lie. Default `finalized`.
    #[serde(default)]
    pub confirmations: Confirmations,
    /// The explorer's page of a transaction, with `{tx}` in the place of its hash; empty for none. Default none.
    #[serde(default)]
    pub explorer_tx: Option<String>,
    /// A node that payors' wallets may be told of, to add the network with; empty for none. Anybody can read it, so no
    /// key may be in it. Default none.
    #[serde(default)]
    pub public_rpc_url: Option<String>,
    /// Your own address: where payments go when the merchant has no wallet here. Default none.
    #[serde(default)]
    pub treasury: Option<String>,
    /// Its tokens, each under a name of your choice. Default none.
    #[serde(default)]
    pub tokens: BTreeMap<String, Token>,
}

fn yes() -> bool {
    true
}

fn default_max_logs_range() -> u64 {
    500
}

/// `[networks.<environment>.<name>.confirmations]`: depth by worth.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Confirmations {
    /// Steps in ascending order of `up_to_usd`. Default none.
    pub tiers: Vec<Tier>,
    /// The depth above the last step: a number of blocks or `finalized`. Default `finalized`.
    pub above: Depth,
}

/// One step: payments up to this worth need this depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Whole US dollars, included.
    pub up_to_usd: u32,
    /// A number of blocks, the payment's own included, or `finalized`.
    pub depth: Depth,
}

/// A number of blocks, or `finalized`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth(pub network::Depth);

impl Default for Depth {
    fn default() -> Self {
        Self(network::Depth::Finalized)
    }
}

impl<'de> Deserialize<'de> for Depth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Depth;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of blocks or \"finalized\"")
            }

            fn visit_u64<E: de::Error>(self, blocks: u64) -> Result<Depth, E> {
                let wrong = |_| E::invalid_value(de::Unexpected::Unsigned(blocks), &self);
                u32::try_from(blocks).map(|blocks| Depth(network::Depth::Blocks(blocks))).map_err(wrong)
            }

            fn visit_i64<E: de::Error>(self, blocks: i64) -> Result<Depth, E> {
                let wrong = |_| E::invalid_value(de::Unexpected::Signed(blocks), &self);
                u64::try_from(blocks).map_err(wrong).and_then(|blocks| self.visit_u64(blocks))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Depth, E> {
                match text {
                    "finalized" => Ok(Depth(network::Depth::Finalized)),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Networks {
    /// Every enabled network with its id, devnet first, by name.
    pub fn enabled(&self) -> impl Iterator<Item = (NetworkId, &Network)> {
        let devnet = self.devnet.iter().map(|(name, network)| (NetworkId::new(Environment::Devnet, name), network));
        let mainnet = self.mainnet.iter().map(|(name, network)| (NetworkId::new(Environment::Mainnet, name), network));
        devnet.chain(mainnet).filter(|(_, network)| network.enabled)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.enabled()
            .try_for_each(|(id, network)| network.check(&format!("networks.{}.{}", id.environment(), id.name())))
    }
}

impl Network {
    fn check(&self, key: &str) -> Result<(), Error> {
        let wrong = |name: &str, problem: &str| Err(Error::value(format!("{key}.{name}"), problem));
        if self.chain_id == 0 {
            return wrong("chain_id", "must not be 0");
        }
        if self.rpc_urls.is_empty() || !self.rpc_urls.iter().all(|url| url.has_scheme(&["http", "https"])) {
            return wrong("rpc_urls", "must list at least one http(s) URL");
        }
        if self.ws_url.as_ref().is_some_and(|url| !url.has_scheme(&["ws", "wss"])) {
            return wrong("ws_url", "must be a ws(s) URL");
        }
        if !(1..=10_000).contains(&self.max_logs_range) {
            return wrong("max_logs_range", "must be from 1 to 10000");
        }
        if self.explorer_tx.as_ref().is_some_and(|it| !it.is_empty() && !it.contains("{tx}")) {
            return wrong("explorer_tx", "must contain {tx}");
        }
        let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if self.public_rpc_url.as_ref().is_some_and(|it| !it.is_empty() && !web(it)) {
            return wrong("public_rpc_url", "must be a http(s) URL");
        }
        if !self.confirmations.tiers.is_sorted_by(|a, b| a.up_to_usd < b.up_to_usd) {
            return wrong("confirmations.tiers", "must rise in up_to_usd");
        }
        Ok(())
    }
}
