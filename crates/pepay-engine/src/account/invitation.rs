//! Invitations: an owner asks an address to join, and whoever reads its mail may.

use pepay_core::account::link::Purpose;
use pepay_core::account::{Action, Email, Kind, Member, Role, Secret, Stage, User};
use pepay_core::id::MerchantId;
use pepay_core::network::Environment;
use pepay_store::account as store;
use pepay_store::db::Tx;

use super::sign_up::taken;
use super::{Signed, Visitor, Who, email, refused};
use crate::auth::Caller;
use crate::mail::letters::Letter;
use crate::{Engine, Error};

/// Invitations of one merchant that may stand at once.
const MOST_STANDING: usize = 50;

/// What an invitation is to.
pub struct Invited {
    /// The company.
    pub company: String,
    /// Who is invited.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// Whether the address has an account, so that signing in accepts it.
    pub has_account: bool,
}

impl Engine {
    /// Invites the owner of an address. One who was invited before gets a new link; the old one stops working. Gives
    /// the secret of the link only where no letter can be sent, for the caller to hand over.
    pub async fn invite(&self, caller: &Caller, address: &str, role: Role) -> Result<Option<Secret>, Error> {
        caller.may(Action::Team)?;
        let address = email("/email", address)?;
        let merchant = self.merchant(caller.merchant).await?;
        let tx = self.db().begin("account.invite").await?;
        let members = store::member::of_merchant(&*tx, caller.merchant).await?;
        if members.iter().any(|(_, email)| *email == address) {
            return Err(refused("/email", "this person is a member already"));
        }
        if store::link::invitations(&*tx, caller.merchant, self.now()).await?.len() >= MOST_STANDING {
            return Err(refused("/email", "too many invitations stand; take some back first"));
        }
        if self.sends_mail() && !self.may_ask(&tx, &address, "invitation").await? {
            return Err(refused("/email", "this address was invited several times just now; try again in an hour"));
        }
        store::link::take_invitations(&tx, caller.merchant, &address, self.now()).await?;
        let purpose = Purpose::Invitation { merchant: caller.merchant, role };
        let secret = self.new_link(&tx, purpose, &address).await?;
        let by = self.name_of(&tx, caller).await?;
        let letter = Letter::Invitation { secret: &secret, company: &merchant.name, by: &by, role };
        self.write_letter(&tx, &address, &letter).await?;
        self.audit_caller(&tx, caller, "member.invited", &format!("{address} as {}", role.as_str())).await?;
        tx.commit().await?;
        Ok((!self.sends_mail()).then_some(secret))
    }

    async fn name_of(&self, tx: &Tx, caller: &Caller) -> Result<String, Error> {
        let user = match caller.user() {
            Some(id) => store::get(&**tx, id).await?,
            None => None,
        };
        Ok(user.map_or_else(|| "The operator".to_owned(), |user| user.email.to_string()))
    }

    /// Takes back the invitations to an address.
    pub async fn take_back_invitation(&self, caller: &Caller, address: &str) -> Result<(), Error> {
        caller.may(Action::Team)?;
        let address = email("/email", address)?;
        let tx = self.db().begin("account.take_back_invitation").await?;
        if store::link::take_invitations(&tx, caller.merchant, &address, self.now()).await? == 0 {
            return Err(Error::NotFound);
        }
        self.audit_caller(&tx, caller, "member.uninvited", address.as_str()).await?;
        Ok(tx.commit().await?)
    }

    /// What a link invites to. `LinkInvalid` when it does not work (any more).
    pub async fn invited(&self, secret: &str) -> Result<Invited, Error> {
        let link = self.working_link(secret).await?;
        let Purpose::Invitation { merchant, role } = link.purpose else { return Err(Error::LinkInvalid) };
        let company = self.merchant(merchant).await?.name.clone();
        let has_account = store::by_email(self.db().read(), &link.email).await?.is_some();
        Ok(Invited { company, email: link.email, role, has_account })
    }

    /// Accepts an invitation with a new account: the letter proved the address.
    pub async fn join_new(&self, secret: &str, password: &str, visitor: &Visitor) -> Result<Secret, Error> {
        let link = self.working_link(secret).await?;
        let Purpose::Invitation { merchant, role } = link.purpose else { return Err(Error::LinkInvalid) };
        let hash = self.hash_password(&link.email, password).await?;
        let tx = self.db().begin("account.join_new").await?;
        if !store::link::take(&tx, &link.hash, self.now()).await? {
            return Err(Error::LinkInvalid);
        }
        let user = self.new_user(link.email, hash);
        store::insert(&tx, &user).await.map_err(taken)?;
        self.join(&tx, &user, merchant, role, &visitor.ip).await?;
        let (_, secret) = self.open(&tx, &user, Kind::Page, Stage::Open, visitor).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Accepts an invitation with the account the user is signed in to; it must be the one invited.
    pub async fn join_signed(&self, secret: &str, signed: &Signed) -> Result<Secret, Error> {
        let link = self.working_link(secret).await?;
        let Purpose::Invitation { merchant, role } = link.purpose else { return Err(Error::LinkInvalid) };
        if link.email != signed.user.email {
            return Err(refused("/email", format!("this invitation is for {}; sign in with that address", link.email)));
        }
        let tx = self.db().begin("account.join_signed").await?;
        if !store::link::take(&tx, &link.hash, self.now()).await? {
            return Err(Error::LinkInvalid);
        }
        self.join(&tx, &signed.user, merchant, role, &signed.ip).await?;
        store::login::set_merchant(&tx, signed.login.id, merchant).await?;
        let secret = self.rotated(&tx, signed).await?;
        tx.commit().await?;
        Ok(secret)
    }

    async fn join(&self, tx: &Tx, user: &User, merchant: MerchantId, role: Role, ip: &str) -> Result<(), Error> {
        let environment = Environment::Devnet;
        let member = Member { user: user.id, merchant, role, environment, since: self.now() };
        store::member::insert(tx, &member).await.map_err(|error| {
            let known = matches!(error, pepay_store::Error::MemberExists);
            if known { refused("/email", "you are a member already") } else { error.into() }
        })?;
        self.audit(tx, Who::user(user, ip, Some(merchant)), "member.joined", role.as_str()).await
    }
}
