//! One client per configured network. Nothing is asked of a node here: each is checked at its first use.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context as _;
use pepay_chain::evm::{self, Client, Scope, Url};
use pepay_core::network::NetworkId;
use pepay_core::token::{Asset, Catalogue};

use crate::config::Config;
use crate::config::network::{Logs, Network};
use crate::config::secret::SecretUrl;

/// The clients of all enabled networks.
pub fn clients(config: &Config, catalogue: &Catalogue) -> anyhow::Result<HashMap<NetworkId, Arc<Client>>> {
    let client = |(id, network): (NetworkId, &Network)| {
        let settings = settings(&id, network, catalogue)?;
        Ok((id, Arc::new(Client::new(settings)?)))
    };
    config.networks.enabled().map(client).collect()
}

/// What the client of one network is made of.
pub(crate) fn settings(id: &NetworkId, network: &Network, catalogue: &Catalogue) -> anyhow::Result<evm::Config> {
    let key = format!("networks.{}.{}", id.environment(), id.name());
    // The URL itself may hold a secret, so the error does not repeat it.
    let parse = |url: &SecretUrl| Url::parse(url.reveal()).with_context(|| format!("`{key}` has a URL that is none"));
    let rpcs = network.rpc_urls.iter().chain(&network.ws_url).map(parse).collect::<anyhow::Result<_>>()?;
    let here = || catalogue.tokens().iter().filter(|token| token.network == *id);
    let contract = |asset: Asset| match asset {
        Asset::Native => None,
        Asset::Contract(address) => address.evm(),
    };
    Ok(evm::Config {
        max_logs_range: network.max_logs_range,
        tokens: here().filter_map(|token| contract(token.asset)).collect(),
        scope: match network.logs {
            Logs::Listed => Scope::Listed,
            Logs::Any => Scope::Any,
        },
        native: here().any(|token| token.asset == Asset::Native),
        ..evm::Config::new(id.clone(), network.chain_id, rpcs)
    })
}
