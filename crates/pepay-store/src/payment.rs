//! Payments of invoices.

use std::collections::HashSet;

use pepay_core::id::{InvoiceId, PaymentId, QuoteId, TokenId};
use pepay_core::network::{Depth, NetworkId};
use pepay_core::payment::{Payment, Standing, Status};
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Select, Statement, Value,
};
use uuid::Uuid;

use crate::Error;
use crate::db::Tx;
use crate::observed::Columns;
use crate::read::{Row, height};

mod list;

pub use list::list;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payments")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) invoice_id: Uuid,
        pub(super) network: String,
        pub(super) token_id: i64,
        pub(super) block_number: i64,
        pub(super) block_hash: Vec<u8>,
        pub(super) block_time: i64,
        pub(super) log_index: Option<i64>,
        pub(super) tx_hash: Option<String>,
        pub(super) asset: Vec<u8>,
        pub(super) from_address: Option<Vec<u8>>,
        pub(super) to_address: Vec<u8>,
        pub(super) units: String,
        pub(super) quote_id: Uuid,
        pub(super) rate: String,
        pub(super) value: i64,
        pub(super) deep_at_block: Option<i64>,
        pub(super) depth_blocks: Option<i64>,
        pub(super) standing: Option<String>,
        pub(super) status: String,
        pub(super) reverted: bool,
        pub(super) first_seen_at: i64,
        pub(super) confirmed_at: Option<i64>,
        pub(super) created_at: i64,
        pub(super) updated_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "payments";
/// Invoices looked up in one statement: SQLite joins up to 500 selects.
const INVOICES_AT_ONCE: usize = 100;

impl TryFrom<Model> for Payment {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        let depth = match model.depth_blocks {
            Some(blocks) => Depth::Blocks(row.int("depth_blocks", blocks)?),
            None => Depth::Finalized,
        };
        let standing = model.standing.as_deref().map(|word| row.need("standing", Standing::parse(word)));
        let columns = Columns {
            block_number: model.block_number,
            block_hash: model.block_hash,
            block_time: model.block_time,
            log_index: model.log_index,
            tx_hash: model.tx_hash,
            asset: model.asset,
            from_address: model.from_address,
            to_address: model.to_address,
            units: model.units,
        };
        Ok(Self {
            id: PaymentId::from_uuid(model.id),
            invoice_id: InvoiceId::from_uuid(model.invoice_id),
            network: row.network("network", &model.network)?,
            token: TokenId(model.token_id),
            observed: columns.read(&row)?,
            quote_id: QuoteId::from_uuid(model.quote_id),
            rate: row.rate("rate", &model.rate)?,
            value: row.usd("value", model.value)?,
            depth,
            standing: standing.transpose()?,
            status: row.need("status", Status::parse(&model.status))?,
            reverted: model.reverted,
            first_seen_at: Millis(model.first_seen_at),
            confirmed_at: model.confirmed_at.map(Millis),
            created_at: Millis(model.created_at),
            updated_at: Millis(model.updated_at),
        })
    }
}

impl From<&Payment> for Model {
    fn from(payment: &Payment) -> Self {
        let columns = Columns::from(&payment.observed);
        let depth_blocks = match payment.depth {
            Depth::Blocks(blocks) => Some(blocks),
            Depth::Finalized => None,
        };
        Self {
            id: payment.id.uuid(),
            invoice_id: payment.invoice_id.uuid(),
            network: payment.network.to_string(),
            token_id: payment.token.0,
            deep_at_block: depth_blocks.map(|blocks| deep_at(columns.block_number, blocks)),
            depth_blocks: depth_blocks.map(i64::from),
            block_number: columns.block_number,
            block_hash: columns.block_hash,
            block_time: columns.block_time,
            log_index: columns.log_index,
            tx_hash: columns.tx_hash,
            asset: columns.asset,
            from_address: columns.from_address,
            to_address: columns.to_address,
            units: columns.units,
            quote_id: payment.quote_id.uuid(),
            rate: payment.rate.e12().to_string(),
            value: payment.value.get(),
            standing: payment.standing.map(|standing| standing.as_str().to_owned()),
            status: payment.status.as_str().to_owned(),
            reverted: payment.reverted,
            first_seen_at: payment.first_seen_at.0,
            confirmed_at: payment.confirmed_at.map(|at| at.0),
            created_at: payment.created_at.0,
            updated_at: payment.updated_at.0,
        }
    }
}

// The payment's own block counts as the first.
fn deep_at(block_number: i64, blocks: u32) -> i64 {
    block_number.saturating_add(i64::from(blocks.max(1))).saturating_sub(1)
}

