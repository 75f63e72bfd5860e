//! The next step of following a chain: which known blocks are gone, which are new, and what moved in them.
//!
//! Pure over a [`Source`] and the blocks already persisted; it keeps no state of its own, so a crash between two steps
//! loses nothing. It refuses to believe a claimed head: a block counts only when it was fetched and links by parent hash
//! to the blocks before it, and a known block is given up only together with the block that takes its place. It fails
//! when a reorganisation is deeper than [`REORG_WINDOW_BLOCKS`], for then somebody must look.

use std::future::Future;

use pepay_core::transfer::{Block, BlockHash, Observed};

use crate::error::{Error, Result};

/// The deepest reorganisation repaired without an operator, in blocks. Deeper than any seen on the supported networks
/// since they have finality; callers keep at least this many persisted blocks.
pub const REORG_WINDOW_BLOCKS: u64 = 64;

/// How often one step starts over when the chain moves while it is read.
const ATTEMPTS: u32 = 3;

/// How far a chain says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The newest block.
    pub head: u64,
    /// The newest block the chain itself calls final; zero where it has no such notion.
    pub finalized: u64,
}

/// A block and everything that moved in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The block.
    pub block: Block,
    /// What moved, anchored to that block.
    pub observed: Vec<Observed>,
}

/// Where blocks come from.
pub trait Source: Send + Sync {
    /// How far the chain says it is. May lie.
    fn tip(&self) -> impl Future<Output = Result<Tip>> + Send;

    /// The block of that number on the chain as it is now, if there is one.
    fn block(&self, number: u64) -> impl Future<Output = Result<Option<Block>>> + Send;

    /// The blocks `from..=to` in ascending order with what moved in them; fewer when the later ones do not exist (yet)
    /// or are in doubt.
    fn read(&self, from: u64, to: u64) -> impl Future<Output = Result<Vec<Read>>> + Send;
}

/// Where to begin on a network of which nothing is persisted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At this block.
    Block(u64),
    /// At the newest block: nothing older can hold a payment.
    Head,
}

/// Bounds of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most blocks of one step; at least one.
    pub blocks: u64,
}

impl Default for Limits {
    /// Few enough for one database transaction, enough to catch up a day of two-second blocks in minutes.
    fn default() -> Self {
        Self { blocks: 200 }
    }
}

/// What changed since the persisted blocks. Apply it in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Persisted blocks with a number above this are gone from the chain.
    pub fork: Option<u64>,
    /// New blocks in ascending order, never empty, linked by parent hash to the persisted ones (or to the fork point).
    pub blocks: Vec<Block>,
    /// What moved in them.
    pub observed: Vec<Observed>,
    /// How far the chain is known to be: never past the last of `blocks`, whatever a provider claims.
    pub tip: Tip,
}

/// Finds what changed. `window` holds the persisted blocks, newest first: at least [`REORG_WINDOW_BLOCKS`] of them, or
/// all there are. `None`: nothing new, or nothing that can be believed yet.
pub async fn next(source: &impl Source, window: &[Block], start: Start, limits: Limits) -> Result<Option<Step>> {
    check_window(window)?;
    let mut from = 0;
    for _ in 0..ATTEMPTS {
        let tip = source.tip().await?;
        let point = match window.first() {
            None => Point::begin(start, tip),
            Some(newest) if tip.head > newest.number => Point::after(newest),
            Some(newest) => match at_or_below(source, window, tip).await? {
                Standing::Unchanged => return Ok(None),
                Standing::Replaced => ancestor(source, window, tip, newest).await?,
            },
        };
        from = point.from;
        match read(source, window, point, tip, limits).await? {
            Outcome::Step(step) => return Ok(Some(step)),
            Outcome::Nothing => return Ok(None),
            Outcome::Moved => {}
        }
    }
    Err(Error::Unstable { from })
}

/// Where reading goes on.
#[derive(Clone, Copy)]
struct Point {
    from: u64,
    /// Hash of the block before `from`; unknown where nothing is persisted below.
    parent: Option<BlockHash>,
    fork: Option<u64>,
}

impl Point {
    fn begin(start: Start, tip: Tip) -> Self {
        let from = match start {
            Start::Block(number) => number,
            Start::Head => tip.head,
        };
        Self { from, parent: None, fork: None }
    }

