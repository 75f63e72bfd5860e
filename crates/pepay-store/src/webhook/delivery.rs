//! Deliveries. Many are written at once: the statements of a batch do not grow with it.

use std::collections::{HashMap, HashSet};

use pepay_core::event::{EventId, Type};
use pepay_core::id::{DeliveryId, EndpointId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::page::{self as core_page, Page, Slice};
use pepay_core::time::Millis;
use pepay_core::webhook::{Delivery, DeliveryState};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use crate::Error;
use crate::db::Tx;
use crate::page;
use crate::read::Row;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_deliveries")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) endpoint_id: Uuid,
        pub(crate) merchant_id: i64,
        pub(crate) environment: String,
        pub(crate) event_seq: i64,
        pub(crate) event_at: i64,
        pub(crate) r#type: String,
        pub(crate) state: String,
        pub(crate) attempts: i64,
        pub(crate) tries: i64,
        pub(crate) due_at: Option<i64>,
        pub(crate) leased_until: Option<i64>,
        pub(crate) created_at: i64,
        pub(crate) completed_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "webhook_deliveries";
/// Rows in one statement: fourteen columns each, well under what both databases take.
const ROWS_AT_ONCE: usize = 500;

impl TryFrom<Model> for Delivery {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let id = DeliveryId::from_uuid(model.id);
        let row = Row { table: TABLE, id: &id };
        Ok(Self {
            id,
            endpoint_id: EndpointId::from_uuid(model.endpoint_id),
            merchant_id: MerchantId(model.merchant_id),
            environment: row.environment("environment", &model.environment)?,
            event: EventId { seq: model.event_seq, at: Millis(model.event_at) },
            kind: row.need("type", Type::parse(&model.r#type))?,
            state: row.need("state", DeliveryState::parse(&model.state))?,
            attempts: row.int("attempts", model.attempts)?,
            tries: row.int("tries", model.tries)?,
            due_at: model.due_at.map(Millis),
            leased_until: model.leased_until.map(Millis),
            created_at: Millis(model.created_at),
            completed_at: model.completed_at.map(Millis),
        })
    }
}

impl From<&Delivery> for Model {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id.uuid(),
            endpoint_id: delivery.endpoint_id.uuid(),
            merchant_id: delivery.merchant_id.0,
            environment: delivery.environment.as_str().to_owned(),
            event_seq: delivery.event.seq,
            event_at: delivery.event.at.0,
            r#type: delivery.kind.as_str().to_owned(),
            state: delivery.state.as_str().to_owned(),
            attempts: i64::from(delivery.attempts),
            tries: i64::from(delivery.tries),
            due_at: delivery.due_at.map(|at| at.0),
            leased_until: delivery.leased_until.map(|at| at.0),
            created_at: delivery.created_at.0,
            completed_at: delivery.completed_at.map(|at| at.0),
        }
    }
}

/// Adds deliveries; those whose endpoint has one of the same event already are left as they are. Gives how many are
/// new.
pub async fn insert(tx: &Tx, deliveries: &[Delivery]) -> Result<u64, Error> {
    let mut added = 0_u64;
    for chunk in deliveries.chunks(ROWS_AT_ONCE) {
        let rows = chunk.iter().map(|delivery| Model::from(delivery).into_active_model());
        let known = OnConflict::columns([Column::EndpointId, Column::EventSeq]).do_nothing().to_owned();
        let rows = Entity::insert_many(rows).on_conflict(known).exec_without_returning(&**tx).await?;
        added = added.saturating_add(rows);
    }
    Ok(added)
}

/// Which of these there are.
pub async fn existing(conn: &impl ConnectionTrait, ids: &[DeliveryId]) -> Result<HashSet<DeliveryId>, Error> {
    let mut found = HashSet::new();
    for chunk in ids.chunks(ROWS_AT_ONCE) {
        let some = Entity::find().select_only().column(Column::Id);
        let some = some.filter(Column::Id.is_in(chunk.iter().map(|id| id.uuid())));
        let uuids: Vec<Uuid> = some.into_tuple().all(conn).await?;
        found.extend(uuids.into_iter().map(DeliveryId::from_uuid));
    }
    Ok(found)
}

