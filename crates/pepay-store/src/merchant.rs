//! Merchants.

use pepay_core::id::{MerchantId, TokenId};
use pepay_core::merchant::{Merchant, SettlementPreference};
use pepay_core::money::BasisPoints;
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "merchants")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        pub(super) email: String,
        pub(super) current_environment: String,
        pub(super) mainnet_status: String,
        pub(super) mainnet_since: Option<i64>,
        pub(super) access_key_hash: Option<Vec<u8>>,
        pub(super) settlement_preference: String,
        pub(super) settlement_token: Option<i64>,
        pub(super) tolerance_bps: i64,
        pub(super) created_at: i64,
        pub(super) settlement_set_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

const TABLE: &str = "merchants";
const GRANTED: &str = "granted";
const ACTIVE: &str = "active";

/// A merchant to be. It starts on devnet, without mainnet access.
#[derive(Clone, Debug)]
pub struct NewMerchant {
    /// Company name.
    pub name: String,
    /// Contact address.
    pub email: String,
    /// What payors may use.
    pub settlement_preference: SettlementPreference,
    /// What everything settles in.
    pub settlement_token: Option<TokenId>,
    /// How much less than the amount still counts as paid.
    pub tolerance: BasisPoints,
    /// Now.
    pub created_at: Millis,
}

impl TryFrom<Model> for Merchant {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        let preference = SettlementPreference::parse(&model.settlement_preference);
        Ok(Self {
            current_environment: row.environment("current_environment", &model.current_environment)?,
            mainnet_access: model.mainnet_status == ACTIVE,
            settlement_preference: row.need("settlement_preference", preference)?,
            settlement_token: model.settlement_token.map(TokenId),
            tolerance: row.bps("tolerance_bps", model.tolerance_bps)?,
            created_at: Millis(model.created_at),
            id: MerchantId(model.id),
            name: model.name,
            email: model.email,
        })
    }
}

/// Adds a merchant and gives its number.
pub async fn insert(tx: &Tx, new: &NewMerchant) -> Result<MerchantId, Error> {
    let row = ActiveModel {
        name: Set(new.name.clone()),
        email: Set(new.email.clone()),
        current_environment: Set(Environment::Devnet.as_str().to_owned()),
        mainnet_status: Set("none".to_owned()),
        settlement_preference: Set(new.settlement_preference.as_str().to_owned()),
        settlement_token: Set(new.settlement_token.map(|token| token.0)),
        tolerance_bps: Set(i64::from(new.tolerance.get())),
        created_at: Set(new.created_at.0),
        ..ActiveModel::default()
    };
    Ok(MerchantId(Entity::insert(row).exec(&**tx).await?.last_insert_id))
}

/// One merchant.
pub async fn get(conn: &impl ConnectionTrait, id: MerchantId) -> Result<Option<Merchant>, Error> {
    Entity::find_by_id(id.0).one(conn).await?.map(Merchant::try_from).transpose()
}

/// One merchant, which nobody else changes before this transaction ends.
pub async fn lock(tx: &Tx, id: MerchantId) -> Result<Option<Merchant>, Error> {
    // On SQLite the transaction itself keeps other writers out, and the library leaves the clause out. Invoices that
    // refer to it may be written meanwhile.
    Entity::find_by_id(id.0).lock(LockType::NoKeyUpdate).one(&**tx).await?.map(Merchant::try_from).transpose()
}

/// Every merchant, oldest first.
pub async fn list(conn: &impl ConnectionTrait) -> Result<Vec<Merchant>, Error> {
    let rows = Entity::find().order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(Merchant::try_from).collect()
}

/// Merchants by number, after `after`; `limit` at most.
pub async fn after(conn: &impl ConnectionTrait, after: Option<MerchantId>, limit: u64) -> Result<Vec<Merchant>, Error> {
    let from = after.map_or(0, |id| id.0);
    let rows = Entity::find().filter(Column::Id.gt(from)).order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(Merchant::try_from).collect()
}

/// Saves its name, addresses and preferences. `Missing` when it does not exist. Neither its environment nor its
/// mainnet access changes.
pub async fn update(tx: &Tx, merchant: &Merchant) -> Result<(), Error> {
    let row = ActiveModel {
        name: Set(merchant.name.clone()),
        email: Set(merchant.email.clone()),
        settlement_preference: Set(merchant.settlement_preference.as_str().to_owned()),
        settlement_token: Set(merchant.settlement_token.map(|token| token.0)),
        tolerance_bps: Set(i64::from(merchant.tolerance.get())),
        ..ActiveModel::default()
    };
    change(tx, merchant.id, row).await
}

/// When it last chose what it settles in.
pub async fn settlement_set_at(conn: &impl ConnectionTrait, id: MerchantId) -> Result<Option<Millis>, Error> {
    Ok(Entity::find_by_id(id.0).one(conn).await?.and_then(|row| row.settlement_set_at).map(Millis))
}

/// Notes that it chose what it settles in. `Missing` when it does not exist.
pub async fn note_settlement(tx: &Tx, id: MerchantId, now: Millis) -> Result<(), Error> {
    change(tx, id, ActiveModel { settlement_set_at: Set(Some(now.0)), ..ActiveModel::default() }).await
}

/// Moves its dashboard to `environment`. `Missing` when it does not exist.
pub async fn set_environment(tx: &Tx, id: MerchantId, environment: Environment) -> Result<(), Error> {
    let row = ActiveModel { current_environment: Set(environment.as_str().to_owned()), ..ActiveModel::default() };
    change(tx, id, row).await
}

/// Grants mainnet: from now on `access_key` opens it. Only its hash is kept; a later grant replaces it. `Missing`
/// when the merchant does not exist.
pub async fn grant_mainnet(tx: &Tx, id: MerchantId, access_key: &str) -> Result<(), Error> {
    let row = ActiveModel {
        mainnet_status: Set(GRANTED.to_owned()),
        access_key_hash: Set(Some(hash(access_key))),
        ..ActiveModel::default()
    };
    change(tx, id, row).await
}

/// Opens mainnet if `access_key` is the one granted; `false` for any other. The key opens once, and again harmlessly.
pub async fn activate_mainnet(tx: &Tx, id: MerchantId, access_key: &str, now: Millis) -> Result<bool, Error> {
    let changed = Entity::update_many()
        .col_expr(Column::MainnetStatus, Expr::value(ACTIVE))
        .col_expr(Column::MainnetSince, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::AccessKeyHash.eq(hash(access_key)))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Closes mainnet again and forgets the access key. `Missing` when the merchant does not exist.
pub async fn revoke_mainnet(tx: &Tx, id: MerchantId) -> Result<(), Error> {
    let row = ActiveModel {
        mainnet_status: Set("none".to_owned()),
        mainnet_since: Set(None),
        access_key_hash: Set(None),
        ..ActiveModel::default()
    };
    change(tx, id, row).await
}

async fn change(tx: &Tx, id: MerchantId, row: ActiveModel) -> Result<(), Error> {
    let done = Entity::update_many().set(row).filter(Column::Id.eq(id.0)).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

fn hash(access_key: &str) -> Vec<u8> {
    Sha256::digest(access_key.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests;
