//! Past events that an endpoint is to be told of again: one range per endpoint, worked off in steps.

use pepay_core::id::EndpointId;
use sea_orm::sea_query::{Expr, ExprTrait as _, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait as _,
};

use crate::Error;
use crate::db::Tx;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_recoveries")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) endpoint_id: Uuid,
        pub(crate) after_seq: i64,
        pub(crate) until_seq: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

/// Events still to be looked at for an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Events after this number,
    pub after_seq: i64,
    /// and up to this one.
    pub until_seq: i64,
}

/// Asks for a recovery. One that is under way is widened to take in both.
pub async fn ask(tx: &Tx, recovery: Recovery) -> Result<(), Error> {
    let row =
        Model { endpoint_id: recovery.endpoint.uuid(), after_seq: recovery.after_seq, until_seq: recovery.until_seq };
    let mut known = OnConflict::column(Column::EndpointId);
    let ours = |column| Expr::col((Entity, column));
    known.values([
        (
            Column::AfterSeq,
            Expr::case(ours(Column::AfterSeq).lt(recovery.after_seq), ours(Column::AfterSeq))
                .finally(recovery.after_seq)
                .into(),
        ),
        (
            Column::UntilSeq,
            Expr::case(ours(Column::UntilSeq).gt(recovery.until_seq), ours(Column::UntilSeq))
                .finally(recovery.until_seq)
                .into(),
        ),
    ]);
    Entity::insert(row.into_active_model()).on_conflict(known).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Whether there is any.
pub async fn any(conn: &impl ConnectionTrait) -> Result<bool, Error> {
    Ok(Entity::find().limit(1).one(conn).await?.is_some())
}

/// The next recovery after that of `after` that nobody else is just working on, by endpoint.
pub async fn take(tx: &Tx, after: Option<EndpointId>) -> Result<Option<Recovery>, Error> {
    let row = Entity::find()
        .apply_if(after, |query, after| query.filter(Column::EndpointId.gt(after.uuid())))
        .order_by_asc(Column::EndpointId)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&**tx)
        .await?;
    Ok(row.map(|row| Recovery {
        endpoint: EndpointId::from_uuid(row.endpoint_id),
        after_seq: row.after_seq,
        until_seq: row.until_seq,
    }))
}

/// Notes that everything up to `seq` was looked at; the recovery is over when that is its end.
pub async fn advance(tx: &Tx, recovery: Recovery, seq: i64) -> Result<(), Error> {
    let this = Column::EndpointId.eq(recovery.endpoint.uuid());
    if seq >= recovery.until_seq {
        Entity::delete_many().filter(this).exec(&**tx).await?;
    } else {
        Entity::update_many().col_expr(Column::AfterSeq, Expr::value(seq)).filter(this).exec(&**tx).await?;
    }
    Ok(())
}

/// Forgets the recovery of an endpoint that is gone.
pub async fn forget(tx: &Tx, endpoint: EndpointId) -> Result<(), Error> {
    Entity::delete_many().filter(Column::EndpointId.eq(endpoint.uuid())).exec(&**tx).await?;
    Ok(())
}
