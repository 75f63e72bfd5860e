//! A chain that is rewritten, lies and moves between any two questions, against the steps made of it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use pepay_core::address::Address;
use pepay_core::money::BaseUnits;
use pepay_core::time::Millis;
use pepay_core::token::Asset;
use pepay_core::transfer::Anchor;
use proptest::prelude::*;

use super::*;

/// What happens to the chain.
#[derive(Clone, Debug)]
enum Change {
    /// One block with this many transfers.
    Mine(u8),
    /// The newest `depth` blocks are replaced by `depth + more` others.
    Reorg { depth: u8, more: u8 },
}

#[derive(Clone, Copy, Debug)]
enum Lie {
    /// The claimed head is this much higher than the true one.
    Ahead(u64),
    /// The claimed head is this much lower.
    Behind(u64),
    /// The last block that is read has a hash its transfers do not carry.
    TornBlock,
    /// Fewer blocks come than were asked for.
    Short,
}

#[derive(Default)]
struct State {
    chain: Vec<Read>,
    blocks_made: u64,
    pending: Vec<Vec<Change>>,
    lies: Vec<Option<Lie>>,
}

/// Before each answer the next batch of changes happens and the next lie, if any, is told.
struct Fake(Mutex<State>);

fn block(number: u64, nonce: u64, parent: BlockHash) -> Block {
    let mut hash = [1; 32];
    hash[..8].copy_from_slice(&nonce.to_be_bytes());
    Block { number, hash, parent, time: Millis::from_secs(i64::try_from(number).unwrap()) }
}

impl State {
    fn mine(&mut self, transfers: u8) {
        let parent = self.chain.last().map_or([0; 32], |read| read.block.hash);
        self.blocks_made += 1;
        let block = block(u64::try_from(self.chain.len()).unwrap(), self.blocks_made, parent);
        let observed = (0..transfers).map(|index| transfer(&block, u32::from(index))).collect();
        self.chain.push(Read { block, observed });
    }

    fn apply(&mut self, change: &Change) {
        match *change {
            Change::Mine(transfers) => self.mine(transfers),
            Change::Reorg { depth, more } => {
                // The first block of a chain is never replaced.
                let keep = self.chain.len().saturating_sub(usize::from(depth)).max(1);
                let gone = self.chain.len() - keep;
                self.chain.truncate(keep);
                (0..gone + usize::from(more)).for_each(|_| self.mine(1));
            }
        }
    }

    fn answer(&mut self) -> Option<Lie> {
        if let Some(changes) = self.pending.pop() {
            for change in &changes {
                self.apply(change);
            }
        }
        self.lies.pop().flatten()
    }
}

fn transfer(block: &Block, log_index: u32) -> Observed {
    Observed {
        anchor: Anchor {
            block_number: block.number,
            block_hash: block.hash,
            block_time: block.time,
            log_index: Some(log_index),
        },
        tx_hash: None,
        asset: Asset::Native,
        from: None,
        to: Address::Evm([7; 20].into()),
        units: BaseUnits::from_u128(1),
    }
}

impl Fake {
    fn new(blocks: u8) -> Self {
        let mut state = State::default();
        (0..blocks).for_each(|_| state.mine(1));
        Self(Mutex::new(state))
    }

    fn change(&self, change: &Change) {
        self.0.lock().unwrap().apply(change);
    }

    /// Happens before the n-th next answer.
    fn later(&self, answers: usize, change: Change) {
        let mut state = self.0.lock().unwrap();
        state.pending = vec![Vec::new(); answers];
        state.pending.insert(0, vec![change]);
    }

    fn lie(&self, lies: Vec<Option<Lie>>) {
        self.0.lock().unwrap().lies = lies.into_iter().rev().collect();
    }

    fn canonical(&self) -> Vec<Read> {
        self.0.lock().unwrap().chain.clone()
    }
}

impl Source for Fake {
    async fn tip(&self) -> Result<Tip> {
        let mut state = self.0.lock().unwrap();
        let lie = state.answer();
        let head = u64::try_from(state.chain.len()).unwrap() - 1;
        let head = match lie {
            Some(Lie::Ahead(by)) => head + by,
            Some(Lie::Behind(by)) => head.saturating_sub(by),
            Some(Lie::TornBlock | Lie::Short) | None => head,
        };
        Ok(Tip { head, finalized: head.saturating_sub(10) })
    }

    async fn block(&self, number: u64) -> Result<Option<Block>> {
        let mut state = self.0.lock().unwrap();
        state.answer();
        Ok(state.chain.get(usize::try_from(number).unwrap()).map(|read| read.block))
    }

    async fn read(&self, from: u64, to: u64) -> Result<Vec<Read>> {
        let mut state = self.0.lock().unwrap();
        let lie = state.answer();
        let (from, to) = (usize::try_from(from).unwrap(), usize::try_from(to).unwrap());
        let mut reads: Vec<Read> = state.chain.iter().take(to + 1).skip(from).cloned().collect();
        match lie {
            Some(Lie::TornBlock) => {
                if let Some(anchor) = reads.last_mut().and_then(|r| r.observed.first_mut()).map(|it| &mut it.anchor) {
                    anchor.block_hash = [9; 32];
                }
            }
            Some(Lie::Short) => reads.truncate(reads.len() / 2),
            _ => {}
        }
        Ok(reads)
    }
}