/// Marks deliveries as taken by their endpoints.
pub async fn succeed(tx: &Tx, ids: &[DeliveryId], at: Millis) -> Result<(), Error> {
    for chunk in ids.chunks(ROWS_AT_ONCE) {
        Entity::update_many()
            .col_expr(Column::State, Expr::value(DeliveryState::Succeeded.as_str()))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .col_expr(Column::DueAt, Expr::value(None::<i64>))
            .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
            .col_expr(Column::CompletedAt, Expr::value(at.0))
            .filter(Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .filter(Column::State.eq(DeliveryState::Pending.as_str()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// What a failed attempt leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// The delivery.
    pub id: DeliveryId,
    /// The end of the lease it was attempted under.
    pub leased_until: Millis,
    /// When to try again; `None` when it is given up.
    pub due_at: Option<Millis>,
}

/// Notes a failed attempt, unless somebody else has had the delivery since.
pub async fn miss(tx: &Tx, missed: &Missed, at: Millis) -> Result<(), Error> {
    let given_up = missed.due_at.is_none();
    let state = if given_up { DeliveryState::Failed } else { DeliveryState::Pending };
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state.as_str()))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .col_expr(Column::DueAt, Expr::value(missed.due_at.map(|at| at.0)))
        .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
        .col_expr(Column::CompletedAt, Expr::value(given_up.then_some(at.0)))
        .filter(Column::Id.eq(missed.id.uuid()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::LeasedUntil.eq(missed.leased_until.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Gives leased deliveries back unattempted: due at `now`.
pub async fn give_back(tx: &Tx, ids: &[DeliveryId], now: Millis) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now.0))
        .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::LeasedUntil.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// What a list of deliveries is about.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whose.
    pub merchant: MerchantId,
    /// Where to.
    pub endpoint: EndpointId,
    /// Events of one environment only.
    pub environment: Option<Environment>,
    /// Where they stand.
    pub state: Option<DeliveryState>,
    /// What happened.
    pub kind: Option<Type>,
}

/// One page of an endpoint's deliveries, that of the newest event first. `None` when the cursor is none of them.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    page: Page<DeliveryId>,
) -> Result<Option<Slice<Delivery>>, Error> {
    let all = Entity::find()
        .filter(Column::EndpointId.eq(filter.endpoint.uuid()))
        .filter(Column::MerchantId.eq(filter.merchant.0))
        .apply_if(filter.environment, |query, it| query.filter(Column::Environment.eq(it.as_str())));
    let cursor = match page.from {
        core_page::From::Newest => None,
        core_page::From::OlderThan(id) | core_page::From::NewerThan(id) => {
            let Some(row) = all.clone().filter(Column::Id.eq(id.uuid())).one(conn).await? else { return Ok(None) };
            Some(row.event_seq)
        }
    };
    let all = all
        .apply_if(filter.state, |query, it| query.filter(Column::State.eq(it.as_str())))
        .apply_if(filter.kind, |query, it| query.filter(Column::Type.eq(it.as_str())));
    let all = match (page.from, cursor) {
        (core_page::From::OlderThan(_), Some(seq)) => all.filter(Column::EventSeq.lt(seq)),
        (core_page::From::NewerThan(_), Some(seq)) => all.filter(Column::EventSeq.gt(seq)),
        _ => all,
    };
    let rows = all.order_by(Column::EventSeq, page::order(&page)).limit(page::limit(&page)).all(conn).await?;
    let slice = page::slice(&page, rows);
    let items = slice.items.into_iter().map(Delivery::try_from).collect::<Result<_, _>>()?;
    Ok(Some(Slice { items, has_more: slice.has_more }))
}

/// One delivery of a merchant, in one environment or in any.
pub async fn get(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Option<Environment>,
    id: DeliveryId,
) -> Result<Option<Delivery>, Error> {
    let row = Entity::find_by_id(id.uuid())
        .filter(Column::MerchantId.eq(merchant.0))
        .apply_if(environment, |query, it| query.filter(Column::Environment.eq(it.as_str())))
        .one(conn)
        .await?;
    row.map(Delivery::try_from).transpose()
}

/// How many deliveries of each event are still to be made, of those to `endpoints`.
pub async fn pending(
    conn: &impl ConnectionTrait,
    endpoints: &[EndpointId],
    seqs: &[i64],
) -> Result<HashMap<i64, u32>, Error> {
    let mut counts = HashMap::new();
    if endpoints.is_empty() || seqs.is_empty() {
        return Ok(counts);
    }
    let rows: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::EventSeq)
        .filter(Column::EndpointId.is_in(endpoints.iter().map(|id| id.uuid())))
        .filter(Column::EventSeq.is_in(seqs.iter().copied()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .into_tuple()
        .all(conn)
        .await?;
    for seq in rows {
        let count: &mut u32 = counts.entry(seq).or_default();
        *count = count.saturating_add(1);
    }
    Ok(counts)
}

/// Has a delivery made again from the beginning of the schedule. `Missing` when the merchant has no such.
pub async fn again(tx: &Tx, merchant: MerchantId, id: DeliveryId, now: Millis) -> Result<(), Error> {
    let done = anew(now).filter(Column::Id.eq(id.uuid())).filter(Column::MerchantId.eq(merchant.0)).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Has what failed of these events at an endpoint made again. Gives how many.
pub async fn again_failed(tx: &Tx, endpoint: EndpointId, seqs: &[i64], now: Millis) -> Result<u64, Error> {
    let done = anew(now)
        .filter(Column::EndpointId.eq(endpoint.uuid()))
        .filter(Column::EventSeq.is_in(seqs.iter().copied()))
        .filter(Column::State.is_in([DeliveryState::Failed.as_str(), DeliveryState::Canceled.as_str()]))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

fn anew(now: Millis) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Pending.as_str()))
        .col_expr(Column::Tries, Expr::value(0_i64))
        .col_expr(Column::DueAt, Expr::value(now.0))
        .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
        .col_expr(Column::CompletedAt, Expr::value(None::<i64>))
}

/// Calls off what waits for an endpoint that is gone, at most `limit`. Gives how many.
pub async fn call_off(tx: &Tx, endpoint: EndpointId, now: Millis, limit: u64) -> Result<u64, Error> {
    let waiting: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::EndpointId.eq(endpoint.uuid()))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .order_by_asc(Column::EventSeq)
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Canceled.as_str()))
        .col_expr(Column::DueAt, Expr::value(None::<i64>))
        .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
        .col_expr(Column::CompletedAt, Expr::value(now.0))
        .filter(Column::Id.is_in(waiting))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Forgets at most `limit` deliveries made before `before`, with their attempts; what waits, only when its event is no
/// longer kept. Gives how many.
pub async fn prune(tx: &Tx, before: Millis, limit: u64) -> Result<u64, Error> {
    let oldest = crate::event::oldest(&**tx).await?.map_or(0, |id| id.seq);
    let over = Condition::any().add(Column::State.ne(DeliveryState::Pending.as_str())).add(Column::EventSeq.lt(oldest));
    let millis = u128::from(u64::try_from(before.0).unwrap_or_default());
    // Ids begin with the time they were made at.
    let old: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.lt(Uuid::from_u128(millis << 80)))
        .filter(over)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    super::attempt::delete(tx, &old).await?;
    Ok(Entity::delete_many().filter(Column::Id.is_in(old)).exec(&**tx).await?.rows_affected)
}
