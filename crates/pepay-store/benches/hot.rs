//! The writer of invoices on SQLite against a bare loop that writes the same rows in the same batches, in turns on one
//! machine; then one block's worth of address look-ups among a million. Prints ratios and times.
//!
//! `cargo bench -p pepay-store --bench hot`

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use pepay_core::address::Address;
use pepay_core::event::Type;
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::invoice::{Invoice, State, Terms};
use pepay_core::merchant::SettlementPreference;
use pepay_core::money::{BasisPoints, UsdMillis};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_store::db::{ConnectOptions, Db};
use pepay_store::hot::NewInvoice;
use pepay_store::{deposit, event, merchant};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rusqlite::{Connection, params};
use rustix::time::{ClockId, clock_gettime};

const BATCH: u64 = 64;
const BATCHES: u64 = 200;
const ROUNDS: u64 = 3;
const NOW: Millis = Millis(1_766_322_000_000);

fn invoice(merchant: MerchantId, n: u64) -> Result<NewInvoice> {
    let created_at = NOW.plus_ms(i64::try_from(n)?);
    let invoice = Invoice {
        id: InvoiceId::generate(created_at, &mut StdRng::seed_from_u64(n)),
        merchant_id: merchant,
        environment: Environment::Devnet,
        amount: UsdMillis::new(10_000)?,
        tolerance: BasisPoints::ZERO,
        terms: Terms {
            description: Some("A coffee, a croissant and the newspaper".to_owned()),
            customer_id: Some(format!("customer-{}", n % 1_000)),
            metadata: Some(format!(r#"{{"order":"{n}"}}"#)),
            ..Terms::default()
        },
        created_at,
        expires_at: created_at.plus_ms(43_200_000),
        state: State::Unpaid,
        amount_paid: UsdMillis::ZERO,
        lock: None,
        late: false,
        payer: None,
        last_payment_at: None,
    };
    let event = event::New {
        kind: Type::InvoiceCreated,
        merchant_id: merchant,
        environment: Environment::Devnet,
        invoice_id: invoice.id,
        customer_id: invoice.terms.customer_id.clone(),
        request_id: Some("req_0123456789abcdef".to_owned()),
        idempotency_key: Some(format!("key-{n}")),
        // As long as the event of a plain invoice is.
        data: format!(r#"{{"object":{{"id":"{}","padding":"{}"}}}}"#, invoice.id, "x".repeat(900)),
    };
    let key = Key::parse(&format!("key-{n}"))?;
    Ok(NewInvoice { invoice, event, idempotency: Some((key, Fingerprint([7; 32]))) })
}

async fn open(directory: &Path) -> Result<(Db, MerchantId)> {
    let url = format!("sqlite://{}?mode=rwc", directory.join("pepay.db").display());
    let db = Db::connect(&url, ConnectOptions::default()).await?;
    db.migrate().await?;
    let new = merchant::NewMerchant {
        name: "Acme".to_owned(),
        email: "pay@acme.example".to_owned(),
        settlement_preference: SettlementPreference::Tokens,
        settlement_token: None,
        tolerance: BasisPoints::ZERO,
        created_at: NOW,
    };
    let tx = db.begin("bench.merchant").await?;
    let id = merchant::insert(&tx, &new).await?;
    tx.commit().await?;
    Ok((db, id))
}

async fn ours(db: &Db, batch: Vec<NewInvoice>) -> Result<Duration> {
    let hot = db.hot();
    let began = Instant::now();
    for outcome in hot.create(batch).await {
        outcome?;
    }
    Ok(began.elapsed())
}

/// Three prepared statements per invoice, one transaction per batch, and nothing else.
fn bare(connection: &mut Connection, batch: &[NewInvoice]) -> Result<Duration> {
    let began = Instant::now();
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    {
        let mut invoices = tx.prepare_cached(
            "INSERT INTO invoices (id, merchant_id, environment, amount, tolerance_bps, description, customer_id, \
                 metadata, payment_return_url_enabled, created_at, expires_at, status, amount_paid, late) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, 'unpaid', 0, 0)",
        )?;
        let mut events = tx.prepare_cached(
            "INSERT INTO events (at, type, merchant_id, environment, invoice_id, customer_id, request_id, \
                 idempotency_key, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let mut keys = tx.prepare_cached(
            "INSERT INTO idempotency_keys (merchant_id, environment, endpoint, key, fingerprint, created_at, \
                 invoice_id) VALUES (?1, ?2, 'invoices.create', ?3, ?4, ?5, ?6)",
        )?;
        for NewInvoice { invoice, event, idempotency } in batch {
            let (id, merchant) = (invoice.id.uuid(), invoice.merchant_id.0);
            let terms = &invoice.terms;
            invoices.execute(params![
                id,
                merchant,
                "devnet",
                invoice.amount.get(),
                0,
                terms.description,
                terms.customer_id,
                terms.metadata,
                invoice.created_at.0,
                invoice.expires_at.0,
            ])?;
            events.execute(params![
                invoice.created_at.0,
                "invoice.created",
                merchant,
                "devnet",
                id,
                event.customer_id,
                event.request_id,
                event.idempotency_key,
                event.data,
            ])?;
            if let Some((key, fingerprint)) = idempotency {
                let at = invoice.created_at.0;
                keys.execute(params![merchant, "devnet", key.as_str(), fingerprint.0.as_slice(), at, id])?;
            }
        }
    }
    tx.commit()?;
    Ok(began.elapsed())
}

fn batches(merchant: MerchantId, round: u64) -> Result<Vec<Vec<NewInvoice>>> {
    let batch = |n: u64| (0..BATCH).map(|m| invoice(merchant, (round * BATCHES + n) * BATCH + m)).collect();
    (0..BATCHES).map(batch).collect()
}

#[derive(Default)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

fn rate(took: Duration) -> u128 {
    u128::from(BATCH * BATCHES) * 1_000_000 / took.as_micros().max(1)
}

async fn writes() -> Result<()> {
    let (here, there) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (db, merchant) = open(here.path()).await?;
    drop(open(there.path()).await?);
    let mut connection = Connection::open(there.path().join("pepay.db"))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    for round in 0..ROUNDS {
        let (mut theirs, mut mine) = (Took::default(), Took::default());
        // In turns, so that whatever else the machine does falls on both alike.
        for batch in batches(merchant, round)? {
            let began = cpu()?;
            theirs.wall += bare(&mut connection, &batch)?;
            let between = cpu()?;
            mine.wall += ours(&db, batch).await?;
            theirs.cpu += between.saturating_sub(began);
            mine.cpu += cpu()?.saturating_sub(between);
        }
        let percent = |theirs: Duration, mine: Duration| theirs.as_micros() * 100 / mine.as_micros().max(1);
        eprintln!(
            "batches of {BATCH}: bare {}/s, writer {}/s: {} % by the clock, {} % by processor time",
            rate(theirs.wall),
            rate(mine.wall),
            percent(theirs.wall, mine.wall),
            percent(theirs.cpu, mine.cpu),
        );
    }
    let hot = db.hot();
    let ids: Vec<InvoiceId> = batches(merchant, 0)?.iter().flatten().map(|new| new.invoice.id).collect();
    let began = Instant::now();
    for id in &ids {
        hot.invoice(merchant, Environment::Devnet, *id).await?;
    }
    let each = began.elapsed().as_nanos() / u128::try_from(ids.len())?;
    eprintln!("one invoice by id: {each} ns");
    Ok(())
}

fn address(n: u64) -> Address {
    let mut bytes = [0_u8; 20];
    bytes[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Address::Evm(bytes.into())
}

async fn look_ups() -> Result<()> {
    const OPEN: u64 = 1_000_000;
    const BLOCKS: u32 = 50;
    let directory = tempfile::tempdir()?;
    let (db, merchant) = open(directory.path()).await?;
    db.hot().create(vec![invoice(merchant, 1)?]).await.pop().transpose()?;
    let invoice = invoice(merchant, 1)?.invoice.id;
    {
        let mut connection = Connection::open(directory.path().join("pepay.db"))?;
        let tx = connection.transaction()?;
        let mut insert = tx.prepare(
            "INSERT INTO deposits (address, network, invoice_id, receiver, version, native) \
             VALUES (?1, 'devnet:base', ?2, ?1, 1, 0)",
        )?;
        for n in 0..OPEN {
            insert.execute(params![address(n).bytes(), invoice.uuid()])?;
        }
        drop(insert);
        tx.commit()?;
    }
    for (what, first) in [("known", 0), ("unknown", OPEN)] {
        let (began, cpu_began) = (Instant::now(), cpu()?);
        for block in 0..BLOCKS {
            // Spread over the whole table, as addresses are.
            let asked: Vec<Address> =
                (0..1_000).map(|n| address(first + (u64::from(block) + n * 977) % OPEN)).collect();
            deposit::by_addresses(db.read(), Environment::Devnet, &asked).await?;
        }
        let (took, cpu) = (began.elapsed() / BLOCKS, cpu()?.saturating_sub(cpu_began) / BLOCKS);
        eprintln!("1000 {what} addresses among a million: {took:?}, {cpu:?} of processor time");
    }
    Ok(())
}

/// Processor time of this process so far, all threads.
fn cpu() -> Result<Duration> {
    Ok(clock_gettime(ClockId::ProcessCPUTime).try_into()?)
}

#[tokio::main]
async fn main() -> Result<()> {
    writes().await?;
    look_ups().await
}
