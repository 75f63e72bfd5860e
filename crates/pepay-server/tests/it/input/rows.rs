//! How much there is in every table that a request could write to.

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::world::World;

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM invoices), (SELECT COUNT(*) FROM events), \
     (SELECT COUNT(*) FROM idempotency_keys), (SELECT COUNT(*) FROM deposits), (SELECT COUNT(*) FROM quotes), \
     (SELECT COUNT(*) FROM verifications), (SELECT COUNT(*) FROM token_blocks), (SELECT COUNT(*) FROM merchants)";

/// One count per table of [`COUNTS`].
pub(crate) type Counts = (i64, i64, i64, i64, i64, i64, i64, i64);

/// A connection to count with.
pub(crate) enum Rows {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Rows {
    pub(crate) async fn of(world: &World) -> Self {
        let url = &world.books.url;
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await.expect("the database opens"))
        } else {
            Self::Postgres(PgConnection::connect(url).await.expect("the database opens"))
        }
    }

    pub(crate) async fn count(&mut self) -> Counts {
        let counts = match self {
            Self::Sqlite(connection) => sqlx::query_as(COUNTS).fetch_one(connection).await,
            Self::Postgres(connection) => sqlx::query_as(COUNTS).fetch_one(connection).await,
        };
        counts.expect("rows can be counted")
    }
}
