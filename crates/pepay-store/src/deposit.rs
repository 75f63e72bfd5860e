//! Deposit addresses. Kept for good: money may arrive at any time.

use pepay_core::address::Address;
use pepay_core::id::InvoiceId;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Statement, Value,
};

use crate::Error;
use crate::db::Tx;
use crate::invoice::row as invoice;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deposits")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) address: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) network: String,
        pub(super) invoice_id: Uuid,
        pub(super) receiver: Vec<u8>,
        pub(super) version: i64,
        pub(super) native: bool,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {
        #[sea_orm(
            belongs_to = "crate::invoice::row::Entity",
            from = "Column::InvoiceId",
            to = "crate::invoice::row::Column::Id"
        )]
        Invoice,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model, Relation};

/// Addresses looked up in one statement: both databases take far more, but plan longer for nothing.
const ADDRESSES_AT_ONCE: usize = 500;

/// Invoices looked up in one statement.
const INVOICES_AT_ONCE: usize = 500;

impl TryFrom<Model> for Deposit {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "deposits", id: &model.invoice_id };
        Ok(Self {
            invoice_id: InvoiceId::from_uuid(model.invoice_id),
            network: row.network("network", &model.network)?,
            address: row.address("address", &model.address)?,
            receiver: row.address("receiver", &model.receiver)?,
            version: row.int("version", model.version)?,
            native: model.native,
        })
    }
}

/// Hands out an address. Again for the same invoice: only whether its balance is watched may become true.
/// `AddressTaken` when another invoice has it, `UnknownInvoice` when there is no such invoice.
pub async fn insert(tx: &Tx, deposit: &Deposit) -> Result<(), Error> {
    let row = Model {
        address: deposit.address.bytes().to_vec(),
        network: deposit.network.to_string(),
        invoice_id: deposit.invoice_id.uuid(),
        receiver: deposit.receiver.bytes().to_vec(),
        version: i64::from(deposit.version),
        native: deposit.native,
    };
    let mut known = OnConflict::columns([Column::Address, Column::Network]);
    known.value(Column::Native, Expr::col((Entity, Column::Native)).or(Expr::cust("excluded.native")));
    known.action_and_where(Expr::cust("deposits.invoice_id = excluded.invoice_id"));
    let insert = Entity::insert(row.into_active_model()).on_conflict(known).exec_without_returning(&**tx);
    let rows = insert.await.map_err(|error| Error::from(error).or_foreign_key(Error::UnknownInvoice))?;
    if rows == 1 { Ok(()) } else { Err(Error::AddressTaken) }
}

/// The addresses of an invoice, by network.
pub async fn by_invoice(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Vec<Deposit>, Error> {
    let rows = Entity::find()
        .filter(Column::InvoiceId.eq(invoice.uuid()))
        .order_by_asc(Column::Network)
        .order_by_asc(Column::Address)
        .all(conn)
        .await?;
    rows.into_iter().map(Deposit::try_from).collect()
}

/// The addresses of these invoices, in no order.
pub async fn by_invoices(conn: &impl ConnectionTrait, invoices: &[InvoiceId]) -> Result<Vec<Deposit>, Error> {
    let mut deposits = Vec::new();
    for chunk in invoices.chunks(INVOICES_AT_ONCE) {
        let ids = chunk.iter().map(|id| id.uuid());
        let rows = Entity::find().filter(Column::InvoiceId.is_in(ids)).all(conn).await?;
        deposits.extend(rows.into_iter().map(Deposit::try_from).collect::<Result<Vec<_>, Error>>()?);
    }
    Ok(deposits)
}

/// The invoices an address was handed out for, whoever's they are; `limit` at most.
pub async fn invoices_at(conn: &impl ConnectionTrait, address: Address, limit: u64) -> Result<Vec<InvoiceId>, Error> {
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::InvoiceId)
        .filter(Column::Address.eq(address.bytes().to_vec()))
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids.into_iter().map(InvoiceId::from_uuid).collect())
}