/// What a caller of [`next`] persists.
#[derive(Default)]
struct Persisted {
    blocks: Vec<Block>,
    transfers: BTreeMap<(u64, Option<u32>), Observed>,
}

impl Persisted {
    fn window(&self) -> Vec<Block> {
        let keep = usize::try_from(REORG_WINDOW_BLOCKS).unwrap();
        self.blocks.iter().rev().take(keep).copied().collect()
    }

    fn apply(&mut self, step: &Step) {
        assert!(!step.blocks.is_empty());
        assert!(step.tip.head <= step.blocks.last().unwrap().number, "a tip past the last block read");
        if let Some(fork) = step.fork {
            assert!(self.blocks.iter().any(|block| block.number > fork), "a fork that removes nothing");
            self.blocks.retain(|block| block.number <= fork);
            self.transfers.retain(|(number, _), _| *number <= fork);
        }
        for block in &step.blocks {
            if let Some(last) = self.blocks.last() {
                assert_eq!((last.number + 1, last.hash), (block.number, block.parent), "steps do not link");
            }
            self.blocks.push(*block);
        }
        for it in &step.observed {
            let earlier = self.transfers.insert((it.anchor.block_number, it.anchor.log_index), it.clone());
            assert_eq!(earlier, None, "a transfer was told twice");
        }
    }

    async fn step(&mut self, fake: &Fake) -> Result<Option<Step>> {
        let step = next(fake, &self.window(), Start::Block(0), Limits { blocks: 7 }).await?;
        if let Some(step) = &step {
            self.apply(step);
        }
        Ok(step)
    }

    async fn follow(&mut self, fake: &Fake) {
        while self.step(fake).await.unwrap().is_some() {}
    }

