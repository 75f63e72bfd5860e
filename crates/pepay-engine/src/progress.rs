//! How far a merchant is with its integration, from what really happened.

use pepay_core::account::Action;
use pepay_core::id::MerchantId;
use pepay_core::network::Environment;
use pepay_core::page::{From, Page};
use pepay_core::webhook::DeliveryState;
use pepay_store::invoice::Filter;
use pepay_store::webhook::delivery;

use crate::auth::Caller;
use crate::{Engine, Error};

/// What happened already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a step that somebody took or did not")]
pub struct Progress {
    /// A devnet key exists that works.
    pub key_made: bool,
    /// A key was used.
    pub key_used: bool,
    /// A wallet of the caller's environment is there.
    pub wallet_added: bool,
    /// An invoice exists on devnet.
    pub invoice_created: bool,
    /// A devnet invoice was paid.
    pub first_payment: bool,
    /// A webhook endpoint took a delivery.
    pub webhook_taken: bool,
    /// Mainnet was asked for.
    pub mainnet_asked: bool,
    /// Mainnet is open.
    pub mainnet_open: bool,
    /// A mainnet key exists that works.
    pub live_key: bool,
}

impl Engine {
    // Whether, and no more: who may not look at webhooks is told that too.
    async fn webhook_taken(&self, merchant: MerchantId) -> Result<bool, Error> {
        let (first, one) = (Page { limit: 100, from: From::Newest }, Page { limit: 1, from: From::Newest });
        let (db, state) = (self.db().read(), Some(DeliveryState::Succeeded));
        let endpoints = pepay_store::webhook::endpoint::list(db, merchant, Environment::Devnet, first).await?;
        for endpoint in endpoints.items {
            let filter = delivery::Filter { merchant, endpoint: endpoint.id, environment: None, state, kind: None };
            if delivery::list(db, &filter, one).await?.is_some_and(|slice| !slice.items.is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How far the caller is.
    pub async fn progress(&self, caller: &Caller) -> Result<Progress, Error> {
        caller.may(Action::Read)?;
        // Uses are written down now and then; whoever looks here has just made one.
        self.record_used_keys().await?;
        let (db, now) = (self.db().read(), self.now());
        let test_keys = pepay_store::key::list(db, caller.merchant, Environment::Devnet).await?;
        let live_keys = pepay_store::key::list(db, caller.merchant, Environment::Mainnet).await?;
        let wallets = pepay_store::wallet::list(db, caller.merchant).await?;
        let merchant = self.merchant(caller.merchant).await?;
        let request = pepay_store::access_request::latest(db, caller.merchant).await?;
        let of = |statuses| Filter { statuses, ..Filter::of(caller.merchant, Environment::Devnet) };
        let first = Page { limit: 1, from: From::Newest };
        let created = pepay_store::invoice::list(db, &of(Vec::new()), first).await?;
        let paid = pepay_store::invoice::list(db, &of(vec!["paid"]), first).await?;
        let used = |key: &pepay_core::merchant::Key| key.last_used_at.is_some();
        Ok(Progress {
            key_made: test_keys.iter().any(|key| key.check(now).is_ok()),
            key_used: test_keys.iter().chain(&live_keys).any(used),
            wallet_added: wallets.iter().any(|it| it.network.environment() == caller.environment),
            invoice_created: !created.items.is_empty(),
            first_payment: !paid.items.is_empty(),
            webhook_taken: self.webhook_taken(caller.merchant).await?,
            mainnet_asked: request.is_some() || merchant.mainnet_access,
            mainnet_open: merchant.mainnet_access,
            live_key: live_keys.iter().any(|key| key.check(now).is_ok()),
        })
    }
}
