//! Manual verifications: work to do, and what came of it.

use pepay_core::id::{InvoiceId, VerificationId};
use pepay_core::time::Millis;
use pepay_core::verification::{State, Verification};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "verifications")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) invoice_id: Uuid,
        pub(super) network: String,
        pub(super) state: String,
        pub(super) attempts: i64,
        pub(super) next_attempt_at: Option<i64>,
        pub(super) created_at: i64,
        pub(super) updated_at: i64,
        pub(super) completed_at: Option<i64>,
        pub(super) result: Option<String>,
        pub(super) error: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "verifications";

impl TryFrom<Model> for Verification {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: &model.id };
        Ok(Self {
            network: row.network("network", &model.network)?,
            state: row.need("state", State::parse(&model.state))?,
            attempts: row.int("attempts", model.attempts)?,
            id: VerificationId::from_uuid(model.id),
            invoice_id: InvoiceId::from_uuid(model.invoice_id),
            next_attempt_at: model.next_attempt_at.map(Millis),
            created_at: Millis(model.created_at),
            updated_at: Millis(model.updated_at),
            completed_at: model.completed_at.map(Millis),
            result: model.result,
            error: model.error,
        })
    }
}

impl From<&Verification> for Model {
    fn from(verification: &Verification) -> Self {
        Self {
            id: verification.id.uuid(),
            invoice_id: verification.invoice_id.uuid(),
            network: verification.network.to_string(),
            state: verification.state.as_str().to_owned(),
            attempts: i64::from(verification.attempts),
            next_attempt_at: verification.next_attempt_at.map(|at| at.0),
            created_at: verification.created_at.0,
            updated_at: verification.updated_at.0,
            completed_at: verification.completed_at.map(|at| at.0),
            result: verification.result.clone(),
            error: verification.error.clone(),
        }
    }
}

/// Adds a verification. `VerificationOpen` while another of the same invoice waits.
pub async fn insert(tx: &Tx, verification: &Verification) -> Result<(), Error> {
    let row = Model::from(verification).into_active_model();
    Entity::insert(row)
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| Error::from(error).or_foreign_key(Error::UnknownInvoice))?;
    Ok(())
}

/// The latest verification of an invoice.
pub async fn get(conn: &impl ConnectionTrait, invoice: InvoiceId) -> Result<Option<Verification>, Error> {
    let newest = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid())).order_by_desc(Column::Id);
    newest.one(conn).await?.map(Verification::try_from).transpose()
}

/// The verifications whose next attempt is due, the longest waiting first.
pub async fn due(conn: &impl ConnectionTrait, now: Millis, limit: u64) -> Result<Vec<Verification>, Error> {
    let rows = Entity::find()
        .filter(Expr::cust("state = 'queued'"))
        .filter(Column::NextAttemptAt.lte(now.0))
        .order_by_asc(Column::NextAttemptAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(Verification::try_from).collect()
}

/// Saves what an attempt came to; `false` when another node recorded an attempt since `before` was read.
pub async fn update(tx: &Tx, before: &Verification, after: &Verification) -> Result<bool, Error> {
    let row = Model::from(after).into_active_model().reset_all();
    let done = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(before.id.uuid()))
        .filter(Column::State.eq(before.state.as_str()))
        .filter(Column::Attempts.eq(i64::from(before.attempts)))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

#[cfg(test)]
mod tests;