    fn assert_is(&self, fake: &Fake) {
        let canonical = fake.canonical();
        assert_eq!(self.blocks, canonical.iter().map(|read| read.block).collect::<Vec<_>>());
        let transfers: Vec<_> = canonical.into_iter().flat_map(|read| read.observed).collect();
        assert_eq!(self.transfers.values().cloned().collect::<Vec<_>>(), transfers);
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[tokio::test]
async fn a_quiet_chain_has_no_step() {
    let (fake, mut persisted) = (Fake::new(30), Persisted::default());
    persisted.follow(&fake).await;
    persisted.assert_is(&fake);
    assert_eq!(persisted.step(&fake).await.unwrap(), None);
}

#[tokio::test]
async fn starting_at_the_head_reads_the_head_alone() {
    let fake = Fake::new(30);
    let step = next(&fake, &[], Start::Head, Limits::default()).await.unwrap().unwrap();
    assert_eq!((step.fork, step.blocks.len(), step.blocks[0].number), (None, 1, 29));
}

#[tokio::test]
async fn reorganisations_of_every_depth_are_followed() {
    let depths = 1..u8::try_from(REORG_WINDOW_BLOCKS).unwrap();
    for (depth, more) in depths.flat_map(|depth| [(depth, 0), (depth, 1), (depth, 9)]) {
        let (fake, mut persisted) = (Fake::new(100), Persisted::default());
        persisted.follow(&fake).await;
        fake.change(&Change::Reorg { depth, more });
        let step = persisted.step(&fake).await.unwrap().unwrap();
        assert_eq!(step.fork, Some(99 - u64::from(depth)), "depth {depth} more {more}");
        persisted.follow(&fake).await;
        persisted.assert_is(&fake);
    }
}

#[tokio::test]
async fn a_deeper_reorganisation_is_an_error_and_changes_nothing() {
    let (fake, mut persisted) = (Fake::new(100), Persisted::default());
    persisted.follow(&fake).await;
    fake.change(&Change::Reorg { depth: 64, more: 1 });
    let error = persisted.step(&fake).await.unwrap_err();
    assert!(matches!(error, Error::ReorgTooDeep { oldest: 36, window: REORG_WINDOW_BLOCKS }), "{error}");
}

#[tokio::test]
async fn a_short_history_may_go_altogether() {
    let (fake, mut persisted) = (Fake::new(20), Persisted::default());
    let step = next(&fake, &[], Start::Head, Limits::default()).await.unwrap().unwrap();
    persisted.apply(&step);
    fake.change(&Change::Reorg { depth: 5, more: 1 });
    let step = persisted.step(&fake).await.unwrap().unwrap();
    assert_eq!((step.fork, step.blocks[0].number), (Some(18), 19));
}

#[tokio::test]
async fn another_chain_from_the_first_block_on_is_an_error() {
    let (fake, mut persisted) = (Fake::new(5), Persisted::default());
    persisted.follow(&fake).await;
    let other = Fake::new(9);
    other.0.lock().unwrap().chain.clear();
    (0..9).for_each(|_| other.change(&Change::Mine(0)));
    assert!(matches!(persisted.step(&other).await, Err(Error::ReorgTooDeep { oldest: 0, .. })));
}

#[tokio::test]
async fn a_reorganisation_during_catch_up_is_followed() {
    for answers in 0..12 {
        let (fake, mut persisted) = (Fake::new(60), Persisted::default());
        persisted.step(&fake).await.unwrap();
        fake.later(answers, Change::Reorg { depth: 40, more: 3 });
        persisted.follow(&fake).await;
        persisted.follow(&fake).await;
        persisted.assert_is(&fake);
    }
}

#[tokio::test]
async fn a_claimed_head_without_blocks_is_not_believed() {
    let (fake, mut persisted) = (Fake::new(30), Persisted::default());
    persisted.follow(&fake).await;
    fake.lie(vec![Some(Lie::Ahead(1_000_000))]);
    assert_eq!(persisted.step(&fake).await.unwrap(), None);
    fake.change(&Change::Mine(1));
    fake.lie(vec![Some(Lie::Ahead(1_000_000))]);
    let step = persisted.step(&fake).await.unwrap().unwrap();
    assert_eq!(step.tip, Tip { head: 30, finalized: 30 });
}

#[tokio::test]
async fn a_head_that_goes_backwards_removes_nothing() {
    let (fake, mut persisted) = (Fake::new(100), Persisted::default());
    persisted.follow(&fake).await;
    for by in [1, 5, 63, 64, 99] {
        fake.lie(vec![Some(Lie::Behind(by))]);
        assert_eq!(persisted.step(&fake).await.unwrap(), None, "{by}");
    }
    persisted.assert_is(&fake);
}

#[tokio::test]
async fn a_shorter_chain_that_differs_is_a_fork() {
    let (fake, mut persisted) = (Fake::new(30), Persisted::default());
    persisted.follow(&fake).await;
    {
        let mut state = fake.0.lock().unwrap();
        state.chain.truncate(20);
        state.mine(2);
    }
    let step = persisted.step(&fake).await.unwrap().unwrap();
    assert_eq!((step.fork, step.blocks.len()), (Some(19), 1));
    persisted.assert_is(&fake);
}

#[tokio::test]
async fn transfers_of_another_block_are_read_again() {
    let (fake, mut persisted) = (Fake::new(1), Persisted::default());
    fake.lie(vec![None, Some(Lie::TornBlock), None, None]);
    let step = persisted.step(&fake).await.unwrap().unwrap();
    assert_eq!(step.observed.len(), 1);
    persisted.assert_is(&fake);
    fake.change(&Change::Mine(1));
    fake.lie(vec![Some(Lie::TornBlock); 20]);
    assert!(matches!(persisted.step(&fake).await, Err(Error::Unstable { from: 1 })));
}

#[tokio::test]
async fn a_window_that_is_no_chain_is_refused() {
    let fake = Fake::new(30);
    let chain: Vec<Block> = fake.canonical().iter().rev().map(|read| read.block).collect();
    let gap: Vec<Block> = chain.iter().copied().filter(|block| block.number != 25).collect();
    let error = next(&fake, &gap, Start::Head, Limits::default()).await.unwrap_err();
    assert!(matches!(error, Error::BrokenWindow { number: 26 }), "{error}");
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (0..3_u8).prop_map(Change::Mine),
        1 => (1..30_u8, 0..3_u8).prop_map(|(depth, more)| Change::Reorg { depth, more }),
    ]
}

fn lie() -> impl Strategy<Value = Option<Lie>> {
    prop_oneof![
        6 => Just(None),
        1 => (1..2000_u64).prop_map(|by| Some(Lie::Ahead(by))),
        1 => (1..70_u64).prop_map(|by| Some(Lie::Behind(by))),
        1 => Just(Some(Lie::TornBlock)),
        1 => Just(Some(Lie::Short)),
    ]
}

proptest! {
    /// Whatever happens to the chain between any two answers, and whatever is lied about on the way: what the steps
    /// add up to is the chain as it ends, each transfer once.
    #[test]
    fn steps_add_up_to_the_final_chain(
        first in 1..90_u8,
        changes in prop::collection::vec(prop::collection::vec(change(), 0..4), 0..60),
        lies in prop::collection::vec(lie(), 0..120),
    ) {
        block_on(async {
            let (fake, mut persisted) = (Fake::new(first), Persisted::default());
            {
                let mut state = fake.0.lock().unwrap();
                state.pending = changes;
                state.lies = lies;
            }
            loop {
                match persisted.step(&fake).await {
                    Ok(_) | Err(Error::Unstable { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
                let state = fake.0.lock().unwrap();
                if state.pending.is_empty() && state.lies.is_empty() {
                    break;
                }
            }
            fake.change(&Change::Mine(1));
            persisted.follow(&fake).await;
            persisted.assert_is(&fake);
        });
    }
}
