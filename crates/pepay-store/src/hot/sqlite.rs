//! The hot path on SQLite: one connection that writes, behind the gate of all writers, and a few that read.
//!
//! Reads take some microseconds and are made in place. Writes end in an `fsync` and are made on a thread that may
//! block.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use pepay_core::address::Address;
use pepay_core::event::EventId;
use pepay_core::id::InvoiceId;
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::invoice::Invoice;
use pepay_core::merchant;
use pepay_core::time::Millis;
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{Created, NewInvoice, rows};
use crate::Error;
use crate::event;
use crate::idempotency::CREATE_INVOICE;
use crate::invoice::row::Model;

/// Connections to read from: more than the threads of a small server ever use at once.
const READERS: usize = 8;
/// Page cache of the writer, in KiB as SQLite wants them (negative): keys come in no order, so their index is wide.
const WRITER_CACHE: i64 = -16_384;
/// Pages of the write-ahead log, 16 MB, after which a commit also moves them into the database: rarely, for that commit's
/// callers wait for it, and a page that was written many times is moved once.
pub(crate) const CHECKPOINT_PAGES: u32 = 4_000;
/// How long another process may hold the database before a writer gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

const SELECT_INVOICE: &str = concat!("SELECT ", rows::invoice_columns!(), " FROM invoices WHERE id = ?1");
const SELECT_KEY: &str = concat!("SELECT ", rows::key_columns!(), " FROM api_keys WHERE hash = ?1");
const SELECT_ANSWER: &str = "SELECT fingerprint, invoice_id FROM idempotency_keys \
     WHERE merchant_id = ?1 AND environment = ?2 AND endpoint = ?3 AND key = ?4";
const SELECT_LAST_EVENT: &str = "SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1";
const INSERT_INVOICE: &str = concat!(
    "INSERT INTO invoices (",
    rows::invoice_columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)"
);
const INSERT_EVENT: &str = "INSERT INTO events (seq, at, type, merchant_id, environment, invoice_id, customer_id, \
     request_id, idempotency_key, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const INSERT_KEY: &str = "INSERT INTO idempotency_keys (merchant_id, environment, endpoint, key, fingerprint, \
     created_at, invoice_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
const DELETE_KEY: &str = "DELETE FROM idempotency_keys WHERE id = ?1";

#[derive(Debug)]
pub(super) struct Sqlite {
    gate: Arc<Semaphore>,
    writer: Arc<Mutex<Connection>>,
    readers: Vec<Mutex<Connection>>,
    next_reader: AtomicUsize,
}

impl Sqlite {
    pub(super) fn open(path: &Path, gate: Arc<Semaphore>) -> Result<Self, Error> {
        let writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        writer.busy_timeout(BUSY_TIMEOUT)?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "foreign_keys", "ON")?;
        writer.pragma_update(None, "cache_size", WRITER_CACHE)?;
        writer.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        let reader = || -> Result<_, Error> {
            let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            reader.busy_timeout(BUSY_TIMEOUT)?;
            Ok(Mutex::new(reader))
        };
        let readers = (0..READERS).map(|_| reader()).collect::<Result<_, _>>()?;
        Ok(Self { gate, writer: Arc::new(Mutex::new(writer)), readers, next_reader: AtomicUsize::new(0) })
    }

    pub(super) async fn create(&self, batch: Vec<NewInvoice>) -> Vec<Result<Created, Error>> {
        let count = batch.len();
        let permit = Arc::clone(&self.gate).acquire_owned().await.expect("the gate is never closed");
        let writer = Arc::clone(&self.writer);
        // Goes on to its end, permit in hand, even when the caller goes away.
        let writing = tokio::task::spawn_blocking(move || {
            let outcomes = write(&mut lock(&writer), &batch);
            drop(permit);
            outcomes
        });
        writing.await.unwrap_or_else(|_| Error::ShutDown.for_all(count))
    }

    pub(super) fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Error> {
        invoice(&self.reader(), id.uuid())
    }

    pub(super) fn key(&self, hash: &[u8; 32]) -> Result<Option<merchant::Key>, Error> {
        let reader = self.reader();
        let mut select = reader.prepare_cached(SELECT_KEY)?;
        let row = select.query_row([hash.as_slice()], |row| Ok(rows::key!(row, get))).optional()?;
        row.map(merchant::Key::try_from).transpose()
    }

    /// A connection nobody reads from, else the wait for one that somebody does, which is short.
    fn reader(&self) -> MutexGuard<'_, Connection> {
        let first = self.next_reader.fetch_add(1, Ordering::Relaxed);
        let places = (0..READERS).map(|offset| first.wrapping_add(offset) % READERS);
        for reader in places.filter_map(|place| self.readers.get(place)) {
            match reader.try_lock() {
                Ok(reader) => return reader,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let any = self.readers.get(first % READERS).expect("there are that many readers");
        lock(any)
    }
}

// A panic while reading or writing leaves no transaction open: the guard of the transaction undoes it.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn invoice(connection: &Connection, id: Uuid) -> Result<Option<Invoice>, Error> {
    let mut select = connection.prepare_cached(SELECT_INVOICE)?;
    let row: Option<Model> = select.query_row([id], |row| Ok(rows::invoice!(row, get))).optional()?;
    row.map(Invoice::try_from).transpose()
}

fn write(connection: &mut Connection, batch: &[NewInvoice]) -> Vec<Result<Created, Error>> {
    match write_together(connection, batch) {
        Ok(outcomes) => outcomes,
        // Something that only a part of the batch is to blame for: everybody on their own.
        Err(error) if error.is_refusal() && batch.len() > 1 => {
            batch.iter().map(|one| write_alone(connection, one)).collect()
        }
        Err(error) => error.for_all(batch.len()),
    }
}

