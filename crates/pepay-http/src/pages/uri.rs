//! Payment links a wallet understands: EIP-681 for EVM networks, Solana Pay for Solana.
//!
//! Refuses to write a link that leaves the network open: a wallet would then pay on whichever one it is set to.

use pepay_core::address::Address;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Kind, Network};
use pepay_core::token::{Asset, Token};

use crate::show;

/// The link that pays `units` of `token` on `network` to `to`; `None` when the network has no chain id to name.
pub(crate) fn payment_uri(network: &Network, token: &Token, to: &Address, units: BaseUnits) -> Option<String> {
    match network.kind {
        Kind::Evm => {
            let chain = network.chain_id?;
            Some(match token.asset {
                Asset::Native => format!("ethereum:{to}@{chain}?value={units}"),
                Asset::Contract(contract) => {
                    format!("ethereum:{contract}@{chain}/transfer?address={to}&uint256={units}")
                }
            })
        }
        Kind::Solana => {
            let amount = units.decimal(token.decimals);
            let amount = show::trimmed(&amount);
            Some(match token.asset {
                Asset::Native => format!("solana:{to}?amount={amount}"),
                Asset::Contract(mint) => format!("solana:{to}?amount={amount}&spl-token={mint}"),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use pepay_core::id::TokenId;
    use pepay_core::network::{Confirmations, Depth, Environment, NetworkId};
    use pepay_core::token::Standard;

    use super::*;

    const TO: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    const TOKEN: &str = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

    fn evm(text: &str) -> Address {
        Address::parse(Kind::Evm, text).unwrap()
    }

    fn network(kind: Kind, chain_id: Option<u64>) -> Network {
        Network {
            id: NetworkId::new(Environment::Devnet, "base"),
            kind,
            chain_id,
            confirmations: Confirmations::flat(Depth::Blocks(1)),
            explorer_tx: None,
            public_rpc: None,
            treasury: None,
            factory: None,
        }
    }

    fn token(asset: Asset, decimals: u8) -> Token {
        Token {
            id: TokenId(1),
            network: NetworkId::new(Environment::Devnet, "base"),
            asset,
            symbol: "USDC".to_owned(),
            name: "USD Coin".to_owned(),
            decimals,
            standard: Standard::Erc20,
            stable: true,
            active: true,
            photo_uri: None,
        }
    }

    #[test]
    fn evm_links_name_the_chain_and_exact_units() {
        let network = network(Kind::Evm, Some(8453));
        let usdc = token(Asset::Contract(evm(TOKEN)), 6);
        let units = BaseUnits::from_u128(49_990_000);
        assert_eq!(
            payment_uri(&network, &usdc, &evm(TO), units).unwrap(),
            format!("ethereum:{TOKEN}@8453/transfer?address={TO}&uint256=49990000")
        );
        let wei = BaseUnits::from_u128(12_345_678_901_234_567);
        assert_eq!(
            payment_uri(&network, &token(Asset::Native, 18), &evm(TO), wei).unwrap(),
            format!("ethereum:{TO}@8453?value=12345678901234567")
        );
    }

    #[test]
    fn no_chain_id_no_link() {
        let units = BaseUnits::from_u128(1);
        assert_eq!(payment_uri(&network(Kind::Evm, None), &token(Asset::Native, 18), &evm(TO), units), None);
    }

    #[test]
    fn solana_links_are_in_whole_tokens() {
        let to = Address::Solana([7; 32]);
        let mint = Address::Solana([9; 32]);
        let link = payment_uri(
            &network(Kind::Solana, None),
            &token(Asset::Contract(mint), 6),
            &to,
            BaseUnits::from_u128(12_500_000),
        );
        assert_eq!(link.unwrap(), format!("solana:{to}?amount=12.5&spl-token={mint}"));
    }
}
