//! The bare loop that creation is compared with: the same rows, the same durability, nothing else.
//!
//! A real invoice, its event and its idempotency key are the template; their keys and times are new for each copy, as
//! they are in the program. Tables and indexes are those of the program.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use pepay_core::id::InvoiceId;
use pepay_core::time::Millis;
use pepay_engine::clock::{Clock as _, SystemClock};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};

/// What creating an invoice writes.
const TABLES: [&str; 3] = ["invoices", "events", "idempotency_keys"];

pub(crate) fn run(template: &Path, out: &Path, batch: u32, seconds: u64) -> anyhow::Result<String> {
    let source = Connection::open(template)?;
    let mut target = Connection::open(out)?;
    target.pragma_update(None, "journal_mode", "WAL")?;
    target.pragma_update(None, "synchronous", "FULL")?;
    target.pragma_update(None, "foreign_keys", "ON")?;
    target.pragma_update(None, "cache_size", -16_384)?;
    target.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    copy_schema(&source, &target)?;
    let [invoice, event, key] = TABLES.map(|table| Row::newest(&source, table));
    let mut rows = Rows { invoice: invoice?, event: event?, key: key?, number: 0, rng: StdRng::seed_from_u64(2) };
    let began = Instant::now();
    let long_enough = Duration::from_secs(seconds);
    let mut written = 0_u64;
    while began.elapsed() < long_enough {
        let tx = target.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut statements = (rows.invoice.insert(&tx)?, rows.event.insert(&tx)?, rows.key.insert(&tx)?);
        let now = SystemClock.now();
        for _ in 0..batch {
            rows.write(&mut statements, now)?;
        }
        drop(statements);
        tx.commit()?;
        written += u64::from(batch);
    }
    let millis = began.elapsed().as_millis().max(1);
    Ok((u128::from(written) * 1_000 / millis).to_string())
}

/// Tables, indexes and the merchants that invoices belong to.
fn copy_schema(source: &Connection, target: &Connection) -> anyhow::Result<()> {
    let mut statements = source
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")?;
    for sql in statements.query_map([], |row| row.get::<_, String>(0))? {
        target.execute(&sql?, [])?;
    }
    let merchant = Row::newest(source, "merchants")?;
    merchant.insert(target)?.execute(params_from_iter(&merchant.values))?;
    Ok(())
}

/// A row as it is stored, to be written again.
struct Row {
    table: &'static str,
    columns: Vec<String>,
    values: Vec<Value>,
}

impl Row {
    fn newest(source: &Connection, table: &'static str) -> anyhow::Result<Self> {
        let order = if table == "events" { "seq" } else { "id" };
        let mut select = source.prepare(&format!("SELECT * FROM {table} ORDER BY {order} DESC LIMIT 1"))?;
        let columns: Vec<String> = select.column_names().into_iter().map(str::to_owned).collect();
        let values = select
            .query_row([], |row| (0..columns.len()).map(|place| row.get(place)).collect())
            .with_context(|| format!("the template has nothing in {table}"))?;
        Ok(Self { table, columns, values })
    }

    fn insert<'a>(&self, connection: &'a Connection) -> anyhow::Result<CachedStatement<'a>> {
        let marks = vec!["?"; self.columns.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", self.table, self.columns.join(", "));
        Ok(connection.prepare_cached(&sql)?)
    }

    fn set(&mut self, column: &str, value: Value) {
        let place = self.columns.iter().position(|name| name == column).expect("the schema has this column");
        *self.values.get_mut(place).expect("there is a value for each column") = value;
    }
}

type Statements<'a> = (CachedStatement<'a>, CachedStatement<'a>, CachedStatement<'a>);

struct Rows {
    invoice: Row,
    event: Row,
    key: Row,
    number: i64,
    rng: StdRng,
}

impl Rows {
    fn write(&mut self, statements: &mut Statements<'_>, now: Millis) -> anyhow::Result<()> {
        self.number += 1;
        let id = Value::Blob(InvoiceId::generate(now, &mut self.rng).uuid().as_bytes().to_vec());
        let key = Value::Text(format!("0123456789-{}", self.number));
        self.invoice.set("id", id.clone());
        self.invoice.set("created_at", Value::Integer(now.0));
        self.event.set("seq", Value::Integer(self.number));
        self.event.set("at", Value::Integer(now.0));
        self.event.set("invoice_id", id.clone());
        self.event.set("idempotency_key", key.clone());
        self.key.set("id", Value::Null);
        self.key.set("key", key);
        self.key.set("created_at", Value::Integer(now.0));
        self.key.set("invoice_id", id);
        statements.0.execute(params_from_iter(&self.invoice.values))?;
        statements.1.execute(params_from_iter(&self.event.values))?;
        statements.2.execute(params_from_iter(&self.key.values))?;
        Ok(())
    }
}
