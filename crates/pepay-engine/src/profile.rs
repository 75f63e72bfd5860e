//! How the caller's merchant presents itself.

use std::sync::Arc;

use pepay_core::account::{Action, Email};
use pepay_core::id::MerchantId;
use pepay_core::merchant::Merchant;
use pepay_core::profile::{self, Picture, Profile, Url};
use pepay_wire::Code;
use sha2::{Digest, Sha256};

use crate::auth::Caller;
use crate::{Engine, Error};

/// A profile as it was typed; what is empty is absent.
pub struct Typed<'a> {
    /// The company's name.
    pub company: &'a str,
    /// Where payors write to.
    pub support_email: &'a str,
    /// The colour.
    pub accent: &'a str,
    /// Where the checkout leads back to.
    pub return_url: &'a str,
    /// Sites that may embed the checkout.
    pub embed_origins: &'a str,
}

fn refused(param: &str, why: impl std::fmt::Display) -> Error {
    Error::rejected(Code::ValidationError, param, why.to_string())
}

fn optional<T, E: std::fmt::Display>(
    param: &str,
    text: &str,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).map_err(|error| refused(param, error))
}

impl Engine {
    /// How a merchant presents itself: to its payors, so whoever asks may know.
    pub async fn profile(&self, merchant: MerchantId) -> Result<Arc<Profile>, Error> {
        if let Some(known) = self.0.profiles.get(&merchant) {
            return Ok(known);
        }
        let profile = pepay_store::profile::get(self.db().read(), merchant).await?.unwrap_or_default();
        let profile = Arc::new(profile);
        self.0.profiles.insert(merchant, Arc::clone(&profile));
        Ok(profile)
    }

    /// A merchant's logo.
    pub async fn logo(&self, merchant: MerchantId) -> Result<Option<(Picture, Vec<u8>)>, Error> {
        Ok(pepay_store::profile::logo(self.db().read(), merchant).await?)
    }

    /// The caller's merchant.
    pub async fn own_merchant(&self, caller: &Caller) -> Result<Merchant, Error> {
        Ok((*self.merchant(caller.merchant).await?).clone())
    }

    /// Saves the profile. `Rejected` names the field at fault, and nothing is saved.
    pub async fn save_profile(&self, caller: &Caller, typed: &Typed<'_>) -> Result<(), Error> {
        caller.may(Action::Profile)?;
        let name = profile::name(typed.company).map_err(|error| refused("/company", error))?;
        let profile = Profile {
            support_email: optional("/support_email", typed.support_email, Email::parse)?,
            accent: optional("/accent", typed.accent, profile::accent)?,
            return_url: optional("/return_url", typed.return_url, Url::parse)?,
            embed_origins: profile::origins(typed.embed_origins).map_err(|error| refused("/embed_origins", error))?,
            logo: None,
        };
        let tx = self.db().begin("profile.save").await?;
        let merchant = pepay_store::merchant::lock(&tx, caller.merchant).await?.ok_or(Error::MerchantNotFound)?;
        pepay_store::merchant::update(&tx, &Merchant { name, ..merchant }).await?;
        pepay_store::profile::save(&tx, caller.merchant, &profile).await?;
        self.audit_caller(&tx, caller, "profile.changed", "").await?;
        tx.commit().await?;
        self.0.merchants.invalidate(&caller.merchant);
        self.0.profiles.invalidate(&caller.merchant);
        Ok(())
    }

    /// Saves the logo, or removes it.
    pub async fn save_logo(&self, caller: &Caller, picture: Option<Vec<u8>>) -> Result<(), Error> {
        caller.may(Action::Profile)?;
        let logo = match picture {
            None => None,
            Some(bytes) => {
                let kind = Picture::sniff(&bytes).map_err(|error| refused("/logo", error))?;
                Some((kind, Sha256::digest(&bytes).into(), bytes))
            }
        };
        let action = if logo.is_some() { "logo.changed" } else { "logo.removed" };
        let tx = self.db().begin("profile.save_logo").await?;
        pepay_store::profile::save_logo(&tx, caller.merchant, logo).await?;
        self.audit_caller(&tx, caller, action, "").await?;
        tx.commit().await?;
        self.0.profiles.invalidate(&caller.merchant);
        Ok(())
    }
}
