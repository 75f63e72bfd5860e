//! How much of its coin each address has flushed onwards: money that was received, though it is there no more.
//!
//! New blocks are read once for all addresses together. What an address flushed before this node began is read only
//! when it matters: when the address has code (without any it can have flushed nothing), back to when it was handed
//! out, a bounded number of blocks at a time and for all such addresses together.

use std::collections::{HashMap, HashSet};

use alloy_primitives::Address;
use pepay_chain::evm::Flush;
use pepay_core::money::BaseUnits;

use crate::Error;
use crate::observe::REORG_WINDOW_BLOCKS;

/// Addresses remembered: a few MB. Forgetting them costs another look back.
const REMEMBERED: usize = 50_000;
/// Blocks read before what was found in them is written down: a failure after that costs them again.
const BLOCKS_AT_ONCE: u64 = 5_000;
/// The most blocks read back in one look, so that no look takes long.
const BACK_PER_LOOK: u64 = 20_000;
/// Addresses asked for in one request: what every provider takes.
pub(super) const ADDRESSES_AT_ONCE: usize = 200;

/// Where flushes are read.
pub(super) trait Source: Sync {
    /// Those of every address that matters, in the blocks `from..=to`.
    fn all(&self, from: u64, to: u64) -> impl Future<Output = Result<Vec<Flush>, Error>> + Send;

    /// Those of `addresses`.
    fn of(&self, addresses: &[Address], from: u64, to: u64) -> impl Future<Output = Result<Vec<Flush>, Error>> + Send;
}

/// What is known of flushes on one network.
#[derive(Default)]
pub(super) struct Flushes {
    // Reading forward began above this block, and has come to `settled`: blocks that are not reorganised any more.
    since: u64,
    settled: Option<u64>,
    totals: HashMap<Address, BaseUnits>,
    // In the blocks above `settled`, which are read again each time.
    fresh: HashMap<Address, BaseUnits>,
    // The next block to read back for each address whose past matters, up to `since`; and those that have none left.
    back: HashMap<Address, u64>,
    whole: HashSet<Address>,
}

impl Flushes {
    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Reads the blocks up to `to` that were not read yet, from `start` on when there were none, and gives who flushed
    /// in them.
    pub(super) async fn follow(
        &mut self,
        source: &impl Source,
        (start, to): (u64, u64),
    ) -> Result<HashSet<Address>, Error> {
        // A chain that is shorter than what was read is another one.
        let is_other = self.settled.is_some_and(|settled| settled > to);
        if is_other || self.totals.len() + self.whole.len() >= REMEMBERED {
            self.forget();
        }
        if self.settled.is_none() {
            self.since = start;
        }
        let mut settled = self.settled.unwrap_or(start);
        self.settled = Some(settled);
        let mut who = HashSet::new();
        let end = to.saturating_sub(REORG_WINDOW_BLOCKS);
        while settled < end {
            let next = end.min(settled.saturating_add(BLOCKS_AT_ONCE));
            let flushes = source.all(settled + 1, next).await?;
            who.extend(flushes.iter().map(|flush| flush.address));
            add(&mut self.totals, &flushes)?;
            settled = next;
            self.settled = Some(settled);
        }
        let flushes = source.all(settled + 1, to).await?;
        who.extend(flushes.iter().map(|flush| flush.address));
        let mut fresh = HashMap::new();
        add(&mut fresh, &flushes)?;
        self.fresh = fresh;
        Ok(who)
    }

    /// What `address` flushed in all blocks read so far.
    pub(super) fn total(&self, address: &Address) -> Result<BaseUnits, Error> {
        let of = |totals: &HashMap<Address, BaseUnits>| totals.get(address).copied().unwrap_or_default();
        Ok(of(&self.totals).checked_add(of(&self.fresh))?)
    }

    /// Whether nothing that `address` flushed is left to read.
    pub(super) fn is_whole(&self, address: &Address) -> bool {
        self.whole.contains(address)
    }

    /// Whether it is known already that the past of `address` is to be read.
    pub(super) fn is_wanted(&self, address: &Address) -> bool {
        self.back.contains_key(address)
    }

    /// `address` never flushed anything before reading began.
    pub(super) fn nothing_before(&mut self, address: Address) {
        self.back.remove(&address);
        self.whole.insert(address);
    }

    /// The past of `address` is to be read from block `from` on.
    pub(super) fn want(&mut self, address: Address, from: u64) {
        if from > self.since {
            self.nothing_before(address);
        } else {
            self.back.insert(address, from);
        }
    }

    /// Reads back at most [`BACK_PER_LOOK`] blocks; `true` when nothing is left to read.
    pub(super) async fn look_back(&mut self, source: &impl Source) -> Result<bool, Error> {
        let mut left = BACK_PER_LOOK;
        while let Some(from) = self.back.values().copied().min() {
            if left == 0 {
                return Ok(false);
            }
            let to = self.since.min(from.saturating_add(left.min(BLOCKS_AT_ONCE) - 1));
            left = left.saturating_sub(to - from + 1);
            let group: Vec<Address> =
                self.back.iter().filter(|(_, next)| **next <= to).map(|(address, _)| *address).collect();
            for some in group.chunks(ADDRESSES_AT_ONCE) {
                let mut flushes = source.of(some, from, to).await?;
                flushes.retain(|flush| self.back.get(&flush.address).is_some_and(|next| *next <= flush.block_number));
                add(&mut self.totals, &flushes)?;
                for address in some {
                    if to >= self.since {
                        self.nothing_before(*address);
                    } else {
                        self.back.insert(*address, to + 1);
                    }
                }
            }
        }
        Ok(true)
    }
}

