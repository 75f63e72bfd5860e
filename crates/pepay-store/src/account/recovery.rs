//! Recovery codes of users with a second factor, as hashes.

use pepay_core::id::UserId;
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use crate::Error;
use crate::db::Tx;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) hash: Vec<u8>,
        pub(super) used_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

/// Puts these codes in the place of all the user had.
pub async fn replace(tx: &Tx, user: UserId, hashes: &[[u8; 32]]) -> Result<(), Error> {
    Entity::delete_many().filter(Column::UserId.eq(user.uuid())).exec(&**tx).await?;
    if hashes.is_empty() {
        return Ok(());
    }
    let rows = hashes.iter().map(|hash| Model { user_id: user.uuid(), hash: hash.to_vec(), used_at: None });
    Entity::insert_many(rows.map(IntoActiveModel::into_active_model)).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Uses a code up; `false` when it is none of the user's or was used.
pub async fn take(tx: &Tx, user: UserId, hash: &[u8; 32], now: Millis) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::Hash.eq(hash.to_vec()))
        .filter(Column::UsedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many codes are left.
pub async fn left(conn: &impl ConnectionTrait, user: UserId) -> Result<u64, Error> {
    let unused = Entity::find().filter(Column::UserId.eq(user.uuid())).filter(Column::UsedAt.is_null());
    Ok(unused.count(conn).await?)
}
