//! The hot path on PostgreSQL: whole batches as arrays, a handful of round trips each.
//!
//! Two nodes may race for one key: keys are taken in one order, and the lock of the event log comes last, so that
//! nobody waits in a circle.

use std::collections::{HashMap, HashSet};

use pepay_core::event::EventId;
use pepay_core::id::InvoiceId;
use pepay_core::idempotency::Fingerprint;
use pepay_core::invoice::Invoice;
use pepay_core::merchant;
use pepay_core::time::Millis;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgPool, Postgres as Driver, Row as _, Transaction};
use uuid::Uuid;

use super::{Created, NewInvoice, rows};
use crate::Error;
use crate::event;
use crate::idempotency::CREATE_INVOICE;
use crate::invoice::row::Model;
use crate::news::CHANNEL;

const SELECT_INVOICE: &str = concat!("SELECT ", rows::invoice_columns!(), " FROM invoices WHERE id = $1");
const SELECT_KEY: &str = concat!("SELECT ", rows::key_columns!(), " FROM api_keys WHERE hash = $1");
const SELECT_ANSWER: &str = "SELECT fingerprint, invoice_id FROM idempotency_keys \
     WHERE merchant_id = $1 AND environment = $2 AND endpoint = $3 AND key = $4";
const INSERT_KEYS: &str = "INSERT INTO idempotency_keys \
     (merchant_id, environment, endpoint, key, fingerprint, created_at, invoice_id) \
     SELECT merchant, environment, $1, key, fingerprint, created_at, invoice \
     FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::uuid[]) \
     AS new (merchant, environment, key, fingerprint, created_at, invoice) \
     ON CONFLICT (merchant_id, environment, endpoint, key) DO NOTHING RETURNING invoice_id";
const INSERT_INVOICES: &str = concat!(
    "INSERT INTO invoices (",
    rows::invoice_columns!(),
    ") SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], \
     $9::text[], $10::text[], $11::text[], $12::text[], $13::boolean[], $14::bytea[], $15::text[], \
     $16::text[], $17::bigint[], $18::bigint[], $19::text[], $20::bigint[], $21::bigint[], $22::text[], \
     $23::bigint[], $24::bytea[], $25::boolean[], $26::bytea[], $27::text[], $28::bigint[])"
);
const INSERT_EVENTS: &str = "INSERT INTO events \
     (seq, at, type, merchant_id, environment, invoice_id, customer_id, request_id, idempotency_key, data) \
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::uuid[], $7::text[], \
     $8::text[], $9::text[], $10::text[])";

#[derive(Debug)]
pub(super) struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    pub(super) async fn create(&self, batch: &[NewInvoice]) -> Vec<Result<Created, Error>> {
        match self.create_together(batch).await {
            Ok(outcomes) => outcomes,
            // Something that only a part of the batch is to blame for: everybody on their own.
            Err(error) if error.is_refusal() && batch.len() > 1 => {
                let mut outcomes = Vec::with_capacity(batch.len());
                for one in batch {
                    outcomes.push(self.create_alone(one).await);
                }
                outcomes
            }
            Err(error) if batch.len() == 1 => vec![Err(error)],
            Err(error) => error.for_all(batch.len()),
        }
    }

    async fn create_alone(&self, one: &NewInvoice) -> Result<Created, Error> {
        self.create_together(std::slice::from_ref(one)).await?.pop().unwrap_or(Err(Error::ShutDown))
    }

    async fn create_together(&self, batch: &[NewInvoice]) -> Result<Vec<Result<Created, Error>>, Error> {
        let mut tx = self.pool.begin().await?;
        let plan = Plan::of(batch);
        let taken = plan.take_keys(&mut tx).await?;
        let new: Vec<&NewInvoice> = plan.leaders.iter().copied().filter(|new| is_new(new, &taken)).collect();
        insert_invoices(&mut tx, &new).await?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for (place, one) in batch.iter().enumerate() {
            outcomes.push(plan.outcome(&mut tx, place, one, &taken).await);
        }
        insert_events(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(outcomes)
    }

    pub(super) async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Error> {
        invoice(&self.pool, id.uuid()).await
    }

    pub(super) async fn key(&self, hash: &[u8; 32]) -> Result<Option<merchant::Key>, Error> {
        let row = sqlx::query(SELECT_KEY).bind(hash.as_slice()).fetch_optional(&self.pool).await?;
        let read = |row: PgRow| -> Result<_, sqlx::Error> { Ok(rows::key!(row, try_get)) };
        row.map(read).transpose()?.map(merchant::Key::try_from).transpose()
    }
}

async fn invoice(executor: impl sqlx::PgExecutor<'_>, id: Uuid) -> Result<Option<Invoice>, Error> {
    let row = sqlx::query(SELECT_INVOICE).bind(id).fetch_optional(executor).await?;
    let read = |row: PgRow| -> Result<Model, sqlx::Error> { Ok(rows::invoice!(row, try_get)) };
    row.map(read).transpose()?.map(Invoice::try_from).transpose()
}

fn is_new(new: &NewInvoice, taken: &HashSet<Uuid>) -> bool {
    new.idempotency.is_none() || taken.contains(&new.invoice.id.uuid())
}

/// Who shares a key with whom in one batch.
struct Plan<'a> {
    /// Everybody without a key, and the first with each key.
    leaders: Vec<&'a NewInvoice>,
    /// By place in the batch: the earlier one with the same key.
    followed: HashMap<usize, &'a NewInvoice>,
}

