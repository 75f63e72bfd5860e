//! Connections and transactions.
//!
//! SQLite allows one writer at a time. All writers of this process pass one fair gate, so that none of them ever
//! finds the database busy; connections to read from refuse to write. PostgreSQL needs no gate.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;
use crate::hot::{self, Hot};
use crate::inspect;
use crate::migrations::Migrator;
use crate::news::{Bell, News};

/// How long another process may hold the SQLite database before a writer gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection to PostgreSQL is taken to be alive without asking.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);
/// Serialises migrations of several nodes on PostgreSQL; any constant of our own will do.
const MIGRATION_LOCK: i64 = 0x7065_7061_7900;

/// How many connections to hold.
#[derive(Clone, Copy, Debug)]
pub struct ConnectOptions {
    /// Connections of the pool (on SQLite: to read from; one more writes).
    pub max_connections: u32,
    /// How long a caller waits for a free connection.
    pub acquire_timeout: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self { max_connections: 8, acquire_timeout: Duration::from_secs(5) }
    }
}

/// A database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    read: DatabaseConnection,
    write: DatabaseConnection,
    gate: Option<Arc<Semaphore>>,
    hot: Arc<Hot>,
    bell: Bell,
    // To listen on; only PostgreSQL has other nodes.
    pool: Option<PgPool>,
    backend: DbBackend,
}

impl Db {
    /// Opens `sqlite://PATH` (`?mode=rwc` creates the file) or `postgres://…`. `Url` for anything else.
    pub async fn connect(url: &str, options: ConnectOptions) -> Result<Self, Error> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url, options).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::connect_postgres(url, options).await
        } else {
            Err(Error::Url)
        }
    }

    async fn connect_sqlite(url: &str, options: ConnectOptions) -> Result<Self, Error> {
        let given: SqliteConnectOptions = url.parse().map_err(|_| Error::Url)?;
        if given.get_filename() == Path::new("") || url.contains(":memory:") {
            return Err(Error::Url); // Every connection would have a database of its own.
        }
        let write = given
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", hot::CHECKPOINT_PAGES.to_string())
            .disable_statement_logging();
        let read = write.clone().create_if_missing(false).pragma("query_only", "ON");
        // The writer comes first: it creates the file and switches it to write-ahead logging.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(options.acquire_timeout);
        let path = write.get_filename().to_owned();
        let write = pool.clone().connect_with(write).await?;
        let read = pool.max_connections(options.max_connections).connect_with(read).await?;
        let path = path.canonicalize().unwrap_or(path);
        let gate = gate(&path);
        let bell = Bell::new();
        let hot = Arc::new(Hot::sqlite(&path, Arc::clone(&gate), bell.clone())?);
        let (read, write) = (DatabaseConnection::from(read), DatabaseConnection::from(write));
        let (gate, backend) = (Some(gate), DbBackend::Sqlite);
        Ok(Self(Arc::new(Inner { read, write, gate, hot, bell, pool: None, backend })))
    }

    async fn connect_postgres(url: &str, options: ConnectOptions) -> Result<Self, Error> {
        let given: PgConnectOptions = url.parse().map_err(|_| Error::Url)?;
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections.max(2)) // Migrating takes two.
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    // One that was just in use is alive: asking it each time would double the round trips.
                    if meta.idle_for > TRUSTED_IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(given.disable_statement_logging())
            .await?;
        let bell = Bell::new();
        let hot = Arc::new(Hot::postgres(pool.clone(), bell.clone()));
        let read = DatabaseConnection::from(pool.clone());
        let (write, pool, backend) = (read.clone(), Some(pool), DbBackend::Postgres);
        Ok(Self(Arc::new(Inner { read, write, gate: None, hot, bell, pool, backend })))
    }

    /// Brings the schema up to date. Safe to run on several nodes at once. One that a newer version made is left as it
    /// is: migrations only add, so that an upgrade can be undone, and a node of before can restart beside newer ones.
    pub async fn migrate(&self) -> Result<(), Error> {
        let _permit = self.pass().await;
        let schema = inspect::schema(self).await?;
        if schema.pending.is_empty() && !schema.unknown.is_empty() {
            tracing::warn!("A newer version migrated the schema ({})", schema.unknown.join(", "));
            return Ok(());
        }
        if self.backend() == DbBackend::Sqlite {
            return Ok(Migrator::up(&self.0.write, None).await?);
        }
        // The lock lives on a connection of its own and falls with it, even when this future is dropped.
        let lock = self.0.write.begin().await?;
        let sql = "SELECT pg_advisory_xact_lock($1)";
        lock.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [MIGRATION_LOCK.into()])).await?;
        Migrator::up(&self.0.write, None).await?;
        Ok(lock.commit().await?)
    }

    /// Where to read from, outside any transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.0.read
    }

    /// Where to read several things as they were at one moment. Whoever holds it reads everything through it: another
    /// connection might have to be waited for.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, Error> {
        if self.backend() == DbBackend::Sqlite {
            return Ok(self.read().begin().await?);
        }
        let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
        Ok(self.read().begin_with_config(Some(isolation), Some(access)).await?)
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read().execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Opens a transaction that may write. `name` says what for, in metrics and logs. Dropping it undoes everything.
    pub async fn begin(&self, name: &'static str) -> Result<Tx, Error> {
        let asked = Instant::now();
        let permit = self.pass().await;
        metrics::histogram!("pepay_transaction_wait_seconds", "name" => name).record(asked.elapsed());
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.0.write.begin_with_options(options).await?;
        let bell = self.0.bell.clone();
        Ok(Tx { inner, permit, name, began: Instant::now(), bell, announces: AtomicBool::new(false) })
    }

    /// Word of events committed from now on, by this node or another.
    pub fn news(&self) -> News {
        self.0.bell.news(self.0.pool.clone())
    }

    /// Whether several nodes may share it, as they do PostgreSQL.
    pub fn is_shared(&self) -> bool {
        self.0.backend == DbBackend::Postgres
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.0.backend
    }

    /// The hot path.
    pub fn hot(&self) -> Arc<Hot> {
        Arc::clone(&self.0.hot)
    }

    /// Closes every connection; further calls fail.
    pub async fn close(&self) -> Result<(), Error> {
        self.0.read.close_by_ref().await?;
        Ok(self.0.write.close_by_ref().await?)
    }

    async fn pass(&self) -> Option<OwnedSemaphorePermit> {
        let gate = self.0.gate.clone()?;
        Some(gate.acquire_owned().await.expect("the gate is never closed"))
    }
}

