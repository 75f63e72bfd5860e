//! Quotes, kept for good.

use pepay_core::id::{InvoiceId, QuoteId, TokenId};
use pepay_core::quote::Quote;
use pepay_core::time::Millis;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "quotes")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) invoice_id: Uuid,
        pub(super) network: String,
        pub(super) token_id: i64,
        pub(super) usd: i64,
        pub(super) units: String,
        pub(super) rate: String,
        pub(super) source: String,
        pub(super) created_at: i64,
        pub(super) valid_until: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

impl TryFrom<Model> for Quote {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "quotes", id: &model.id };
        Ok(Self {
            network: row.network("network", &model.network)?,
            usd: row.usd("usd", model.usd)?,
            units: row.units("units", &model.units)?,
            rate: row.rate("rate", &model.rate)?,
            id: QuoteId::from_uuid(model.id),
            invoice_id: InvoiceId::from_uuid(model.invoice_id),
            token: TokenId(model.token_id),
            source: model.source,
            created_at: Millis(model.created_at),
            valid_until: Millis(model.valid_until),
        })
    }
}

/// Adds a quote. `UnknownInvoice` when its invoice does not exist.
pub async fn insert(tx: &Tx, quote: &Quote) -> Result<(), Error> {
    let row = Model {
        id: quote.id.uuid(),
        invoice_id: quote.invoice_id.uuid(),
        network: quote.network.to_string(),
        token_id: quote.token.0,
        usd: quote.usd.get(),
        units: quote.units.to_string(),
        rate: quote.rate.e12().to_string(),
        source: quote.source.clone(),
        created_at: quote.created_at.0,
        valid_until: quote.valid_until.0,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownInvoice))?;
    Ok(())
}

/// The quotes of an invoice, oldest first.
pub async fn by_invoice(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Vec<Quote>, Error> {
    let rows = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid())).order_by_asc(Column::Id).all(conn).await?;
    rows.into_iter().map(Quote::try_from).collect()
}

/// The latest quote of an invoice.
pub async fn latest(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Option<Quote>, Error> {
    let newest = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid())).order_by_desc(Column::Id);
    newest.one(conn).await?.map(Quote::try_from).transpose()
}

#[cfg(test)]
mod tests;
