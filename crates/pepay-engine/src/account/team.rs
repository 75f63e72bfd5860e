//! Who works for a merchant. An owner is always left.

use pepay_core::account::link::Link;
use pepay_core::account::{Action, Email, Member, Role};
use pepay_core::id::{AuditId, MerchantId, UserId};
use pepay_core::page::{Page, Slice};
use pepay_store::account as store;
use pepay_store::audit;
use pepay_store::db::Tx;

use super::refused;
use crate::auth::Caller;
use crate::{Engine, Error};

/// A merchant's people.
pub struct Team {
    /// Members with their addresses.
    pub members: Vec<(Member, Email)>,
    /// Invitations that stand.
    pub invitations: Vec<Link>,
}

impl Engine {
    /// The people of the caller's merchant.
    pub async fn team(&self, caller: &Caller) -> Result<Team, Error> {
        caller.may(Action::Team)?;
        let members = store::member::of_merchant(self.db().read(), caller.merchant).await?;
        let invitations = store::link::invitations(self.db().read(), caller.merchant, self.now()).await?;
        Ok(Team { members, invitations })
    }

    /// Gives a member another role. `Rejected` when nobody would be left as owner.
    pub async fn set_role(&self, caller: &Caller, user: UserId, role: Role) -> Result<(), Error> {
        caller.may(Action::Team)?;
        let tx = self.db().begin("account.set_role").await?;
        let (before, email) = self.member_to_change(&tx, caller.merchant, user).await?;
        if role != Role::Owner {
            another_owner(&tx, caller.merchant, before).await?;
        }
        store::member::set_role(&tx, user, caller.merchant, role).await?;
        let what = format!("{email}: {} to {}", before.role.as_str(), role.as_str());
        self.audit_caller(&tx, caller, "member.role_changed", &what).await?;
        Ok(tx.commit().await?)
    }

    /// Removes a member, whose logins for the merchant end. `Rejected` when nobody would be left as owner.
    pub async fn remove_member(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        caller.may(Action::Team)?;
        let tx = self.db().begin("account.remove_member").await?;
        let (before, email) = self.member_to_change(&tx, caller.merchant, user).await?;
        another_owner(&tx, caller.merchant, before).await?;
        store::member::delete(&tx, user, caller.merchant).await?;
        store::login::end_at(&tx, user, caller.merchant, self.now()).await?;
        self.audit_caller(&tx, caller, "member.removed", email.as_str()).await?;
        Ok(tx.commit().await?)
    }

    async fn member_to_change(&self, tx: &Tx, merchant: MerchantId, user: UserId) -> Result<(Member, Email), Error> {
        // Two owners who demote each other at once must not both succeed.
        pepay_store::merchant::lock(tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
        let member = store::member::get(&**tx, user, merchant).await?.ok_or(Error::NotFound)?;
        let user = store::get(&**tx, user).await?.ok_or(Error::NotFound)?;
        Ok((member, user.email))
    }

    /// One page of what was done at the caller's merchant.
    pub async fn audit_log(&self, caller: &Caller, page: Page<AuditId>) -> Result<Slice<audit::Entry>, Error> {
        caller.may(Action::Audit)?;
        Ok(audit::of_merchant(self.db().read(), caller.merchant, page).await?)
    }
}

async fn another_owner(tx: &Tx, merchant: MerchantId, leaving: Member) -> Result<(), Error> {
    if leaving.role != Role::Owner {
        return Ok(());
    }
    let members = store::member::of_merchant(&**tx, merchant).await?;
    let owners = members.iter().filter(|(member, _)| member.role == Role::Owner).count();
    if owners > 1 { Ok(()) } else { Err(refused("/role", "somebody must stay owner; make another one first")) }
}
