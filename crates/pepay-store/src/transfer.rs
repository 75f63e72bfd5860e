//! Transfers seen on the chains. Never deleted: a reorganisation withdraws them.

use std::collections::{HashMap, HashSet};

use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, MerchantId, PaymentId, TokenId, TransferId};
use pepay_core::money::BaseUnits;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_core::transfer::{Anchor, BlockHash, Observed, Refusal, Transfer, Verdict};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};

use crate::Error;
use crate::db::Tx;
use crate::observed::Columns;
use crate::read::{Row, height};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "transfers")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) invoice_id: Uuid,
        pub(super) network: String,
        pub(super) block_number: i64,
        pub(super) block_hash: Vec<u8>,
        pub(super) block_time: i64,
        pub(super) log_index: Option<i64>,
        pub(super) tx_hash: Option<String>,
        pub(super) asset: Vec<u8>,
        pub(super) from_address: Option<Vec<u8>>,
        pub(super) to_address: Vec<u8>,
        pub(super) units: String,
        pub(super) token_id: Option<i64>,
        pub(super) payment_id: Option<Uuid>,
        pub(super) refusal: Option<String>,
        pub(super) detected_at: i64,
        pub(super) withdrawn_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

const TABLE: &str = "transfers";
/// Addresses looked up in one statement.
const ADDRESSES_AT_ONCE: usize = 500;

impl TryFrom<Model> for Transfer {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        let verdict = match (model.payment_id, &model.refusal) {
            (Some(payment), None) => Some(Verdict::Payment(PaymentId::from_uuid(payment))),
            (None, Some(word)) => Refusal::parse(word).map(Verdict::Refused),
            _ => None,
        };
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
            id: TransferId::from_uuid(model.id),
            invoice_id: InvoiceId::from_uuid(model.invoice_id),
            network: row.network("network", &model.network)?,
            observed: columns.read(&row)?,
            token: model.token_id.map(TokenId),
            verdict: row.need("refusal", verdict)?,
            detected_at: Millis(model.detected_at),
            withdrawn_at: model.withdrawn_at.map(Millis),
        })
    }
}

impl From<&Transfer> for Model {
    fn from(transfer: &Transfer) -> Self {
        let columns = Columns::from(&transfer.observed);
        let (payment_id, refusal) = match transfer.verdict {
            Verdict::Payment(payment) => (Some(payment.uuid()), None),
            Verdict::Refused(refusal) => (None, Some(refusal.as_str().to_owned())),
        };
        Self {
            id: transfer.id.uuid(),
            invoice_id: transfer.invoice_id.uuid(),
            network: transfer.network.to_string(),
            block_number: columns.block_number,
            block_hash: columns.block_hash,
            block_time: columns.block_time,
            log_index: columns.log_index,
            tx_hash: columns.tx_hash,
            asset: columns.asset,
            from_address: columns.from_address,
            to_address: columns.to_address,
            units: columns.units,
            token_id: transfer.token.map(|token| token.0),
            payment_id,
            refusal,
            detected_at: transfer.detected_at.0,
            withdrawn_at: transfer.withdrawn_at.map(|at| at.0),
        }
    }
}

/// Adds a transfer. `TransferExists` when its block was read before; `UnknownInvoice` when there is no such invoice.
pub async fn insert(tx: &Tx, transfer: &Transfer) -> Result<(), Error> {
    Entity::insert(Model::from(transfer).into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownInvoice))?;
    Ok(())
}

/// The transfers of an invoice, in the order they were detected.
pub async fn by_invoice(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Vec<Transfer>, Error> {
    let rows = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid())).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(Transfer::try_from).collect()
}

