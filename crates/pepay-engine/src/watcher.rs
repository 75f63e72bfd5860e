//! The watcher turns blocks into transfers. It never decides whether an invoice is paid.
//!
//! One per network and installation, by lease. It goes on from the persisted header chain, so time spent down is
//! caught up and never skipped; a node that fails or lies delays it and is heard of, nothing worse.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use pepay_chain::evm;
use pepay_chain::scan::{self, Step};
use pepay_core::address::Address;
use pepay_core::money::BaseUnits;
use pepay_core::network::{Network, NetworkId};
use pepay_core::time::Millis;
use pepay_core::token::Asset;
use pepay_core::transfer::{Block, Observed};
use tokio_util::sync::CancellationToken;

use crate::observe::REORG_WINDOW_BLOCKS;
use crate::{Engine, Error};

/// How often to ask for a new block where no socket announces it.
const POLL: Duration = Duration::from_secs(1);
/// Wait after a failure: long enough not to hammer a node that is down, short enough to notice its return.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How long a dead node's network stays unwatched before another takes it over.
const LEASE_MS: i64 = 15_000;
/// Addresses awaiting the chain's own coin whose balance is looked at per step, besides those about to expire.
const BALANCES_PER_STEP: u64 = 4_000;
/// How long after its end an invoice's balance is still looked at: late money must be seen.
pub(crate) const LATE_BALANCE_MS: i64 = 7 * 86_400_000;

/// A watcher further behind than this is catching up: old balances cannot be read from every node, so they are looked
/// at again once it is done. Until then invoices that await the chain's own coin do not expire.
pub(crate) const CATCHING_UP_MS: i64 = 120_000;
/// How far back the flushes of an address are added up: longer than its balance is looked at.
const FLUSHES_BLOCKS: u64 = 400_000;
/// Addresses whose flushes are remembered: a few MB. Forgetting costs another look at each.
const FLUSHES_REMEMBERED: usize = 50_000;

/// Watches one network.
pub struct Watcher {
    engine: Engine,
    network: Network,
    client: Arc<evm::Client>,
    owner: String,
    leased_until: i64,
    // Where the round of balance look-ups stands.
    round: Option<Address>,
    // What each address that ever held anything flushed onwards.
    flushed: HashMap<alloy_primitives::Address, Flushed>,
    // Of which it was said that more is recorded than they received.
    alarmed: HashSet<alloy_primitives::Address>,
}

/// What an address flushed onwards.
#[derive(Clone, Copy, Default)]
struct Flushed {
    // In blocks that are not reorganised any more, which end at `upto`.
    settled: BaseUnits,
    upto: u64,
    // In all blocks when it was last looked at.
    total: BaseUnits,
}

/// A look at balances during one step.
#[derive(Clone, Copy)]
struct Look {
    // In the state of this block.
    at: Block,
    // Invoices that end by then must have been looked at.
    due: Millis,
    // What is recorded above is about to be withdrawn, or not yet in that state.
    known_up_to: u64,
}

impl Look {
    /// Looks at the block below the newest of `step`: the state of the newest is what some nodes answer with while
    /// they already make the next one.
    fn below_head(window: &[Block], step: &Step) -> Option<Self> {
        let newest = step.blocks.last()?;
        let known = step.blocks.iter().rev().skip(1).chain(window);
        let at = *known.into_iter().find(|block| block.hash == newest.parent)?;
        let known_up_to = step.fork.unwrap_or(at.number).min(at.number);
        Some(Self { at, due: newest.time, known_up_to })
    }
}

impl Watcher {
    /// A watcher of `network`; `None` when the network is unknown or has no client.
    pub fn new(engine: &Engine, network: &NetworkId) -> Option<Self> {
        let client = Arc::clone(engine.0.chains.get(network)?);
        let network = engine.catalogue().network(network)?.clone();
        // Where nobody else can be, a killed node's lease is our own: nothing waits for it to run out.
        let owner = if engine.db().is_shared() {
            engine.random(rand_core::RngCore::next_u64).to_string()
        } else {
            "only".to_owned()
        };
        Some(Self {
            engine: engine.clone(),
            network,
            client,
            owner,
            leased_until: 0,
            round: None,
            flushed: HashMap::new(),
            alarmed: HashSet::new(),
        })
    }

