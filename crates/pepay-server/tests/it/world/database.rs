//! The database of one world, empty at first, and the way the audit reads it.

use std::path::Path;

use pepay_store::db::{ConnectOptions, Db};
use sqlx::{Connection as _, PgConnection};

/// Which database a scenario runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// A file in the world's directory.
    Sqlite,
    /// A database of its own in the cluster that `PEPAY_TEST_POSTGRES_URL` names.
    Postgres,
}

/// A migrated database.
pub(crate) struct Books {
    /// What the server is told.
    pub(crate) url: String,
    /// A connection of the test's own.
    pub(crate) db: Db,
}

impl Books {
    pub(crate) async fn open(kind: Database, directory: &Path) -> Self {
        let url = match kind {
            Database::Sqlite => format!("sqlite://{}?mode=rwc", directory.join("pepay.db").display()),
            Database::Postgres => create_postgres(directory).await,
        };
        let options = ConnectOptions { max_connections: 3, ..ConnectOptions::default() };
        let db = Db::connect(&url, options).await.expect("the database opens");
        db.migrate().await.expect("the schema can be made");
        Self { url, db }
    }
}

// Named after the world's directory, which nobody else has. It goes with its throw-away cluster.
async fn create_postgres(directory: &Path) -> String {
    let cluster = std::env::var("PEPAY_TEST_POSTGRES_URL")
        .expect("PEPAY_TEST_POSTGRES_URL is not set: run scripts/test, which starts a PostgreSQL for the tests");
    let unique = directory.file_name().and_then(|name| name.to_str()).expect("the directory has a name");
    let name = format!("it_{}", unique.replace(|c: char| !c.is_ascii_alphanumeric(), "_"));
    let mut connection = PgConnection::connect(&cluster).await.expect("PEPAY_TEST_POSTGRES_URL leads to a cluster");
    // Quoted, for the name of a directory may have capitals.
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""));
    sqlx::raw_sql(create).execute(&mut connection).await.expect("a database can be made");
    let (server, _) = cluster.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{name}")
}
