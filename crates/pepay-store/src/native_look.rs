//! How far the balances of addresses that await a network's own coin were looked at.

use pepay_core::network::NetworkId;
use pepay_core::time::Millis;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::Error;
use crate::db::Tx;
use crate::read::{Row, height};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "native_looks")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) network: String,
        pub(super) block_number: i64,
        pub(super) through: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

/// A look at every address whose invoice was to end by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NativeLook {
    /// The state of which block was looked at.
    pub block_number: u64,
    /// Coin that arrived before this time was seen, on every invoice that was to end by it.
    pub through: Millis,
}

/// The last whole look on `network`; `None` when there was none.
pub async fn get(conn: &impl ConnectionTrait, network: &NetworkId) -> Result<Option<NativeLook>, Error> {
    let Some(model) = Entity::find_by_id(network.to_string()).one(conn).await? else {
        return Ok(None);
    };
    let row = Row { table: "native_looks", id: &model.network };
    Ok(Some(NativeLook { block_number: row.int("block_number", model.block_number)?, through: Millis(model.through) }))
}

/// Remembers the last whole look on `network`.
pub async fn set(tx: &Tx, network: &NetworkId, look: NativeLook) -> Result<(), Error> {
    let row = Model { network: network.to_string(), block_number: height(look.block_number), through: look.through.0 };
    let mut known = OnConflict::column(Column::Network);
    known.update_columns([Column::BlockNumber, Column::Through]);
    Entity::insert(row.into_active_model()).on_conflict(known).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Forgets that `network` was ever looked at.
pub(crate) async fn forget(tx: &Tx, network: &NetworkId) -> Result<(), Error> {
    Entity::delete_by_id(network.to_string()).exec(&**tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, base, on_both};

    on_both! {
        async fn the_last_look_is_remembered_until_the_chain_is_forgotten(db: Db) {
            assert_eq!(get(db.read(), &base()).await.unwrap(), None);
            let looks = [
                NativeLook { block_number: 9, through: NOW },
                // After a reorganisation.
                NativeLook { block_number: 8, through: NOW.plus_ms(-1) },
            ];
            for look in looks {
                let tx = db.begin("test").await.unwrap();
                set(&tx, &base(), look).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(get(db.read(), &base()).await.unwrap(), Some(look));
            }
            let tx = db.begin("test").await.unwrap();
            crate::chain::forget(&tx, &base()).await.unwrap();
            assert_eq!(get(&*tx, &base()).await.unwrap(), None);
        }
    }
}
