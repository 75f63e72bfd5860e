//! What the checkout shows of a merchant, and the secret that signs the way back to it.

use pepay_core::account::Action;
use pepay_core::branding::Branding;
use pepay_core::credential::ReturnSecret;
use pepay_core::invoice::Invoice;
use pepay_core::merchant::Merchant;

use crate::auth::Caller;
use crate::{Engine, Error};

impl Engine {
    /// How the checkout of `merchant` looks and who may embed it: its own choices over what this installation allows.
    pub(super) async fn branding(&self, merchant: &Merchant) -> Result<Branding, Error> {
        let mut branding = Branding::chosen(merchant, &*self.profile(merchant.id).await?);
        branding.allowed_origins.extend(self.0.settings.embed_origins.iter().cloned());
        Ok(branding)
    }

    /// The caller's secret for checking returns from the checkout. `ReadOnly` for a key that may only read: whoever
    /// has the secret can make up a return.
    pub fn return_secret(&self, caller: &Caller) -> Result<ReturnSecret, Error> {
        // As with the secrets of webhooks: whoever checks signatures.
        caller.may(Action::Webhooks)?;
        Ok(ReturnSecret::derive(&self.0.server_key, caller.merchant, caller.environment))
    }

    /// Signs that `invoice` stands where it does, at this moment.
    pub fn sign_return(&self, invoice: &Invoice) -> SignedReturn {
        let (at, status) = (self.now(), invoice.state.as_str());
        let secret = ReturnSecret::derive(&self.0.server_key, invoice.merchant_id, invoice.environment);
        SignedReturn { status, ts: at.secs(), signature: secret.sign(invoice.id, status, at) }
    }
}

/// What a payor carries back to the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReturn {
    /// Where the invoice stood.
    pub status: &'static str,
    /// When, in epoch seconds.
    pub ts: i64,
    /// Lower-case hex.
    pub signature: String,
}
