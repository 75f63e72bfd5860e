//! Invoices. Ids are UUID version 7, so that lists are ordered by id and a range of time is a range of ids.

use pepay_core::id::InvoiceId;
use pepay_core::invoice::Invoice;
use pepay_core::time::Millis;
use pepay_core::{id::MerchantId, network::Environment};
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::Error;
use crate::db::Tx;

mod list;
pub(crate) mod row;

pub use list::{Filter, Waiting, list, totals};
use row::{Column, Entity, Model};

const TABLE: &str = "invoices";

/// One invoice of a merchant in one environment.
pub async fn get(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
    id: InvoiceId,
) -> Result<Option<Invoice>, Error> {
    let invoice = find(conn, id).await?;
    Ok(invoice.filter(|invoice| invoice.merchant_id == merchant && invoice.environment == environment))
}

/// One invoice, whoever's it is. For those who hold its credentials.
pub async fn find(conn: &impl ConnectionTrait, id: InvoiceId) -> Result<Option<Invoice>, Error> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(Invoice::try_from).transpose()
}

/// One invoice, which nobody else changes before this transaction ends.
pub async fn lock(tx: &Tx, id: InvoiceId) -> Result<Option<Invoice>, Error> {
    // On SQLite the transaction itself keeps other writers out, and the library leaves the clause out. The id never
    // changes, so rows that refer to it may be written meanwhile: a stronger lock would deadlock with them.
    Entity::find_by_id(id.uuid()).lock(LockType::NoKeyUpdate).one(&**tx).await?.map(Invoice::try_from).transpose()
}

/// Saves an invoice. `Missing` when it does not exist.
pub async fn update(tx: &Tx, invoice: &Invoice) -> Result<(), Error> {
    let mut row = Model::from(invoice).into_active_model().reset_all();
    row.not_set(Column::Id);
    let done = Entity::update_many().set(row).filter(Column::Id.eq(invoice.id.uuid())).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, invoice.id)
}

/// Open invoices that should have ended by `now`, in order of their end; `after` is the last one seen.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Millis,
    after: Option<(Millis, InvoiceId)>,
    limit: u64,
) -> Result<Vec<(Millis, InvoiceId)>, Error> {
    let mut query = Entity::find()
        .select_only()
        .columns([Column::ExpiresAt, Column::Id])
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.lte(now.0));
    if let Some((at, id)) = after {
        // A row value, which both databases answer by seeking in the index.
        let seen = Expr::tuple([Expr::col(Column::ExpiresAt), Expr::col(Column::Id)]);
        query = query.filter(Condition::all().add(seen.gt(Expr::tuple([at.0.into(), id.uuid().into()]))));
    }
    let rows: Vec<(i64, uuid::Uuid)> =
        query.order_by_asc(Column::ExpiresAt).order_by_asc(Column::Id).limit(limit).into_tuple().all(conn).await?;
    Ok(rows.into_iter().map(|(at, id)| (Millis(at), InvoiceId::from_uuid(id))).collect())
}

#[cfg(test)]
mod tests;
