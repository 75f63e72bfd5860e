//! Merchants' own addresses, and the network their money settles on.

use pepay_core::id::MerchantId;
use pepay_core::network::{Environment, NetworkId};

use crate::auth::Caller;
use crate::{Engine, Error};

impl Engine {
    /// The caller's wallets by network, in catalogue order.
    pub async fn wallets(&self, caller: &Caller) -> Result<Vec<pepay_wire::NetworkWallets>, Error> {
        let all = pepay_store::wallet::list(self.db().read(), caller.merchant).await?;
        let networks = self.catalogue().networks().iter().filter(|it| it.id.environment() == caller.environment);
        let grouped = networks.map(|network| {
            let here = all.iter().filter(|wallet| wallet.network == network.id).map(pepay_wire::Wallet::new);
            pepay_wire::NetworkWallets { network: network.id.name().to_owned(), wallets: here.collect() }
        });
        Ok(grouped.filter(|network| !network.wallets.is_empty()).collect())
    }

    /// The network of the token a merchant settles in: its choice, else the operator's default.
    pub(crate) async fn settlement_network(
        &self,
        merchant: MerchantId,
        environment: Environment,
    ) -> Result<Option<NetworkId>, Error> {
        let chosen = self.merchant(merchant).await?.settlement_token;
        let of = |id| self.catalogue().token(id).filter(|token| token.network.environment() == environment);
        let default = self.0.settings.default_settlement.get(&environment).copied();
        Ok(chosen.and_then(of).or_else(|| default.and_then(of)).map(|token| token.network.clone()))
    }
}
