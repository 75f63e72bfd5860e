//! How far each network has been read: its last blocks, its cursor, and who reads it.

use pepay_core::network::NetworkId;
use pepay_core::time::Millis;
use pepay_core::transfer::Block;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::Error;
use crate::db::Tx;
use crate::read::{Row, height};

mod block {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chain_blocks")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) network: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) number: i64,
        pub(super) hash: Vec<u8>,
        pub(super) parent: Vec<u8>,
        pub(super) time: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod cursor_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chain_cursors")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) network: String,
        pub(super) number: i64,
        pub(super) hash: Vec<u8>,
        pub(super) parent: Vec<u8>,
        pub(super) time: i64,
        pub(super) finalized: i64,
        pub(super) updated_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod lease_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leases")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) name: String,
        pub(super) owner: String,
        pub(super) expires_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How far a network has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last block read.
    pub block: Block,
    /// The last block the chain calls final.
    pub finalized: u64,
    /// When it last moved.
    pub updated_at: Millis,
}

impl TryFrom<block::Model> for Block {
    type Error = Error;

    fn try_from(model: block::Model) -> Result<Self, Error> {
        let id = format!("{} {}", model.network, model.number);
        let row = Row { table: "chain_blocks", id: &id };
        Ok(Self {
            number: row.int("number", model.number)?,
            hash: row.hash("hash", &model.hash)?,
            parent: row.hash("parent", &model.parent)?,
            time: Millis(model.time),
        })
    }
}

impl TryFrom<cursor_row::Model> for Cursor {
    type Error = Error;

    fn try_from(model: cursor_row::Model) -> Result<Self, Error> {
        let row = Row { table: "chain_cursors", id: &model.network };
        let block = Block {
            number: row.int("number", model.number)?,
            hash: row.hash("hash", &model.hash)?,
            parent: row.hash("parent", &model.parent)?,
            time: Millis(model.time),
        };
        Ok(Self { block, finalized: row.int("finalized", model.finalized)?, updated_at: Millis(model.updated_at) })
    }
}

/// The last blocks read, newest first; the first is where the cursor stands.
pub async fn window(conn: &impl ConnectionTrait, network: &NetworkId, limit: u64) -> Result<Vec<Block>, Error> {
    let rows = block::Entity::find()
        .filter(block::Column::Network.eq(network.to_string()))
        .order_by_desc(block::Column::Number)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(Block::try_from).collect()
}

/// How far `network` has been read; `None` when it never was.
pub async fn cursor(conn: &impl ConnectionTrait, network: &NetworkId) -> Result<Option<Cursor>, Error> {
    let row = cursor_row::Entity::find_by_id(network.to_string()).one(conn).await?;
    row.map(Cursor::try_from).transpose()
}

/// How far `network` has been read, which nobody changes before this transaction ends: whoever records what it saw
/// there takes this first.
pub async fn lock(tx: &Tx, network: &NetworkId) -> Result<Option<Cursor>, Error> {
    let row = cursor_row::Entity::find_by_id(network.to_string()).lock_exclusive().one(&**tx).await?;
    row.map(Cursor::try_from).transpose()
}

/// The block of that number on the persisted header chain; `None` above the cursor and below the window.
pub async fn block(conn: &impl ConnectionTrait, network: &NetworkId, number: u64) -> Result<Option<Block>, Error> {
    let row = block::Entity::find_by_id((network.to_string(), height(number))).one(conn).await?;
    row.map(Block::try_from).transpose()
}

