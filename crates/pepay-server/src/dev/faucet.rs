//! The faucet: pays any token of the local chains from the funded account.

use std::collections::HashMap;
use std::sync::Arc;

use pepay_chain::evm::devnet::Devnet;
use pepay_core::address::Address;
use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;
use pepay_core::token::{Asset, Catalogue};
use pepay_engine::faucet::{Faucet, Paying};

use super::chains::LocalChain;

struct Purses(HashMap<TokenId, (Arc<Devnet>, Asset)>);

/// A faucet for every token of `catalogue` that lives on `chains`.
pub(super) fn of(chains: &[LocalChain], catalogue: &Catalogue) -> Arc<dyn Faucet> {
    let purse = |chain: &LocalChain| {
        let here = catalogue.tokens().iter().filter(|token| token.network == chain.network);
        here.map(|token| (token.id, (Arc::clone(&chain.devnet), token.asset))).collect::<Vec<_>>()
    };
    Arc::new(Purses(chains.iter().flat_map(purse).collect()))
}

impl Purses {
    async fn pay(&self, token: TokenId, to: Address, units: BaseUnits) -> Result<String, String> {
        let (devnet, asset) = self.0.get(&token).ok_or("the faucet has no such token")?;
        let to = to.evm().ok_or("the faucet pays EVM addresses only")?;
        let sent = match asset {
            Asset::Native => devnet.send_native(to, units).await,
            Asset::Contract(contract) => {
                let contract = contract.evm().ok_or("the token is on no EVM network")?;
                devnet.transfer(contract, to, units).await
            }
        };
        sent.map(|hash| format!("{hash:#x}")).map_err(|error| error.to_string())
    }
}

impl Faucet for Purses {
    fn pay(&self, token: TokenId, to: Address, units: BaseUnits) -> Paying<'_> {
        Box::pin(self.pay(token, to, units))
    }
}
