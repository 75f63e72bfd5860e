//! What an operator wants to know of a database before a node uses it. Nothing here changes anything.

use pepay_core::time::Millis;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::{MigratorTrait, SchemaManager};

use crate::Error;
use crate::db::Db;
use crate::migrations::Migrator;

/// How the schema relates to this program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Migrations that are in it.
    pub applied: Vec<String>,
    /// Migrations of this program that are not.
    pub pending: Vec<String>,
    /// Migrations in it that this program does not know: a newer one made them.
    pub unknown: Vec<String>,
}

/// Compares the schema with what this program makes.
pub async fn schema(db: &Db) -> Result<Schema, Error> {
    let known: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    if !SchemaManager::new(db.read()).has_table("seaql_migrations").await? {
        return Ok(Schema { pending: known, ..Schema::default() });
    }
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = db.read().query_all_raw(Statement::from_string(db.backend(), sql)).await?;
    let applied = rows.iter().map(|row| row.try_get::<String>("", "version")).collect::<Result<Vec<_>, _>>()?;
    Ok(Schema {
        pending: known.iter().filter(|step| !applied.contains(step)).cloned().collect(),
        unknown: applied.iter().filter(|step| !known.contains(step)).cloned().collect(),
        applied,
    })
}

/// Changes the schema and takes it back: fails where a node could not write or migrate.
pub async fn try_write(db: &Db) -> Result<(), Error> {
    let tx = db.begin("inspect.try_write").await?;
    tx.execute_unprepared("CREATE TABLE pepay_inspection (looked integer)").await?;
    // Dropped, and so undone.
    drop(tx);
    Ok(())
}

/// The time on the database's machine; `None` when that is this one.
pub async fn clock(db: &Db) -> Result<Option<Millis>, Error> {
    if db.backend() == DbBackend::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS now";
    let row = db.read().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
    Ok(row.map(|row| row.try_get::<i64>("", "now")).transpose()?.map(Millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{block_on, connect, on_both, sqlite_url};

    on_both! {
        async fn a_fresh_schema_is_whole_and_trying_to_write_leaves_nothing(db: Db) {
            let found = schema(&db).await.unwrap();
            assert_eq!((found.pending.len(), found.unknown.len()), (0, 0));
            assert_eq!(found.applied.len(), Migrator::migrations().len());
            try_write(&db).await.unwrap();
            assert!(!SchemaManager::new(db.read()).has_table("pepay_inspection").await.unwrap());
            let clock = clock(&db).await.unwrap();
            assert_eq!(clock.is_some(), db.backend() == DbBackend::Postgres);
            assert!(clock.is_none_or(|now| now > Millis(1_700_000_000_000)));
        }
        async fn a_schema_of_a_newer_version_is_left_as_it_is(db: Db) {
            let tx = db.begin("test").await.unwrap();
            let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_future', 0)";
            tx.execute_unprepared(sql).await.unwrap();
            tx.commit().await.unwrap();
            db.migrate().await.unwrap();
            assert_eq!(schema(&db).await.unwrap().unknown, ["9999_future"]);
        }

        async fn what_another_version_made_is_told(db: Db) {
            let tx = db.begin("test").await.unwrap();
            for sql in [
                "DELETE FROM seaql_migrations WHERE version = '0002_invoices'",
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_future', 0)",
            ] {
                tx.execute_unprepared(sql).await.unwrap();
            }
            tx.commit().await.unwrap();
            let found = schema(&db).await.unwrap();
            assert_eq!((found.pending, found.unknown), (vec!["0002_invoices".to_owned()], vec!["9999_future".to_owned()]));
        }
    }

    #[test]
    fn an_empty_database_lacks_everything() {
        block_on(async {
            let directory = tempfile::tempdir().unwrap();
            let db = connect(&sqlite_url(directory.path())).await;
            let found = schema(&db).await.unwrap();
            assert_eq!((found.applied.len(), found.pending.len()), (0, Migrator::migrations().len()));
        });
    }
}
