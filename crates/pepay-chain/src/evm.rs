//! EVM networks: reading blocks, ERC-20 transfers and native coin from several providers that are not trusted.
//!
//! Cost grows with the block, not with the number of open addresses: everything in scope is reported, and the caller
//! looks up which of it went to a deposit address. It refuses a provider of another chain for good, and does not advance
//! past a block on whose hash two providers disagree. It fails only when no provider answers; then nothing has been
//! skipped, and the same call works later.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alloy::primitives::{Address, B256};
use alloy::rpc::types::{BlockNumberOrTag, Log};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use pepay_core::network::NetworkId;
use pepay_core::transfer::{Block, Observed};
pub use reqwest::Url;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::{Error, Result};
use crate::scan::{Read, Source, Tip};
use block::{Header, RawBlock, Transaction};
use failure::Failure;
pub use native::Flush;
use pool::Pool;
pub use rescan::MAX_STRANGERS;
use rpc::Rpc;
pub use rpc::RpcHealth;
use wake::Wake;
pub use wallet::Wallet;

pub mod anvil;
mod artifact;
mod block;
pub mod deploy;
pub mod devnet;
mod failure;
mod logs;
mod native;
mod pool;
pub mod probe;
mod rescan;
mod rpc;
mod trace;
mod unrecorded;
mod wake;
mod wallet;

/// How long connecting waits for providers to tell their chain.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// So close to the head, in blocks, a provider may not know all of a block yet.
const NEW_BLOCKS: u64 = 3;

/// How long the other providers have to tell their head once one has.
const HEAD_GRACE: Duration = Duration::from_secs(1);

/// Which ERC-20 transfers are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of the configured tokens.
    Listed,
    /// Those of every contract: sees an unlisted token sent by mistake, and costs more on busy chains.
    Any,
}

/// A network and how to reach it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which network, for messages.
    pub network: NetworkId,
    /// EIP-155 chain id every provider must serve.
    pub chain_id: u64,
    /// Providers in order of preference: `http(s)` urls are read from, `ws(s)` urls only tell of new blocks.
    pub rpcs: Vec<Url>,
    /// The most blocks one `eth_getLogs` may span; less is used where a provider refuses.
    pub max_logs_range: u64,
    /// Token contracts, for [`Scope::Listed`].
    pub tokens: Vec<Address>,
    /// Which transfers are reported.
    pub scope: Scope,
    /// Whether the chain's own coin is watched (reads whole blocks).
    pub native: bool,
    /// The most requests in flight to all providers together.
    pub max_inflight: usize,
    /// How long one request may take.
    pub timeout: Duration,
}

impl Config {
    /// The usual settings: listed tokens (none yet), native coin, 1000 blocks per `eth_getLogs`, 8 requests in flight
    /// of at most 10 s each.
    pub fn new(network: NetworkId, chain_id: u64, rpcs: Vec<Url>) -> Self {
        Self {
            network,
            chain_id,
            rpcs,
            max_logs_range: 1000,
            tokens: Vec::new(),
            scope: Scope::Listed,
            native: true,
            max_inflight: 8,
            timeout: Duration::from_secs(10),
        }
    }
}

/// A connection to an EVM network. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    pool: Pool,
    wake: Wake,
    /// The last tip: what is final is asked for again only once the head has moved.
    last_tip: Mutex<Option<Tip>>,
}

impl Client {
    /// Connects and checks the chain id of every provider that answers. Providers that are down are checked when they
    /// come back, so a network outage does not keep the program from starting; a wrong chain on all of them does.
    pub async fn connect(config: Config) -> Result<Self> {
        let client = Self::new(config)?;
        // Whoever does not answer in time is checked on first use.
        timeout(CONNECT_WITHIN, client.0.pool.verify()).await.unwrap_or(Ok(()))?;
        Ok(client)
    }