fn write_alone(connection: &mut Connection, one: &NewInvoice) -> Result<Created, Error> {
    write_together(connection, std::slice::from_ref(one))?.pop().unwrap_or(Err(Error::ShutDown))
}

fn write_together(connection: &mut Connection, batch: &[NewInvoice]) -> Result<Vec<Result<Created, Error>>, Error> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut statements = Statements::prepare(&tx)?;
    for new in batch {
        outcomes.push(statements.create(&tx, new)?);
    }
    drop(statements);
    tx.commit()?;
    Ok(outcomes)
}

struct Statements<'a> {
    select_answer: CachedStatement<'a>,
    insert_invoice: CachedStatement<'a>,
    insert_event: CachedStatement<'a>,
    insert_key: CachedStatement<'a>,
    last_event: Option<EventId>,
}

impl<'a> Statements<'a> {
    fn prepare(connection: &'a Connection) -> Result<Self, Error> {
        let mut select_last = connection.prepare_cached(SELECT_LAST_EVENT)?;
        let last = |row: &rusqlite::Row<'_>| Ok(EventId { seq: row.get(0)?, at: Millis(row.get(1)?) });
        Ok(Self {
            select_answer: connection.prepare_cached(SELECT_ANSWER)?,
            insert_invoice: connection.prepare_cached(INSERT_INVOICE)?,
            insert_event: connection.prepare_cached(INSERT_EVENT)?,
            insert_key: connection.prepare_cached(INSERT_KEY)?,
            last_event: select_last.query_row([], last).optional()?,
        })
    }

    /// The inner result is this invoice's own; the outer one fails the transaction.
    fn create(&mut self, connection: &Connection, new: &NewInvoice) -> Result<Result<Created, Error>, Error> {
        let invoice = &new.invoice;
        // Taking the key is finding out whether it is free: one look at the index, not two.
        if let Some((key, fingerprint)) = &new.idempotency
            && self.insert_key(invoice, key, *fingerprint)? == 0
        {
            return self.answered(connection, invoice, key, *fingerprint).map(Ok);
        }
        let key_id = connection.last_insert_rowid();
        if let Err(error) = self.insert_invoice(invoice) {
            let error = error.or_foreign_key(Error::UnknownMerchant);
            if !error.is_refusal() {
                return Err(error);
            }
            // It leaves nothing behind: its key is free again.
            if new.idempotency.is_some() {
                connection.prepare_cached(DELETE_KEY)?.execute([key_id])?;
            }
            return Ok(Err(error));
        }
        let id = EventId::after(self.last_event, invoice.created_at);
        self.insert_event(id, &new.event)?;
        self.last_event = Some(id);
        Ok(Ok(Created::New))
    }

    fn insert_key(&mut self, invoice: &Invoice, key: &Key, fingerprint: Fingerprint) -> Result<usize, Error> {
        Ok(self.insert_key.execute(params![
            invoice.merchant_id.0,
            invoice.environment.as_str(),
            CREATE_INVOICE,
            key.as_str(),
            fingerprint.0.as_slice(),
            invoice.created_at.0,
            invoice.id.uuid(),
        ])?)
    }

    fn answered(
        &mut self,
        connection: &Connection,
        new: &Invoice,
        key: &Key,
        fingerprint: Fingerprint,
    ) -> Result<Created, Error> {
        let of = params![new.merchant_id.0, new.environment.as_str(), CREATE_INVOICE, key.as_str()];
        let answer = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (asked, id): (Vec<u8>, Uuid) = self.select_answer.query_row(of, answer)?;
        if asked != fingerprint.0 {
            return Ok(Created::KeyReused);
        }
        let missing = || Error::Missing { table: "invoices", id: id.to_string() };
        let earlier = invoice(connection, id)?.ok_or_else(missing)?;
        Ok(Created::Replayed(Box::new(earlier)))
    }

    fn insert_invoice(&mut self, invoice: &Invoice) -> Result<(), Error> {
        let (terms, lock, payer) = (&invoice.terms, invoice.lock.as_ref(), invoice.payer.as_ref());
        self.insert_invoice.execute(params![
            invoice.id.uuid(),
            invoice.merchant_id.0,
            invoice.environment.as_str(),
            invoice.amount.get(),
            invoice.tolerance.get(),
            terms.description,
            terms.customer_id,
            terms.metadata,
            terms.title,
            terms.footer,
            terms.customer_email,
            terms.payment_return_url,
            terms.payment_return_url_enabled,
            terms.receiver_override.as_ref().map(Address::bytes),
            terms.questions,
            terms.responses,
            invoice.created_at.0,
            invoice.expires_at.0,
            invoice.state.as_str(),
            invoice.state.ended_at().map(|at| at.0),
            invoice.amount_paid.get(),
            lock.map(|lock| lock.network.to_string()),
            lock.map(|lock| lock.token.0),
            lock.map(|lock| lock.address.bytes()),
            invoice.late,
            payer.and_then(|payer| payer.address.as_ref()).map(Address::bytes),
            payer.map(|payer| payer.network.to_string()),
            invoice.last_payment_at.map(|at| at.0),
        ])?;
        Ok(())
    }

    fn insert_event(&mut self, id: EventId, event: &event::New) -> Result<(), Error> {
        self.insert_event.execute(params![
            id.seq,
            id.at.0,
            event.kind.as_str(),
            event.merchant_id.0,
            event.environment.as_str(),
            event.invoice_id.uuid(),
            event.customer_id,
            event.request_id,
            event.idempotency_key,
            event.data,
        ])?;
        Ok(())
    }
}
