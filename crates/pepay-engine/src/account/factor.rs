//! The second factor: set up with an app, confirmed by a code of it, recovered by codes on paper.
//!
//! While it is set up its secret is sealed for the login that began: another login, perhaps a thief's, neither sees it
//! nor plants one of its own, but begins anew.

use pepay_core::account::{CODE_COUNT, RecoveryCode, SecondFactor, Secret, User, totp};
use pepay_core::id::UserId;
use pepay_core::seal;
use pepay_store::account as store;

use super::{Signed, Visitor, Who, refused};
use crate::{Engine, Error};

/// What an app calls us.
const ISSUER: &str = "Pepay";

/// A second factor being set up.
pub struct Enrolment {
    /// What the app reads from a QR code.
    pub uri: String,
    /// The same for typing.
    pub secret: String,
}

impl Engine {
    /// Begins setting up a second factor; one that was begun before is continued, so that a reload changes nothing.
    pub async fn begin_factor(&self, signed: &Signed) -> Result<Enrolment, Error> {
        if signed.user.wants_code() {
            return Err(refused("/code", "there is a second factor already"));
        }
        let secret = if let Some(secret) = self.pending_secret(signed) {
            secret
        } else {
            let secret = self.random(totp::generate).to_vec();
            let sealed = self.sealed(&about_pending(signed), &secret);
            let tx = self.db().begin("account.begin_factor").await?;
            let factor = SecondFactor { sealed, enabled_at: None, last_step: 0 };
            store::set_totp(&tx, signed.user.id, Some(&factor)).await?;
            tx.commit().await?;
            secret
        };
        let uri = totp::uri(&secret, ISSUER, signed.user.email.as_str());
        Ok(Enrolment { uri, secret: totp::base32(&secret) })
    }

    /// Turns the second factor on with the first code of the app. Gives the recovery codes, shown once, and the
    /// login's new secret.
    pub async fn confirm_factor(&self, signed: &Signed, code: &str) -> Result<(Vec<RecoveryCode>, Secret), Error> {
        if signed.user.wants_code() {
            return Err(refused("/code", "there is a second factor already"));
        }
        let secret = self.pending_secret(signed).ok_or_else(|| refused("/code", "begin again"))?;
        let wrong = || refused("/code", "this is not the code your app shows now");
        let last_step = totp::verify(&secret, code, self.now(), 0).ok_or_else(wrong)?;
        let sealed = self.sealed(&about(signed.user.id), &secret);
        let codes = self.new_codes();
        let tx = self.db().begin("account.confirm_factor").await?;
        let on = SecondFactor { sealed, enabled_at: Some(self.now()), last_step };
        store::set_totp(&tx, signed.user.id, Some(&on)).await?;
        store::recovery::replace(&tx, signed.user.id, &hashes(&codes)).await?;
        store::login::end_all(&tx, signed.user.id, Some(signed.login.id), self.now()).await?;
        let secret = self.rotated(&tx, signed).await?;
        self.audit(&tx, Who::signed(signed), "second_factor.enabled", "").await?;
        tx.commit().await?;
        Ok((codes, secret))
    }

    /// Turns the second factor off for a user who knows the password.
    pub async fn remove_factor(&self, signed: &Signed, password: &str, visitor: &Visitor) -> Result<Secret, Error> {
        self.is_right_password(signed, password, visitor).await?;
        let tx = self.db().begin("account.remove_factor").await?;
        store::set_totp(&tx, signed.user.id, None).await?;
        store::recovery::replace(&tx, signed.user.id, &[]).await?;
        let secret = self.rotated(&tx, signed).await?;
        self.audit(&tx, Who::signed(signed), "second_factor.disabled", "").await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Puts new recovery codes in the place of the old ones, for a user who knows the password.
    pub async fn renew_codes(
        &self,
        signed: &Signed,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Vec<RecoveryCode>, Error> {
        self.is_right_password(signed, password, visitor).await?;
        let codes = self.new_codes();
        let tx = self.db().begin("account.renew_codes").await?;
        store::recovery::replace(&tx, signed.user.id, &hashes(&codes)).await?;
        self.audit(&tx, Who::signed(signed), "recovery_codes.renewed", "").await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// How many recovery codes the user has left.
    pub async fn codes_left(&self, signed: &Signed) -> Result<u64, Error> {
        Ok(store::recovery::left(self.db().read(), signed.user.id).await?)
    }

    /// The secret of a second factor and the last step a code was taken of.
    pub(super) fn factor_secret(&self, user: &User) -> Option<(Vec<u8>, i64)> {
        let factor = user.totp.as_ref()?;
        Some((seal::open(&self.0.server_key, &about(user.id), &factor.sealed)?, factor.last_step))
    }

    /// The secret that this very login began to set up.
    fn pending_secret(&self, signed: &Signed) -> Option<Vec<u8>> {
        let factor = signed.user.totp.as_ref().filter(|factor| factor.enabled_at.is_none())?;
        seal::open(&self.0.server_key, &about_pending(signed), &factor.sealed)
    }

    fn sealed(&self, about: &str, secret: &[u8]) -> Vec<u8> {
        self.random(|rng| seal::seal(&self.0.server_key, about, secret, rng))
    }

    fn new_codes(&self) -> Vec<RecoveryCode> {
        self.random(|rng| (0..CODE_COUNT).map(|_| RecoveryCode::generate(rng)).collect())
    }
}

fn hashes(codes: &[RecoveryCode]) -> Vec<[u8; 32]> {
    codes.iter().map(RecoveryCode::hash).collect()
}

fn about_pending(signed: &Signed) -> String {
    format!("totp {} of {}", signed.user.id, signed.login.id)
}

fn about(user: UserId) -> String {
    format!("totp {user}")
}
