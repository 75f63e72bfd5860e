//! The fingerprint of the server key that this database was written with.

use pepay_core::time::Millis;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "server_key")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i64,
        pub(super) fingerprint: Vec<u8>,
        pub(super) since: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "server_key";
const ONLY: i64 = 1;

/// The fingerprint, once there is one.
pub async fn fingerprint(conn: &impl ConnectionTrait) -> Result<Option<[u8; 32]>, Error> {
    let Some(found) = Entity::find_by_id(ONLY).one(conn).await? else { return Ok(None) };
    Row { table: TABLE, id: &ONLY }.hash("fingerprint", &found.fingerprint).map(Some)
}

/// Notes the first key; leaves another one alone.
pub async fn note_first(tx: &Tx, fingerprint: [u8; 32], now: Millis) -> Result<(), Error> {
    let once = OnConflict::column(Column::Id).do_nothing().to_owned();
    let added = Entity::insert(model(fingerprint, now)).on_conflict(once).exec_without_returning(&**tx);
    added.await?;
    Ok(())
}

/// Notes another key in place of the one before.
pub async fn replace(tx: &Tx, fingerprint: [u8; 32], now: Millis) -> Result<(), Error> {
    let over = OnConflict::column(Column::Id).update_columns([Column::Fingerprint, Column::Since]).to_owned();
    Entity::insert(model(fingerprint, now)).on_conflict(over).exec_without_returning(&**tx).await?;
    Ok(())
}

fn model(fingerprint: [u8; 32], now: Millis) -> row::ActiveModel {
    Model { id: ONLY, fingerprint: fingerprint.to_vec(), since: now.0 }.into_active_model()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, on_both};

    on_both! {
        async fn the_first_key_stays_until_it_is_replaced(db: Db) {
            assert_eq!(fingerprint(db.read()).await.unwrap(), None);
            for other in [1, 2] {
                let tx = db.begin("test").await.unwrap();
                note_first(&tx, [other; 32], NOW).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(fingerprint(db.read()).await.unwrap(), Some([1; 32]));
            }
            let tx = db.begin("test").await.unwrap();
            replace(&tx, [2; 32], NOW.plus_ms(1)).await.unwrap();
            assert_eq!(fingerprint(&*tx).await.unwrap(), Some([2; 32]));
            tx.commit().await.unwrap();
            assert_eq!(fingerprint(db.read()).await.unwrap(), Some([2; 32]));
        }
    }
}
