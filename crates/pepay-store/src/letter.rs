//! The outbox: letters to be sent by e-mail. What one says is sealed, and erased once it is gone.

use pepay_core::id::{InvoiceId, LetterId};
use pepay_core::time::Millis;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::Error;
use crate::db::Tx;
use crate::read::Row;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "letters")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) recipient: String,
        pub(super) kind: String,
        pub(super) sealed: Option<Vec<u8>>,
        pub(super) invoice_id: Option<Uuid>,
        pub(super) created_at: i64,
        pub(super) attempts: i64,
        pub(super) next_attempt_at: Option<i64>,
        pub(super) sent_at: Option<i64>,
        pub(super) error: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity, Model};

const TABLE: &str = "letters";

/// A letter that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// Where it goes.
    pub recipient: String,
    /// Which template it is of.
    pub kind: String,
    /// What it says.
    pub content: Content,
    /// When it was written.
    pub created_at: Millis,
    /// Attempts made to send it.
    pub attempts: u32,
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// This, sealed.
    Sealed(Vec<u8>),
    /// The receipt of this invoice.
    Receipt(InvoiceId),
    /// A link to choose a new password, made when it is sent, if the recipient has an account.
    Reset,
    /// Something that only a newer version knows how to write.
    Unknown,
}

/// The kind of letters that say [`Content::Reset`].
pub const RESET: &str = "reset";

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handed over.
    Sent,
    /// To be tried again.
    Retry {
        /// When.
        at: Millis,
        /// Why.
        error: String,
    },
    /// Given up.
    Failed {
        /// Why.
        error: String,
    },
}

/// Adds a letter, due at once.
pub async fn insert(tx: &Tx, letter: &Letter) -> Result<(), Error> {
    let (sealed, invoice_id) = match &letter.content {
        Content::Sealed(sealed) => (Some(sealed.clone()), None),
        Content::Receipt(invoice) => (None, Some(invoice.uuid())),
        Content::Reset | Content::Unknown => (None, None),
    };
    let row = Model {
        id: letter.id.uuid(),
        recipient: letter.recipient.clone(),
        kind: letter.kind.clone(),
        sealed,
        invoice_id,
        created_at: letter.created_at.0,
        attempts: i64::from(letter.attempts),
        next_attempt_at: Some(letter.created_at.0),
        sent_at: None,
        error: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Letters due by `now`, the longest waiting first.
pub async fn due(conn: &impl ConnectionTrait, now: Millis, limit: u64) -> Result<Vec<Letter>, Error> {
    let rows = Entity::find()
        .filter(Column::NextAttemptAt.is_not_null())
        .filter(Column::NextAttemptAt.lte(now.0))
        .order_by_asc(Column::NextAttemptAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    let read = |model: Model| {
        let row = Row { table: TABLE, id: &model.id };
        let receipt = model.invoice_id.map(|id| Content::Receipt(InvoiceId::from_uuid(id)));
        let reset = (model.kind == RESET).then_some(Content::Reset);
        Ok(Letter {
            content: model.sealed.map(Content::Sealed).or(receipt).or(reset).unwrap_or(Content::Unknown),
            attempts: row.int("attempts", model.attempts)?,
            id: LetterId::from_uuid(model.id),
            recipient: model.recipient,
            kind: model.kind,
            created_at: Millis(model.created_at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Takes a letter to make the next attempt, so that nobody else does before `until`; `false` when somebody has.
pub async fn lease(tx: &Tx, letter: &Letter, until: Millis) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(i64::from(letter.attempts.saturating_add(1))))
        .col_expr(Column::NextAttemptAt, Expr::value(until.0))
        .filter(Column::Id.eq(letter.id.uuid()))
        .filter(Column::Attempts.eq(i64::from(letter.attempts)))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Records what the attempt came to for which `letter` was leased; `false` when its lease had ended and somebody else has
/// taken it since. A letter that is gone or given up says nothing any more.
pub async fn record(tx: &Tx, letter: &Letter, outcome: &Outcome, now: Millis) -> Result<bool, Error> {
    let (next, sent, error) = match outcome {
        Outcome::Sent => (None, Some(now.0), None),
        Outcome::Retry { at, error } => (Some(at.0), None, Some(error.as_str())),
        Outcome::Failed { error } => (None, None, Some(error.as_str())),
    };
    let mut update = Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(next))
        .col_expr(Column::SentAt, Expr::value(sent))
        .col_expr(Column::Error, Expr::value(error));
    if next.is_none() {
        update = update.col_expr(Column::Sealed, Expr::value(None::<Vec<u8>>));
    }
    let done = update
        .filter(Column::Id.eq(letter.id.uuid()))
        .filter(Column::Attempts.eq(i64::from(letter.attempts.saturating_add(1))))
        .filter(Column::NextAttemptAt.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes letters written before `before` that were sent or given up, `limit` at most.
pub async fn prune(tx: &Tx, before: Millis, limit: u64) -> Result<u64, Error> {
    let old: Vec<sea_orm::prelude::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::NextAttemptAt.is_null())
        .filter(Column::CreatedAt.lt(before.0))
        .order_by_asc(Column::CreatedAt)
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    Ok(Entity::delete_many().filter(Column::Id.is_in(old)).exec(&**tx).await?.rows_affected)
}

/// How many letters wait, and since when the longest does.
pub async fn backlog(conn: &impl ConnectionTrait) -> Result<(u64, Option<Millis>), Error> {
    let waiting = Entity::find().filter(Column::NextAttemptAt.is_not_null());
    let count = waiting.clone().count(conn).await?;
    let oldest: Option<Option<i64>> =
        waiting.select_only().column_as(Column::CreatedAt.min(), "oldest").into_tuple().one(conn).await?;
    Ok((count, oldest.flatten().map(Millis)))
}