    /// Watches until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // Dropped half-way it leaves no trace: a step is one transaction, and a node that hangs delays no stop.
            let read = tokio::select! {
                () = stop.cancelled() => break,
                read = self.once() => read,
            };
            let wait = match read {
                Ok(true) => continue,
                Ok(false) => POLL,
                Err(error) => {
                    self.complain(&error);
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.client.wait_for_head(wait) => {}
            }
        }
        self.release().await;
    }

    /// Reads and records what is next; `false` when there is nothing new.
    pub async fn once(&mut self) -> Result<bool, Error> {
        if !self.leased().await? {
            return Ok(false);
        }
        let window = pepay_store::chain::window(self.engine.db().read(), &self.network.id, REORG_WINDOW_BLOCKS).await?;
        let step = scan::next(&*self.client, &window, scan::Start::Head, scan::Limits::default()).await?;
        let Some(mut step) = step else {
            return Ok(false);
        };
        let observed = std::mem::take(&mut step.observed);
        let (mut deposits, observed) = self.engine.matched(&self.network.id, observed).await?;
        let mut observed = self.client.drop_failed(observed).await?;
        if let Some(look) = Look::below_head(&window, &step) {
            let hidden = self.hidden_native(look, &observed).await?;
            let (more, hidden) = self.engine.matched(&self.network.id, hidden).await?;
            deposits.extend(more);
            observed.extend(hidden);
        }
        self.engine.record_step(&self.network, window.first().copied(), &step, (deposits, observed)).await?;
        self.report(&step);
        Ok(true)
    }

    /// The chain's own coin sent by a contract leaves no log and no transaction to the address: only the balance
    /// tells. Looked at for a bounded number of addresses per step, and for every one about to expire.
    async fn hidden_native(&mut self, look: Look, seen: &[Observed]) -> Result<Vec<Observed>, Error> {
        let at = look.at;
        if !self.client.config().native || self.engine.now().since(at.time) > CATCHING_UP_MS {
            return Ok(Vec::new());
        }
        let addresses = self.native_addresses(look).await?;
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let accounts: Vec<_> = addresses.iter().filter_map(Address::evm).collect();
        let balances = self.client.balances(&accounts, at).await?;
        let known = self.known_native(&addresses, look, seen).await?;
        let from = at.number.saturating_sub(REORG_WINDOW_BLOCKS);
        let mut found = Vec::new();
        for (account, balance) in accounts.into_iter().zip(balances) {
            let known = known.get(&Address::Evm(account)).copied().unwrap_or_default();
            if self.is_explained(account, balance, known)? {
                continue;
            }
            let received = balance.checked_add(self.flushed_native(account, at.number).await?)?;
            let Ok(missing) = received.checked_sub(known) else {
                self.alarm(account, received, known);
                continue;
            };
            let recorded = self.recorded_native(Address::Evm(account), look, seen).await?;
            found.extend(self.client.locate_native(account, (from, at.number), balance, missing, &recorded).await?);
        }
        Ok(found)
    }

    // More is recorded than ever arrived: somebody was told of money that is not there. Said once per address.
    fn alarm(&mut self, address: alloy_primitives::Address, received: BaseUnits, recorded: BaseUnits) {
        if self.alarmed.len() >= FLUSHES_REMEMBERED {
            self.alarmed.clear();
        }
        if self.alarmed.insert(address) {
            let network = &self.network.id;
            metrics::counter!("pepay_native_overcounted_total", "network" => network.to_string()).increment(1);
            tracing::error!(%network, %address, %received, %recorded, "More coin is recorded at {address} than it received");
        }
    }

    async fn recorded_native(&self, address: Address, look: Look, seen: &[Observed]) -> Result<Vec<Observed>, Error> {
        let standing =
            pepay_store::transfer::native_standing(self.engine.db().read(), &self.network.id, address).await?;
        let known = standing.into_iter().map(|it| it.observed);
        let known = known.filter(|it| it.anchor.block_number <= look.known_up_to);
        let seen = seen.iter().filter(|it| it.asset == Asset::Native && it.to == address);
        Ok(known.chain(seen.cloned()).collect())
    }

    // Whether what lies at `address` and what was flushed from it are together what is known. Of an address that holds
    // or held something, the flushes are known only after a look: a balance alone may hide a payment that is as large
    // as an earlier flush.
    fn is_explained(
        &self,
        address: alloy_primitives::Address,
        balance: BaseUnits,
        known: BaseUnits,
    ) -> Result<bool, Error> {
        match self.flushed.get(&address) {
            None => Ok(balance.is_zero() && known.is_zero()),
            Some(flushed) => Ok(balance.checked_add(flushed.total)? == known),
        }
    }

    // Money that was flushed onwards was received all the same. Added up from where it was added up to before.
    async fn flushed_native(&mut self, address: alloy_primitives::Address, to: u64) -> Result<BaseUnits, Error> {
        let start = Flushed { upto: to.saturating_sub(FLUSHES_BLOCKS), ..Flushed::default() };
        let Flushed { settled, upto, .. } = self.flushed.get(&address).copied().unwrap_or(start);
        // A block that may still be reorganised is read again next time.
        let next = to.saturating_sub(REORG_WINDOW_BLOCKS).max(upto);
        let old = self.client.flushed_native(address, upto.saturating_add(1), next).await?;
        let new = self.client.flushed_native(address, next.saturating_add(1), to).await?;
        let settled = settled.checked_add(old)?;
        let total = settled.checked_add(new)?;
        if self.flushed.len() >= FLUSHES_REMEMBERED {
            self.flushed.clear();
        }
        self.flushed.insert(address, Flushed { settled, upto: next, total });
        Ok(total)
    }

    async fn native_addresses(&mut self, look: Look) -> Result<Vec<Address>, Error> {
        let db = self.engine.db().read();
        let since = look.at.time.plus_ms(-LATE_BALANCE_MS);
        let mut addresses =
            pepay_store::deposit::native_open(db, &self.network.id, self.round, since, BALANCES_PER_STEP).await?;
        let full = u64::try_from(addresses.len()).is_ok_and(|count| count == BALANCES_PER_STEP);
        let is_part = full || self.round.is_some();
        self.round = if full { addresses.last().copied() } else { None };
        if is_part {
            addresses.extend(pepay_store::deposit::native_due(db, &self.network.id, look.due).await?);
            addresses.sort_unstable();
            addresses.dedup();
        }
        Ok(addresses)
    }

    async fn known_native(
        &self,
        addresses: &[Address],
        look: Look,
        seen: &[Observed],
    ) -> Result<HashMap<Address, BaseUnits>, Error> {
        let db = self.engine.db().read();
        let up_to = look.known_up_to;
        let mut known = pepay_store::transfer::native_totals(db, &self.network.id, addresses, up_to).await?;
        let in_state = |it: &&Observed| it.asset == Asset::Native && it.anchor.block_number <= look.at.number;
        for observed in seen.iter().filter(in_state) {
            let recorded = pepay_store::transfer::find_anchored(db, &self.network.id, observed).await?;
            if recorded.is_none_or(|known| known.withdrawn_at.is_some() || observed.anchor.block_number > up_to) {
                let total = known.entry(observed.to).or_default();
                *total = total.checked_add(observed.units)?;
            }
        }
        Ok(known)
    }

    async fn leased(&mut self) -> Result<bool, Error> {
        let now = self.engine.now();
        if now.0 < self.leased_until - LEASE_MS / 2 {
            return Ok(true);
        }
        let tx = self.engine.db().begin("watcher.lease").await?;
        let name = format!("watch {}", self.network.id);
        let held = pepay_store::chain::lease(&tx, &name, &self.owner, now, LEASE_MS).await?;
        tx.commit().await?;
        self.leased_until = if held { now.0 + LEASE_MS } else { 0 };
        Ok(held)
    }

    async fn release(&self) {
        if self.leased_until == 0 {
            return;
        }
        let name = format!("watch {}", self.network.id);
        let released = async {
            let tx = self.engine.db().begin("watcher.release").await?;
            pepay_store::chain::release(&tx, &name, &self.owner).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(network = %self.network.id, %error, "Could not release the lease of {}", self.network.id);
        }
    }

    fn report(&self, step: &Step) {
        let network = self.network.id.to_string();
        if let Some(last) = step.blocks.last() {
            let gauge = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
            metrics::gauge!("pepay_watcher_block", "network" => network).set(gauge(last.number));
        }
    }

    fn complain(&self, error: &Error) {
        metrics::counter!("pepay_watcher_failures_total", "network" => self.network.id.to_string()).increment(1);
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        tracing::warn!(network = %self.network.id, %error, cause, "Could not read {}", self.network.id);
    }
}