/// Whether anything was ever seen on an invoice's addresses, withdrawn or not.
pub async fn any(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<bool, Error> {
    let first = Entity::find().select_only().column(Column::Id).filter(Column::InvoiceId.eq(invoice.uuid()));
    let first: Option<uuid::Uuid> = first.order_by_asc(Column::Id).limit(1).into_tuple().one(conn).await?;
    Ok(first.is_some())
}

/// The newest `limit` standing transfers to an invoice's addresses that are no payments, oldest first.
pub async fn refused(conn: &impl ConnectionTrait, invoice: InvoiceId, limit: u64) -> Result<Vec<Transfer>, Error> {
    let rows = Entity::find()
        .filter(Column::InvoiceId.eq(invoice.uuid()))
        .filter(Column::Refusal.is_not_null())
        .filter(Column::WithdrawnAt.is_null())
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    in_order(rows)
}

/// The invoices of a merchant to whose addresses a transaction sent something, whether or not it counts; `limit` at
/// most.
pub async fn invoices_of_tx(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
    tx: &str,
    limit: u64,
) -> Result<Vec<InvoiceId>, Error> {
    const SQL: &str = "SELECT id FROM invoices WHERE merchant_id = $2 AND environment = $3 \
                       AND id IN (SELECT invoice_id FROM transfers WHERE tx_hash = $1) LIMIT $4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [tx.into(), merchant.0.into(), environment.as_str().into(), limit.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), SQL, values);
    let rows = conn.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok(InvoiceId::from_uuid(row.try_get("", "id")?))).collect()
}

/// The transfer recorded for the very place in the chain where `observed` was read, withdrawn or not.
pub async fn find_anchored(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    observed: &Observed,
) -> Result<Option<Transfer>, Error> {
    let columns = Columns::from(observed);
    let row = Entity::find()
        .filter(Column::Network.eq(network.to_string()))
        .filter(Column::BlockHash.eq(columns.block_hash))
        .filter(Column::ToAddress.eq(columns.to_address))
        .filter(Expr::cust("coalesce(tx_hash, '')").eq(columns.tx_hash.unwrap_or_default()))
        .filter(Expr::cust("coalesce(log_index, -1)").eq(columns.log_index.unwrap_or(-1)))
        .one(conn)
        .await?;
    row.map(Transfer::try_from).transpose()
}

/// A place in a chain where something moved to an address: nothing else can have moved there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    block_hash: BlockHash,
    to: Address,
    tx_hash: Option<String>,
    log_index: Option<u32>,
}

impl From<&Observed> for Place {
    fn from(observed: &Observed) -> Self {
        let Anchor { block_hash, log_index, .. } = observed.anchor;
        Self { block_hash, to: observed.to, tx_hash: observed.tx_hash.clone(), log_index }
    }
}

/// Where the standing transfers to `address` on `network` were read.
pub async fn places(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    address: Address,
) -> Result<HashSet<Place>, Error> {
    type Found = (uuid::Uuid, Vec<u8>, Option<String>, Option<i64>);
    let rows: Vec<Found> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::BlockHash, Column::TxHash, Column::LogIndex])
        .filter(Column::ToAddress.eq(address.bytes().to_vec()))
        .filter(Column::Network.eq(network.to_string()))
        .filter(Column::WithdrawnAt.is_null())
        .into_tuple()
        .all(conn)
        .await?;
    let place = |(id, hash, tx_hash, index): Found| {
        let row = Row { table: TABLE, id: &id };
        let log_index = index.map(|index| row.int("log_index", index)).transpose()?;
        Ok(Place { block_hash: row.hash("block_hash", &hash)?, to: address, tx_hash, log_index })
    };
    rows.into_iter().map(place).collect()
}

/// Withdrawn transfers of these transactions: candidates to be anchored anew.
pub async fn withdrawn_with_tx(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    tx_hashes: &[String],
) -> Result<Vec<Transfer>, Error> {
    let rows = Entity::find()
        .filter(Column::Network.eq(network.to_string()))
        .filter(Column::TxHash.is_in(tx_hashes))
        .filter(Column::WithdrawnAt.is_not_null())
        .all(conn)
        .await?;
    in_order(rows)
}

