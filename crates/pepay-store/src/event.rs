//! The event log. Numbers are given in commit order: whoever has read up to one has seen every one before it.
//!
//! On PostgreSQL a number becomes visible when its transaction commits, so numbers are given under a lock that is
//! held until then. On SQLite there is one writer at a time anyway.

use pepay_core::event::{EventId, Type};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Statement,
};

use crate::Error;
use crate::db::Tx;
use crate::news::CHANNEL;
use crate::read::Row;

mod list;

pub use list::{Filter, Scope, first_at, following, list, newest, oldest, prune};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) seq: i64,
        pub(crate) at: i64,
        pub(crate) r#type: String,
        pub(crate) merchant_id: i64,
        pub(crate) environment: String,
        pub(crate) invoice_id: Uuid,
        pub(crate) customer_id: Option<String>,
        pub(crate) request_id: Option<String>,
        pub(crate) idempotency_key: Option<String>,
        pub(crate) data: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

/// The advisory lock under which numbers are given on PostgreSQL; any constant of our own will do.
pub(crate) const LOCK: i64 = 0x7065_7061_7901;
/// Rows in one statement: ten columns each, well under what both databases take.
const ROWS_AT_ONCE: usize = 500;

/// An event to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// What happened.
    pub kind: Type,
    /// To whom.
    pub merchant_id: MerchantId,
    /// Where.
    pub environment: Environment,
    /// To which invoice.
    pub invoice_id: InvoiceId,
    /// The customer of that invoice.
    pub customer_id: Option<String>,
    /// The request that caused it.
    pub request_id: Option<String>,
    /// The idempotency key of that request.
    pub idempotency_key: Option<String>,
    /// JSON: the object, and what was otherwise before.
    pub data: String,
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the log.
    pub id: EventId,
    /// What happened.
    pub event: New,
}

impl TryFrom<Model> for Stored {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "events", id: &model.seq };
        let kind = Type::from_word(&model.r#type);
        let event = New {
            kind: row.need("type", kind)?,
            environment: row.environment("environment", &model.environment)?,
            merchant_id: MerchantId(model.merchant_id),
            invoice_id: InvoiceId::from_uuid(model.invoice_id),
            customer_id: model.customer_id,
            request_id: model.request_id,
            idempotency_key: model.idempotency_key,
            data: model.data,
        };
        Ok(Self { id: EventId { seq: model.seq, at: Millis(model.at) }, event })
    }
}

impl Model {
    fn new(id: EventId, event: &New) -> Self {
        Self {
            seq: id.seq,
            at: id.at.0,
            r#type: event.kind.as_str().to_owned(),
            merchant_id: event.merchant_id.0,
            environment: event.environment.as_str().to_owned(),
            invoice_id: event.invoice_id.uuid(),
            customer_id: event.customer_id.clone(),
            request_id: event.request_id.clone(),
            idempotency_key: event.idempotency_key.clone(),
            data: event.data.clone(),
        }
    }
}

/// Adds events to the log, in this order, and gives their ids. On PostgreSQL everybody else who appends waits from
/// here to the end of the transaction: let it be the last thing before the commit.
pub async fn append(tx: &Tx, now: Millis, events: &[New]) -> Result<Vec<EventId>, Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT pg_advisory_xact_lock($1), pg_notify($2, '')";
        let values = [LOCK.into(), CHANNEL.into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    tx.announce();
    let mut last = last(&**tx).await?;
    let mut ids = Vec::with_capacity(events.len());
    for chunk in events.chunks(ROWS_AT_ONCE) {
        let mut rows = Vec::with_capacity(chunk.len());
        for event in chunk {
            let id = EventId::after(last, now);
            last = Some(id);
            ids.push(id);
            rows.push(Model::new(id, event).into_active_model());
        }
        Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(ids)
}

/// The newest event of the log. It is never removed, so that numbers never start over.
pub async fn last(conn: &impl ConnectionTrait) -> Result<Option<EventId>, Error> {
    let newest: Option<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::Seq, Column::At])
        .order_by_desc(Column::Seq)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(newest.map(id_of))
}

fn id_of((seq, at): (i64, i64)) -> EventId {
    EventId { seq, at: Millis(at) }
}

/// One event that a merchant may hear of, in one environment or in any. `None` also when the id's time is not the
/// event's.
pub async fn get(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Option<Environment>,
    id: EventId,
) -> Result<Option<Stored>, Error> {
    let row = Entity::find_by_id(id.seq)
        .filter(Column::At.eq(id.at.0))
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(list::for_merchants())
        .apply_if(environment, |query, environment| query.filter(Column::Environment.eq(environment.as_str())))
        .one(conn)
        .await?;
    row.map(Stored::try_from).transpose()
}

/// Events after number `seq` in commit order, everybody's: what a tail reads.
pub async fn after(conn: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Stored>, Error> {
    let rows = Entity::find().filter(Column::Seq.gt(seq)).order_by_asc(Column::Seq).limit(limit).all(conn).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// Whether `scope` holds the event of this very id.
pub async fn holds(conn: &impl ConnectionTrait, scope: &Scope, id: EventId) -> Result<bool, Error> {
    let found = following(conn, scope, id.seq.saturating_sub(1), 1).await?;
    Ok(found.first().is_some_and(|first| first.id == id))
}

/// What merchants hear of one invoice, oldest first.
pub async fn by_invoice(conn: &impl ConnectionTrait, invoice: InvoiceId, limit: u64) -> Result<Vec<Stored>, Error> {
    let mut events = Vec::new();
    for kind in Type::ALL {
        let rows = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid())).filter(Column::Type.eq(kind.as_str()));
        events.extend(rows.order_by_asc(list::place()).limit(limit).all(conn).await?);
    }
    events.sort_unstable_by_key(|row: &Model| row.seq);
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    events.into_iter().map(Stored::try_from).collect()
}

#[cfg(test)]
mod tests;
