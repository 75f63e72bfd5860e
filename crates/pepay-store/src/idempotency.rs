//! Answers given before, by idempotency key. Invoice creation keeps its own in the same table, without an answer:
//! see [`crate::hot`].

use pepay_core::id::MerchantId;
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) merchant_id: i64,
        pub(super) environment: String,
        pub(super) endpoint: String,
        pub(super) key: String,
        pub(super) fingerprint: Vec<u8>,
        pub(super) created_at: i64,
        pub(super) invoice_id: Option<Uuid>,
        pub(super) status: Option<i64>,
        pub(super) body: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity};

/// The endpoint of invoice creation, whose keys [`crate::hot`] writes.
pub(crate) const CREATE_INVOICE: &str = "invoices.create";

/// Whose keys.
pub type Owner = (MerchantId, Environment);

/// An answer given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Of the request it answered.
    pub fingerprint: Fingerprint,
    /// HTTP status.
    pub status: u16,
    /// Response body.
    pub body: String,
}

/// What was answered to `key` at `endpoint`.
pub async fn find(
    conn: &impl ConnectionTrait,
    (merchant, environment): Owner,
    endpoint: &str,
    key: &Key,
) -> Result<Option<Record>, Error> {
    let found = Entity::find()
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::Environment.eq(environment.as_str()))
        .filter(Column::Endpoint.eq(endpoint))
        .filter(Column::Key.eq(key.as_str()))
        .one(conn)
        .await?;
    let Some(model) = found else {
        return Ok(None);
    };
    let row = Row { table: "idempotency_keys", id: &model.id };
    Ok(Some(Record {
        fingerprint: Fingerprint(row.hash("fingerprint", &model.fingerprint)?),
        status: row.int("status", row.need("status", model.status)?)?,
        body: model.body.unwrap_or_default(),
    }))
}

/// Records an answer. `KeyReused` when the key was used at this endpoint, on whichever node; the transaction is then
/// of no more use.
pub async fn insert(
    tx: &Tx,
    (merchant, environment): Owner,
    endpoint: &str,
    key: &Key,
    record: &Record,
    now: Millis,
) -> Result<(), Error> {
    let row = ActiveModel {
        merchant_id: Set(merchant.0),
        environment: Set(environment.as_str().to_owned()),
        endpoint: Set(endpoint.to_owned()),
        key: Set(key.as_str().to_owned()),
        fingerprint: Set(record.fingerprint.0.to_vec()),
        created_at: Set(now.0),
        status: Set(Some(i64::from(record.status))),
        body: Set(Some(record.body.clone())),
        ..ActiveModel::default()
    };
    Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Forgets keys older than `before`, at most `limit` of them, and tells how many it forgot.
pub async fn prune(tx: &Tx, before: Millis, limit: u64) -> Result<u64, Error> {
    let oldest: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::CreatedAt])
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    // Numbers follow age, so the keys to forget are the first ones.
    let last = oldest.iter().take_while(|(_, created_at)| *created_at < before.0).last();
    let Some((last, _)) = last else {
        return Ok(0);
    };
    Ok(Entity::delete_many().filter(Column::Id.lte(*last)).exec(&**tx).await?.rows_affected)
}

#[cfg(test)]
mod tests;
