//! Requests of merchants for mainnet, and what the operator made of them.

use pepay_core::id::{AccessRequestId, MerchantId, UserId};
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_requests")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) merchant_id: i64,
        pub(super) user_id: Option<Uuid>,
        pub(super) website: String,
        pub(super) note: String,
        pub(super) state: String,
        pub(super) reason: Option<String>,
        pub(super) created_at: i64,
        pub(super) decided_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "access_requests";

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The operator has not looked yet.
    Open,
    /// Granted.
    Granted {
        /// When.
        at: Millis,
    },
    /// Refused.
    Denied {
        /// When.
        at: Millis,
        /// Why, for the merchant to read.
        reason: String,
    },
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its id.
    pub id: AccessRequestId,
    /// Whose.
    pub merchant: MerchantId,
    /// Who asked.
    pub user: Option<UserId>,
    /// Where the merchant sells.
    pub website: String,
    /// What the merchant says.
    pub note: String,
    /// What became of it.
    pub state: State,
    /// When.
    pub created_at: Millis,
}

impl TryFrom<Model> for AccessRequest {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        let at = || row.need("decided_at", model.decided_at.map(Millis));
        let state = match model.state.as_str() {
            "open" => State::Open,
            "granted" => State::Granted { at: at()? },
            "denied" => State::Denied { at: at()?, reason: model.reason.clone().unwrap_or_default() },
            _ => return Err(Error::corrupt(TABLE, "state", model.id)),
        };
        Ok(Self {
            id: AccessRequestId::from_uuid(model.id),
            merchant: MerchantId(model.merchant_id),
            user: model.user_id.map(UserId::from_uuid),
            website: model.website,
            note: model.note,
            state,
            created_at: Millis(model.created_at),
        })
    }
}

/// Adds an open request. `AccessRequestOpen` when the merchant has one.
pub async fn insert(tx: &Tx, request: &AccessRequest) -> Result<(), Error> {
    let row = Model {
        id: request.id.uuid(),
        merchant_id: request.merchant.0,
        user_id: request.user.map(UserId::uuid),
        website: request.website.clone(),
        note: request.note.clone(),
        state: "open".to_owned(),
        reason: None,
        created_at: request.created_at.0,
        decided_at: None,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownMerchant))?;
    Ok(())
}

/// One request.
pub async fn get(conn: &impl ConnectionTrait, id: AccessRequestId) -> Result<Option<AccessRequest>, Error> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(AccessRequest::try_from).transpose()
}

/// A merchant's latest request.
pub async fn latest(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<Option<AccessRequest>, Error> {
    let newest = Entity::find().filter(Column::MerchantId.eq(merchant.0)).order_by_desc(Column::Id);
    newest.one(conn).await?.map(AccessRequest::try_from).transpose()
}

/// The requests nobody decided yet, oldest first; `limit` at most.
pub async fn open(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<AccessRequest>, Error> {
    let rows = Entity::find().filter(Column::State.eq("open")).order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(AccessRequest::try_from).collect()
}

/// Decides an open request: grants it, or denies it for `reason`. `false` when it was decided before.
pub async fn decide(tx: &Tx, id: AccessRequestId, denied: Option<&str>, now: Millis) -> Result<bool, Error> {
    let state = if denied.is_some() { "denied" } else { "granted" };
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::Reason, Expr::value(denied))
        .col_expr(Column::DecidedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq("open"))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Marks whatever request a merchant has open as granted: the operator granted without being asked.
pub async fn grant_any(tx: &Tx, merchant: MerchantId, now: Millis) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value("granted"))
        .col_expr(Column::DecidedAt, Expr::value(now.0))
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::State.eq("open"))
        .exec(&**tx)
        .await?;
    Ok(())
}
