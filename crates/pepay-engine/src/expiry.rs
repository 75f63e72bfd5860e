//! The expirer ends invoices whose time has passed, once nothing that happened in time can still turn up.

use std::collections::HashMap;
use std::time::Duration;

use pepay_core::id::InvoiceId;
use pepay_core::network::NetworkId;
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use pepay_store::chain::Cursor;
use pepay_store::native_look::NativeLook;
use tokio_util::sync::CancellationToken;

use crate::{Engine, Error, judge};

/// How often to look: an invoice is shown as expired at most this much late.
const EVERY: Duration = Duration::from_secs(1);
/// Invoices ended in one transaction.
const BATCH: u64 = 200;

/// How far every network that is run has been read, and its coin looked for.
#[derive(Default)]
struct Read {
    cursors: HashMap<NetworkId, Cursor>,
    looks: HashMap<NetworkId, NativeLook>,
}

impl Engine {
    /// Judges every open invoice past its end that can end, and gives how many did. Invoices that wait for a payment or
    /// for a network that cannot be read stay, and cost those who write nothing: they are only looked at.
    pub async fn expire_due(&self) -> Result<usize, Error> {
        let now = self.now();
        let read = self.read_so_far().await?;
        let mut after: Option<(Millis, InvoiceId)> = None;
        let mut ended = 0;
        loop {
            let due = pepay_store::invoice::due(self.db().read(), now, after, BATCH).await?;
            let Some(last) = due.last() else {
                return Ok(ended);
            };
            after = Some(*last);
            let mut ids = self.endable(due, &read).await?;
            if ids.is_empty() {
                continue;
            }
            // In id order, as every transaction that locks several invoices does.
            ids.sort_unstable();
            ended += self.expire(&ids).await;
        }
    }

    async fn read_so_far(&self) -> Result<Read, Error> {
        let (db, mut read) = (self.db().read(), Read::default());
        for network in self.catalogue().networks() {
            let cursor = pepay_store::chain::cursor(db, &network.id).await?;
            read.cursors.extend(cursor.map(|cursor| (network.id.clone(), cursor)));
            let look = pepay_store::native_look::get(db, &network.id).await?;
            read.looks.extend(look.map(|look| (network.id.clone(), look)));
        }
        Ok(read)
    }

    /// Those of `due` that nothing can turn up for any more, by what is known outside of any transaction. Whoever is
    /// wrongly left out, for a network was read meanwhile, is found the next time; the others are judged properly.
    async fn endable(&self, due: Vec<(Millis, InvoiceId)>, read: &Read) -> Result<Vec<InvoiceId>, Error> {
        let ids: Vec<InvoiceId> = due.iter().map(|(_, id)| *id).collect();
        let mut deposits: HashMap<InvoiceId, Vec<Deposit>> = HashMap::new();
        for deposit in pepay_store::deposit::by_invoices(self.db().read(), &ids).await? {
            deposits.entry(deposit.invoice_id).or_default().push(deposit);
        }
        let is_read = |(end, id): &(Millis, InvoiceId)| {
            let deposits = deposits.get(id).map_or(&[][..], Vec::as_slice);
            let (cursor, look) = (|id: &NetworkId| read.cursors.get(id), |id: &NetworkId| read.looks.get(id).copied());
            judge::reading(self.catalogue(), deposits, cursor, look).passed(*end)
        };
        let mut ids: Vec<InvoiceId> = due.into_iter().filter(is_read).map(|(_, id)| id).collect();
        // What decides a payment judges its invoice as well.
        let undecided = pepay_store::payment::undecided(self.db().read(), &ids).await?;
        ids.retain(|id| !undecided.contains(id));
        Ok(ids)
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
