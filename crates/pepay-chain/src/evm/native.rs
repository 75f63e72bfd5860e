//! Native coin: balances of many addresses at once, and where a balance that no plain transaction explains came from.
//!
//! What an address has received is its balance plus what its forwarder has flushed; that sum never falls, so the blocks
//! in which it grew are found by bisection. Names no sender it cannot prove: where the node has no traces, or no longer
//! the state of the blocks in question, the money is reported without a transaction.

use std::collections::HashMap;

use alloy::eips::BlockId;
use alloy::primitives::{Address, B256, Bytes, U64, U256, keccak256};
use alloy::rpc::types::{BlockNumberOrTag, Filter, Log};
use alloy::sol_types::SolValue as _;
use futures_util::StreamExt as _;
use pepay_core::money::BaseUnits;
use pepay_core::token::Asset;
use pepay_core::transfer::{Block, Observed};
use serde::Deserialize;
use serde_json::json;

use super::artifact::BALANCE_READER;
use super::block::{RawBlock, Transaction, anchor};
use super::failure::Failure;
use super::{Client, Inner, trace, unrecorded};
use crate::error::{Error, Result};
use crate::scan::Source as _;

/// Accounts per call: what fits into the answer of `BalanceReader` (`maxAccounts` in `contracts/deployment.json`).
const ACCOUNTS_PER_CALL: usize = 764;

impl Client {
    /// The native balances of `accounts` in block `at`, in their order. One call per 764 accounts; nothing has to be
    /// deployed. Fails when no provider has (or still has) the state of that very block.
    pub async fn balances(&self, accounts: &[Address], at: Block) -> Result<Vec<BaseUnits>> {
        // Owned chunks: a future that borrows from its closure's argument is not `Send` for every lifetime.
        let chunks: Vec<Vec<Address>> = accounts.chunks(ACCOUNTS_PER_CALL).map(<[_]>::to_vec).collect();
        let calls = chunks.into_iter().map(|chunk| async move { self.0.balances_of(&chunk, at).await });
        let parts: Vec<Result<Vec<BaseUnits>>> =
            futures_util::stream::iter(calls).buffered(self.0.config.max_inflight.max(1)).collect().await;
        Ok(parts.into_iter().collect::<Result<Vec<_>>>()?.concat())
    }

    /// What the forwarders at `addresses` (all there are when empty) flushed of their native coin in the blocks
    /// `from..=to`. Anyone can pretend to be a forwarder: the caller knows which are.
    pub async fn native_flushes(&self, addresses: &[Address], from: u64, to: u64) -> Result<Vec<Flush>> {
        self.0.flushes(addresses, from, to).await
    }

    /// Whether `address` has code in the state of block `number`. A forwarder without code has never flushed.
    pub async fn has_code(&self, address: Address, number: u64) -> Result<bool> {
        let at = BlockId::number(number);
        let code: Bytes = self.0.pool.call(number, "eth_getCode", (address, at)).await?;
        Ok(!code.is_empty())
    }

