//! What waits at each endpoint: a lane of deliveries never tried, and one of those to be tried again.
//!
//! Lanes are served one by one, so that the backlog of a dead endpoint is never in anybody's way: not even to be read
//! over. A claim leases what it takes: until its end nobody else gets it.

use pepay_core::id::EndpointId;
use pepay_core::time::Millis;
use pepay_core::webhook::{Delivery, DeliveryState};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, Statement,
};
use uuid::Uuid;

use super::delivery::row::{Column, Entity};
use crate::Error;
use crate::db::Tx;

/// Which deliveries of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Those never tried since they were made or asked for again, the oldest events first.
    Fresh,
    /// Those to be tried again, the longest due first.
    Retry,
}

impl Lane {
    // Word for word the condition of the lane's index.
    pub(crate) const fn condition(self) -> &'static str {
        match self {
            Self::Fresh => "state = 'pending' AND tries = 0",
            Self::Retry => "state = 'pending' AND tries > 0",
        }
    }
}

/// Takes at most `limit` deliveries that are due, and leases them until `until`.
pub async fn claim(
    tx: &Tx,
    endpoint: EndpointId,
    lane: Lane,
    (now, until): (Millis, Millis),
    limit: u64,
) -> Result<Vec<Delivery>, Error> {
    let rows = due(endpoint, lane, now, limit).all(&**tx).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(until.0))
        .col_expr(Column::LeasedUntil, Expr::value(until.0))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(&**tx)
        .await?;
    let leased = rows.into_iter().map(|mut row| {
        (row.due_at, row.leased_until) = (Some(until.0), Some(until.0));
        Delivery::try_from(row)
    });
    leased.collect()
}

/// What is due, without what others are just taking.
pub(crate) fn due(endpoint: EndpointId, lane: Lane, now: Millis, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust(lane.condition()))
        .filter(Column::EndpointId.eq(endpoint.uuid()))
        .filter(Column::DueAt.lte(now.0))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::EventSeq)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

/// Brings forward what waits to be tried again at an endpoint that is back, at most `limit`. Leases are left alone.
pub async fn hasten(tx: &Tx, endpoint: EndpointId, now: Millis, limit: u64) -> Result<u64, Error> {
    let waiting: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust(Lane::Retry.condition()))
        .filter(Column::EndpointId.eq(endpoint.uuid()))
        .filter(Column::DueAt.gt(now.0))
        .filter(Column::LeasedUntil.is_null())
        .order_by_asc(Column::DueAt)
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let done = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now.0))
        .filter(Column::Id.is_in(waiting))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::LeasedUntil.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// How much waits in all lanes together; counted up to `most`.
pub async fn count(conn: &impl ConnectionTrait, lane: Lane, most: u64) -> Result<u64, Error> {
    // From the least id on: a range of the lane's index.
    let some = Entity::find().filter(Expr::cust(lane.condition())).filter(Column::EndpointId.gt(Uuid::nil()));
    Ok(some.limit(most).count(conn).await?)
}

#[derive(FromQueryResult)]
struct Head {
    endpoint_id: Uuid,
    due_at: i64,
}

/// Every endpoint that something waits for in a lane, with when the first of it is due. Reads one entry of the index
/// per endpoint, however much waits there.
pub async fn heads(conn: &impl ConnectionTrait, lane: Lane) -> Result<Vec<(EndpointId, Millis)>, Error> {
    let first = format!(
        "SELECT endpoint_id, due_at FROM webhook_deliveries WHERE {} {{}} ORDER BY endpoint_id, due_at LIMIT 1",
        lane.condition()
    );
    let sql = if conn.get_database_backend() == sea_orm::DbBackend::Postgres {
        let next = first.replace("{}", "AND endpoint_id > lane.endpoint_id");
        format!(
            "WITH RECURSIVE lane AS ((SELECT * FROM ({}) AS head) UNION ALL \
             SELECT next.* FROM lane CROSS JOIN LATERAL ({next}) AS next) SELECT endpoint_id, due_at FROM lane",
            first.replace("{}", "")
        )
    } else {
        // SQLite has no LATERAL: the same steps by scalar subqueries, the first one from the least id there can be.
        let id = |after: &str| {
            let first = first.replace("endpoint_id, due_at FROM", "endpoint_id FROM");
            first.replace("{}", &format!("AND endpoint_id > {after}"))
        };
        let due = first.replace("endpoint_id, due_at FROM", "due_at FROM");
        format!(
            "WITH RECURSIVE lane (endpoint_id) AS (SELECT ({}) UNION ALL SELECT ({}) FROM lane \
             WHERE lane.endpoint_id IS NOT NULL) \
             SELECT endpoint_id, ({}) AS due_at FROM lane AS step WHERE endpoint_id IS NOT NULL",
            id("x''"),
            id("lane.endpoint_id"),
            due.replace("{}", "AND endpoint_id = step.endpoint_id"),
        )
    };
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let heads = Head::find_by_statement(statement).all(conn).await?;
    Ok(heads.into_iter().map(|head| (EndpointId::from_uuid(head.endpoint_id), Millis(head.due_at))).collect())
}
