//! Where a merchant's money goes.

use super::resource;
use crate::credentials::Audience;
use crate::request::Request;
use crate::transport::Call;
use crate::types::NetworkWallets;

resource! {
    /// Where a merchant's money goes.
    Wallets
}

impl Wallets {
    /// The wallets by network; at most one of each is active.
    pub fn list(&self) -> Request<Vec<NetworkWallets>> {
        Request::new(&self.transport, Call::get(&["merchant", "wallets"], Audience::Merchant))
    }
}