    /// Where the coin at `address` came from that is `missing` in what is recorded, oldest first, one entry per
    /// transaction: never more than is missing, and never what a transfer in `recorded` (all that stand, of coin to this
    /// address) explains already, under whatever name. Looked for in the blocks `from..=to`, and in older ones when not
    /// all of it arrived there, as far as a provider still has their state. Transfers made inside contracts carry their
    /// transaction where a provider has traces; what stays unexplained is reported without one. `Unstable` when `balance`, the one that tells of the money, is not what a second look at block `to`
    /// finds.
    pub async fn locate_native(
        &self,
        address: Address,
        (from, to): (u64, u64),
        balance: BaseUnits,
        missing: BaseUnits,
        recorded: &[Observed],
    ) -> Result<Vec<Observed>> {
        if missing.is_zero() {
            return Ok(Vec::new());
        }
        match self.0.balance(address, to).await {
            Ok(again) if again != balance => return Err(Error::Unstable { from: to }),
            Ok(_) | Err(Error::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        let Some(mut search) = Search::reaching(&self.0, address, (from, to), missing, recorded).await? else {
            // No state before the range: all that is left to say is that the money is there.
            let at = unrecorded::free_block((from..=to).rev(), &[recorded]).unwrap_or(to);
            return Ok(vec![self.unexplained(address, at, missing).await?]);
        };
        let mut found = Vec::new();
        for (number, growth) in search.grown_blocks().await? {
            let arrived = self.0.explain(address, number, growth).await?;
            found.extend(unrecorded::of_block(arrived, recorded)?);
        }
        let (mut found, older) = unrecorded::newest(found, missing)?;
        // Older than any state that is left.
        if !older.is_zero() {
            let oldest = search.before.saturating_add(1);
            let at = unrecorded::free_block(oldest..=to, &[recorded, &found]).unwrap_or(oldest);
            found.insert(0, self.unexplained(address, at, older).await?);
        }
        Ok(found)
    }

    async fn unexplained(&self, address: Address, at: u64, units: BaseUnits) -> Result<Observed> {
        let block = self.block(at).await?.ok_or(Error::Unstable { from: at })?;
        Ok(grew(address, &block, units))
    }
}

/// A balance that grew without a transaction that says so.
fn grew(address: Address, block: &Block, units: BaseUnits) -> Observed {
    Observed {
        anchor: anchor(block, None),
        tx_hash: None,
        asset: Asset::Native,
        from: None,
        to: pepay_core::address::Address::Evm(address),
        units,
    }
}

pub(super) fn sum(units: impl IntoIterator<Item = BaseUnits>) -> Result<BaseUnits> {
    units.into_iter().try_fold(BaseUnits::ZERO, BaseUnits::checked_add).map_err(Error::Amount)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    /// 1 for success; missing before Byzantium, where no supported network is.
    status: Option<U64>,
}

impl Inner {
    pub(super) async fn drop_failed(&self, observed: Vec<Observed>) -> Result<Vec<Observed>> {
        let checked = futures_util::stream::iter(observed)
            .map(|it| async move { Ok(self.succeeded(&it).await?.then_some(it)) })
            .buffered(self.config.max_inflight.max(1))
            .collect::<Vec<Result<Option<Observed>>>>()
            .await;
        checked.into_iter().filter_map(Result::transpose).collect()
    }

    async fn succeeded(&self, observed: &Observed) -> Result<bool> {
        let Some(hash) = observed.tx_hash.as_ref().filter(|_| observed.asset == Asset::Native) else {
            return Ok(true);
        };
        let mut tries = self.pool.tries(observed.anchor.block_number);
        let mut answered = false;
        while let Some(rpc) = tries.next() {
            match self.pool.call_one::<Option<Receipt>>(&rpc, "eth_getTransactionReceipt", [hash]).await {
                Ok(Some(receipt)) => return Ok(receipt.status.is_some_and(|status| status == U64::from(1))),
                Ok(None) => answered = true,
                Err(failure) => tries.failed(&rpc, "eth_getTransactionReceipt", failure),
            }
        }
        // The block was read with this transaction, so a missing receipt means that the chain has moved.
        Err(if answered { Error::Unstable { from: observed.anchor.block_number } } else { tries.error() })
    }

    async fn balances_of(&self, accounts: &[Address], at: Block) -> Result<Vec<BaseUnits>> {
        let data: Bytes = [BALANCE_READER.as_slice(), &(accounts.to_vec(),).abi_encode_params()].concat().into();
        let call = json!({ "data": data });
        let by_hash = json!({ "blockHash": B256::from(at.hash), "requireCanonical": true });
        let (answer, by_number): (Bytes, bool) = match self.pool.call(at.number, "eth_call", (&call, by_hash)).await {
            Ok(answer) => (answer, false),
            // A node older than EIP-1898, or one that has left that block.
            Err(Error::Refused { .. }) => {
                let number = BlockNumberOrTag::Number(at.number);
                (self.pool.call(at.number, "eth_call", (&call, number)).await?, true)
            }
            Err(error) => return Err(error),
        };
        let (balances, _number, parent) =
            <(Vec<U256>, U256, B256)>::abi_decode_params(&answer).map_err(|_| Error::Unstable { from: at.number })?;
        // An answer by number may come from another block of that number; its parent hash tells.
        let elsewhere = by_number && parent != B256::from(at.parent);
        if balances.len() != accounts.len() || elsewhere {
            return Err(Error::Unstable { from: at.number });
        }
        Ok(balances.into_iter().map(BaseUnits::new).collect())
    }

    async fn flushes(&self, addresses: &[Address], from: u64, to: u64) -> Result<Vec<Flush>> {
        if from > to {
            return Ok(Vec::new());
        }
        let filter = Filter::new()
            .address(addresses.to_vec())
            .event_signature(keccak256("Flushed(address,uint256,uint256)"))
            .topic1(Address::ZERO.into_word());
        let logs = self.logs_in_range(&filter, (from, to)).await?;
        Ok(logs.iter().filter_map(flushed).collect())
    }

    async fn balance(&self, address: Address, number: u64) -> Result<BaseUnits> {
        let at = BlockId::number(number);
        Ok(BaseUnits::new(self.pool.call(number, "eth_getBalance", (address, at)).await?))
    }

    /// The transfers that make up `growth` in block `number`: first those inside contracts, then what nothing explains,
    /// then plain transactions.
    async fn explain(&self, address: Address, number: u64, growth: BaseUnits) -> Result<Vec<Observed>> {
        let params = (BlockNumberOrTag::Number(number), true);
        let block: Option<RawBlock<Transaction>> = self.pool.call(number, "eth_getBlockByNumber", params).await?;
        let raw = block.ok_or(Error::Unstable { from: number })?;
        let block = raw.block();
        let to = pepay_core::address::Address::Evm(address);
        let plain = self.drop_failed(raw.native().filter(|it| it.to == to).collect()).await?;
        let sent = sum(plain.iter().map(|it| it.units))?;
        let mut left = growth.checked_sub(sent).unwrap_or(BaseUnits::ZERO);
        let mut found = Vec::new();
        for inside in trace::by_transaction(self.traced(&block, address).await)? {
            let Ok(rest) = left.checked_sub(inside.units) else { continue };
            left = rest;
            found.push(Observed {
                anchor: anchor(&block, None),
                tx_hash: Some(super::block::hex(inside.transaction)),
                asset: Asset::Native,
                from: Some(pepay_core::address::Address::Evm(inside.from)),
                to,
                units: inside.units,
            });
        }
        if !left.is_zero() {
            found.push(grew(address, &block, left));
        }
        found.extend(plain);
        Ok(found)
    }

    /// Transfers to `address` inside contracts, from the first provider that traces blocks; none when there is no such
    /// provider.
    async fn traced(&self, block: &Block, address: Address) -> Vec<trace::Inside> {
        for rpc in self.pool.usable(block.number) {
            let number = BlockNumberOrTag::Number(block.number);
            let flat: Result<Vec<trace::Flat>, Failure> = self.pool.call_one(&rpc, "trace_block", [number]).await;
            if let Ok(flat) = flat {
                return trace::inside_flat(&flat, address);
            }
            let params = (number, json!({ "tracer": "callTracer" }));
            let nested: Result<Vec<trace::Nested>, Failure> =
                self.pool.call_one(&rpc, "debug_traceBlockByNumber", params).await;
            if let Ok(nested) = nested {
                return trace::inside_nested(&nested, address);
            }
        }
        Vec::new()
    }
}

/// Native coin that a forwarder sent onwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flush {
    /// The forwarder.
    pub address: Address,
    /// The block it happened in.
    pub block_number: u64,
    /// How much left it.
    pub units: BaseUnits,
}

fn flushed(log: &Log) -> Option<Flush> {
    let amount = log.data().data.get(..32)?;
    let units = BaseUnits::new(U256::from_be_slice(amount));
    Some(Flush { address: log.address(), block_number: log.block_number?, units })
}

/// How far back money is looked for, in blocks: three weeks of two-second blocks.
const LOOKBACK_BLOCKS: u64 = 1_000_000;

/// The search for the blocks in which an address received native coin: those after `before`, up to `to`.
struct Search<'a> {
    inner: &'a Inner,
    address: Address,
    before: u64,
    to: u64,
    /// What the forwarder flushed in those blocks.
    flushes: Vec<Flush>,
    /// Balances by block.
    balances: HashMap<u64, BaseUnits>,
}