    /// The same without asking anybody anything yet: each provider's chain id is checked at its first use, so a slow
    /// provider does not delay the start of the program.
    pub fn new(config: Config) -> Result<Self> {
        let bad = |reason| Error::Config { network: config.network.to_string(), reason };
        let (wake_urls, read_urls): (Vec<Url>, Vec<Url>) =
            config.rpcs.iter().cloned().partition(|url| matches!(url.scheme(), "ws" | "wss"));
        if read_urls.is_empty() || read_urls.iter().any(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(bad("needs at least one http(s) url, and only http(s) and ws(s) urls"));
        }
        let http = rpc::http_client(config.timeout).map_err(|_| bad("the HTTP client cannot be set up"))?;
        let rpc = |url| Arc::new(Rpc::new(url, http.clone(), config.chain_id, config.max_logs_range));
        let rpcs = read_urls.into_iter().map(rpc).collect();
        let pool = Pool::new(config.network.to_string(), config.chain_id, rpcs, config.max_inflight);
        let wake = Wake::new(wake_urls);
        Ok(Self(Arc::new(Inner { config, pool, wake, last_tip: Mutex::default() })))
    }

    /// The configuration it was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// What is known of each provider that is read from, in the configured order.
    pub fn health(&self) -> Vec<RpcHealth> {
        self.0.pool.health()
    }

    /// Waits until something may be new: a block told of by WebSocket, or `poll` over. Never fails; without a
    /// (working) WebSocket it only waits.
    pub async fn wait_for_head(&self, poll: Duration) {
        self.0.wake.wait(poll).await;
    }

    /// Removes the native transfers whose transaction failed. Call it with what went to deposit addresses, not with all
    /// of a block: it fetches one receipt per native transfer.
    pub async fn drop_failed(&self, observed: Vec<Observed>) -> Result<Vec<Observed>> {
        self.0.drop_failed(observed).await
    }
}

impl Source for Client {
    async fn tip(&self) -> Result<Tip> {
        self.0.tip().await
    }

    async fn block(&self, number: u64) -> Result<Option<Block>> {
        Ok(self.0.header(number).await?.map(|header| header.block()))
    }

    async fn read(&self, from: u64, to: u64) -> Result<Vec<Read>> {
        let mut tries = self.0.pool.tries(from);
        let mut answered = false;
        while let Some(rpc) = tries.next() {
            match self.0.read_from(&rpc, from, to).await {
                Ok(reads) if !reads.is_empty() => return Ok(self.0.agreed(&rpc, reads).await),
                Ok(_) => answered = true,
                // Several machines behind one url: one has a new block, another does not have it yet.
                Err(Failure::Missing { .. })
                    if rpc.head().is_some_and(|head| head <= from.saturating_add(NEW_BLOCKS)) =>
                {
                    answered = true;
                }
                Err(failure) => tries.failed(&rpc, "eth_getBlockByNumber", failure),
            }
        }
        if answered { Ok(Vec::new()) } else { Err(tries.error()) }
    }
}

