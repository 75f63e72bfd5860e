//! Many invoices, straight into the database file: through the writer's own path, in large batches.

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use pepay_core::id::MerchantId;
use pepay_core::time::Millis;
use pepay_engine::clock::{Clock as _, SystemClock};
use pepay_store::db::{ConnectOptions, Db};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::load;

const BATCH: u32 = 1_000;
/// The time their creation is spread over: less than idempotency keys are kept.
const SPREAD_MS: i64 = 20 * 3_600_000;

pub(crate) fn run(database: &Path, merchant: i64, invoices: u32) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let per_second = runtime.block_on(write(database, MerchantId(merchant), invoices))?;
    hand_out_addresses(database)?;
    Ok(per_second.to_string())
}

async fn write(database: &Path, merchant: MerchantId, invoices: u32) -> anyhow::Result<u128> {
    let url = format!("sqlite://{}", database.display());
    let db = Db::connect(&url, ConnectOptions::default()).await.context("could not open the database")?;
    let mut rng = StdRng::seed_from_u64(1);
    let began = Instant::now();
    let first = SystemClock.now().plus_ms(-SPREAD_MS);
    for start in (0..invoices).step_by(BATCH as usize) {
        let numbers = start..invoices.min(start + BATCH);
        let at = |n: u32| Millis(first.0 + SPREAD_MS * i64::from(n) / i64::from(invoices));
        let batch = numbers.map(|n| load::invoice(merchant, n, at(n), &mut rng)).collect::<anyhow::Result<_>>()?;
        for outcome in db.hot().create(batch).await {
            outcome?;
        }
    }
    db.close().await?;
    Ok(u128::from(invoices) * 1_000 / began.elapsed().as_millis().max(1))
}

/// One address for each invoice that has none. In one statement, for nobody waits for each of them.
fn hand_out_addresses(database: &Path) -> anyhow::Result<()> {
    let connection = rusqlite::Connection::open(database)?;
    connection.execute(
        "INSERT INTO deposits (address, network, invoice_id, receiver, version, native) \
         SELECT randomblob(20) AS address, ?1, id, x'00000000000000000000000000000000000000ff', 1, 0 FROM invoices \
         WHERE NOT EXISTS (SELECT 1 FROM deposits WHERE invoice_id = invoices.id) ORDER BY address",
        [load::network().to_string()],
    )?;
    // What a database that grew over time has done long ago.
    connection.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
    Ok(())
}