/// The gate of the database at `path`: the same for every handle of this process.
fn gate(path: &Path) -> Arc<Semaphore> {
    static GATES: OnceLock<Mutex<HashMap<PathBuf, Weak<Semaphore>>>> = OnceLock::new();
    let mut gates = GATES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    gates.retain(|_, gate| gate.strong_count() > 0);
    if let Some(gate) = gates.get(path).and_then(Weak::upgrade) {
        return gate;
    }
    let gate = Arc::new(Semaphore::new(1));
    gates.insert(path.to_owned(), Arc::downgrade(&gate));
    gate
}

/// A transaction. Dropping it undoes everything.
#[derive(Debug)]
pub struct Tx {
    // Before the permit: the transaction must end before the next writer may begin.
    inner: DatabaseTransaction,
    permit: Option<OwnedSemaphorePermit>,
    name: &'static str,
    began: Instant,
    bell: Bell,
    // Whether it adds events, which others wait for.
    announces: AtomicBool,
}

impl Tx {
    /// Has word of events go out with the commit.
    pub(crate) fn announce(&self) {
        self.announces.store(true, Ordering::Relaxed);
    }

    /// Makes everything durable, at once and for all to see.
    pub async fn commit(self) -> Result<(), Error> {
        let Self { inner, permit, name, began, bell, announces } = self;
        inner.commit().await?;
        drop(permit);
        if announces.into_inner() {
            bell.ring();
        }
        let took = began.elapsed();
        metrics::histogram!("pepay_transaction_seconds", "name" => name).record(took);
        tracing::trace!(name, took_us = took.as_micros(), "Committed {name}");
        Ok(())
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

#[cfg(test)]
mod tests;