/// What is known of `addresses` on the networks of `environment`. An address may be known on several.
pub async fn by_addresses(
    conn: &impl ConnectionTrait,
    environment: Environment,
    addresses: &[Address],
) -> Result<Vec<Deposit>, Error> {
    let mut deposits = Vec::new();
    for chunk in addresses.chunks(ADDRESSES_AT_ONCE) {
        let rows = Entity::find().from_raw_sql(by_addresses_statement(conn.get_database_backend(), chunk));
        for row in rows.all(conn).await? {
            let deposit = Deposit::try_from(row)?;
            if deposit.network.environment() == environment {
                deposits.push(deposit);
            }
        }
    }
    Ok(deposits)
}

// PostgreSQL takes the addresses as one array, so that any number of them is one prepared statement.
fn by_addresses_statement(backend: DbBackend, addresses: &[Address]) -> Statement {
    const SELECT: &str = "SELECT address, network, invoice_id, receiver, version, native FROM deposits WHERE address";
    let bytes = addresses.iter().map(|address| address.bytes().to_vec());
    if backend == DbBackend::Postgres {
        let array: Vec<Vec<u8>> = bytes.collect();
        return Statement::from_sql_and_values(backend, format!("{SELECT} = ANY($1)"), [array.into()]);
    }
    let marks = vec!["?"; addresses.len()].join(",");
    Statement::from_sql_and_values(backend, format!("{SELECT} IN ({marks})"), bytes.map(Value::from))
}

/// Addresses on `network` whose own-coin balance is to be watched: their invoice is open, or ended after `since`. In
/// address order after `after`, so that calls with the last address go round.
pub async fn native_open(
    conn: &impl ConnectionTrait,
    network: &NetworkId,
    after: Option<Address>,
    since: Millis,
    limit: u64,
) -> Result<Vec<Address>, Error> {
    let ended = Expr::col((invoice::Entity, invoice::Column::EndedAt));
    let mut query = watched(network)
        .filter(ended.clone().is_null().or(ended.gt(since.0)))
        .order_by_asc(Column::Address)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(Column::Address.gt(after.bytes().to_vec()));
    }
    addresses(conn, query).await
}

/// Watched addresses on `network` whose invoice is still open though it should have ended by `now`.
pub async fn native_due(conn: &impl ConnectionTrait, network: &NetworkId, now: Millis) -> Result<Vec<Address>, Error> {
    // SQLite joins in the order written only when it is written so: from the few invoices that are due.
    const SQL: &str = "SELECT deposits.address FROM invoices CROSS JOIN deposits \
         WHERE invoices.ended_at IS NULL AND invoices.expires_at <= $1 \
         AND deposits.invoice_id = invoices.id AND deposits.network = $2 AND deposits.native";
    let values = [Value::from(now.0), Value::from(network.to_string())];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), SQL, values)).await?;
    rows.into_iter().map(|row| read(&row.try_get_by_index::<Vec<u8>>(0)?)).collect()
}

/// Stops watching the balance of addresses on `network` whose invoice ended by `before`, at most `limit` of them, so
/// that going round stays short. Tells how many.
pub async fn retire_native(tx: &Tx, network: &NetworkId, before: Millis, limit: u64) -> Result<u64, Error> {
    let ended = watched(network).filter(invoice::Column::EndedAt.lte(before.0)).limit(limit);
    let addresses: Vec<Vec<u8>> = ended.into_tuple().all(&**tx).await?;
    let done = Entity::update_many()
        .col_expr(Column::Native, Expr::value(false))
        .filter(Column::Network.eq(network.to_string()))
        .filter(Column::Address.is_in(addresses))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

fn watched(network: &NetworkId) -> sea_orm::Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Address)
        .join(JoinType::InnerJoin, Relation::Invoice.def())
        .filter(Column::Network.eq(network.to_string()))
        .filter(Expr::cust("native"))
}

async fn addresses(conn: &impl ConnectionTrait, query: sea_orm::Select<Entity>) -> Result<Vec<Address>, Error> {
    let rows: Vec<Vec<u8>> = query.into_tuple().all(conn).await?;
    rows.iter().map(|bytes| read(bytes)).collect()
}

fn read(bytes: &[u8]) -> Result<Address, Error> {
    Address::from_bytes(bytes).map_err(|_| Error::corrupt("deposits", "address", format!("{bytes:02x?}")))
}

#[cfg(test)]
mod tests;