/// Withdraws the standing transfers above `block_number`, and gives them.
pub async fn withdraw_above(
    tx: &Tx,
    network: &NetworkId,
    block_number: u64,
    now: Millis,
) -> Result<Vec<Transfer>, Error> {
    let gone = || {
        sea_orm::Condition::all()
            .add(Column::Network.eq(network.to_string()))
            .add(Column::BlockNumber.gt(height(block_number)))
            .add(Column::WithdrawnAt.is_null())
    };
    let rows = Entity::find().filter(gone()).all(&**tx).await?;
    if !rows.is_empty() {
        let withdrawn = Expr::value(now.0);
        Entity::update_many().col_expr(Column::WithdrawnAt, withdrawn).filter(gone()).exec(&**tx).await?;
    }
    in_order(rows.into_iter().map(|row| Model { withdrawn_at: Some(now.0), ..row }).collect())
}

// Sorted here and not by the database, which would rather read everything in order than a few rows to sort.
fn in_order(mut rows: Vec<Model>) -> Result<Vec<Transfer>, Error> {
    rows.sort_unstable_by_key(|row| row.id);
    rows.into_iter().map(Transfer::try_from).collect()
}

/// Anchors a transfer where `observed` was read anew; it stands again. `Missing` when there is none.
pub async fn reanchor(tx: &Tx, id: TransferId, observed: &Observed) -> Result<(), Error> {
    let columns = Columns::from(observed);
    let row = ActiveModel {
        block_number: Set(columns.block_number),
        block_hash: Set(columns.block_hash),
        block_time: Set(columns.block_time),
        log_index: Set(columns.log_index),
        tx_hash: Set(columns.tx_hash),
        withdrawn_at: Set(None),
        ..ActiveModel::default()
    };
    let done = Entity::update_many().set(row).filter(Column::Id.eq(id.uuid())).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// The transfers of the chain's own coin to `address` that stand, in the order they were detected.
pub async fn native_standing(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    address: Address,
) -> Result<Vec<Transfer>, Error> {
    let rows = Entity::find()
        .filter(Column::ToAddress.eq(address.bytes().to_vec()))
        .filter(Column::Network.eq(network.to_string()))
        .filter(Column::Asset.eq(Vec::<u8>::new()))
        .filter(Column::WithdrawnAt.is_null())
        .all(conn)
        .await?;
    in_order(rows)
}

/// How much of the chain's own coin is recorded in blocks up to `up_to` and stands, by address. Addresses without any
/// are left out.
pub async fn native_totals(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    addresses: &[Address],
    up_to: u64,
) -> Result<HashMap<Address, BaseUnits>, Error> {
    let mut totals: HashMap<Address, BaseUnits> = HashMap::new();
    for chunk in addresses.chunks(ADDRESSES_AT_ONCE) {
        // Sums of 256-bit amounts are nothing a database can form.
        let rows: Vec<(uuid::Uuid, Vec<u8>, String, i64)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::ToAddress, Column::Units, Column::BlockNumber])
            .filter(Column::ToAddress.is_in(chunk.iter().map(|address| address.bytes().to_vec())))
            .filter(Column::Network.eq(network.to_string()))
            .filter(Column::Asset.eq(Vec::<u8>::new()))
            .filter(Column::WithdrawnAt.is_null())
            .into_tuple()
            .all(conn)
            .await?;
        // Compared here: asked for a height, SQLite would read every transfer up to it rather than those to the
        // addresses.
        for (id, to, units, _) in rows.into_iter().filter(|(.., number)| *number <= height(up_to)) {
            let row = Row { table: TABLE, id: &id };
            let total = totals.entry(row.address("to_address", &to)?).or_default();
            let sum = total.checked_add(row.units("units", &units)?);
            *total = row.need("units", sum.ok())?;
        }
    }
    Ok(totals)
}

#[cfg(test)]
mod tests;
