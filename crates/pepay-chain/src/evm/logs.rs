//! `eth_getLogs` in ranges a provider accepts, and a second opinion where a provider left logs out.

use alloy::primitives::{Address, B256};
use alloy::rpc::types::{BlockNumberOrTag, Filter, Log};

use super::block::{Header, TRANSFER};
use super::failure::Failure;
use super::pool::Pool;
use super::rpc::Rpc;
use super::{Config, Scope};
use crate::error::Result;

/// Up to this many blocks are asked for one by one by their hash: a node that does not know the block then says so,
/// where a range would silently come back empty from a node that lags.
const BY_HASH_BLOCKS: usize = 4;

/// The filter for transfers in scope.
pub(super) fn transfers(config: &Config) -> Filter {
    let filter = Filter::new().event_signature(TRANSFER);
    match config.scope {
        Scope::Any => filter,
        Scope::Listed => filter.address(config.tokens.clone()),
    }
}

/// The filter for transfers of any token to one address.
pub(super) fn transfers_to(address: Address) -> Filter {
    Filter::new().event_signature(TRANSFER).topic2(address.into_word())
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
    if headers.len() > BY_HASH_BLOCKS {
        return in_range(pool, rpc, filter, (first.block().number, last.block().number), max_range).await;
    }
    let asked = headers.iter().map(|header| of_block(pool, rpc, filter, header.block().hash.into()));
    Ok(futures_util::future::try_join_all(asked).await?.concat())
}

/// The logs of `filter` in one block. A block too large for one answer is taken from its receipts.
pub(super) async fn of_block(pool: &Pool, rpc: &Rpc, filter: &Filter, hash: B256) -> Result<Vec<Log>, Failure> {
    match pool.call_one(rpc, "eth_getLogs", [filter.clone().at_block_hash(hash)]).await {
        Err(Failure::TooMuch { .. }) => from_receipts(pool, rpc, filter, hash).await,
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

/// The logs of `filter` in the blocks from `range.0` to `range.1`, in as many requests as the provider makes necessary:
/// half as many blocks after each refusal, an eighth more after each success.
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
        let span = rpc.logs_range();
        let end = to.min(next.saturating_add(span - 1));
        let part = filter.clone().from_block(next).to_block(end);
        match pool.call_one::<Vec<Log>>(rpc, "eth_getLogs", [part]).await {
            Ok(found) => {
                logs.extend(found);
                rpc.grow_logs_range(max_range);
                next = end.saturating_add(1);
            }
            Err(Failure::TooMuch { message }) => {
                let asked = end - next + 1;
                rpc.shrink_logs_range(asked);
                if asked == 1 {
                    let header: Option<Header> =
                        pool.call_one(rpc, "eth_getBlockByNumber", (BlockNumberOrTag::Number(next), false)).await?;
                    let header = header.ok_or(Failure::TooMuch { message })?;
                    logs.extend(from_receipts(pool, rpc, filter, header.block().hash.into()).await?);
                    next = end.saturating_add(1);
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(logs)
}

/// Blocks of which `rpc` reported no transfer although their headers say there may be one: another provider is asked.
/// Its logs are returned when it has any; without another provider there is nothing to compare.
pub(super) async fn second_opinion(
    pool: &Pool,
    rpc: &Rpc,
    filter: &Filter,
    doubtful: &[Header],
    max_range: u64,
) -> Vec<Log> {
    let (Some(first), Some(last)) = (doubtful.first(), doubtful.last()) else { return Vec::new() };
    let above = last.block().number;
    let Some(other) = pool.other_than(rpc, above) else { return Vec::new() };
    let answer = if doubtful.len() > BY_HASH_BLOCKS {
        in_range(pool, &other, filter, (first.block().number, above), max_range).await
    } else {
        of_blocks(pool, &other, filter, doubtful, max_range).await
    };
    let known = |log: &Log| doubtful.iter().any(|header| log.block_hash == Some(header.block().hash.into()));
    let found: Vec<Log> = answer.unwrap_or_default().into_iter().filter(|log| known(log)).collect();
    if !found.is_empty() {
        pool.doubt(rpc, &format!("left out {} logs of blocks {} to {above}", found.len(), first.block().number));
    }
    found
}
