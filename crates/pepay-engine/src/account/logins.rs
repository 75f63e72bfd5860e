//! Logins in use: recognised, rotated, ended.

use pepay_core::account::{Kind, Login, Secret, Stage};
use pepay_core::id::{LoginId, MerchantId};
use pepay_core::network::Environment;
use pepay_store::account as store;

use super::{Signed, Visitor, Who, worth_noting};
use crate::mail::letters::Letter;
use crate::{Engine, Error};

impl Engine {
    /// The user behind the secret of a page's login; `None` when it opens nothing (any more).
    pub async fn signed(&self, secret: &Secret, ip: &str) -> Result<Option<Signed>, Error> {
        let login = store::login::by_hash(self.db().read(), &secret.hash()).await?;
        let fits = |it: &Login| it.kind == Kind::Page && it.stage == Stage::Open && it.is_live(self.now());
        match login.filter(fits) {
            Some(login) => self.signed_by(login, ip).await,
            None => Ok(None),
        }
    }

    /// Whether the secret is of a login that waits for the second factor.
    pub async fn waits_for_code(&self, secret: &Secret) -> Result<bool, Error> {
        let login = store::login::by_hash(self.db().read(), &secret.hash()).await?;
        Ok(login.is_some_and(|it| it.stage == Stage::Code && it.is_live(self.now())))
    }

    pub(super) async fn signed_by(&self, login: Login, ip: &str) -> Result<Option<Signed>, Error> {
        let Some(user) = store::get(self.db().read(), login.user).await? else { return Ok(None) };
        let member = match login.merchant {
            Some(merchant) => store::member::get(self.db().read(), user.id, merchant).await?,
            None => None,
        };
        if worth_noting(login.seen_at, self.now()) {
            let tx = self.db().begin("account.seen").await?;
            store::login::touch(&tx, login.id, self.now()).await?;
            tx.commit().await?;
        }
        Ok(Some(Signed { user, login, member, ip: ip.to_owned() }))
    }

    /// The user's logins that are live, the newest first.
    pub async fn live_logins(&self, signed: &Signed) -> Result<Vec<Login>, Error> {
        let all = store::login::of_user(self.db().read(), signed.user.id).await?;
        let live = all.into_iter().filter(|it| it.stage == Stage::Open && it.is_live(self.now()));
        Ok(live.collect())
    }

    /// Ends the login the user came by.
    pub async fn sign_out(&self, signed: &Signed) -> Result<(), Error> {
        self.end_login(signed, signed.login.id).await
    }

    /// Ends one of the user's logins; somebody else's is left alone.
    pub async fn end_login(&self, signed: &Signed, id: LoginId) -> Result<(), Error> {
        let tx = self.db().begin("account.end_login").await?;
        if store::login::end(&tx, signed.user.id, id, self.now()).await? {
            self.audit(&tx, Who::signed(signed), "login.ended", "").await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Ends every login of the user but the one it came by, and gives how many.
    pub async fn sign_out_everywhere(&self, signed: &Signed) -> Result<u64, Error> {
        let tx = self.db().begin("account.sign_out_everywhere").await?;
        let ended = store::login::end_all(&tx, signed.user.id, Some(signed.login.id), self.now()).await?;
        self.audit(&tx, Who::signed(signed), "login.ended_all", &format!("{ended} other logins")).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Changes the password of a user who knows the old one. Every other login ends; the user's own goes on with the
    /// secret this gives.
    pub async fn change_password(
        &self,
        signed: &Signed,
        old: &str,
        new: &str,
        visitor: &Visitor,
    ) -> Result<Secret, Error> {
        self.is_right_password(signed, old, visitor).await?;
        let hash = self.hash_password(&signed.user.email, new).await?;
        let now = self.now();
        let tx = self.db().begin("account.change_password").await?;
        store::set_password(&tx, signed.user.id, &hash, now).await?;
        store::clear_pending_totp(&tx, signed.user.id).await?;
        store::link::take_resets(&tx, signed.user.id, now).await?;
        store::login::end_all(&tx, signed.user.id, Some(signed.login.id), now).await?;
        let secret = self.secret();
        if !store::login::rotate(&tx, signed.login.id, &signed.login.hash, &secret.hash(), now).await? {
            return Err(Error::NotSignedIn);
        }
        self.audit(&tx, Who::signed(signed), "password.changed", "").await?;
        self.write_letter(&tx, &signed.user.email, &Letter::PasswordChanged { ip: &signed.ip }).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Checks the password of a user who is signed in, before something that matters; guesses are counted.
    pub(super) async fn is_right_password(&self, signed: &Signed, typed: &str, visitor: &Visitor) -> Result<(), Error> {
        match self.right_password(signed.user.email.as_str(), typed, visitor).await {
            Ok(_) => Ok(()),
            Err(Error::SignInRefused) => Err(super::refused("/current_password", "this is not your password")),
            Err(error) => Err(error),
        }
    }

    /// Gives a login another secret after it became able to do more.
    pub(super) async fn rotated(&self, tx: &pepay_store::db::Tx, signed: &Signed) -> Result<Secret, Error> {
        let secret = self.secret();
        let done = store::login::rotate(tx, signed.login.id, &signed.login.hash, &secret.hash(), self.now()).await?;
        if done { Ok(secret) } else { Err(Error::NotSignedIn) }
    }

    /// Moves the user's dashboard to `environment`; `EnvironmentNotEnabled` while mainnet is closed to the merchant.
    pub async fn switch_environment(&self, signed: &Signed, environment: Environment) -> Result<(), Error> {
        self.set_environment(&signed.caller()?, environment).await
    }

    /// Lets the user's login work for another of its merchants.
    pub async fn switch_merchant(&self, signed: &Signed, merchant: MerchantId) -> Result<Secret, Error> {
        store::member::get(self.db().read(), signed.user.id, merchant).await?.ok_or(Error::MerchantNotFound)?;
        let tx = self.db().begin("account.switch_merchant").await?;
        store::login::set_merchant(&tx, signed.login.id, merchant).await?;
        let secret = self.rotated(&tx, signed).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// The merchants the user is a member of, by number and name.
    pub async fn merchants_of(&self, signed: &Signed) -> Result<Vec<(MerchantId, String)>, Error> {
        let mut merchants = Vec::new();
        for member in store::member::of_user(self.db().read(), signed.user.id).await? {
            merchants.push((member.merchant, self.merchant(member.merchant).await?.name.clone()));
        }
        Ok(merchants)
    }
}
