//! Tokens that a merchant does not want.

use std::collections::HashSet;

use pepay_core::id::{MerchantId, TokenId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::Error;
use crate::db::Tx;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "token_blocks")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) token_id: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

/// Blocks a token, or lets payors use it again. Saying it twice changes nothing. `UnknownMerchant` when there is none.
pub async fn set(tx: &Tx, merchant: MerchantId, token: TokenId, blocked: bool) -> Result<(), Error> {
    if blocked {
        let row = Model { merchant_id: merchant.0, token_id: token.0 };
        let known = OnConflict::columns([Column::MerchantId, Column::TokenId]).do_nothing().to_owned();
        Entity::insert(row.into_active_model())
            .on_conflict(known)
            .exec_without_returning(&**tx)
            .await
            .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownMerchant))?;
    } else {
        Entity::delete_by_id((merchant.0, token.0)).exec(&**tx).await?;
    }
    Ok(())
}

/// The tokens a merchant blocks.
pub async fn list(conn: &impl ConnectionTrait, merchant: MerchantId) -> Result<HashSet<TokenId>, Error> {
    let rows = Entity::find().filter(Column::MerchantId.eq(merchant.0)).all(conn).await?;
    Ok(rows.into_iter().map(|row| TokenId(row.token_id)).collect())
}

#[cfg(test)]
mod tests;