impl Inner {
    /// The best head among the providers that can be asked; the lowest of the blocks two of them call final.
    async fn tip(&self) -> Result<Tip> {
        let head = self.best_head().await?;
        let last_tip = *self.last_tip.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tip) = last_tip.filter(|tip| tip.head == head) {
            return Ok(tip);
        }
        let asked = self.pool.usable(head).into_iter().take(2);
        let finals =
            join_all(asked.map(|rpc| async move { self.tagged(&rpc, BlockNumberOrTag::Finalized).await })).await;
        // A node without the notion says so, or says nothing. Where no node has it, nothing is final.
        let finalized = finals.into_iter().filter_map(|answer| answer.ok().flatten()).min().unwrap_or(0);
        let tip = Tip { head, finalized: finalized.min(head) };
        *self.last_tip.lock().unwrap_or_else(PoisonError::into_inner) = Some(tip);
        Ok(tip)
    }

    /// Asks all providers at once. After the first answer the others have a moment left, so that one that hangs does
    /// not hold up the rest.
    async fn best_head(&self) -> Result<u64> {
        let mut tries = self.pool.tries(0);
        let mut asked: FuturesUnordered<_> =
            tries.all().into_iter().map(|rpc| async move { (self.head_of(&rpc).await, rpc) }).collect();
        let mut silent = tries.all();
        let mut best: Option<u64> = None;
        let mut deadline = None;
        loop {
            let next = match deadline {
                None => asked.next().await,
                Some(deadline) => timeout_at(deadline, asked.next()).await.unwrap_or_default(),
            };
            let Some((head, rpc)) = next else { break };
            silent.retain(|other| !Arc::ptr_eq(other, &rpc));
            match head {
                Ok(head) => {
                    rpc.set_head(head);
                    best = best.max(Some(head));
                    deadline = deadline.or_else(|| Instant::now().checked_add(HEAD_GRACE));
                }
                Err(failure) => tries.failed(&rpc, "eth_getBlockByNumber", failure),
            }
        }
        for rpc in silent {
            rpc.failed("eth_getBlockByNumber", "slower than the others", None);
        }
        best.ok_or_else(|| tries.error())
    }

    /// The head by its header, which is harder to get wrong than a number alone.
    async fn head_of(&self, rpc: &Rpc) -> Result<u64, Failure> {
        self.tagged(rpc, BlockNumberOrTag::Latest).await?.ok_or_else(|| Failure::down("has no newest block"))
    }

    async fn tagged(&self, rpc: &Rpc, tag: BlockNumberOrTag) -> Result<Option<u64>, Failure> {
        let header: Option<Header> = self.pool.call_one(rpc, "eth_getBlockByNumber", (tag, false)).await?;
        Ok(header.map(|header| header.block().number))
    }

    /// The header of that number from the first provider that has it.
    async fn header(&self, number: u64) -> Result<Option<Header>> {
        let mut tries = self.pool.tries(number);
        let mut answered = false;
        while let Some(rpc) = tries.next() {
            match self.header_from(&rpc, number).await {
                Ok(Some(header)) => return Ok(Some(header)),
                Ok(None) => answered = true,
                Err(failure) => tries.failed(&rpc, "eth_getBlockByNumber", failure),
            }
        }
        if answered { Ok(None) } else { Err(tries.error()) }
    }

    async fn header_from(&self, rpc: &Rpc, number: u64) -> Result<Option<Header>, Failure> {
        let params = (BlockNumberOrTag::Number(number), false);
        let header: Option<Header> = self.pool.call_one(rpc, "eth_getBlockByNumber", params).await?;
        Ok(header.filter(|header| header.block().number == number))
    }

    /// The blocks `from..=to` that one provider has, with what moved in them.
    async fn read_from(&self, rpc: &Rpc, from: u64, to: u64) -> Result<Vec<Read>, Failure> {
        let mut blocks = self.blocks_from(rpc, from, to).await?;
        if blocks.is_empty() {
            if rpc.head().is_some_and(|head| head >= from) {
                self.pool.doubt(rpc, &format!("claimed to have block {from} and did not"));
            }
            return Ok(Vec::new());
        }
        let headers: Vec<Header> = blocks.iter().map(|(header, _)| header.clone()).collect();
        let (logs, unanswered) = self.transfer_logs(rpc, &headers).await?;
        if let Some((unknown, failure)) = unanswered {
            if unknown <= from {
                return Err(failure);
            }
            blocks.retain(|(header, _)| header.block().number < unknown);
        }
        Ok(self.assemble(rpc, blocks, logs))
    }

    /// Headers and native transfers, up to the first block that is missing or does not link.
    async fn blocks_from(&self, rpc: &Rpc, from: u64, to: u64) -> Result<Vec<(Header, Vec<Observed>)>, Failure> {
        let mut fetched = futures_util::stream::iter(from..=to)
            .map(|number| self.block_from(rpc, number))
            .buffered(self.config.max_inflight.max(1));
        let mut blocks: Vec<(Header, Vec<Observed>)> = Vec::new();
        while let Some(block) = fetched.next().await {
            let Some((header, native)) = block? else { break };
            if blocks.last().is_some_and(|(last, _)| last.block().hash != header.block().parent) {
                break;
            }
            blocks.push((header, native));
        }
        Ok(blocks)
    }

    async fn block_from(&self, rpc: &Rpc, number: u64) -> Result<Option<(Header, Vec<Observed>)>, Failure> {
        if !self.config.native {
            return Ok(self.header_from(rpc, number).await?.map(|header| (header, Vec::new())));
        }
        let params = (BlockNumberOrTag::Number(number), true);
        let block: Option<RawBlock<Transaction>> = self.pool.call_one(rpc, "eth_getBlockByNumber", params).await?;
        Ok(block.filter(|block| block.block().number == number).map(|block| {
            let native = block.native().collect();
            (block.into_header(), native)
        }))
    }

    /// The logs in scope, completed where this provider left some out; and the first block of which they are not known
    /// for certain, if there is one.
    async fn transfer_logs(
        &self,
        rpc: &Rpc,
        headers: &[Header],
    ) -> Result<(Vec<Log>, Option<(u64, Failure)>), Failure> {
        let config = &self.config;
        if config.scope == Scope::Listed && config.tokens.is_empty() {
            return Ok((Vec::new(), None));
        }
        let filter = logs::transfers(config);
        let mut logs = logs::of_blocks(&self.pool, rpc, &filter, headers, config.max_logs_range).await?;
        let told: HashSet<_> = logs.iter().filter_map(|log| log.block_hash).collect();
        let doubtful: Vec<Header> = headers
            .iter()
            .filter(|header| !told.contains(&B256::from(header.block().hash)))
            .filter(|header| header.may_hold_transfers(&config.tokens, config.scope))
            .cloned()
            .collect();
        let settled = logs::settle(&self.pool, rpc, &filter, headers, &doubtful, config.max_logs_range).await;
        logs.extend(settled.logs);
        Ok((logs, settled.unanswered))
    }

    /// Puts each log into its block. A log of another block of the same number means that the chain moved while it was
    /// read: blocks from there on are left for the next time.
    fn assemble(&self, rpc: &Rpc, blocks: Vec<(Header, Vec<Observed>)>, mut logs: Vec<Log>) -> Vec<Read> {
        logs.sort_by_key(|log| (log.block_number, log.log_index));
        logs.dedup_by_key(|log| (log.block_number, log.log_index));
        let mut by_block: HashMap<u64, Vec<Log>> = HashMap::new();
        for log in logs {
            by_block.entry(log.block_number.unwrap_or_default()).or_default().push(log);
        }
        let mut reads = Vec::with_capacity(blocks.len());
        for (header, native) in blocks {
            let block = header.block();
            let logs = by_block.remove(&block.number).unwrap_or_default();
            if logs.iter().any(|log| log.block_hash != Some(block.hash.into())) {
                rpc.note(&format!("gave logs of another block {} than its header", block.number));
                break;
            }
            let listed = |log: &&Log| self.config.scope == Scope::Any || self.config.tokens.contains(&log.address());
            let mut observed: Vec<Observed> =
                logs.iter().filter(listed).filter_map(|log| block::transfer(log, &block)).collect();
            observed.extend(native);
            reads.push(Read { block, observed });
        }
        reads
    }

    /// Leaves out the last blocks while another provider has other ones in their place. Blocks link by parent hash, so
    /// agreement on one is agreement on all before it. A provider that does not have the block yet does not disagree.
    async fn agreed(&self, rpc: &Rpc, mut reads: Vec<Read>) -> Vec<Read> {
        let Some(last) = reads.last().map(|read| read.block) else { return reads };
        let finalized = self.last_tip.lock().unwrap_or_else(PoisonError::into_inner).map_or(0, |tip| tip.finalized);
        let Some(other) = self.pool.other_than(rpc, last.number).filter(|_| last.number > finalized) else {
            return reads;
        };
        if self.same(&other, &last).await {
            return reads;
        }
        let (mut agreed, mut left) = (0, reads.len() - 1);
        while agreed < left {
            let middle = (agreed + left).div_ceil(2);
            let Some(read) = reads.get(middle - 1) else { break };
            if self.same(&other, &read.block).await {
                agreed = middle;
            } else {
                left = middle - 1;
            }
        }
        tracing::warn!(
            network = %self.config.network,
            "{} and {} disagree on block {}: waiting until they agree", rpc.host, other.host, last.number
        );
        reads.truncate(agreed);
        reads
    }

    async fn same(&self, other: &Rpc, block: &Block) -> bool {
        match self.header_from(other, block.number).await {
            Ok(Some(header)) => header.block().hash == block.hash,
            Ok(None) | Err(_) => true,
        }
    }

    /// Logs in a range of blocks from the first provider that gives them.
    async fn logs_in_range(&self, filter: &alloy::rpc::types::Filter, range: (u64, u64)) -> Result<Vec<Log>> {
        let mut tries = self.pool.tries(range.1);
        while let Some(rpc) = tries.next() {
            match logs::in_range(&self.pool, &rpc, filter, range, self.config.max_logs_range).await {
                Ok(logs) => return Ok(logs),
                Err(failure) => tries.failed(&rpc, "eth_getLogs", failure),
            }
        }
        Err(tries.error())
    }
}
