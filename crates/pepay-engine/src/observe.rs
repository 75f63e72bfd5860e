//! Turning what a chain shows into recorded transfers and payments.
//!
//! Observations are facts: they are recorded whether or not anybody is pleased with them, once each however often
//! they are read, and withdrawn when their block is gone. Whether an invoice is paid is not decided here.

use std::collections::{BTreeMap, HashMap};

use pepay_chain::scan::Step;
use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, PaymentId, QuoteId, TransferId};
use pepay_core::invoice::Invoice;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Network, NetworkId};
use pepay_core::payment::{Payment, Standing, Status};
use pepay_core::quote::{self, Quote};
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use pepay_core::token::Token;
use pepay_core::transfer::{Block, Observed, Refusal, Transfer, Verdict};
use pepay_store::db::Tx;
use pepay_store::native_look::NativeLook;

use crate::judge::{Bench, Facts};
use crate::{Engine, Error};

/// Blocks of header chain kept per network: as many as a scan walks back.
pub(crate) const REORG_WINDOW_BLOCKS: u64 = pepay_chain::scan::REORG_WINDOW_BLOCKS;

/// The deposits behind each address; all of one address belong to one invoice.
pub(crate) type Deposits = HashMap<Address, Vec<Deposit>>;

/// Coin that a look at the balance of an address found.
pub(crate) struct Looked {
    pub(crate) address: Address,
    /// What was recorded there when it was looked at.
    pub(crate) known: BaseUnits,
    /// What was missing in that.
    pub(crate) observed: Vec<Observed>,
}

impl Engine {
    /// The deposits that `observed` went to, and only those observations: cost grows with what was observed, never
    /// with the number of open addresses.
    pub(crate) async fn matched(
        &self,
        network: &NetworkId,
        observed: Vec<Observed>,
    ) -> Result<(Deposits, Vec<Observed>), Error> {
        let mut to: Vec<Address> = observed.iter().map(|it| it.to).collect();
        to.sort_unstable();
        to.dedup();
        let mut deposits = Deposits::new();
        for deposit in pepay_store::deposit::by_addresses(self.db().read(), network.environment(), &to).await? {
            deposits.entry(deposit.address).or_default().push(deposit);
        }
        let ours = observed.into_iter().filter(|it| deposits.contains_key(&it.to)).collect();
        Ok((deposits, ours))
    }

