//! What a wallet in the browser is asked to do: the network to be on, and the exact transaction to send.
//!
//! Written here, where amounts are integers, so that no script computes with money. EVM networks only; refuses a
//! network without a chain id.

use pepay_core::address::Address;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Kind, Network};
use pepay_core::token::{Asset, Catalogue, Token};
use serde::Serialize;

use crate::show;

/// First four bytes of keccak-256 of `transfer(address,uint256)`.
const TRANSFER: &str = "a9059cbb";

/// A transaction and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Order {
    /// `0x` and hex, without leading zeros, as EIP-1193 wants quantities.
    chain_id: String,
    /// For a wallet that does not know the network (EIP-3085); null when no node may be named to it.
    chain: Option<Chain>,
    /// Whom the transaction calls: the token, or for the chain's own coin the payee.
    to: String,
    /// Coins, a hex quantity.
    value: String,
    /// The call; `0x` for none.
    data: String,
}

/// The parameter of `wallet_addEthereumChain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Chain {
    #[serde(rename = "chainId")]
    id: String,
    #[serde(rename = "chainName")]
    name: String,
    native_currency: Currency,
    rpc_urls: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    block_explorer_urls: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Currency {
    name: String,
    symbol: String,
    decimals: u8,
}

/// The transaction that pays `units` of `token` on `network` to `to`.
pub(crate) fn of(
    catalogue: &Catalogue,
    network: &Network,
    token: &Token,
    to: &Address,
    units: BaseUnits,
) -> Option<Order> {
    let chain_id = network.chain_id.filter(|_| network.kind == Kind::Evm)?;
    let chain_id = format!("{chain_id:#x}");
    let payee = to.evm()?;
    let (to, value, data) = match token.asset {
        Asset::Native => (to.to_string(), format!("{:#x}", units.get()), "0x".to_owned()),
        Asset::Contract(contract) => {
            let call =
                format!("0x{TRANSFER}{:0>64}{:064x}", payee.to_string().to_lowercase().split_off(2), units.get());
            (contract.to_string(), "0x0".to_owned(), call)
        }
    };
    Some(Order { chain: chain(catalogue, network, &chain_id), chain_id, to, value, data })
}

fn chain(catalogue: &Catalogue, network: &Network, chain_id: &str) -> Option<Chain> {
    let rpc = network.public_rpc.clone()?;
    let native = catalogue.tokens().iter().find(|token| token.network == network.id && token.asset == Asset::Native)?;
    let explorer = network.explorer_tx.as_deref().and_then(|url| url.split('/').nth(2).map(|host| (url, host)));
    Some(Chain {
        id: chain_id.to_owned(),
        name: match network.id.environment() {
            pepay_core::network::Environment::Mainnet => show::network(network.id.name()),
            pepay_core::network::Environment::Devnet => format!("{} Testnet", show::network(network.id.name())),
        },
        native_currency: Currency {
            name: native.name.clone(),
            symbol: native.symbol.clone(),
            decimals: native.decimals,
        },
        rpc_urls: vec![rpc],
        block_explorer_urls: explorer
            .filter(|(url, _)| url.starts_with("https://"))
            .map(|(_, host)| format!("https://{host}"))
            .into_iter()
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use pepay_core::id::TokenId;
    use pepay_core::network::{Confirmations, Depth, Environment, NetworkId};
    use pepay_core::token::Standard;
    use serde_json::json;

    use super::*;

    const TO: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    const TOKEN: &str = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

    fn catalogue() -> Catalogue {
        let id = NetworkId::new(Environment::Mainnet, "base");
        let network = Network {
            id: id.clone(),
            kind: Kind::Evm,
            chain_id: Some(8453),
            confirmations: Confirmations::flat(Depth::Blocks(1)),
            explorer_tx: Some("https://scan.test/tx/{tx}".to_owned()),
            public_rpc: Some("https://node.test".to_owned()),
            treasury: None,
            factory: None,
        };
        let token = |number, asset, symbol: &str, decimals| Token {
            id: TokenId(number),
            network: id.clone(),
            asset,
            symbol: symbol.to_owned(),
            name: symbol.to_owned(),
            decimals,
            standard: Standard::Erc20,
            stable: false,
            active: true,
            photo_uri: None,
        };
        let usdc = Asset::Contract(Address::parse(Kind::Evm, TOKEN).unwrap());
        let tokens = vec![token(1, Asset::Native, "ETH", 18), token(2, usdc, "USDC", 6)];
        Catalogue::new(vec![network], tokens).unwrap()
    }

    fn order(token: i64, units: u128) -> serde_json::Value {
        let catalogue = catalogue();
        let token = catalogue.token(TokenId(token)).unwrap();
        let network = catalogue.network(&token.network).unwrap();
        let to = Address::parse(Kind::Evm, TO).unwrap();
        serde_json::to_value(of(&catalogue, network, token, &to, BaseUnits::from_u128(units)).unwrap()).unwrap()
    }

    #[test]
    fn a_token_is_transferred_to_the_unit() {
        let order = order(2, 49_990_000);
        assert_eq!((&order["to"], &order["value"]), (&json!(TOKEN), &json!("0x0")));
        let expected = "0xa9059cbb0000000000000000000000005aaeb6053f3e94c9b9a09f33669435e7ef1beaed\
                        0000000000000000000000000000000000000000000000000000000002fac970";
        assert_eq!(order["data"], json!(expected));
    }

    #[test]
    fn the_chains_own_coin_is_sent_as_value() {
        let order = order(1, 12_345_678_901_234_567);
        assert_eq!((&order["to"], &order["data"]), (&json!(TO), &json!("0x")));
        assert_eq!(order["value"], json!("0x2bdc545d6b4b87"));
    }

    #[test]
    fn a_wallet_learns_how_to_add_the_network() {
        assert_eq!(
            order(1, 1)["chain"],
            json!({
                "chainId": "0x2105",
                "chainName": "Base",
                "nativeCurrency": {"name": "ETH", "symbol": "ETH", "decimals": 18},
                "rpcUrls": ["https://node.test"],
                "blockExplorerUrls": ["https://scan.test"],
            })
        );
    }
}