fn add(totals: &mut HashMap<Address, BaseUnits>, flushes: &[Flush]) -> Result<(), Error> {
    for flush in flushes {
        let total = totals.entry(flush.address).or_default();
        *total = total.checked_add(flush.units)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn flush(address: u8, block_number: u64, units: u128) -> Flush {
        Flush { address: Address::repeat_byte(address), block_number, units: BaseUnits::from_u128(units) }
    }

    /// A chain in which these flushes happened. Remembers which blocks were read; fails at one of them.
    #[derive(Default)]
    struct Chain {
        flushes: Vec<Flush>,
        read: Mutex<Vec<(u64, u64)>>,
        fails_from: Option<u64>,
    }

    impl Chain {
        fn of(flushes: &[Flush]) -> Self {
            Self { flushes: flushes.to_vec(), ..Self::default() }
        }

        fn read(&self, asked: impl Fn(&Flush) -> bool, from: u64, to: u64) -> Result<Vec<Flush>, Error> {
            if self.fails_from == Some(from) {
                return Err(Error::ShuttingDown);
            }
            self.read.lock().unwrap().push((from, to));
            let here = |flush: &&Flush| (from..=to).contains(&flush.block_number) && asked(flush);
            Ok(self.flushes.iter().filter(here).copied().collect())
        }

        fn taken(&self) -> Vec<(u64, u64)> {
            std::mem::take(&mut *self.read.lock().unwrap())
        }
    }

    impl Source for Chain {
        async fn all(&self, from: u64, to: u64) -> Result<Vec<Flush>, Error> {
            self.read(|_| true, from, to)
        }

        async fn of(&self, addresses: &[Address], from: u64, to: u64) -> Result<Vec<Flush>, Error> {
            self.read(|flush| addresses.contains(&flush.address), from, to)
        }
    }

    fn total(flushes: &Flushes, address: u8) -> u128 {
        flushes.total(&Address::repeat_byte(address)).unwrap().to_string().parse().unwrap()
    }

    #[tokio::test]
    async fn new_blocks_are_read_once_but_for_those_that_may_be_reorganised() {
        let mut chain = Chain::of(&[flush(1, 150, 5), flush(2, 990, 7)]);
        let mut flushes = Flushes::default();
        let who = flushes.follow(&chain, (100, 1_000)).await.unwrap();
        assert_eq!(who, HashSet::from([Address::repeat_byte(1), Address::repeat_byte(2)]));
        assert_eq!((total(&flushes, 1), total(&flushes, 2)), (5, 7));
        assert_eq!(chain.taken(), [(101, 936), (937, 1_000)]);
        // A reorganisation took the second away.
        chain.flushes.truncate(1);
        flushes.follow(&chain, (100, 1_001)).await.unwrap();
        assert_eq!((total(&flushes, 1), total(&flushes, 2)), (5, 0));
        assert_eq!(chain.taken(), [(937, 937), (938, 1_001)]);
        // A shorter chain is another one.
        chain.flushes.clear();
        flushes.follow(&chain, (0, 50)).await.unwrap();
        assert_eq!(total(&flushes, 1), 0);
    }

    #[tokio::test]
    async fn the_past_is_read_for_all_together_and_a_part_at_a_time() {
        let chain = Chain::of(&[flush(1, 150, 5), flush(2, 160, 7), flush(1, 49_990, 3)]);
        let mut flushes = Flushes::default();
        flushes.follow(&chain, (50_000, 50_001)).await.unwrap();
        flushes.want(Address::repeat_byte(1), 100);
        flushes.want(Address::repeat_byte(2), 10_000);
        flushes.want(Address::repeat_byte(3), 50_001);
        assert!(flushes.is_whole(&Address::repeat_byte(3)), "handed out since");
        chain.taken();
        let mut looks = 1;
        while !flushes.look_back(&chain).await.unwrap() {
            assert!(!flushes.is_whole(&Address::repeat_byte(1)));
            assert!(chain.taken().iter().map(|(from, to)| to - from + 1).sum::<u64>() <= BACK_PER_LOOK);
            looks += 1;
        }
        assert_eq!(looks, 3);
        assert!([1, 2].iter().all(|byte| flushes.is_whole(&Address::repeat_byte(*byte))));
        // The second address was not there yet when it seems to have flushed.
        assert_eq!((total(&flushes, 1), total(&flushes, 2)), (8, 0));
        chain.taken();
        assert!(flushes.look_back(&chain).await.unwrap());
        assert_eq!(chain.taken(), []);
    }

    #[tokio::test]
    async fn a_failure_costs_no_more_than_what_it_failed_at() {
        let mut chain = Chain::of(&[flush(1, 150, 5), flush(1, 9_000, 3)]);
        let mut flushes = Flushes::default();
        flushes.follow(&chain, (10_000, 10_001)).await.unwrap();
        flushes.want(Address::repeat_byte(1), 100);
        chain.fails_from = Some(5_100);
        flushes.look_back(&chain).await.unwrap_err();
        chain.fails_from = None;
        chain.taken();
        assert!(flushes.look_back(&chain).await.unwrap());
        assert_eq!((total(&flushes, 1), chain.taken()), (8, vec![(5_100, 10_000)]));
    }
}
