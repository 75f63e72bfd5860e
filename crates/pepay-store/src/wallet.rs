//! Merchants' own addresses. At most one per network is active.

use pepay_core::address::Address;
use pepay_core::id::{MerchantId, WalletId};
use pepay_core::merchant::Wallet;
use pepay_core::network::NetworkId;
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wallets")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) merchant_id: i64,
        pub(super) network: String,
        pub(super) address: Vec<u8>,
        pub(super) active: bool,
        pub(super) created_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity, Model};

const TABLE: &str = "wallets";

/// A wallet to be; not active until [`activate`].
#[derive(Clone, Debug)]
pub struct NewWallet {
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// The network.
    pub network: NetworkId,
    /// The address.
    pub address: Address,
    /// Now.
    pub created_at: Millis,
}

impl TryFrom<Model> for Wallet {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        Ok(Self {
            id: WalletId(model.id),
            merchant_id: MerchantId(model.merchant_id),
            network: row.network("network", &model.network)?,
            address: row.address("address", &model.address)?,
            active: model.active,
            created_at: Millis(model.created_at),
        })
    }
}

/// Adds a wallet and gives its number. `WalletExists` when the merchant has that address on that network.
pub async fn insert(tx: &Tx, new: &NewWallet) -> Result<WalletId, Error> {
    let row = ActiveModel {
        merchant_id: Set(new.merchant_id.0),
        network: Set(new.network.to_string()),
        address: Set(new.address.bytes().to_vec()),
        active: Set(false),
        created_at: Set(new.created_at.0),
        ..ActiveModel::default()
    };
    let inserted = Entity::insert(row).exec(&**tx).await;
    let inserted = inserted.map_err(|error| Error::from(error).or_foreign_key(Error::UnknownMerchant))?;
    Ok(WalletId(inserted.last_insert_id))
}

/// A merchant's wallets, by network, oldest first.
pub async fn list(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<Vec<Wallet>, Error> {
    let rows = Entity::find()
        .filter(Column::MerchantId.eq(merchant.0))
        .order_by_asc(Column::Network)
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(Wallet::try_from).collect()
}

/// Where a merchant's money on `network` goes.
pub async fn active(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    network: &NetworkId,
) -> Result<Option<Wallet>, Error> {
    let row = Entity::find()
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::Network.eq(network.to_string()))
        .filter(Expr::cust("active"))
        .one(conn)
        .await?;
    row.map(Wallet::try_from).transpose()
}

/// Makes a merchant's wallet the active one of its network, in the place of any other. `Missing` when the merchant
/// has no such wallet.
pub async fn activate(tx: &Tx, merchant: MerchantId, id: WalletId) -> Result<(), Error> {
    let wallet = Entity::find_by_id(id.0).filter(Column::MerchantId.eq(merchant.0)).one(&**tx).await?;
    let Some(wallet) = wallet else {
        return Error::unless_one(0, TABLE, id);
    };
    // The old one first: two may not be active even for a moment.
    Entity::update_many()
        .col_expr(Column::Active, Expr::value(false))
        .filter(Column::MerchantId.eq(merchant.0))
        .filter(Column::Network.eq(wallet.network))
        .filter(Expr::cust("active"))
        .exec(&**tx)
        .await?;
    let done = Entity::update_many()
        .col_expr(Column::Active, Expr::value(true))
        .filter(Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

/// Removes a merchant's wallet. `Missing` when the merchant has no such wallet.
pub async fn delete(tx: &Tx, merchant: MerchantId, id: WalletId) -> Result<(), Error> {
    let done =
        Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::MerchantId.eq(merchant.0)).exec(&**tx).await?;
    Error::unless_one(done.rows_affected, TABLE, id)
}

#[cfg(test)]
mod tests;