    /// Records one step of a network's scan: header chain, withdrawals, transfers, payments, judgements and events,
    /// all in one transaction. Fails without a trace when another node moved the cursor first.
    pub(crate) async fn record_step(
        &self,
        network: &Network,
        expected: Option<Block>,
        step: &Step,
        (deposits, observed): (Deposits, Vec<Observed>),
    ) -> Result<(), Error> {
        let now = self.now();
        let tx = self.db().begin("observe.record_step").await?;
        pepay_store::chain::lock(&tx, &network.id).await?;
        let head = step.blocks.last().map_or(0, |block| block.number);
        let keep_from = head.saturating_sub(REORG_WINDOW_BLOCKS);
        // What this step read is as certain as the step.
        let mut docket = Docket { settled_below: head.saturating_add(1), ..Docket::default() };
        if let Some(fork) = step.fork {
            self.withdraw(&tx, network, fork, &mut docket).await?;
        }
        let finalized = step.tip.finalized;
        pepay_store::chain::advance(&tx, &network.id, expected, keep_from, &step.blocks, finalized, now).await?;
        for observed in observed {
            self.record_one(&tx, network, &deposits, observed, &mut docket).await?;
        }
        docket
            .add_all(pepay_store::payment::unconfirmed(&*tx, &network.id, head, finalized, CONFIRMED_PER_STEP).await?);
        self.hear(&tx, docket, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records transfers found outside the scan, such as by a manual verification; gives how many were new. Blocks
    /// below `settled_below` were too deep to be taken away when they were read.
    ///
    /// Anybody can have caused any number of them, so it goes bit by bit and lets others write in between. When it
    /// fails, what went before is recorded.
    pub(crate) async fn record_found(
        &self,
        network: &Network,
        (deposits, observed): (Deposits, Vec<Observed>),
        settled_below: u64,
    ) -> Result<usize, Error> {
        let mut found = 0;
        for some in observed.chunks(FOUND_AT_ONCE) {
            let tx = self.db().begin("observe.record_found").await?;
            // Everything that records on a network takes turns, and sees the header chain as the last one left it.
            pepay_store::chain::lock(&tx, &network.id).await?;
            let mut docket = Docket { settled_below, ..Docket::default() };
            for observed in some {
                self.record_one(&tx, network, &deposits, observed.clone(), &mut docket).await?;
            }
            found += docket.recorded;
            self.hear(&tx, docket, self.now()).await?;
            tx.commit().await?;
        }
        Ok(found)
    }

    /// Records what a look at balances in the state of block `at` found, and how far it reached when it left nothing out.
    /// Nothing, and `false`, when `at` or a block that coin came in was taken away since, or other coin was recorded at an
    /// address than the look had known: it would be counted twice.
    pub(crate) async fn record_look(
        &self,
        network: &Network,
        at: Block,
        found: Vec<Looked>,
        through: Option<NativeLook>,
    ) -> Result<bool, Error> {
        let observed: Vec<Observed> = found.iter().flat_map(|looked| looked.observed.clone()).collect();
        let (deposits, _) = self.matched(&network.id, observed).await?;
        let tx = self.db().begin("observe.record_look").await?;
        pepay_store::chain::lock(&tx, &network.id).await?;
        let block = pepay_store::chain::block(&*tx, &network.id, at.number).await?;
        if block.is_none_or(|block| block.hash != at.hash) {
            return Ok(false);
        }
        let addresses: Vec<Address> = found.iter().map(|looked| looked.address).collect();
        let known = pepay_store::transfer::native_totals(&*tx, &network.id, &addresses, at.number).await?;
        if found.iter().any(|it| known.get(&it.address).copied().unwrap_or_default() != it.known) {
            return Ok(false);
        }
        // The look knew the block above `at`; what lay too deep then to be taken away is not kept.
        let settled_below = at.number.saturating_add(1).saturating_sub(REORG_WINDOW_BLOCKS);
        let mut docket = Docket { settled_below, ..Docket::default() };
        let wanted: usize = found.iter().map(|looked| looked.observed.len()).sum();
        for observed in found.into_iter().flat_map(|looked| looked.observed) {
            self.record_one(&tx, network, &deposits, observed, &mut docket).await?;
        }
        // What stands no more was found on another chain: nothing may end by a look that saw it.
        if docket.recorded < wanted {
            return Ok(false);
        }
        if let Some(through) = through {
            pepay_store::native_look::set(&tx, &network.id, through).await?;
        }
        self.hear(&tx, docket, self.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Withdraws everything seen on `network` and forgets how far it was read. Only for development chains, which can
    /// be thrown away: on a chain that lives on, payments in between would never be seen.
    pub async fn forget_chain(&self, network: &NetworkId) -> Result<(), Error> {
        let Some(network) = self.catalogue().network(network) else { return Ok(()) };
        let tx = self.db().begin("observe.forget_chain").await?;
        let mut docket = Docket::default();
        self.withdraw(&tx, network, 0, &mut docket).await?;
        pepay_store::chain::forget(&tx, &network.id).await?;
        self.hear(&tx, docket, self.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn hear(&self, tx: &Tx, docket: Docket, now: Millis) -> Result<(), Error> {
        let mut bench = Bench::new(tx, self.catalogue(), now);
        // In id order, so that two nodes never wait for each other's invoices.
        for (invoice, facts) in docket.cases {
            bench.judge(invoice, facts).await?;
        }
        bench.close().await
    }

    async fn withdraw(&self, tx: &Tx, network: &Network, fork: u64, docket: &mut Docket) -> Result<(), Error> {
        pepay_store::chain::truncate_above(tx, &network.id, fork).await?;
        let gone = pepay_store::transfer::withdraw_above(tx, &network.id, fork, self.now()).await?;
        tracing::warn!(network = %network.id, fork, transfers = gone.len(), "Reorganisation on {} above {fork}", network.id);
        metrics::counter!("pepay_reorganisations_total", "network" => network.id.to_string()).increment(1);
        for transfer in gone {
            let case = docket.case(transfer.invoice_id);
            if let Verdict::Payment(payment) = transfer.verdict {
                case.reverted.push(payment);
            }
        }
        Ok(())
    }

    async fn record_one(
        &self,
        tx: &Tx,
        network: &Network,
        deposits: &Deposits,
        observed: Observed,
        docket: &mut Docket,
    ) -> Result<(), Error> {
        let Some(deposit) = deposits.get(&observed.to).and_then(|all| all.first()) else {
            return Ok(());
        };
        if !stands(tx, network, &observed, docket.settled_below).await? {
            return Ok(());
        }
        let earlier = match pepay_store::transfer::find_anchored(&**tx, &network.id, &observed).await? {
            Some(known) if known.withdrawn_at.is_none() => return Ok(()),
            // The chain came back to a block it had left.
            Some(gone) => Some(gone),
            None => self.mined_before(tx, network, &observed).await?,
        };
        docket.recorded += 1;
        if let Some(earlier) = earlier {
            pepay_store::transfer::reanchor(tx, earlier.id, &observed).await?;
            let case = docket.case(earlier.invoice_id);
            if let Verdict::Payment(payment) = earlier.verdict {
                case.remined.push((payment, observed));
            }
            return Ok(());
        }
        let handed_out = deposits.get(&observed.to).map_or(&[][..], Vec::as_slice);
        self.record_new(tx, network, (deposit.invoice_id, handed_out), observed, docket).await
    }

    /// The withdrawn transfer of the same transaction, when a reorganisation put it into another block.
    async fn mined_before(&self, tx: &Tx, network: &Network, observed: &Observed) -> Result<Option<Transfer>, Error> {
        let Some(tx_hash) = &observed.tx_hash else {
            return Ok(None);
        };
        let gone = pepay_store::transfer::withdrawn_with_tx(&**tx, &network.id, std::slice::from_ref(tx_hash)).await?;
        Ok(gone.into_iter().find(|earlier| observed.is_same_money(&earlier.observed)))
    }

    async fn record_new(
        &self,
        tx: &Tx,
        network: &Network,
        (invoice_id, handed_out): (InvoiceId, &[Deposit]),
        observed: Observed,
        docket: &mut Docket,
    ) -> Result<(), Error> {
        let now = self.now();
        let token = self.catalogue().token_of(&network.id, observed.asset);
        let quotes = pepay_store::quote::by_invoice(&**tx, invoice_id).await?;
        let payment_id = self.random(|rng| PaymentId::generate(now, rng));
        let verdict = verdict(network, handed_out, token, &quotes, payment_id);
        let transfer = Transfer {
            id: self.random(|rng| TransferId::generate(now, rng)),
            invoice_id,
            network: network.id.clone(),
            observed: observed.clone(),
            token: token.map(|token| token.id),
            verdict,
            detected_at: now,
            withdrawn_at: None,
        };
        pepay_store::transfer::insert(tx, &transfer).await?;
        tracing::info!(
            invoice.id = %invoice_id, network = %network.id, tx = observed.tx_hash.as_deref().unwrap_or("unknown"),
            "Recorded a transfer to invoice {invoice_id} on {}", network.id
        );
        let case = docket.case(invoice_id);
        if let (Verdict::Payment(_), Some(token)) = (verdict, token) {
            let payment = self.payment(tx, network, token, (payment_id, invoice_id), observed, &quotes).await?;
            case.new.extend(payment);
        }
        Ok(())
    }

    /// Values a transfer in a quoted token. When its quote had lapsed it is quoted anew at the fresh rate; without
    /// one it counts for nothing until the merchant decides.
    async fn payment(
        &self,
        tx: &Tx,
        network: &Network,
        token: &Token,
        (id, invoice_id): (PaymentId, InvoiceId),
        observed: Observed,
        quotes: &[Quote],
    ) -> Result<Option<Payment>, Error> {
        let now = self.now();
        let first_seen_at = observed.anchor.block_time.min(now);
        let Some(quote) = quote::in_force(quotes, &network.id, token.id, first_seen_at) else {
            return Ok(None);
        };
        let mut standing = None;
        let mut fresh = None;
        if !quote.honours(first_seen_at) {
            fresh = self.requote(tx, token, quote, now).await?;
            if fresh.is_none() {
                standing = Some(Standing::Unpriced);
            }
        }
        let quote = fresh.as_ref().unwrap_or(quote);
        let value = quote.value_of(observed.units)?;
        // A large invoice is not to be paid in many small payments that each wait for little.
        let invoice = pepay_store::invoice::find(&**tx, invoice_id).await?.ok_or(Error::InvoiceNotFound)?;
        let at_stake = value.max(invoice.amount);
        Ok(Some(Payment {
            id,
            invoice_id,
            network: network.id.clone(),
            token: token.id,
            observed,
            quote_id: quote.id,
            rate: quote.rate,
            value,
            depth: network.confirmations.required(at_stake),
            standing,
            status: Status::Pending,
            reverted: false,
            first_seen_at,
            confirmed_at: None,
            created_at: now,
            updated_at: now,
        }))
    }

    async fn requote(&self, tx: &Tx, token: &Token, lapsed: &Quote, now: Millis) -> Result<Option<Quote>, Error> {
        let Some(rate) = self.0.rates.of(token.id, now).fresh() else {
            return Ok(None);
        };
        let request = quote::Request {
            id: self.random(|rng| QuoteId::generate(now, rng)),
            invoice_id: lapsed.invoice_id,
            network: lapsed.network.clone(),
            token: token.id,
            decimals: token.decimals,
            usd: lapsed.usd,
        };
        let quote = Quote::price(request, rate.rate, rate.source, now)?;
        pepay_store::quote::insert(tx, &quote).await?;
        Ok(Some(quote))
    }

    /// Judges `ids` again without new facts, as when time passed.
    pub(crate) async fn judge_again(&self, name: &'static str, ids: &[InvoiceId]) -> Result<Vec<Invoice>, Error> {
        let tx = self.db().begin(name).await?;
        let mut bench = Bench::new(&tx, self.catalogue(), self.now());
        let mut judged = Vec::with_capacity(ids.len());
        for id in ids {
            judged.extend(bench.judge(*id, Facts::default()).await?);
        }
        bench.close().await?;
        tx.commit().await?;
        Ok(judged)
    }
}

/// Invoices whose payments may become deep enough in one step; the rest follow in the next.
const CONFIRMED_PER_STEP: u64 = 5_000;

/// Transfers found outside the scan that are recorded in one transaction: it keeps the network's watcher waiting, and
/// on SQLite everybody who writes, for some tens of milliseconds.
const FOUND_AT_ONCE: usize = 200;

/// Invoices to judge, and why.
#[derive(Default)]
struct Docket {
    cases: BTreeMap<InvoiceId, Facts>,
    recorded: usize,
    /// Blocks below this one are believed though their headers are not kept.
    settled_below: u64,
}

impl Docket {
    fn case(&mut self, invoice: InvoiceId) -> &mut Facts {
        self.cases.entry(invoice).or_default()
    }

    fn add_all(&mut self, invoices: Vec<InvoiceId>) {
        for invoice in invoices {
            self.case(invoice);
        }
    }
}

/// Whether `observed` lies on the persisted header chain. What lies above it is read with its block; of what lies below
/// it only that counts which was too deep to be taken away when it was read.
async fn stands(tx: &Tx, network: &Network, observed: &Observed, settled_below: u64) -> Result<bool, Error> {
    let anchor = &observed.anchor;
    let block = pepay_store::chain::block(&**tx, &network.id, anchor.block_number).await?;
    Ok(block.map_or(anchor.block_number < settled_below, |block| block.hash == anchor.block_hash))
}

fn verdict(
    network: &Network,
    handed_out: &[Deposit],
    token: Option<&Token>,
    quotes: &[Quote],
    payment: PaymentId,
) -> Verdict {
    let quoted = |token: &Token| quotes.iter().any(|quote| quote.token == token.id && quote.network == network.id);
    let on_its_network = handed_out.iter().any(|deposit| deposit.network == network.id);
    match token {
        _ if !on_its_network => Verdict::Refused(Refusal::WrongNetwork),
        None => Verdict::Refused(Refusal::TokenNotListed),
        Some(token) if !quoted(token) => Verdict::Refused(Refusal::TokenNotQuoted),
        Some(_) => Verdict::Payment(payment),
    }
}
