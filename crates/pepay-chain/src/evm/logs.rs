//! `eth_getLogs` in ranges a provider accepts, and what to believe where a provider reports nothing.
//!
//! An empty range proves little: a machine that lags behind its own head says the same. Where a header says that there
//! may be transfers, only an answer for that very block counts, and without one the block is not read yet.

use alloy::primitives::{Address, B256};
use alloy::rpc::types::{BlockNumberOrTag, Filter, Log};
use futures_util::StreamExt as _;

use super::block::{self, Header, TRANSFER};
use super::failure::Failure;
use super::pool::Pool;
use super::rescan::MAX_STRANGERS;
use super::rpc::Rpc;
use super::{Config, Scope};

/// Up to this many blocks are asked for one by one by their hash: a node that does not know the block then says so,
/// where a range would silently come back empty from a node that lags.
const BY_HASH_BLOCKS: usize = 4;

/// Doubtful blocks asked for at once: most doubts end with the first answers, and a provider that does not answer one
/// is not asked for many more.
const REASKED_AT_ONCE: usize = 4;

/// The filter for transfers in scope.
pub(super) fn transfers(config: &Config) -> Filter {
    let filter = Filter::new().event_signature(TRANSFER);
    match config.scope {
        Scope::Any => filter,
        Scope::Listed => filter.address(config.tokens.clone()),
    }
}

/// The logs of `filter` in the blocks `headers`, which follow one another, from one provider.
pub(super) async fn of_blocks(
    pool: &Pool,
    rpc: &Rpc,
    filter: &Filter,
    headers: &[Header],
    max_range: u64,
) -> Result<Vec<Log>, Failure> {
    let (Some(first), Some(last)) = (headers.first(), headers.last()) else { return Ok(Vec::new()) };
    if !are_read_by_hash(headers) {
        return in_range(pool, rpc, filter, (first.block().number, last.block().number), max_range).await;
    }
    let asked = headers.iter().map(|header| of_block(pool, rpc, filter, header.block().hash.into()));
    Ok(futures_util::future::try_join_all(asked).await?.concat())
}

/// Whether [`of_blocks`] asks for each of these blocks alone, so that an empty answer is one for the very block.
fn are_read_by_hash(headers: &[Header]) -> bool {
    headers.len() <= BY_HASH_BLOCKS
}

/// The logs of `filter` in one block. A block too large for one answer is taken from its receipts, and so is one of a
/// provider that does not answer by hash.
pub(super) async fn of_block(pool: &Pool, rpc: &Rpc, filter: &Filter, hash: B256) -> Result<Vec<Log>, Failure> {
    match pool.call_one(rpc, "eth_getLogs", [filter.clone().at_block_hash(hash)]).await {
        Err(Failure::TooMuch { .. } | Failure::Refused { .. }) => from_receipts(pool, rpc, filter, hash).await,
        answer => answer,
    }
}

async fn from_receipts(pool: &Pool, rpc: &Rpc, filter: &Filter, hash: B256) -> Result<Vec<Log>, Failure> {
    #[derive(serde::Deserialize)]
    struct Receipt {
        logs: Vec<Log>,
    }
    let receipts: Option<Vec<Receipt>> = pool.call_one(rpc, "eth_getBlockReceipts", [hash]).await?;
    let receipts = receipts.ok_or_else(|| Failure::Missing { message: "no receipts of the block".to_owned() })?;
    Ok(receipts.into_iter().flat_map(|receipt| receipt.logs).filter(|log| filter.rpc_matches(log)).collect())
}

/// The logs of `filter` in the blocks from `range.0` to `range.1`, in as many requests as the provider makes necessary.
pub(super) async fn in_range(
    pool: &Pool,
    rpc: &Rpc,
    filter: &Filter,
    (from, to): (u64, u64),
    max_range: u64,
) -> Result<Vec<Log>, Failure> {
    let mut logs = Vec::new();
    let mut next = from;
    while next <= to {
        let (found, after) = part_of_range(pool, rpc, filter, (next, to), max_range).await?;
        logs.extend(found);
        next = after;
    }
    Ok(logs)
}

/// The transfers to `address` in the blocks from `range.0` to `range.1`, in order: all of the listed tokens, and the
/// first [`MAX_STRANGERS`] of other contracts, which are not asked for any more then.
pub(super) async fn to_address(
    pool: &Pool,
    rpc: &Rpc,
    address: Address,
    config: &Config,
    (from, to): (u64, u64),
) -> Result<Vec<Log>, Failure> {
    let mut filter = Filter::new().event_signature(TRANSFER).topic2(address.into_word());
    let mut logs = Vec::new();
    let mut strangers = 0;
    let mut next = from;
    while next <= to {
        let (found, after) = part_of_range(pool, rpc, &filter, (next, to), config.max_logs_range).await?;
        for log in found.into_iter().filter(block::is_transfer) {
            if config.tokens.contains(&log.address()) {
                logs.push(log);
            } else if strangers < MAX_STRANGERS {
                strangers += 1;
                logs.push(log);
            }
        }
        if strangers == MAX_STRANGERS {
            if config.tokens.is_empty() {
                break;
            }
            filter = filter.address(config.tokens.clone());
        }
        next = after;
    }
    logs.sort_by_key(|log| (log.block_number, log.log_index));
    Ok(logs)
}

