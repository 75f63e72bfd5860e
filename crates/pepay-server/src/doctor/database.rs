//! The database: that it answers, has the schema of this program, can be written to, and has room to grow.

use std::path::{Path, PathBuf};

use pepay_core::time::Millis;
use pepay_engine::server_key::Known;
use pepay_store::db::Db;
use pepay_store::inspect;

use super::{Finding, report::Verdict};
use crate::config::Config;
use crate::node;

const CHECK: &str = "database";
const DISK: &str = "disk";
/// With less than this an installation stops soon: about a day of a busy one.
const LOW_BYTES: u64 = 1 << 30;
/// With less than this it stops now.
const NO_BYTES: u64 = 64 << 20;

/// What was found, and the time on the database's machine.
pub(super) async fn examine(config: &Config) -> (Vec<Finding>, Option<Millis>) {
    let url = match config.database.url() {
        Ok(url) => url,
        Err(error) => return (vec![Finding::fail(CHECK, super::report_error(error), "correct it")], None),
    };
    let mut findings = Vec::new();
    if let Some(path) = sqlite_path(url.reveal()) {
        findings.push(room(&path));
        if !path.exists() {
            let advice = "nothing to do: `pepay serve` or `pepay migrate` makes it";
            findings.push(Finding::warn(CHECK, format!("{} is not there yet", path.display()), advice));
            return (findings, None);
        }
    }
    let db = match node::connect(config).await {
        Ok(db) => db,
        Err(error) => {
            let advice = "check that it runs, its address, user and password (database.url), and that files may be \
                          written";
            findings.push(Finding::fail(CHECK, crate::cmd::one_line(&error), advice));
            return (findings, None);
        }
    };
    let schema = schema(&db, config.database.migrate).await;
    let current = schema.verdict == Verdict::Ok;
    findings.push(schema);
    // An older schema does not know the key.
    if current {
        findings.extend(server_key(&db, config).await);
    }
    findings.push(match inspect::try_write(&db).await {
        Ok(()) => Finding::ok(CHECK, "it can be written to"),
        Err(error) => {
            let advice = "give its user the right to write and to change the schema";
            Finding::fail(CHECK, format!("it can not be written to: {}", super::report_error(error)), advice)
        }
    });
    let now = inspect::clock(&db).await.unwrap_or_default();
    // Nothing was written that could be lost.
    let _closed = db.close().await;
    (findings, now)
}

async fn schema(db: &Db, migrates: bool) -> Finding {
    let schema = match inspect::schema(db).await {
        Ok(schema) => schema,
        Err(error) => {
            let message = format!("its schema can not be read: {}", super::report_error(error));
            return Finding::fail(CHECK, message, "check the rights of its user");
        }
    };
    if !schema.unknown.is_empty() {
        let message = format!("a newer version of Pepay migrated it ({})", schema.unknown.join(", "));
        let advice = "this version runs on it, but go on to that one soon";
        return if schema.pending.is_empty() {
            Finding::warn(CHECK, message, advice)
        } else {
            Finding::fail(CHECK, message, "use that version, or restore a backup from before")
        };
    }
    match (schema.pending.len(), migrates) {
        (0, _) => Finding::ok(CHECK, format!("it answers, and its schema is up to date ({})", schema.applied.len())),
        (pending, true) => {
            let advice = "back it up; `pepay serve` migrates when it starts";
            Finding::warn(CHECK, format!("{pending} migrations are to be applied"), advice)
        }
        (pending, false) => {
            let advice = "back it up and run `pepay migrate`; database.migrate is false";
            Finding::fail(CHECK, format!("{pending} migrations are to be applied"), advice)
        }
    }
}

/// Nothing when there is no key: others tell.
async fn server_key(db: &Db, config: &Config) -> Option<Finding> {
    let key = config.secrets.server_key().ok()?;
    Some(match pepay_engine::server_key::compare(db, &key).await {
        Ok(Known::Same) => Finding::ok(CHECK, "it was written with this server key"),
        Ok(Known::None) => Finding::ok(CHECK, "no node has run on it yet; the first one's server key is noted"),
        Ok(Known::Other) => {
            let advice = "give the key that belongs to it (secrets.server_key); to change it, see \
                          `pepay admin accept-server-key`";
            Finding::fail(CHECK, "it was written with another server key", advice)
        }
        Err(error) => Finding::fail(CHECK, super::report_error(error), "look at the log of the database"),
    })
}

/// The file of an SQLite URL.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    Some(PathBuf::from(rest.split('?').next().unwrap_or(rest)))
}

fn room(path: &Path) -> Finding {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = directory.display();
    let free = match rustix::fs::statvfs(directory) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => {
            let message = format!("the directory {shown} of the database can not be looked at: {error}");
            return Finding::fail(DISK, message, "make it, or correct database.url");
        }
    };
    let free_mib = free >> 20;
    let advice = "free some, or move the database: a full disk refuses every invoice";
    match free {
        ..NO_BYTES => Finding::fail(DISK, format!("{free_mib} MiB are free in {shown}"), advice),
        NO_BYTES..LOW_BYTES => Finding::warn(DISK, format!("{free_mib} MiB are free in {shown}"), advice),
        _ => Finding::ok(DISK, format!("{free_mib} MiB are free in {shown}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_an_sqlite_url_is_found() {
        assert_eq!(sqlite_path("sqlite:///var/pepay.db?mode=rwc"), Some(PathBuf::from("/var/pepay.db")));
        assert_eq!(sqlite_path("sqlite://pepay.db"), Some(PathBuf::from("pepay.db")));
        assert_eq!(sqlite_path("postgres://a/b"), None);
    }
}
