//! The group-commit writer: invoices that arrive while one transaction commits are written together in the next.
//!
//! One durable commit then serves as many callers as happen to wait, without anybody waiting for a timer. Each
//! caller gets its own result; a caller that goes away loses nothing but the answer.

use std::sync::Arc;

use pepay_store::hot::{Created, Hot, NewInvoice};
use tokio::sync::{mpsc, oneshot};

use crate::Error;

/// Most invoices in one transaction: bounds how long a caller can wait behind others.
const MAX_BATCH: usize = 256;
/// Callers that may queue before new ones wait at the door.
const QUEUE: usize = 4_096;

type Answer = Result<Created, pepay_store::Error>;
type Job = (NewInvoice, oneshot::Sender<Answer>);

/// Hands invoices to the writer.
pub(crate) struct Writer(mpsc::Sender<Job>);

/// The writer itself: run it for as long as the engine lives.
#[must_use = "nothing is created until the task runs"]
pub struct Task {
    hot: Arc<Hot>,
    jobs: mpsc::Receiver<Job>,
}

pub(crate) fn channel(hot: Arc<Hot>) -> (Writer, Task) {
    let (sender, jobs) = mpsc::channel(QUEUE);
    (Writer(sender), Task { hot, jobs })
}

impl Writer {
    /// Writes one invoice and gives its outcome once that is durable.
    pub(crate) async fn create(&self, invoice: NewInvoice) -> Result<Created, Error> {
        let (answer, waiting) = oneshot::channel();
        self.0.send((invoice, answer)).await.map_err(|_| Error::ShuttingDown)?;
        Ok(waiting.await.map_err(|_| Error::ShuttingDown)??)
    }
}

impl Task {
    /// Writes batch after batch until every engine is gone and the queue is empty.
    pub async fn run(mut self) {
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        while self.jobs.recv_many(&mut jobs, MAX_BATCH).await > 0 {
            let (batch, answers): (Vec<_>, Vec<_>) = jobs.drain(..).unzip();
            metrics::histogram!("pepay_writer_batch_size")
                .record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
            let outcomes = self.hot.create(batch).await;
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // A caller that hung up finds its invoice by its idempotency key.
                drop(answer.send(outcome));
            }
        }
    }
}