/// The logs of `filter` in as many of the first blocks of a range as the provider takes at once, and the block after
/// them: half as many after each refusal, an eighth more after each success.
async fn part_of_range(
    pool: &Pool,
    rpc: &Rpc,
    filter: &Filter,
    (from, to): (u64, u64),
    max_range: u64,
) -> Result<(Vec<Log>, u64), Failure> {
    loop {
        let end = to.min(from.saturating_add(rpc.logs_range() - 1));
        let part = filter.clone().from_block(from).to_block(end);
        match pool.call_one::<Vec<Log>>(rpc, "eth_getLogs", [part]).await {
            Ok(found) => {
                rpc.grow_logs_range(max_range);
                return Ok((found, end.saturating_add(1)));
            }
            Err(Failure::TooMuch { message }) => {
                let asked = end - from + 1;
                rpc.shrink_logs_range(asked);
                if asked == 1 {
                    let header: Option<Header> =
                        pool.call_one(rpc, "eth_getBlockByNumber", (BlockNumberOrTag::Number(from), false)).await?;
                    let header = header.ok_or(Failure::TooMuch { message })?;
                    let found = from_receipts(pool, rpc, filter, header.block().hash.into()).await?;
                    return Ok((found, end.saturating_add(1)));
                }
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// What came of looking closer at doubtful blocks.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Logs that were left out at first.
    pub(super) logs: Vec<Log>,
    /// The first block that nobody answered for, and why. What is in it and above it is not known.
    pub(super) unanswered: Option<(u64, Failure)>,
}

/// Looks closer at the blocks among `headers`, just read from `rpc` with [`of_blocks`], that `doubtful` holds: no
/// transfer was reported of them although their headers say there may be one.
///
/// A block read in a range is asked for again by its hash, of another provider where this one does not answer. Empty is
/// believed then, for a header may be wrong when it says yes; another provider, if there is one, is heard first.
pub(super) async fn settle(
    pool: &Pool,
    rpc: &Rpc,
    filter: &Filter,
    headers: &[Header],
    doubtful: &[Header],
    max_range: u64,
) -> Settled {
    let (answers, failure) = if are_read_by_hash(headers) {
        (vec![Vec::new(); doubtful.len()], None)
    } else {
        each_by_hash(pool, rpc, filter, doubtful).await
    };
    let (answered, open) = doubtful.split_at(answers.len());
    let empty = answered.iter().zip(&answers).filter(|(_, logs)| logs.is_empty());
    let empty: Vec<Header> = empty.map(|(header, _)| header.clone()).collect();
    let mut logs = answers.concat();
    left_out(pool, rpc, &logs);
    logs.extend(second_opinion(pool, rpc, filter, &empty, max_range).await);
    let (Some(failure), Some(last)) = (failure, open.last()) else { return Settled { logs, unanswered: None } };
    let elsewhere = match pool.other_than(rpc, last.block().number) {
        Some(other) => each_by_hash(pool, &other, filter, open).await.0,
        None => Vec::new(),
    };
    let unanswered = open.get(elsewhere.len()).map(|header| (header.block().number, failure));
    logs.extend(elsewhere.concat());
    Settled { logs, unanswered }
}

/// The logs of each block, up to the first one without an answer, and why there was none.
async fn each_by_hash(pool: &Pool, rpc: &Rpc, filter: &Filter, headers: &[Header]) -> (Vec<Vec<Log>>, Option<Failure>) {
    let asked: Vec<_> = headers.iter().map(|header| of_block(pool, rpc, filter, header.block().hash.into())).collect();
    let mut asked = futures_util::stream::iter(asked).buffered(REASKED_AT_ONCE);
    let mut answers = Vec::with_capacity(headers.len());
    while let Some(answer) = asked.next().await {
        match answer {
            Ok(logs) => answers.push(logs),
            Err(failure) => return (answers, Some(failure)),
        }
    }
    (answers, None)
}

/// Blocks of which `rpc` reported no transfer: the logs another provider has of them. Without another provider, or one
/// that answers, there is nothing to compare.
async fn second_opinion(pool: &Pool, rpc: &Rpc, filter: &Filter, doubtful: &[Header], max_range: u64) -> Vec<Log> {
    let (Some(first), Some(last)) = (doubtful.first(), doubtful.last()) else { return Vec::new() };
    let above = last.block().number;
    let Some(other) = pool.other_than(rpc, above) else { return Vec::new() };
    let answer = if are_read_by_hash(doubtful) {
        of_blocks(pool, &other, filter, doubtful, max_range).await
    } else {
        in_range(pool, &other, filter, (first.block().number, above), max_range).await
    };
    let known = |log: &Log| doubtful.iter().any(|header| log.block_hash == Some(header.block().hash.into()));
    let found: Vec<Log> = answer.unwrap_or_default().into_iter().filter(|log| known(log)).collect();
    left_out(pool, rpc, &found);
    found
}

/// Notes that `rpc` did not report `logs` when it was asked for them.
fn left_out(pool: &Pool, rpc: &Rpc, logs: &[Log]) {
    let numbers = || logs.iter().filter_map(|log| log.block_number);
    if let (Some(first), Some(last)) = (numbers().min(), numbers().max()) {
        pool.doubt(rpc, &format!("left out {} logs of blocks {first} to {last}", logs.len()));
    }
}
