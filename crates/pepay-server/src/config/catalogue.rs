//! `[catalogue]`: the built-in networks, and the core catalogue that a configuration amounts to.
//!
//! A built-in entry is used when `catalogue.networks` or a key under `[networks]` names it. The operator's keys win.

use std::collections::BTreeSet;

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use pepay_core::address::Address;
use pepay_core::forwarder::Factory;
use pepay_core::id::TokenId;
use pepay_core::money::UsdMillis;
use pepay_core::network::{self, Environment, NetworkId};
use pepay_core::token::{self, Asset, Catalogue, Standard};
use serde::Deserialize;

use super::network::{Confirmations, Network, Networks, Token};
use super::{Config, Error};

const DEVNET: &str = include_str!("../../catalogue/devnet.toml");
const MAINNET: &str = include_str!("../../catalogue/mainnet.toml");

/// `[catalogue]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// `PEPAY__CATALOGUE__NETWORKS`: built-in networks to use as they are, such as `["mainnet:base", "devnet:*"]`.
    /// Networks that have a section under `[networks]` are used without being named here. Default none.
    pub networks: Vec<String>,
}

/// The built-in entries that `own` asks for, to be laid under it.
pub(super) fn built_in(own: &Figment) -> Result<Figment, Error> {
    let chosen: Choice = if own.contains("catalogue") { own.extract_inner("catalogue")? } else { Choice::default() };
    let mut result = Figment::new();
    for (environment, document) in [("devnet", DEVNET), ("mainnet", MAINNET)] {
        let known = Figment::from(Toml::string(document));
        let prefix = format!("networks.{environment}");
        let mut wanted = names_under(own, &prefix);
        for entry in &chosen.networks {
            match entry.split_once(':') {
                Some((of, "*")) if of == environment => wanted.extend(names_under(&known, &prefix)),
                Some((of, name)) if of == environment => {
                    if !known.contains(&format!("{prefix}.{name}")) {
                        let problem =
                            format!("there is no built-in network {entry}; there are {}", all(&known, environment));
                        return Err(Error::value("catalogue.networks", problem));
                    }
                    wanted.insert(name.to_owned());
                }
                Some(("devnet" | "mainnet", _)) => {}
                _ => return Err(Error::value("catalogue.networks", format!("{entry:?} is not environment:network"))),
            }
        }
        for name in wanted {
            let key = format!("{prefix}.{name}");
            if let Ok(entry) = known.find_value(&key) {
                result = result.merge(Serialized::default(&key, entry));
            }
        }
    }
    Ok(result)
}

fn names_under(figment: &Figment, key: &str) -> BTreeSet<String> {
    let value = figment.find_value(key).ok();
    value.as_ref().and_then(Value::as_dict).map(|dict: &Dict| dict.keys().cloned().collect()).unwrap_or_default()
}

fn all(known: &Figment, environment: &str) -> String {
    let names = names_under(known, &format!("networks.{environment}"));
    names.iter().map(|name| format!("{environment}:{name}")).collect::<Vec<_>>().join(", ")
}

impl Config {
    /// The core catalogue of the enabled networks. `factory` makes the deposit addresses of the EVM ones.
    pub fn catalogue(&self, factory: Factory) -> Result<Catalogue, Error> {
        let mut networks = Vec::new();
        let mut tokens = Vec::new();
        for (id, network) in self.networks.enabled() {
            let key = key_of(&id);
            networks.push(core_network(&key, id.clone(), network, factory)?);
            for (name, token) in &network.tokens {
                tokens.push(core_token(&format!("{key}.tokens.{name}"), id.clone(), token)?);
            }
        }
        Catalogue::new(networks, tokens).map_err(|error| Error::value("networks", error.to_string()))
    }
}

fn key_of(id: &NetworkId) -> String {
    format!("networks.{}.{}", id.environment(), id.name())
}

fn core_network(key: &str, id: NetworkId, it: &Network, factory: Factory) -> Result<network::Network, Error> {
    Ok(network::Network {
        id,
        kind: network::Kind::Evm,
        chain_id: Some(it.chain_id),
        confirmations: depths(&format!("{key}.confirmations"), &it.confirmations)?,
        explorer_tx: it.explorer_tx.clone().filter(|template| !template.is_empty()),
        public_rpc: it.public_rpc_url.clone().filter(|url| !url.is_empty()),
        treasury: it.treasury.as_deref().map(|text| address(&format!("{key}.treasury"), text)).transpose()?,
        factory: Some(factory),
    })
}

fn core_token(key: &str, network: NetworkId, it: &Token) -> Result<token::Token, Error> {
    let asset = match (&it.address, it.native) {
        (None, true) => Asset::Native,
        (Some(text), false) => Asset::Contract(address(&format!("{key}.address"), text)?),
        (None, false) => return Err(Error::value(key, "needs an `address`, or `native = true`")),
        (Some(_), true) => return Err(Error::value(key, "can not have an `address` and be `native`")),
    };
    if it.id < 1 || i32::try_from(it.id).is_err() {
        return Err(Error::value(format!("{key}.id"), "must be from 1 to 2147483647"));
    }
    if it.decimals > 30 {
        return Err(Error::value(format!("{key}.decimals"), "must be from 0 to 30"));
    }
    Ok(token::Token {
        id: TokenId(it.id),
        network,
        asset,
        symbol: it.symbol.clone(),
        name: it.name.clone(),
        decimals: it.decimals,
        standard: if it.native { Standard::Native } else { Standard::Erc20 },
        stable: it.stable,
        active: it.active,
        photo_uri: it.photo_uri.clone(),
    })
}

fn depths(key: &str, it: &Confirmations) -> Result<network::Confirmations, Error> {
    let tier = |tier: &super::network::Tier| {
        let up_to =
            UsdMillis::new(i64::from(tier.up_to_usd) * 1000).map_err(|error| Error::value(key, error.to_string()))?;
        Ok(network::Tier { up_to, depth: tier.depth.0 })
    };
    Ok(network::Confirmations { tiers: it.tiers.iter().map(tier).collect::<Result<_, Error>>()?, above: it.above.0 })
}

fn address(key: &str, text: &str) -> Result<Address, Error> {
    Address::parse(network::Kind::Evm, text).map_err(|error| Error::value(key, format!("{text}: {error}")))
}

/// Every built-in network, as the documentation and the tests see it.
pub fn all_built_in() -> Result<Networks, Error> {
    let known = Figment::from(Toml::string(DEVNET)).merge(Toml::string(MAINNET));
    Ok(known.extract_inner("networks")?)
}

/// The id of a network that a command line names, such as `devnet:base`.
pub fn parse_network(text: &str) -> Result<NetworkId, String> {
    text.parse().map_err(|_| format!("{text:?} is not environment:network, such as {}:base", Environment::Devnet))
}