impl<'a> Plan<'a> {
    fn of(batch: &'a [NewInvoice]) -> Self {
        let mut plan = Self { leaders: Vec::with_capacity(batch.len()), followed: HashMap::new() };
        let mut first: HashMap<_, &NewInvoice> = HashMap::new();
        for (place, new) in batch.iter().enumerate() {
            let Some((key, _)) = &new.idempotency else {
                plan.leaders.push(new);
                continue;
            };
            let leader = *first.entry((new.invoice.merchant_id, new.invoice.environment, key)).or_insert(new);
            if std::ptr::eq(leader, new) {
                plan.leaders.push(new);
            } else {
                plan.followed.insert(place, leader);
            }
        }
        plan
    }

    /// Takes the keys nobody has, waiting for those that somebody is just taking, and gives the invoices they are
    /// taken for.
    async fn take_keys(&self, tx: &mut Transaction<'_, Driver>) -> Result<HashSet<Uuid>, Error> {
        let mut keyed: Vec<_> = self
            .leaders
            .iter()
            .filter_map(|new| new.idempotency.as_ref().map(|(key, fingerprint)| (&new.invoice, key, fingerprint)))
            .collect();
        if keyed.is_empty() {
            return Ok(HashSet::new());
        }
        keyed.sort_unstable_by_key(|(invoice, key, _)| (invoice.merchant_id, invoice.environment, *key));
        let taken: Vec<Uuid> = sqlx::query_scalar(INSERT_KEYS)
            .bind(CREATE_INVOICE)
            .bind(keyed.iter().map(|(invoice, ..)| invoice.merchant_id.0).collect::<Vec<_>>())
            .bind(keyed.iter().map(|(invoice, ..)| invoice.environment.as_str()).collect::<Vec<_>>())
            .bind(keyed.iter().map(|(_, key, _)| key.as_str()).collect::<Vec<_>>())
            .bind(keyed.iter().map(|(_, _, fingerprint)| fingerprint.0.to_vec()).collect::<Vec<_>>())
            .bind(keyed.iter().map(|(invoice, ..)| invoice.created_at.0).collect::<Vec<_>>())
            .bind(keyed.iter().map(|(invoice, ..)| invoice.id.uuid()).collect::<Vec<_>>())
            .fetch_all(&mut **tx)
            .await?;
        Ok(taken.into_iter().collect())
    }

    async fn outcome(
        &self,
        tx: &mut Transaction<'_, Driver>,
        place: usize,
        new: &NewInvoice,
        taken: &HashSet<Uuid>,
    ) -> Result<Created, Error> {
        let Some((key, fingerprint)) = &new.idempotency else {
            return Ok(Created::New);
        };
        let follows = self.followed.contains_key(&place);
        if !follows && taken.contains(&new.invoice.id.uuid()) {
            return Ok(Created::New);
        }
        let answer = sqlx::query_as::<_, (Vec<u8>, Uuid)>(SELECT_ANSWER)
            .bind(new.invoice.merchant_id.0)
            .bind(new.invoice.environment.as_str())
            .bind(CREATE_INVOICE)
            .bind(key.as_str())
            .fetch_optional(&mut **tx)
            .await?;
        let (asked, id) = answer.ok_or(Error::KeyReused)?;
        if Fingerprint(asked.try_into().unwrap_or_default()) != *fingerprint {
            return Ok(Created::KeyReused);
        }
        let missing = || Error::Missing { table: "invoices", id: id.to_string() };
        Ok(Created::Replayed(Box::new(invoice(&mut **tx, id).await?.ok_or_else(missing)?)))
    }
}

async fn insert_invoices(tx: &mut Transaction<'_, Driver>, new: &[&NewInvoice]) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Vec<Model> = new.iter().map(|new| Model::from(&new.invoice)).collect();
    sqlx::query(INSERT_INVOICES)
        .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.merchant_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.environment.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.amount).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.tolerance_bps).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.description.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.customer_id.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.metadata.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.title.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.footer.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.customer_email.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.payment_return_url.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.payment_return_url_enabled).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.receiver_override.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.questions.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.responses.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.created_at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.expires_at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.status.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.ended_at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.amount_paid).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.lock_network.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.lock_token).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.lock_address.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.late).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.payer_address.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.payer_network.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.last_payment_at).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Waits for everybody else who appends events and gives the newest. Two statements in one round trip: the second one
/// sees what was committed while the first one waited.
async fn lock_events(tx: &mut Transaction<'_, Driver>) -> Result<Option<EventId>, Error> {
    let sql = format!(
        "SELECT pg_advisory_xact_lock({}), pg_notify('{CHANNEL}', ''); \
         SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1",
        event::LOCK
    );
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut **tx).await?;
    // The first row is the lock's.
    let newest = |row: &PgRow| Ok(EventId { seq: row.try_get(0)?, at: Millis(row.try_get(1)?) });
    rows.get(1).map(newest).transpose()
}

async fn insert_events(tx: &mut Transaction<'_, Driver>, new: &[&NewInvoice]) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let mut last = lock_events(tx).await?;
    let mut rows = Vec::with_capacity(new.len());
    for new in new {
        let id = EventId::after(last, new.invoice.created_at);
        last = Some(id);
        rows.push((id, &new.event));
    }
    sqlx::query(INSERT_EVENTS)
        .bind(rows.iter().map(|(id, _)| id.seq).collect::<Vec<_>>())
        .bind(rows.iter().map(|(id, _)| id.at.0).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.kind.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.merchant_id.0).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.environment.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.invoice_id.uuid()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.customer_id.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.request_id.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.idempotency_key.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, event)| event.data.as_str()).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
