//! Who did what: sensitive actions, kept for good.

use pepay_core::id::{AuditId, MerchantId, UserId};
use pepay_core::page::{From, Page, Slice};
use pepay_core::time::Millis;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::Error;
use crate::db::Tx;
use crate::page;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_log")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) merchant_id: Option<i64>,
        pub(super) user_id: Option<Uuid>,
        pub(super) actor: String,
        pub(super) action: String,
        pub(super) subject: String,
        pub(super) ip: String,
        pub(super) at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// At which merchant; `None` for what is about one person or the installation.
    pub merchant: Option<MerchantId>,
    /// The user who did it, if one is known.
    pub user: Option<UserId>,
    /// Who, for people to read.
    pub actor: String,
    /// What, as `noun.verb`.
    pub action: String,
    /// To what, for people to read.
    pub subject: String,
    /// From which address.
    pub ip: String,
    /// When.
    pub at: Millis,
}

impl std::convert::From<Model> for Entry {
    fn from(model: Model) -> Self {
        Self {
            id: AuditId::from_uuid(model.id),
            merchant: model.merchant_id.map(MerchantId),
            user: model.user_id.map(UserId::from_uuid),
            actor: model.actor,
            action: model.action,
            subject: model.subject,
            ip: model.ip,
            at: Millis(model.at),
        }
    }
}

/// Adds an entry.
pub async fn insert(tx: &Tx, entry: &Entry) -> Result<(), Error> {
    let row = Model {
        id: entry.id.uuid(),
        merchant_id: entry.merchant.map(|id| id.0),
        user_id: entry.user.map(UserId::uuid),
        actor: entry.actor.clone(),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        ip: entry.ip.clone(),
        at: entry.at.0,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// One page of what was done at a merchant, newest first.
pub async fn of_merchant(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    page: Page<AuditId>,
) -> Result<Slice<Entry>, Error> {
    let all = Entity::find().filter(Column::MerchantId.eq(merchant.0));
    let all = match page.from {
        From::Newest => all,
        From::OlderThan(id) => all.filter(Column::Id.lt(id.uuid())),
        From::NewerThan(id) => all.filter(Column::Id.gt(id.uuid())),
    };
    let rows = all.order_by(Column::Id, page::order(&page)).limit(page::limit(&page)).all(conn).await?;
    let slice = page::slice(&page, rows);
    Ok(Slice { items: slice.items.into_iter().map(Entry::from).collect(), has_more: slice.has_more })
}