/// Adds a payment. `UnknownInvoice` when there is no such invoice.
pub async fn insert(tx: &Tx, payment: &Payment) -> Result<(), Error> {
    Entity::insert(Model::from(payment).into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownInvoice))?;
    Ok(())
}

/// Saves a payment. `Missing` when there is none.
pub async fn update(tx: &Tx, payment: &Payment) -> Result<(), Error> {
    let mut row = Model::from(payment).into_active_model().reset_all();
    row.not_set(Column::Id);
    let done = Entity::update_many().set(row).filter(Column::Id.eq(payment.id.uuid())).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, payment.id)
}

/// All payments of an invoice, oldest first.
pub async fn by_invoice(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Vec<Payment>, Error> {
    let rows = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid())).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// The newest `limit_per` payments of each of these invoices, newest first within an invoice.
pub async fn by_invoices(
    conn: &impl ConnectionTrait,
    invoices: &[InvoiceId],
    limit_per: u64,
) -> Result<Vec<Payment>, Error> {
    // One bounded range each: an invoice that somebody sends dust to costs no more than another.
    const ONE: &str =
        "SELECT * FROM (SELECT * FROM payments WHERE invoice_id = $ID ORDER BY id DESC LIMIT $LIMIT) AS one";
    let backend = conn.get_database_backend();
    let limit = i64::try_from(limit_per).unwrap_or(i64::MAX);
    let mut rows = Vec::new();
    for chunk in invoices.chunks(INVOICES_AT_ONCE) {
        let one =
            |n: usize| ONE.replace("$ID", &format!("${n}")).replace("$LIMIT", &format!("${}", n.saturating_add(1)));
        let ranges: Vec<String> =
            (0..chunk.len()).map(|place| one(place.saturating_mul(2).saturating_add(1))).collect();
        let values = chunk.iter().flat_map(|id| [Value::from(id.uuid()), Value::from(limit)]);
        let statement = Statement::from_sql_and_values(backend, ranges.join(" UNION ALL "), values);
        rows.extend(Entity::find().from_raw_sql(statement).all(conn).await?);
    }
    rows.sort_unstable_by_key(|row| (row.invoice_id, std::cmp::Reverse(row.id)));
    rows.into_iter().map(Payment::try_from).collect()
}

/// The newest payment of each of these invoices that has one.
pub async fn latest_of(conn: &impl ConnectionTrait, invoices: &[InvoiceId]) -> Result<Vec<Payment>, Error> {
    by_invoices(conn, invoices, 1).await
}

/// Those of these invoices that have a payment which counts and is not confirmed yet.
pub async fn undecided(conn: &impl ConnectionTrait, invoices: &[InvoiceId]) -> Result<HashSet<InvoiceId>, Error> {
    let counting = Standing::ALL.into_iter().filter(|standing| standing.counts()).map(Standing::as_str);
    let counting: Vec<&str> = counting.collect();
    let mut found = HashSet::new();
    for chunk in invoices.chunks(INVOICES_AT_ONCE) {
        let ids: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::InvoiceId)
            .filter(Column::InvoiceId.is_in(chunk.iter().map(|id| id.uuid())))
            .filter(Column::Standing.is_in(counting.iter().copied()))
            .filter(Column::ConfirmedAt.is_null())
            .filter(Expr::cust("NOT reverted"))
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(ids.into_iter().map(InvoiceId::from_uuid));
    }
    Ok(found)
}

/// Invoices with standing, unconfirmed payments that lie deep enough now that `network` was read up to `head` and is
/// final up to `finalized`. Each once; at most about `limit`, those that have been deep enough longest first.
pub async fn unconfirmed(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    head: u64,
    finalized: u64,
    limit: u64,
) -> Result<Vec<InvoiceId>, Error> {
    let mut ids: Vec<Uuid> = deep_query(network, head).limit(limit).into_tuple().all(conn).await?;
    let last: Vec<Uuid> = final_query(network, finalized).limit(limit).into_tuple().all(conn).await?;
    ids.extend(last);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids.into_iter().map(InvoiceId::from_uuid).collect())
}

fn deep_query(network: &NetworkId, head: u64) -> Select<Entity> {
    waiting(network).filter(Column::DeepAtBlock.lte(height(head))).order_by_asc(Column::DeepAtBlock)
}

fn final_query(network: &NetworkId, finalized: u64) -> Select<Entity> {
    waiting(network)
        .filter(Column::DeepAtBlock.is_null())
        .filter(Column::BlockNumber.lte(height(finalized)))
        .order_by_asc(Column::BlockNumber)
}

fn waiting(network: &NetworkId) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::InvoiceId)
        .filter(Column::Network.eq(network.to_string()))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Expr::cust("NOT reverted"))
}

#[cfg(test)]
mod tests;
