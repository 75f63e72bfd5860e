//! `pepay migrate`: the schema, brought up to date. Safe to run again and on several nodes at once.

use super::{ConfigArg, say};
use crate::node;

pub(super) async fn run(config: &ConfigArg) -> anyhow::Result<()> {
    let config = config.load()?;
    let db = node::connect(&config).await?;
    node::migrate(&db).await?;
    db.close().await?;
    say("The database is up to date.")
}
