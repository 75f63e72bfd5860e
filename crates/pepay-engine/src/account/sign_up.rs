//! Signing up: a user, a merchant and the membership between them, in one transaction.

use pepay_core::account::link::Purpose;
use pepay_core::account::{Email, Kind, Member, Role, Secret, Stage, User};
use pepay_core::id::UserId;
use pepay_core::merchant::SettlementPreference;
use pepay_core::network::Environment;
use pepay_store::account as store;
use pepay_store::db::Tx;
use pepay_store::merchant::NewMerchant;

use super::{Visitor, Who, company, email};
use crate::mail::letters::Letter;
use crate::{Engine, Error};

/// An account to be, as it was typed.
pub struct NewAccount<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// The company's name.
    pub company: &'a str,
}

/// What signing up came to.
#[derive(Debug)]
pub enum SignedUp {
    /// Signed in: the secret of the login.
    In(Secret),
    /// A letter tells how to go on. Says nothing about whether the address had an account.
    LetterSent,
}

impl Engine {
    /// Whether anybody may sign up.
    pub fn sign_up_is_open(&self) -> bool {
        self.0.settings.sign_up
    }

    /// Signs somebody up. `Rejected` names the field at fault. Where addresses are confirmed by letter nothing exists
    /// before that, and a known address gets a letter too; elsewhere a known address is refused. An address that got
    /// enough letters gets no more of them for a while.
    pub async fn sign_up(&self, new: NewAccount<'_>, visitor: &Visitor) -> Result<SignedUp, Error> {
        if !self.sign_up_is_open() {
            return Err(Error::SignUpClosed);
        }
        let (address, name) = (email("/email", new.email)?, company(new.company)?);
        let hash = self.hash_password(&address, new.password).await?;
        let known = store::by_email(self.db().read(), &address).await?;
        if self.0.settings.verify_email && self.sends_mail() {
            let tx = self.db().begin("account.ask_sign_up").await?;
            if !self.may_ask(&tx, &address, "sign_up").await? {
                return Ok(SignedUp::LetterSent);
            }
            if known.is_some() {
                self.write_letter(&tx, &address, &Letter::KnownAddress).await?;
            } else {
                let purpose = Purpose::SignUp { password: hash, company: name };
                let secret = self.new_link(&tx, purpose, &address).await?;
                self.write_letter(&tx, &address, &Letter::SignUp { secret: &secret }).await?;
            }
            tx.commit().await?;
            return Ok(SignedUp::LetterSent);
        }
        let tx = self.db().begin("account.sign_up").await?;
        let secret = self.found(&tx, address, hash, name, visitor).await?;
        tx.commit().await?;
        Ok(SignedUp::In(secret))
    }

    /// Makes the account that a letter's link stands for. `LinkInvalid` when it does not work (any more).
    pub async fn confirm_sign_up(&self, secret: &str, visitor: &Visitor) -> Result<Secret, Error> {
        let link = self.working_link(secret).await?;
        let Purpose::SignUp { password, company } = link.purpose else { return Err(Error::LinkInvalid) };
        let tx = self.db().begin("account.confirm_sign_up").await?;
        if !store::link::take(&tx, &link.hash, self.now()).await? {
            return Err(Error::LinkInvalid);
        }
        let secret = self.found(&tx, link.email, password, company, visitor).await?;
        tx.commit().await?;
        Ok(secret)
    }

    async fn found(
        &self,
        tx: &Tx,
        address: Email,
        password: String,
        name: String,
        visitor: &Visitor,
    ) -> Result<Secret, Error> {
        let user = self.new_user(address, password);
        store::insert(tx, &user).await.map_err(taken)?;
        let new = NewMerchant {
            name,
            email: user.email.as_str().to_owned(),
            settlement_preference: SettlementPreference::default(),
            settlement_token: None,
            tolerance: self.0.settings.default_tolerance,
            created_at: self.now(),
        };
        let merchant = pepay_store::merchant::insert(tx, &new).await?;
        let (role, environment) = (Role::Owner, Environment::Devnet);
        let member = Member { user: user.id, merchant, role, environment, since: self.now() };
        store::member::insert(tx, &member).await?;
        self.audit(tx, Who::user(&user, &visitor.ip, Some(merchant)), "account.created", user.email.as_str()).await?;
        let (_, secret) = self.open(tx, &user, Kind::Page, Stage::Open, visitor).await?;
        Ok(secret)
    }

    pub(super) fn new_user(&self, email: Email, password: String) -> User {
        let now = self.now();
        let id = self.random(|rng| UserId::generate(now, rng));
        User { id, email, password, password_set_at: now, totp: None, operator: false, created_at: now }
    }
}

pub(super) fn taken(error: pepay_store::Error) -> Error {
    if matches!(error, pepay_store::Error::EmailTaken) {
        return super::refused("/email", "this address can not be used; if you have an account, sign in instead");
    }
    error.into()
}
