//! Manual verification: looking at the chain again for one invoice, when somebody is sure to have paid.
//!
//! It reads every token at the invoice's address, listed or not, over the invoice's whole life, and records what the
//! watcher has not. The same rules judge what it finds. Of contracts that are not listed it takes a bounded number: a
//! stranger can send any number of them.

use std::time::Duration;

use pepay_core::account::Action;
use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, VerificationId};
use pepay_core::invoice::Invoice;
use pepay_core::network::NetworkId;
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use pepay_core::verification::{MAX_ATTEMPTS, State, Verification};
use pepay_store::chain::Cursor;
use pepay_wire::Code;
use tokio_util::sync::CancellationToken;

use crate::auth::Caller;
use crate::observe::REORG_WINDOW_BLOCKS;
use crate::{Engine, Error};

/// How often to look for work.
const EVERY: Duration = Duration::from_secs(1);
/// Verifications taken up in one pass.
const BATCH: u64 = 20;
/// Wait before the next attempt, doubled each time.
const RETRY_MS: i64 = 2_000;
/// Most blocks read back: 30 days, the longest life of an invoice, at about three seconds.
const DEEPEST_BLOCKS: u64 = 1_000_000;
/// Blocks read besides those since the invoice was created: chains do not keep time exactly.
const MARGIN_BLOCKS: u64 = 200;

impl Engine {
    /// Asks for a verification of one of the caller's invoices, or gives the one still running.
    pub async fn verify_invoice(
        &self,
        caller: &Caller,
        id: InvoiceId,
        network: Option<&str>,
    ) -> Result<Verification, Error> {
        caller.may(Action::Invoices)?;
        let invoice = self.own_invoice(caller, id).await?;
        self.verify(&invoice, network).await
    }

