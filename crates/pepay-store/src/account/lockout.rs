//! Attempts at passwords and codes, and letters anybody may ask for, counted by the hash of what they are about.

use pepay_core::account::lockout::{FORGOTTEN_MS, wait_ms};
use pepay_core::time::Millis;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lockouts")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) subject: Vec<u8>,
        pub(super) failures: i64,
        pub(super) failed_at: i64,
        pub(super) until: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "lockouts";

/// Counts an attempt as a failure, the first `free` of which cost nothing. While there is a wait gives its end
/// instead, and the caller drops the transaction: nothing counts then. Others who try the same subject wait for the
/// end of the transaction. Failures of a day without one are forgotten.
pub async fn attempt(tx: &Tx, subject: &[u8; 32], free: u32, now: Millis) -> Result<Option<Millis>, Error> {
    let first = Model { subject: subject.to_vec(), failures: 1, failed_at: now.0, until: 0 };
    let stale = Expr::col((Entity, Column::FailedAt)).lt(now.plus_ms(FORGOTTEN_MS.saturating_neg()).0);
    let counted = Expr::case(stale, 1).finally(Expr::col((Entity, Column::Failures)).add(1));
    let conflict =
        OnConflict::column(Column::Subject).value(Column::Failures, counted).value(Column::FailedAt, now.0).to_owned();
    Entity::insert(first.into_active_model()).on_conflict(conflict).exec_without_returning(&**tx).await?;
    let row = Entity::find_by_id(subject.to_vec()).one(&**tx).await?;
    let (failures, until) = row.map_or((1, 0), |row| (row.failures, row.until));
    if until > now.0 {
        return Ok(Some(Millis(until)));
    }
    let failures = Row { table: TABLE, id: &"subject" }.int("failures", failures)?;
    let until = now.plus_ms(wait_ms(failures, free));
    Entity::update_many()
        .col_expr(Column::Until, Expr::value(until.0))
        .filter(Column::Subject.eq(subject.to_vec()))
        .exec(&**tx)
        .await?;
    Ok(None)
}

/// Counts a use of `subject`, of which there may be `most` in `window_ms` from the first on; `false` past that.
pub async fn spend(tx: &Tx, subject: &[u8; 32], most: u32, window_ms: i64, now: Millis) -> Result<bool, Error> {
    let end = now.plus_ms(window_ms).0;
    let first = Model { subject: subject.to_vec(), failures: 1, failed_at: now.0, until: end };
    let over = Expr::col((Entity, Column::Until)).lte(now.0);
    let counted = Expr::case(over.clone(), 1).finally(Expr::col((Entity, Column::Failures)).add(1));
    let until = Expr::case(over, end).finally(Expr::col((Entity, Column::Until)));
    let conflict = OnConflict::column(Column::Subject)
        .value(Column::Failures, counted)
        .value(Column::FailedAt, now.0)
        .value(Column::Until, until)
        .to_owned();
    Entity::insert(first.into_active_model()).on_conflict(conflict).exec_without_returning(&**tx).await?;
    let row = Entity::find_by_id(subject.to_vec()).one(&**tx).await?;
    Ok(row.is_none_or(|row| row.failures <= i64::from(most)))
}

/// Forgets the failures of `subject`.
pub async fn forgive(tx: &Tx, subject: &[u8; 32]) -> Result<(), Error> {
    Entity::delete_by_id(subject.to_vec()).exec(&**tx).await?;
    Ok(())
}

/// Forgets everything that failed last before `before`.
pub async fn prune(tx: &Tx, before: Millis) -> Result<(), Error> {
    Entity::delete_many().filter(Column::FailedAt.lt(before.0)).exec(&**tx).await?;
    Ok(())
}
