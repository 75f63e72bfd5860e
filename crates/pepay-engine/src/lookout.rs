//! The lookout finds the chain's own coin that no transaction to the address tells of: sent by a contract, it leaves no
//! log, and only the balance of the address grows.
//!
//! One per network and installation, by lease, and apart from the watcher: a look that fails or takes long delays no
//! block. It looks at a bounded number of addresses per block, in turn, and at every one whose invoice is about to end;
//! such an invoice ends only by a look that went through. It never looks at blocks of long ago, whose state nodes do
//! not have: a network that is catching up is looked at once it has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use alloy_primitives::Address as EvmAddress;
use pepay_chain::evm;
use pepay_core::address::Address;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Network, NetworkId};
use pepay_core::time::Millis;
use pepay_core::transfer::{Block, Observed};
use pepay_store::native_look::NativeLook;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::lease::Lease;
use crate::observe::{Looked, REORG_WINDOW_BLOCKS};
use crate::{Engine, Error};
use flushes::Flushes;
use source::Chain;

mod flushes;
mod source;

/// How often to look for a new block that another node has read.
const POLL: Duration = Duration::from_secs(1);
/// Wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// Addresses looked at per block, besides those about to expire.
const ADDRESSES_PER_LOOK: u64 = 4_000;
/// Failures after which a look is given up: the node is down, and the next address would fare no better.
const FAILURES_PER_LOOK: usize = 3;
/// How long after its end an invoice's balance is still looked at: late money must be seen.
pub(crate) const LATE_BALANCE_MS: i64 = 7 * 86_400_000;
/// A network further behind than this is catching up.
const CATCHING_UP_MS: i64 = 120_000;
/// A look that found nothing and that no invoice waits for is written down only this often, in blocks.
const WRITTEN_EVERY_BLOCKS: u64 = 100;
/// Looks in a row in which more is recorded than was received before it is said: one answer may have been incomplete.
const ALARM_AFTER: u32 = 3;
/// How much older than it is an address is taken to be: chains do not keep our time.
const MARGIN_MS: i64 = 600_000;

/// Looks at the balances on one network.
pub struct Lookout {
    engine: Engine,
    network: Network,
    client: Arc<evm::Client>,
    lease: Lease,
    read: Arc<Notify>,
    flushes: Flushes,
    // Where the round of balance look-ups stands.
    round: Option<Address>,
    // The newest block when everything was last looked at, and the block that was last written down.
    seen: Option<Block>,
    written: u64,
    // Addresses that could not be looked at last time: the others come first.
    failed: HashSet<EvmAddress>,
    // How many looks in a row more was recorded at an address than it received.
    excess: HashMap<EvmAddress, u32>,
}

/// One look.
struct Look {
    // In the state of this block: of the newest, some nodes answer with what they are already making.
    at: Block,
    newest: Block,
    // A block below by which the pace is judged.
    oldest: Block,
    is_due: bool,
    found: Vec<Looked>,
    failures: usize,
    // Nothing was left out.
    whole: bool,
}

impl Lookout {
    /// A lookout on `network`; `None` when it is unknown, has no client, or its own coin is not taken. `read` tells of
    /// new blocks.
    pub fn new(engine: &Engine, network: &NetworkId, read: Arc<Notify>) -> Option<Self> {
        let client = Arc::clone(engine.0.chains.get(network)?);
        let network = engine.catalogue().network(network)?.clone();
        client.config().native.then(|| Self {
            lease: Lease::new(engine, format!("look {}", network.id)),
            engine: engine.clone(),
            network,
            client,
            read,
            flushes: Flushes::default(),
            round: None,
            seen: None,
            written: 0,
            failed: HashSet::new(),
            excess: HashMap::new(),
        })
    }

