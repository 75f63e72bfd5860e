//! What the caller accepts and settles in. Moving money is not this module's business.

use pepay_core::account::Action;
use pepay_core::id::TokenId;
use pepay_core::merchant::{Merchant, SettlementPreference};
use pepay_core::money::BasisPoints;
use pepay_core::token::Token;
use pepay_wire::Code;

use crate::auth::Caller;
use crate::{Engine, Error};

impl Engine {
    /// What the caller accepts and settles in.
    pub async fn settlement_preference(&self, caller: &Caller) -> Result<pepay_wire::SettlementPreference, Error> {
        caller.may(Action::Read)?;
        caller.must_be_person()?;
        let merchant = self.merchant(caller.merchant).await?;
        let set_at = pepay_store::merchant::settlement_set_at(self.db().read(), caller.merchant).await?;
        let preference = merchant.settlement_preference;
        Ok(pepay_wire::SettlementPreference {
            settlement_preference: preference.into(),
            description: description(preference),
            selected_settlement_token: self.settlement_token(caller, &merchant),
            available_stable_tokens: self.stable_tokens(caller),
            updated_at: set_at.unwrap_or(merchant.created_at),
        })
    }

    fn settlement_token(&self, caller: &Caller, merchant: &Merchant) -> Option<pepay_wire::SettlementToken> {
        let here = |id| self.catalogue().token(id).filter(|token| token.network.environment() == caller.environment);
        let default = self.0.settings.default_settlement.get(&caller.environment).copied();
        let chosen = merchant.settlement_token.and_then(here);
        let token = chosen.or_else(|| default.and_then(here))?;
        Some(pepay_wire::SettlementToken::new(token, chosen.is_none()))
    }

    fn stable_tokens(&self, caller: &Caller) -> Vec<pepay_wire::StableToken> {
        let default = self.0.settings.default_settlement.get(&caller.environment).copied();
        let stable = self.catalogue().tokens_of(caller.environment).filter(|token| token.stable && token.active);
        stable.map(|token| pepay_wire::StableToken::new(token, default == Some(token.id))).collect()
    }

    /// Chooses what payors may use.
    pub async fn set_settlement_preference(
        &self,
        caller: &Caller,
        preference: SettlementPreference,
    ) -> Result<pepay_wire::SettlementPreference, Error> {
        self.change_settlement(caller, |merchant| Ok(Merchant { settlement_preference: preference, ..merchant }))
            .await?;
        self.settlement_preference(caller).await
    }

    /// Chooses the token everything settles in, or with `None` the installation's default. `Rejected` for a token that
    /// is no stable coin of the caller's environment.
    pub async fn set_settlement_token(
        &self,
        caller: &Caller,
        token: Option<TokenId>,
    ) -> Result<pepay_wire::SettlementTokenUpdated, Error> {
        let fits = |token: &Token| token.stable && token.active && token.network.environment() == caller.environment;
        if let Some(id) = token
            && !self.catalogue().token(id).is_some_and(fits)
        {
            let message = "settlement_token_id must be a stable coin of this environment";
            return Err(Error::rejected(Code::ValidationError, "/settlement_token_id", message));
        }
        let merchant =
            self.change_settlement(caller, |merchant| Ok(Merchant { settlement_token: token, ..merchant })).await?;
        Ok(pepay_wire::SettlementTokenUpdated {
            success: true,
            message: "settlement token updated",
            settlement_token: self.settlement_token(caller, &merchant),
            updated_at: self.now(),
        })
    }

    /// Chooses how much less than the amount counts as paid, for invoices created from now on.
    pub async fn set_tolerance(&self, caller: &Caller, bps: u16) -> Result<(), Error> {
        /// Ten per cent: more is no tolerance but another price.
        const MOST_BPS: u16 = 1_000;
        let tolerance = BasisPoints::new(bps).ok().filter(|_| bps <= MOST_BPS).ok_or_else(|| {
            Error::rejected(Code::ValidationError, "/tolerance", "the tolerance is from 0 to 10 per cent")
        })?;
        self.change_settlement(caller, |merchant| Ok(Merchant { tolerance, ..merchant })).await?;
        Ok(())
    }

    async fn change_settlement(
        &self,
        caller: &Caller,
        change: impl FnOnce(Merchant) -> Result<Merchant, Error>,
    ) -> Result<Merchant, Error> {
        caller.may(Action::Settlement)?;
        let tx = self.db().begin("settlement.change").await?;
        let before = pepay_store::merchant::lock(&tx, caller.merchant).await?.ok_or(Error::MerchantNotFound)?;
        let after = change(before.clone())?;
        pepay_store::merchant::update(&tx, &after).await?;
        pepay_store::merchant::note_settlement(&tx, caller.merchant, self.now()).await?;
        self.audit_caller(&tx, caller, "settlement.changed", &difference(&before, &after)).await?;
        tx.commit().await?;
        self.0.merchants.invalidate(&caller.merchant);
        Ok(after)
    }
}

fn difference(before: &Merchant, after: &Merchant) -> String {
    let token =
        |merchant: &Merchant| merchant.settlement_token.map_or_else(|| "default".to_owned(), |id| id.to_string());
    if before.settlement_preference != after.settlement_preference {
        format!("{} to {}", before.settlement_preference.as_str(), after.settlement_preference.as_str())
    } else if before.settlement_token != after.settlement_token {
        format!("token {} to {}", token(before), token(after))
    } else {
        format!("tolerance {} to {} bps", before.tolerance.get(), after.tolerance.get())
    }
}

/// What a preference means, in a sentence.
const fn description(preference: SettlementPreference) -> &'static str {
    match preference {
        SettlementPreference::StablesOnly => "Payors may pay in stable coins only.",
        SettlementPreference::StablesPreferred => {
            "Payors may pay in any token; it is converted to the settlement token where a route exists."
        }
        SettlementPreference::Tokens => "Payors may pay in any token; each settles as it was paid.",
    }
}
