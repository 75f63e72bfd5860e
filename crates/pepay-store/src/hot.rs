//! The hot path: writing new invoices in batches, and the two reads that almost every request needs.
//!
//! The only place that speaks to the drivers directly, because it is several times as fast as the query builder. A
//! batch is one transaction; an invoice that a constraint refuses fails alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::invoice::Invoice;
use pepay_core::merchant;
use pepay_core::network::Environment;
use sqlx::PgPool;
use tokio::sync::Semaphore;

use crate::Error;
use crate::event;
use crate::news::Bell;

mod postgres;
mod rows;
mod sqlite;

pub(crate) use sqlite::CHECKPOINT_PAGES;

/// An invoice to be, with its event and the key it was asked for with.
#[derive(Clone, Debug)]
pub struct NewInvoice {
    /// The invoice.
    pub invoice: Invoice,
    /// The caller's key and what it asked for.
    pub idempotency: Option<(Key, Fingerprint)>,
    /// What the log is to say.
    pub event: event::New,
}

/// What became of a [`NewInvoice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is there, durably.
    New,
    /// The same was asked before with the same key: this is what came of it then, as it is now.
    Replayed(Box<Invoice>),
    /// The key was used for something else.
    KeyReused,
}

/// The hot path of one database.
#[derive(Debug)]
pub struct Hot {
    backend: Backend,
    bell: Bell,
}

#[derive(Debug)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Hot {
    pub(crate) fn sqlite(path: &Path, gate: Arc<Semaphore>, bell: Bell) -> Result<Self, Error> {
        Ok(Self { backend: Backend::Sqlite(sqlite::Sqlite::open(path, gate)?), bell })
    }

    pub(crate) fn postgres(pool: PgPool, bell: Bell) -> Self {
        Self { backend: Backend::Postgres(postgres::Postgres::new(pool)), bell }
    }

    /// Writes `batch` and gives the outcome of each, in its order. Outcomes are durable. Events are numbered in the
    /// order of the batch. An invoice that repeats a key of the same batch is a replay of the earlier one.
    pub async fn create(&self, batch: Vec<NewInvoice>) -> Vec<Result<Created, Error>> {
        let began = Instant::now();
        let outcomes = match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.create(batch).await,
            Backend::Postgres(postgres) => postgres.create(&batch).await,
        };
        metrics::histogram!("pepay_transaction_seconds", "name" => "hot.create").record(began.elapsed());
        self.bell.ring();
        outcomes
    }

    /// One invoice of a merchant in one environment.
    pub async fn invoice(
        &self,
        merchant: MerchantId,
        environment: Environment,
        id: InvoiceId,
    ) -> Result<Option<Invoice>, Error> {
        let found = match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.invoice(id)?,
            Backend::Postgres(postgres) => postgres.invoice(id).await?,
        };
        Ok(found.filter(|invoice| invoice.merchant_id == merchant && invoice.environment == environment))
    }

    /// The API key whose secret has this hash.
    pub async fn key(&self, hash: &[u8; 32]) -> Result<Option<merchant::Key>, Error> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.key(hash),
            Backend::Postgres(postgres) => postgres.key(hash).await,
        }
    }
}

#[cfg(test)]
mod tests;
