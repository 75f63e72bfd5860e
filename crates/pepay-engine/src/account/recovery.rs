//! A lost password: a letter with a link, and a new password by it. Whether an address has an account is never told,
//! not even by the time it takes: that is looked up after the answer.

use pepay_core::account::link::{Link, Purpose};
use pepay_core::account::{Email, Secret};
use pepay_store::account as store;
use pepay_store::db::Tx;

use super::{Visitor, Who, email};
use crate::mail::letters::Letter;
use crate::{Engine, Error};

impl Engine {
    /// Has the owner of an address sent a link to choose a new password; an address nobody has gets nothing. So does
    /// one that got enough of them: the links it has go on working.
    pub async fn ask_reset(&self, address: &str) -> Result<(), Error> {
        let address = email("/email", address)?;
        let tx = self.db().begin("account.ask_reset").await?;
        if self.may_ask(&tx, &address, pepay_store::letter::RESET).await? {
            self.write_reset(&tx, &address).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes a link to choose a new password for the owner of an address, if it has one.
    pub(crate) async fn new_reset(&self, tx: &Tx, address: &Email) -> Result<Option<Secret>, Error> {
        let Some(user) = store::by_email(&**tx, address).await? else { return Ok(None) };
        self.new_link(tx, Purpose::Reset { user: user.id }, address).await.map(Some)
    }

    /// Sets a new password by a letter's link. Every login ends; the second factor stays. `LinkInvalid` when the link
    /// does not work (any more).
    pub async fn reset_password(&self, secret: &str, new: &str, visitor: &Visitor) -> Result<(), Error> {
        let link = self.working_link(secret).await?;
        let Purpose::Reset { user } = link.purpose else { return Err(Error::LinkInvalid) };
        let user = store::get(self.db().read(), user).await?.ok_or(Error::LinkInvalid)?;
        let hash = self.hash_password(&user.email, new).await?;
        let now = self.now();
        let tx = self.db().begin("account.reset_password").await?;
        if !store::link::take(&tx, &link.hash, now).await? {
            return Err(Error::LinkInvalid);
        }
        store::set_password(&tx, user.id, &hash, now).await?;
        store::clear_pending_totp(&tx, user.id).await?;
        store::link::take_resets(&tx, user.id, now).await?;
        super::forgive(&tx, &user.email, Some(&visitor.ip)).await?;
        store::login::end_all(&tx, user.id, None, now).await?;
        self.audit_everywhere(&tx, Who::user(&user, &visitor.ip, None), "password.reset").await?;
        self.write_letter(&tx, &user.email, &Letter::PasswordChanged { ip: &visitor.ip }).await?;
        Ok(tx.commit().await?)
    }

    /// `LinkInvalid` unless the link could be used to choose a password now.
    pub async fn check_reset(&self, secret: &str) -> Result<(), Error> {
        let link = self.working_link(secret).await?;
        if matches!(link.purpose, Purpose::Reset { .. }) { Ok(()) } else { Err(Error::LinkInvalid) }
    }

    pub(super) async fn working_link(&self, secret: &str) -> Result<Link, Error> {
        let secret = Secret::parse(secret).ok_or(Error::LinkInvalid)?;
        let link = store::link::get(self.db().read(), &secret.hash()).await?;
        link.filter(|link| link.works(self.now())).ok_or(Error::LinkInvalid)
    }
}
