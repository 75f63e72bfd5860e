//! The expirer ends invoices whose time has passed, once nothing that happened in time can still turn up.

use std::time::Duration;

use pepay_core::id::InvoiceId;
use pepay_core::time::Millis;
use tokio_util::sync::CancellationToken;

use crate::{Engine, Error};

/// How often to look: an invoice is shown as expired at most this much late.
const EVERY: Duration = Duration::from_secs(1);
/// Invoices ended in one transaction.
const BATCH: u64 = 200;

impl Engine {
    /// Judges every open invoice past its end and gives how many ended. Invoices that wait for a payment or for a
    /// network that cannot be read stay, and keep nobody else from ending.
    pub async fn expire_due(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut after: Option<(Millis, InvoiceId)> = None;
        let mut ended = 0;
        loop {
            let due = pepay_store::invoice::due(self.db().read(), now, after, BATCH).await?;
            let Some(last) = due.last() else {
                return Ok(ended);
            };
            after = Some(*last);
            let mut ids: Vec<InvoiceId> = due.iter().map(|(_, id)| *id).collect();
            // In id order, as every transaction that locks several invoices does.
            ids.sort_unstable();
            ended += self.expire(&ids).await;
        }
    }

    /// Judges a batch together; when that fails, each alone, so that one invoice holds up no other.
    async fn expire(&self, ids: &[InvoiceId]) -> usize {
        const NAME: &str = "expiry.expire_due";
        let mut judged = Vec::with_capacity(ids.len());
        match self.judge_again(NAME, ids).await {
            Ok(together) => judged = together,
            Err(_) => {
                for id in ids {
                    match self.judge_again(NAME, std::slice::from_ref(id)).await {
                        Ok(alone) => judged.extend(alone),
                        Err(error) => tracing::error!(invoice.id = %id, %error, "Could not expire invoice {id}"),
                    }
                }
            }
        }
        judged.iter().filter(|invoice| invoice.state.is_terminal()).count()
    }

    /// Expires until `stop`.
    pub async fn run_expiry(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.expire_due().await {
                tracing::warn!(%error, "Could not expire invoices");
            }
        }
    }
}
