//! API keys, by the hash of their secret.

use pepay_core::id::{KeyId, MerchantId};
use pepay_core::merchant::{Key, Permission};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) merchant_id: i64,
        pub(crate) hash: Vec<u8>,
        pub(crate) name: String,
        pub(crate) environment: String,
        pub(crate) permission: String,
        pub(crate) created_at: i64,
        pub(crate) expires_at: Option<i64>,
        pub(crate) last_used_at: Option<i64>,
        pub(crate) revoked_at: Option<i64>,
        pub(crate) revoked_reason: Option<String>,
        pub(crate) suspended: bool,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "api_keys";

impl TryFrom<Model> for Key {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        Ok(Self {
            hash: row.hash("hash", &model.hash)?,
            environment: row.environment("environment", &model.environment)?,
            permission: row.need("permission", Permission::parse(&model.permission))?,
            id: KeyId::from_uuid(model.id),
            merchant_id: MerchantId(model.merchant_id),
            name: model.name,
            created_at: Millis(model.created_at),
            expires_at: model.expires_at.map(Millis),
            last_used_at: model.last_used_at.map(Millis),
            revoked: model.revoked_at.map(|at| (Millis(at), model.revoked_reason.unwrap_or_default())),
            suspended: model.suspended,
        })
    }
}

/// Adds a key. `UnknownMerchant` when its merchant does not exist.
pub async fn insert(tx: &Tx, key: &Key) -> Result<(), Error> {
    let (revoked_at, revoked_reason) = key.revoked.clone().unzip();
    let row = Model {
        id: key.id.uuid(),
        merchant_id: key.merchant_id.0,
        hash: key.hash.to_vec(),
        name: key.name.clone(),
        environment: key.environment.as_str().to_owned(),
        permission: key.permission.as_str().to_owned(),
        created_at: key.created_at.0,
        expires_at: key.expires_at.map(|at| at.0),
        last_used_at: key.last_used_at.map(|at| at.0),
        revoked_at: revoked_at.map(|at| at.0),
        revoked_reason,
        suspended: key.suspended,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownMerchant))?;
    Ok(())
}

/// The key whose secret has this hash.
pub async fn by_hash(conn: &impl ConnectionTrait, hash: &[u8; 32]) -> Result<Option<Key>, Error> {
    Entity::find().filter(Column::Hash.eq(hash.to_vec())).one(conn).await?.map(Key::try_from).transpose()
}

/// One key.
pub async fn get(conn: &impl ConnectionTrait, id: KeyId) -> Result<Option<Key>, Error> {
    Entity::find_by_id(id.uuid()).one(conn).await?.map(Key::try_from).transpose()
}

/// A merchant's keys of one environment, oldest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
) -> Result<Vec<Key>, Error> {
    let rows = Entity::find()
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::Environment.eq(environment.as_str()))
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(Key::try_from).collect()
}

/// Revokes a merchant's key for good. `Missing` when it has no such key or revoked it before.
pub async fn revoke(tx: &Tx, merchant: MerchantId, id: KeyId, reason: &str, now: Millis) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.0))
        .col_expr(Column::RevokedReason, Expr::value(reason))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Stops a key, or lets it work again. `Missing` when there is none.
pub async fn suspend(tx: &Tx, id: KeyId, suspended: bool) -> Result<(), Error> {
    let rows = change(tx, id, Column::Suspended, Expr::value(suspended)).await?;
    Error::unless_one(rows, TABLE, id)
}

/// Notes that a key was used. A key that is gone is no error.
pub async fn touch(tx: &Tx, id: KeyId, now: Millis) -> Result<(), Error> {
    change(tx, id, Column::LastUsedAt, Expr::value(now.0)).await?;
    Ok(())
}

async fn change(tx: &Tx, id: KeyId, column: Column, value: SimpleExpr) -> Result<u64, Error> {
    let done = Entity::update_many().col_expr(column, value).filter(Column::Id.eq(id.uuid())).exec(&**tx).await?;
    Ok(done.rows_affected)
}

#[cfg(test)]
mod tests;