impl<'a> Search<'a> {
    /// The smallest range of growing size in which at least `missing` arrived besides what is `recorded` there, or the
    /// largest there is state for. `None` when there is none even for the first.
    async fn reaching(
        inner: &'a Inner,
        address: Address,
        (from, to): (u64, u64),
        missing: BaseUnits,
        recorded: &[Observed],
    ) -> Result<Option<Self>> {
        let flushes = inner.flushes(&[address], from, to).await?;
        let mut search = Self { inner, address, before: from.saturating_sub(1), to, flushes, balances: HashMap::new() };
        match search.balance(search.before).await {
            Ok(_) => {}
            Err(Error::Refused { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        while search.before > to.saturating_sub(LOOKBACK_BLOCKS) {
            let since = recorded.iter().filter(|it| (search.before + 1..=to).contains(&it.anchor.block_number));
            let wanted = sum(since.map(|it| it.units).chain([missing]))?;
            if search.growth().await? >= wanted {
                break;
            }
            let earlier = search.before.saturating_sub((to - search.before).saturating_mul(3).max(1));
            match search.balance(earlier).await {
                Ok(_) => {}
                Err(Error::Refused { .. }) => break,
                Err(error) => return Err(error),
            }
            search.flushes.extend(inner.flushes(&[address], earlier.saturating_add(1), search.before).await?);
            search.before = earlier;
        }
        Ok(Some(search))
    }

    async fn balance(&mut self, number: u64) -> Result<BaseUnits> {
        if let Some(balance) = self.balances.get(&number) {
            return Ok(*balance);
        }
        let balance = self.inner.balance(self.address, number).await?;
        self.balances.insert(number, balance);
        Ok(balance)
    }

    /// Received up to and including block `number`, but for what was flushed before the range.
    async fn received(&mut self, number: u64) -> Result<BaseUnits> {
        let balance = self.balance(number).await?;
        let flushed = self.flushes.iter().filter(|it| it.block_number <= number).map(|it| it.units);
        sum(flushed.chain([balance]))
    }

    /// Received in the blocks after `low`, up to `high`.
    async fn growth_between(&mut self, low: u64, high: u64) -> Result<BaseUnits> {
        let (below, above) = (self.received(low).await?, self.received(high).await?);
        // It cannot shrink unless the chain moved between the two answers; then the caller comes again.
        Ok(above.checked_sub(below).unwrap_or(BaseUnits::ZERO))
    }

    async fn growth(&mut self) -> Result<BaseUnits> {
        self.growth_between(self.before, self.to).await
    }

    /// The blocks in which the address received something, oldest first, and how much.
    async fn grown_blocks(&mut self) -> Result<Vec<(u64, BaseUnits)>> {
        let mut grown = Vec::new();
        let mut ranges = vec![(self.before, self.to)];
        while let Some((low, high)) = ranges.pop() {
            let growth = self.growth_between(low, high).await?;
            if growth.is_zero() {
                continue;
            }
            if high - low <= 1 {
                grown.push((high, growth));
                continue;
            }
            let middle = low + (high - low) / 2;
            ranges.extend([(middle, high), (low, middle)]);
        }
        Ok(grown)
    }
}