    /// Looks until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let looked = tokio::select! {
                () = stop.cancelled() => break,
                looked = self.once() => looked,
            };
            let wait = match looked {
                Ok(true) => continue,
                Ok(false) => POLL,
                Err(error) => {
                    complain(&self.network, &error);
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.read.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        self.lease.release().await;
    }

    /// Looks and records what it found; `true` when there is more to look at already.
    pub async fn once(&mut self) -> Result<bool, Error> {
        if !self.lease.held().await? {
            return Ok(false);
        }
        let db = self.engine.db().read();
        let window = pepay_store::chain::window(db, &self.network.id, REORG_WINDOW_BLOCKS).await?;
        let [newest, at, ..] = window.as_slice() else {
            return Ok(false);
        };
        let is_old = self.engine.now().since(newest.time) > CATCHING_UP_MS;
        if is_old || self.seen.is_some_and(|seen| seen.hash == newest.hash) {
            return Ok(false);
        }
        let due = pepay_store::deposit::native_due(db, &self.network.id, newest.time).await?;
        let oldest = window.last().copied().unwrap_or(*at);
        let is_due = !due.is_empty();
        let look = Look { at: *at, newest: *newest, oldest, is_due, found: Vec::new(), failures: 0, whole: true };
        let addresses = self.addresses(&look, due).await?;
        if addresses.is_empty() {
            self.flushes.forget();
            self.seen = Some(*newest);
            return Ok(false);
        }
        self.look(look, addresses).await
    }

    async fn look(&mut self, mut look: Look, mut addresses: Vec<Address>) -> Result<bool, Error> {
        let at = look.at;
        // Before any balance is judged: what was flushed since the last look is no longer in it.
        addresses.extend(self.follow_flushes(at.number).await?);
        addresses.sort_unstable();
        addresses.dedup();
        let mut accounts: Vec<EvmAddress> = addresses.iter().filter_map(Address::evm).collect();
        accounts.sort_by_key(|account| self.failed.contains(account));
        let balances = self.client.balances(&accounts, at).await?;
        let known = self.known(&addresses, at).await?;
        let mut failed = HashSet::new();
        let mut is_waiting = false;
        for (account, balance) in accounts.into_iter().zip(balances) {
            let known = known.get(&Address::Evm(account)).copied().unwrap_or_default();
            let done = match self.is_whole(account, (balance, known), &look).await {
                Ok(true) => self.judge(account, (balance, known), &mut look).await,
                Ok(false) => {
                    is_waiting = true;
                    Ok(())
                }
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                look.failed(&self.network, &error);
                failed.insert(account);
            }
            if look.failures >= FAILURES_PER_LOOK {
                break;
            }
        }
        self.failed = failed;
        let goes_on = is_waiting && look.failures == 0;
        look.whole &= !is_waiting;
        let again = self.record(look).await?;
        if goes_on {
            // What was found is recorded already: reading back takes its time.
            let chain = Chain { engine: &self.engine, network: &self.network.id, client: &self.client };
            self.flushes.look_back(&chain).await?;
        }
        Ok(again)
    }

    // Gives whether to look again at once: when something was left to be read back. What does not stand is looked at again
    // after a pause, for providers may disagree for longer.
    async fn record(&mut self, look: Look) -> Result<bool, Error> {
        let number = look.at.number;
        let is_worth_it = look.is_due || number.abs_diff(self.written) >= WRITTEN_EVERY_BLOCKS;
        let through = NativeLook { block_number: number, through: look.newest.time };
        let through = Some(through).filter(|_| look.whole && is_worth_it);
        let mut stands = true;
        if !look.found.is_empty() || through.is_some() {
            stands = self.engine.record_look(&self.network, look.at, look.found, through).await?;
        }
        if look.whole && stands {
            self.seen = Some(look.newest);
            self.written = through.map_or(self.written, |through| through.block_number);
        }
        Ok(look.failures == 0 && !look.whole)
    }

    async fn addresses(&mut self, look: &Look, due: Vec<Address>) -> Result<Vec<Address>, Error> {
        let db = self.engine.db().read();
        let since = look.at.time.plus_ms(-LATE_BALANCE_MS);
        let limit = ADDRESSES_PER_LOOK;
        let mut addresses = pepay_store::deposit::native_open(db, &self.network.id, self.round, since, limit).await?;
        let full = u64::try_from(addresses.len()).is_ok_and(|count| count == limit);
        self.round = if full { addresses.last().copied() } else { None };
        addresses.extend(due);
        Ok(addresses)
    }

    async fn follow_flushes(&mut self, to: u64) -> Result<Vec<Address>, Error> {
        let last = pepay_store::native_look::get(self.engine.db().read(), &self.network.id).await?;
        let start = last.map_or(to, |last| last.block_number.min(to)).saturating_sub(REORG_WINDOW_BLOCKS);
        let chain = Chain { engine: &self.engine, network: &self.network.id, client: &self.client };
        let who = self.flushes.follow(&chain, (start, to)).await?;
        Ok(who.into_iter().map(Address::Evm).collect())
    }

    async fn known(&self, addresses: &[Address], at: Block) -> Result<HashMap<Address, BaseUnits>, Error> {
        let db = self.engine.db().read();
        Ok(pepay_store::transfer::native_totals(db, &self.network.id, addresses, at.number).await?)
    }

    // Whether all that `account` ever flushed is known. A balance alone may hide a payment that is as large as an
    // earlier flush.
    async fn is_whole(
        &mut self,
        account: EvmAddress,
        (balance, known): (BaseUnits, BaseUnits),
        look: &Look,
    ) -> Result<bool, Error> {
        let untouched = balance.is_zero() && known.is_zero() && self.flushes.total(&account)?.is_zero();
        if untouched || self.flushes.is_whole(&account) {
            return Ok(true);
        }
        if self.flushes.is_wanted(&account) {
            return Ok(false);
        }
        if self.client.has_code(account, look.at.number).await? {
            let from = self.handed_out(account, look).await?;
            self.flushes.want(account, from);
        } else {
            self.flushes.nothing_before(account);
        }
        Ok(self.flushes.is_whole(&account))
    }

    // A block before anybody knew `account`: nothing can have come or gone by then.
    async fn handed_out(&self, account: EvmAddress, look: &Look) -> Result<u64, Error> {
        let db = self.engine.db().read();
        let environment = self.network.id.environment();
        let deposits = pepay_store::deposit::by_addresses(db, environment, &[Address::Evm(account)]).await?;
        let mut first = look.at.time.plus_ms(-MARGIN_MS);
        for deposit in &deposits {
            let invoice = pepay_store::invoice::find(db, deposit.invoice_id).await?;
            first = invoice.map_or(first, |invoice| first.min(invoice.created_at.plus_ms(-MARGIN_MS)));
        }
        let mut back = blocks_since(first, look).saturating_add(1);
        loop {
            let number = look.at.number.saturating_sub(back);
            let block = pepay_chain::scan::Source::block(&*self.client, number).await?;
            if number == 0 || block.is_some_and(|block| block.time < first) {
                return Ok(number);
            }
            back = back.saturating_mul(2);
        }
    }

    async fn judge(
        &mut self,
        account: EvmAddress,
        (balance, known): (BaseUnits, BaseUnits),
        look: &mut Look,
    ) -> Result<(), Error> {
        let received = balance.checked_add(self.flushes.total(&account)?)?;
        let Ok(missing) = received.checked_sub(known) else {
            self.alarm(account, received, known);
            return Ok(());
        };
        self.excess.remove(&account);
        if missing.is_zero() {
            return Ok(());
        }
        let address = Address::Evm(account);
        let standing =
            pepay_store::transfer::native_standing(self.engine.db().read(), &self.network.id, address).await?;
        let recorded: Vec<Observed> = standing.into_iter().map(|it| it.observed).collect();
        let to = look.at.number;
        let range = (to.saturating_sub(REORG_WINDOW_BLOCKS), to);
        let observed = self.client.locate_native(account, range, balance, missing, &recorded).await?;
        look.found.push(Looked { address, known, observed });
        Ok(())
    }

    // More is recorded than ever arrived: somebody was told of money that is not there. Said once per address.
    fn alarm(&mut self, address: EvmAddress, received: BaseUnits, recorded: BaseUnits) {
        let looks = self.excess.entry(address).or_default();
        *looks = looks.saturating_add(1);
        if *looks == ALARM_AFTER {
            let network = &self.network.id;
            metrics::counter!("pepay_native_overcounted_total", "network" => network.to_string()).increment(1);
            tracing::error!(%network, %address, %received, %recorded, "Recorded more coin at {address} than it received");
        }
    }
}

impl Look {
    // Something was left out: the look as a whole does not count.
    fn failed(&mut self, network: &Network, error: &Error) {
        complain(network, error);
        self.failures += 1;
        self.whole = false;
    }
}

fn complain(network: &Network, error: &Error) {
    metrics::counter!("pepay_lookout_failures_total", "network" => network.id.to_string()).increment(1);
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::warn!(network = %network.id, %error, cause, "Could not look at balances on {}", network.id);
}

// By the pace of the last blocks.
fn blocks_since(time: Millis, look: &Look) -> u64 {
    let span_ms = u64::try_from(look.newest.time.since(look.oldest.time)).unwrap_or_default();
    let age_ms = u64::try_from(look.newest.time.since(time)).unwrap_or_default();
    let made = look.newest.number.saturating_sub(look.oldest.number);
    age_ms.saturating_mul(made).checked_div(span_ms).unwrap_or(age_ms / 1_000)
}
