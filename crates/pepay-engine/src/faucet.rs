//! Paying without a wallet, on local development chains only.

use std::future::Future;
use std::pin::Pin;

use pepay_core::address::Address;
use pepay_core::id::TokenId;
use pepay_core::money::BaseUnits;

/// A payment by the faucet, as it happens: the transaction hash, or why not.
pub type Paying<'a> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>>;

/// An account with play money.
pub trait Faucet: Send + Sync {
    /// Sends `units` of `token` to `to` and gives the transaction hash once it was accepted by the node.
    fn pay(&self, token: TokenId, to: Address, units: BaseUnits) -> Paying<'_>;
}