    fn after(newest: &Block) -> Self {
        Self { from: newest.number.saturating_add(1), parent: Some(newest.hash), fork: None }
    }
}

enum Outcome {
    Step(Step),
    Nothing,
    Moved,
}

/// Whether the persisted blocks still stand when the head is not above them.
enum Standing {
    Unchanged,
    Replaced,
}

/// A head that does not grow is a node that lags, or a reorganisation: the block at the head tells.
async fn at_or_below(source: &impl Source, window: &[Block], tip: Tip) -> Result<Standing> {
    let Some(known) = window.iter().find(|block| block.number == tip.head) else {
        return Ok(Standing::Unchanged);
    };
    Ok(match source.block(tip.head).await? {
        Some(block) if block.hash != known.hash => Standing::Replaced,
        Some(_) | None => Standing::Unchanged,
    })
}

async fn read(source: &impl Source, window: &[Block], point: Point, tip: Tip, limits: Limits) -> Result<Outcome> {
    if point.from > tip.head {
        return Ok(Outcome::Nothing);
    }
    let to = tip.head.min(point.from.saturating_add(limits.blocks.max(1) - 1));
    let reads = source.read(point.from, to).await?;
    let Some(first) = reads.first() else {
        return Ok(if point.fork.is_some() { Outcome::Moved } else { Outcome::Nothing });
    };
    let broken = point.parent.is_some_and(|parent| first.block.parent != parent);
    match (broken, point.fork, window.first()) {
        (false, ..) => Ok(accept(reads, point, tip, window)),
        // The known newest block is no parent of the next: find where the chains part, and read from there.
        (true, None, Some(newest)) => {
            let point = ancestor(source, window, tip, newest).await?;
            let to = tip.head.min(point.from.saturating_add(limits.blocks.max(1) - 1));
            let reads = source.read(point.from, to).await?;
            Ok(accept(reads, point, tip, window))
        }
        (true, ..) => Ok(Outcome::Moved),
    }
}

/// The newest persisted block that is still on the chain, and from there on.
async fn ancestor(source: &impl Source, window: &[Block], tip: Tip, newest: &Block) -> Result<Point> {
    for known in window.iter().filter(|known| known.number <= tip.head) {
        if source.block(known.number).await?.is_some_and(|block| block.hash == known.hash) {
            let fork = (known.number != newest.number).then_some(known.number);
            return Ok(Point { fork, ..Point::after(known) });
        }
    }
    let oldest = window.last().unwrap_or(newest).number;
    let whole = u64::try_from(window.len()).is_ok_and(|len| len < REORG_WINDOW_BLOCKS);
    // A short window is everything ever read here, so all of it may go; but below the first block there is no chain.
    match oldest.checked_sub(1) {
        Some(below) if whole => Ok(Point { from: oldest, parent: None, fork: Some(below) }),
        _ => Err(Error::ReorgTooDeep { oldest, window: REORG_WINDOW_BLOCKS }),
    }
}

/// Keeps the reads that are in order, linked, and whose transfers were read from the very block.
fn accept(reads: Vec<Read>, point: Point, tip: Tip, window: &[Block]) -> Outcome {
    let mut parent = point.parent;
    let mut blocks = Vec::with_capacity(reads.len());
    let mut observed = Vec::new();
    for (number, read) in (point.from..).zip(reads) {
        let linked = parent.is_none_or(|parent| read.block.parent == parent);
        let anchored = read
            .observed
            .iter()
            .all(|it| it.anchor.block_hash == read.block.hash && it.anchor.block_number == read.block.number);
        if read.block.number != number || !linked || !anchored {
            break;
        }
        parent = Some(read.block.hash);
        blocks.push(read.block);
        observed.extend(read.observed);
    }
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
        return Outcome::Moved;
    };
    // The chain went back to what is persisted: there was no fork after all.
    if window.iter().any(|known| known.hash == first.hash) {
        return Outcome::Moved;
    }
    let tip = Tip { head: last.number, finalized: tip.finalized.min(last.number) };
    Outcome::Step(Step { fork: point.fork, blocks, observed, tip })
}

fn check_window(window: &[Block]) -> Result<()> {
    for (block, below) in window.iter().zip(window.iter().skip(1)) {
        if below.number.checked_add(1) != Some(block.number) || block.parent != below.hash {
            return Err(Error::BrokenWindow { number: block.number });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
