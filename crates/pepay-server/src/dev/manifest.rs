//! `dev.json`: what scripts and examples need to know of a running `pepay dev`.

use pepay_core::token::{Asset, Catalogue, Token};
use serde_json::{Value, json};

use super::chains::LocalChain;
use super::seed::{self, Seed};

/// The document. It holds play-money keys and the API key, and is therefore written for its owner only.
pub(super) fn render(base_url: &str, seed: &Seed, chains: &[LocalChain], catalogue: &Catalogue) -> String {
    let document = json!({
        "base_url": base_url,
        "checkout_url": base_url,
        "dashboard": { "url": format!("{base_url}/dashboard"), "email": seed::EMAIL, "password": seed.password },
        "operator": { "url": format!("{base_url}/operator"), "email": seed::OPERATOR, "password": seed.password },
        "api_key": seed.api_key,
        "webhook_secret": null,
        "networks": chains.iter().map(|chain| network(chain, catalogue)).collect::<Vec<_>>(),
    });
    format!("{document:#}")
}

fn network(chain: &LocalChain, catalogue: &Catalogue) -> Value {
    let here = catalogue.tokens().iter().filter(|token| token.network == chain.network);
    json!({
        "network": chain.network.name(),
        "environment": chain.network.environment().as_str(),
        "kind": "evm",
        "chain_id": chain.chain_id,
        "rpc_url": chain.rpc_url,
        // The server does not reach the chain while anybody holds a connection to this address.
        "cut_address": chain.line.cut_address().to_string(),
        "confirmations": super::CONFIRMATIONS,
        "tokens": here.map(token).collect::<Vec<_>>(),
        "funded_private_key": super::PAYOR_KEY,
    })
}

fn token(token: &Token) -> Value {
    json!({
        "id": token.id.0,
        "symbol": token.symbol,
        "address": match token.asset {
            Asset::Native => None,
            Asset::Contract(address) => Some(address.to_string()),
        },
        "decimals": token.decimals,
        "type": token.standard.as_str(),
    })
}
