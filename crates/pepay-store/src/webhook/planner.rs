//! How far the event log was planned into deliveries, and for which version of the set of endpoints.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::Error;
use crate::db::Tx;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_planner")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) seq: i64,
        pub(crate) version: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity};

const TABLE: &str = "webhook_planner";
const ONLY: i64 = 1;

/// Where planning stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The last event that was planned.
    pub seq: i64,
    /// Counts changes of endpoints.
    pub version: i64,
}

/// Where planning stands.
pub async fn position(conn: &impl ConnectionTrait) -> Result<Position, Error> {
    let row = Entity::find_by_id(ONLY).one(conn).await?;
    let row = row.ok_or_else(|| Error::Missing { table: TABLE, id: ONLY.to_string() })?;
    Ok(Position { seq: row.seq, version: row.version })
}

/// Moves from `from` to event `seq`; `false` when it no longer stands there, or an endpoint has changed since. The
/// first statement of its transaction: whoever comes second waits here and then finds it moved.
pub async fn advance(tx: &Tx, from: Position, seq: i64) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::Seq, Expr::value(seq))
        .filter(Column::Id.eq(ONLY))
        .filter(Column::Seq.eq(from.seq))
        .filter(Column::Version.eq(from.version))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Keeps endpoints from changing, and others from planning, until the end of the transaction.
pub async fn hold(tx: &Tx) -> Result<(), Error> {
    let held = Entity::update_many().col_expr(Column::Seq, Expr::col(Column::Seq)).filter(Column::Id.eq(ONLY));
    Error::unless_one(held.exec(&**tx).await?.rows_affected, TABLE, ONLY)
}

/// Says that endpoints change, and waits for everybody who changes them or plans.
pub async fn change(tx: &Tx) -> Result<Position, Error> {
    let done = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(ONLY))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, ONLY)?;
    position(&**tx).await
}
