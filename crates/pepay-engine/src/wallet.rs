//! Merchants' own addresses, and the network their money settles on.

use pepay_core::account::Action;
use pepay_core::address::Address;
use pepay_core::id::{MerchantId, WalletId};
use pepay_core::merchant::Wallet;
use pepay_core::network::{Environment, NetworkId};
use pepay_store::db::Tx;
use pepay_store::wallet::NewWallet;
use pepay_wire::Code;

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

/// Wallets of one merchant.
const MOST_WALLETS: usize = 200;

impl Engine {
    /// Adds a wallet, not active yet. `Rejected` when the network is unknown in the caller's environment or the
    /// address is none of it; `WalletExists` when the caller has it.
    pub async fn add_wallet(&self, caller: &Caller, network: &str, address: &str) -> Result<Wallet, Error> {
        caller.may(Action::Settlement)?;
        let id = NetworkId::new(caller.environment, network);
        let refuse = |code, param: &str, message: String| Error::rejected(code, param, message);
        let known = self.catalogue().network(&id).ok_or_else(|| {
            refuse(Code::NetworkNotSupported, "/network", "no such network in this environment".to_owned())
        })?;
        let address = Address::parse(known.kind, address.trim())
            .map_err(|error| refuse(Code::ValidationError, "/address", error.to_string()))?;
        let tx = self.db().begin("wallet.add").await?;
        let all = pepay_store::wallet::list(&*tx, caller.merchant).await?;
        if all.iter().any(|wallet| wallet.network == id && wallet.address == address) {
            return Err(Error::WalletExists);
        }
        if all.len() >= MOST_WALLETS {
            return Err(refuse(Code::ValidationError, "/address", format!("at most {MOST_WALLETS} wallets")));
        }
        let (merchant_id, created_at) = (caller.merchant, self.now());
        let new = NewWallet { merchant_id, network: id.clone(), address, created_at };
        let wallet = pepay_store::wallet::insert(&tx, &new).await?;
        self.audit_caller(&tx, caller, "wallet.added", &format!("{address} on {id}")).await?;
        tx.commit().await?;
        Ok(Wallet { id: wallet, merchant_id, network: id, address, active: false, created_at })
    }

    /// Makes a wallet the one that money on its network goes to: future settlements only. `WalletNotFound` also for
    /// another merchant's or environment's.
    pub async fn activate_wallet(&self, caller: &Caller, id: WalletId) -> Result<(), Error> {
        caller.may(Action::Settlement)?;
        let tx = self.db().begin("wallet.activate").await?;
        let wallet = own_wallet(&tx, caller, id).await?;
        pepay_store::wallet::activate(&tx, caller.merchant, id).await?;
        self.audit_caller(&tx, caller, "wallet.activated", &format!("{} on {}", wallet.address, wallet.network))
            .await?;
        Ok(tx.commit().await?)
    }

    /// Removes a wallet. `WalletInUse` for the active one.
    pub async fn delete_wallet(&self, caller: &Caller, id: WalletId) -> Result<(), Error> {
        caller.may(Action::Settlement)?;
        let tx = self.db().begin("wallet.delete").await?;
        let wallet = own_wallet(&tx, caller, id).await?;
        if wallet.active {
            return Err(Error::WalletInUse);
        }
        pepay_store::wallet::delete(&tx, caller.merchant, id).await?;
        self.audit_caller(&tx, caller, "wallet.removed", &format!("{} on {}", wallet.address, wallet.network)).await?;
        Ok(tx.commit().await?)
    }
}

async fn own_wallet(tx: &Tx, caller: &Caller, id: WalletId) -> Result<Wallet, Error> {
    let all = pepay_store::wallet::list(&**tx, caller.merchant).await?;
    let own = all.into_iter().find(|it| it.id == id && it.network.environment() == caller.environment);
    own.ok_or(Error::WalletNotFound)
}