/// Moves the cursor from `expected` over `blocks`, oldest first, and forgets blocks below `keep_from`. Without
/// blocks it comes to stand on the newest one left, as after [`truncate_above`]. `CursorMoved` when it does not
/// stand on `expected`, because another node moved it.
pub async fn advance(
    tx: &Tx,
    network: &NetworkId,
    expected: Option<Block>,
    keep_from: u64,
    blocks: &[Block],
    finalized: u64,
    now: Millis,
) -> Result<(), Error> {
    let moved = || Error::CursorMoved { network: network.clone() };
    let newest = match blocks.last() {
        Some(last) => Some(*last),
        None => window(&**tx, network, 1).await?.first().copied(),
    };
    // Nothing was read, and nothing had been read before.
    let Some(to) = newest.or(expected) else {
        return Ok(());
    };
    let row = cursor_row::Model {
        network: network.to_string(),
        number: height(to.number),
        hash: to.hash.to_vec(),
        parent: to.parent.to_vec(),
        time: to.time.0,
        finalized: height(finalized),
        updated_at: now.0,
    };
    if !set_cursor(tx, row, expected).await? {
        return Err(moved());
    }
    write_blocks(tx, network, blocks).await?;
    block::Entity::delete_many()
        .filter(block::Column::Network.eq(network.to_string()))
        .filter(block::Column::Number.lt(height(std::cmp::min(keep_from, to.number))))
        .exec(&**tx)
        .await?;
    Ok(())
}

// The first statement that writes: whoever comes second waits here, and then finds the cursor moved.
async fn set_cursor(tx: &Tx, row: cursor_row::Model, expected: Option<Block>) -> Result<bool, Error> {
    use cursor_row::{Column, Entity};
    let network = row.network.clone();
    let rows = match expected {
        None => {
            let known = OnConflict::column(Column::Network).do_nothing().to_owned();
            let insert = Entity::insert(row.into_active_model()).on_conflict(known);
            insert.exec_without_returning(&**tx).await?
        }
        Some(expected) => {
            Entity::update_many()
                .set(row.into_active_model().reset_all())
                .filter(Column::Network.eq(network))
                .filter(Column::Number.eq(height(expected.number)))
                .filter(Column::Hash.eq(expected.hash.to_vec()))
                .exec(&**tx)
                .await?
                .rows_affected
        }
    };
    Ok(rows == 1)
}

async fn write_blocks(tx: &Tx, network: &NetworkId, blocks: &[Block]) -> Result<(), Error> {
    const ROWS_AT_ONCE: usize = 500;
    for chunk in blocks.chunks(ROWS_AT_ONCE) {
        let rows = chunk.iter().map(|block| {
            let row = block::Model {
                network: network.to_string(),
                number: height(block.number),
                hash: block.hash.to_vec(),
                parent: block.parent.to_vec(),
                time: block.time.0,
            };
            row.into_active_model()
        });
        block::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Forgets the blocks above `number`, which a reorganisation took away. The cursor follows with [`advance`], which
/// still expects it where it stood.
pub async fn truncate_above(tx: &Tx, network: &NetworkId, number: u64) -> Result<(), Error> {
    block::Entity::delete_many()
        .filter(block::Column::Network.eq(network.to_string()))
        .filter(block::Column::Number.gt(height(number)))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets that `network` was ever read: a development chain was thrown away, and the next one is read from its head.
pub async fn forget(tx: &Tx, network: &NetworkId) -> Result<(), Error> {
    block::Entity::delete_many().filter(block::Column::Network.eq(network.to_string())).exec(&**tx).await?;
    cursor_row::Entity::delete_by_id(network.to_string()).exec(&**tx).await?;
    crate::native_look::forget(tx, network).await
}

/// Takes or renews the lease `name` for `owner` until `ttl_ms` after `now`; `false` while another owner holds it.
pub async fn lease(tx: &Tx, name: &str, owner: &str, now: Millis, ttl_ms: i64) -> Result<bool, Error> {
    use lease_row::{Column, Entity, Model};
    let row = Model { name: name.to_owned(), owner: owner.to_owned(), expires_at: now.plus_ms(ttl_ms).0 };
    let mut held = OnConflict::column(Column::Name);
    held.update_columns([Column::Owner, Column::ExpiresAt]);
    held.action_and_where(
        Expr::col((Entity, Column::Owner)).eq(owner).or(Expr::col((Entity, Column::ExpiresAt)).lte(now.0)),
    );
    Ok(Entity::insert(row.into_active_model()).on_conflict(held).exec_without_returning(&**tx).await? == 1)
}

/// Gives up a lease, if `owner` still holds it.
pub async fn release(tx: &Tx, name: &str, owner: &str) -> Result<(), Error> {
    use lease_row::{Column, Entity};
    Entity::delete_many().filter(Column::Name.eq(name)).filter(Column::Owner.eq(owner)).exec(&**tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
