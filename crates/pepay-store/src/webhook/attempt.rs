//! What came of each try to deliver.

use pepay_core::id::{AttemptId, DeliveryId};
use pepay_core::time::Millis;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_attempts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) delivery_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) started_at: i64,
        pub(crate) answered_ms: Option<i64>,
        pub(crate) took_ms: i64,
        pub(crate) status: Option<i64>,
        pub(crate) head: Option<String>,
        pub(crate) excerpt: Option<String>,
        pub(crate) error: Option<String>,
        pub(crate) detail: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const ROWS_AT_ONCE: usize = 500;

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// Of which delivery.
    pub delivery_id: DeliveryId,
    /// When it began: also the time that was signed.
    pub started_at: Millis,
    /// Milliseconds until the head of the answer was there.
    pub answered_ms: Option<i64>,
    /// Milliseconds until it was over.
    pub took_ms: i64,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The header lines of the answer, cut to size.
    pub head: Option<String>,
    /// The beginning of its body.
    pub excerpt: Option<String>,
    /// Why it failed, as a word that never changes.
    pub error: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
}

impl TryFrom<Model> for Attempt {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let id = AttemptId::from_uuid(model.id);
        let row = Row { table: "webhook_attempts", id: &id };
        Ok(Self {
            id,
            delivery_id: DeliveryId::from_uuid(model.delivery_id),
            started_at: Millis(model.started_at),
            answered_ms: model.answered_ms,
            took_ms: model.took_ms,
            status: model.status.map(|status| row.int("status", status)).transpose()?,
            head: model.head,
            excerpt: model.excerpt,
            error: model.error,
            detail: model.detail,
        })
    }
}

/// Adds attempts; those that are there already stay as they are, so that it can be repeated when nobody knows whether
/// it was committed.
pub async fn insert(tx: &Tx, attempts: &[Attempt]) -> Result<(), Error> {
    for chunk in attempts.chunks(ROWS_AT_ONCE) {
        let rows = chunk.iter().map(|attempt| {
            let row = Model {
                delivery_id: attempt.delivery_id.uuid(),
                id: attempt.id.uuid(),
                started_at: attempt.started_at.0,
                answered_ms: attempt.answered_ms,
                took_ms: attempt.took_ms,
                status: attempt.status.map(i64::from),
                head: attempt.head.clone(),
                excerpt: attempt.excerpt.clone(),
                error: attempt.error.clone(),
                detail: attempt.detail.clone(),
            };
            row.into_active_model()
        });
        let mut known = OnConflict::columns([Column::DeliveryId, Column::Id]);
        Entity::insert_many(rows).on_conflict(known.do_nothing().to_owned()).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// The newest attempts of a delivery, newest first.
pub async fn list(conn: &impl ConnectionTrait, delivery: DeliveryId, limit: u64) -> Result<Vec<Attempt>, Error> {
    let rows = Entity::find()
        .filter(Column::DeliveryId.eq(delivery.uuid()))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(Attempt::try_from).collect()
}

/// Forgets the attempts of deliveries.
pub(super) async fn delete(tx: &Tx, deliveries: &[Uuid]) -> Result<(), Error> {
    Entity::delete_many().filter(Column::DeliveryId.is_in(deliveries.iter().copied())).exec(&**tx).await?;
    Ok(())
}