    /// Asks for a verification of `invoice`, or gives the one still running. `Rejected` when no address was handed
    /// out yet, or `network` is not the active one.
    pub async fn verify(&self, invoice: &Invoice, network: Option<&str>) -> Result<Verification, Error> {
        let deposits = pepay_store::deposit::by_invoice(self.db().read(), invoice.id).await?;
        let newest = pepay_store::quote::latest(self.db().read(), invoice.id).await?.map(|quote| quote.network);
        let network = active_network(invoice, &deposits, newest, network)?;
        if let Some(running) = pepay_store::verification::get(self.db().read(), invoice.id).await?
            && running.state == State::Queued
        {
            return Ok(running);
        }
        let now = self.now();
        let verification = Verification {
            id: self.random(|rng| VerificationId::generate(now, rng)),
            invoice_id: invoice.id,
            network,
            state: State::Queued,
            attempts: 0,
            next_attempt_at: Some(now),
            created_at: now,
            updated_at: now,
            completed_at: None,
            result: None,
            error: None,
        };
        let tx = self.db().begin("verification.request").await?;
        match pepay_store::verification::insert(&tx, &verification).await {
            Ok(()) => tx.commit().await?,
            Err(pepay_store::Error::VerificationOpen) => {
                drop(tx);
                return self.verification(invoice.id).await;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(verification)
    }

    /// The latest verification of an invoice; `Rejected` when none was ever asked for.
    pub async fn verification(&self, invoice: InvoiceId) -> Result<Verification, Error> {
        let latest = pepay_store::verification::get(self.db().read(), invoice).await?;
        latest.ok_or_else(|| Error::rejected(Code::VerificationNotFound, "", Code::VerificationNotFound.message()))
    }

    /// The latest verification of one of the caller's invoices.
    pub async fn verification_of(&self, caller: &Caller, id: InvoiceId) -> Result<Verification, Error> {
        self.own_invoice(caller, id).await?;
        self.verification(id).await
    }

    pub(crate) async fn run_verifications(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.verify_due().await {
                tracing::warn!(%error, "Could not work on manual verifications");
            }
        }
    }

    /// Makes one attempt at every verification that is due.
    pub async fn verify_due(&self) -> Result<(), Error> {
        for before in pepay_store::verification::due(self.db().read(), self.now(), BATCH).await? {
            let outcome = self.look_again(&before).await;
            let after = after_attempt(before.clone(), outcome, self.now());
            let tx = self.db().begin("verification.record").await?;
            // Another node may have made the same attempt: the first to record it is right.
            if pepay_store::verification::update(&tx, &before, &after).await? {
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Reads the chain for one invoice and gives how many transfers were new.
    async fn look_again(&self, job: &Verification) -> Result<usize, Error> {
        let gone = || Error::rejected(Code::NetworkNotEnabled, "", "the network is no longer enabled");
        let network = self.catalogue().network(&job.network).ok_or_else(gone)?;
        let client = self.0.chains.get(&job.network).ok_or_else(gone)?;
        let cursor = pepay_store::chain::cursor(self.db().read(), &job.network).await?.ok_or_else(gone)?;
        let deposits = pepay_store::deposit::by_invoice(self.db().read(), job.invoice_id).await?;
        let deposit = deposits.into_iter().find(|deposit| deposit.network == job.network);
        let Some(address) = deposit.and_then(|deposit| deposit.address.evm()) else {
            return Ok(0);
        };
        let to = cursor.block.number;
        let from = to.saturating_sub(self.blocks_since_creation(job).await?);
        let mut observed = client.rescan(address, from, to).await?;
        // Asked a second time it finds the same: nobody waits for that to be compared again.
        let known = pepay_store::transfer::places(self.db().read(), &network.id, Address::Evm(address)).await?;
        observed.retain(|it| !known.contains(&it.into()));
        let settled = settled_below(&cursor);
        let (deep, shallow) = observed.into_iter().partition(|it| it.anchor.block_number < settled);
        let mut found = self.record_found(network, self.matched(&network.id, deep).await?, settled).await?;
        // Reading may have taken longer than the header chain is kept: what could still be taken away then is looked
        // at again.
        let cursor = pepay_store::chain::cursor(self.db().read(), &job.network).await?.ok_or_else(gone)?;
        let standing = client.standing(shallow).await?;
        let matched = self.matched(&network.id, standing).await?;
        found += self.record_found(network, matched, settled_below(&cursor)).await?;
        Ok(found)
    }

    /// How many blocks were made since the invoice was created, by the pace of the last ones.
    async fn blocks_since_creation(&self, job: &Verification) -> Result<u64, Error> {
        let db = self.db().read();
        let invoice = pepay_store::invoice::find(db, job.invoice_id).await?.ok_or(Error::InvoiceNotFound)?;
        let window = pepay_store::chain::window(db, &job.network, REORG_WINDOW_BLOCKS).await?;
        let (Some(newest), Some(oldest)) = (window.first(), window.last()) else {
            return Ok(MARGIN_BLOCKS);
        };
        let span_ms = u64::try_from(newest.time.since(oldest.time)).unwrap_or_default();
        let age_ms = u64::try_from(newest.time.since(invoice.created_at)).unwrap_or_default();
        let made = newest.number.saturating_sub(oldest.number);
        let blocks = age_ms.saturating_mul(made).checked_div(span_ms).unwrap_or(age_ms / 1_000);
        Ok(blocks.saturating_add(MARGIN_BLOCKS).min(DEEPEST_BLOCKS))
    }
}

// The block below which nothing is taken away any more; from there on the headers are kept.
fn settled_below(cursor: &Cursor) -> u64 {
    cursor.block.number.saturating_sub(REORG_WINDOW_BLOCKS)
}

// The network the rest must be paid on, else the one the payor asked for last.
fn active_network(
    invoice: &Invoice,
    deposits: &[Deposit],
    newest: Option<NetworkId>,
    wanted: Option<&str>,
) -> Result<NetworkId, Error> {
    let locked = invoice.lock.as_ref().map(|lock| lock.network.clone());
    let active = locked.or(newest);
    let Some(active) = active else {
        let message = "no payment address was handed out for this invoice yet";
        return Err(Error::rejected(Code::ValidationError, "", message));
    };
    let handed_out = |name: &str| deposits.iter().find(|deposit| deposit.network.name() == name);
    match wanted {
        None => Ok(active),
        Some(name) => handed_out(name).map(|deposit| deposit.network.clone()).ok_or_else(|| {
            let message = format!("network must be one this invoice is paid on, such as {}", active.name());
            Error::rejected(Code::ValidationError, "/network", message)
        }),
    }
}

fn after_attempt(job: Verification, outcome: Result<usize, Error>, now: Millis) -> Verification {
    let attempts = job.attempts.saturating_add(1);
    let job = Verification { attempts, updated_at: now, next_attempt_at: None, ..job };
    match outcome {
        Ok(found) => {
            let result = if found > 0 { "found" } else { "nothing_new" };
            let (result, error) = (Some(result.to_owned()), None);
            Verification { state: State::Completed, completed_at: Some(now), result, error, ..job }
        }
        Err(error) if attempts >= MAX_ATTEMPTS => {
            Verification { state: State::Failed, completed_at: Some(now), error: Some(error.to_string()), ..job }
        }
        Err(error) => {
            let wait = RETRY_MS.saturating_mul(1_i64 << attempts.min(16));
            Verification { next_attempt_at: Some(now.plus_ms(wait)), error: Some(error.to_string()), ..job }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pepay_core::network::Environment;

    #[test]
    fn attempts_end() {
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        let mut job = Verification {
            id: VerificationId::generate(Millis(0), &mut rng),
            invoice_id: InvoiceId::generate(Millis(0), &mut rng),
            network: NetworkId::new(Environment::Devnet, "base"),
            state: State::Queued,
            attempts: 0,
            next_attempt_at: Some(Millis(0)),
            created_at: Millis(0),
            updated_at: Millis(0),
            completed_at: None,
            result: None,
            error: None,
        };
        for attempt in 1..MAX_ATTEMPTS {
            job = after_attempt(job, Err(Error::ShuttingDown), Millis(i64::from(attempt)));
            assert_eq!(job.state, State::Queued);
            assert!(job.next_attempt_at > Some(Millis(i64::from(attempt))));
        }
        job = after_attempt(job, Err(Error::ShuttingDown), Millis(99));
        assert_eq!((job.state, job.next_attempt_at, job.completed_at), (State::Failed, None, Some(Millis(99))));
    }
}
