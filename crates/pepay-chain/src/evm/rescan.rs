//! Looking again for everything that went to one address.
//!
//! Listed tokens are reported completely, for they may be money that counts. Anybody can write any number of transfers
//! of a contract of his own, which can only be shown: of those a few are reported and the rest is not even asked for.
//! It fails when no provider answers; then nothing is reported, and the same call works later.

use std::collections::HashMap;

use alloy::primitives::Address;
use pepay_core::transfer::{Block, Observed};

use super::{Client, block, logs};
use crate::error::Result;
use crate::scan::Source as _;

/// The most transfers of contracts that are not listed in one rescan. The first ones and not the newest: asked again it
/// gives the same ones, so what is recorded of them does not grow.
pub const MAX_STRANGERS: usize = 100;

impl Client {
    /// The transfers to `address` in the blocks `from..=to`, in order: all of the listed tokens, and the first
    /// [`MAX_STRANGERS`] of other contracts.
    pub async fn rescan(&self, address: Address, from: u64, to: u64) -> Result<Vec<Observed>> {
        let config = self.config();
        let mut tries = self.0.pool.tries(to);
        let logs = loop {
            let Some(rpc) = tries.next() else { return Err(tries.error()) };
            match logs::to_address(&self.0.pool, &rpc, address, config, (from, to)).await {
                Ok(logs) => break logs,
                Err(failure) => tries.failed(&rpc, "eth_getLogs", failure),
            }
        };
        let blocks = self.blocks(logs.iter().filter_map(|log| log.block_number)).await?;
        // A log of a block that was replaced in the meantime is not there any more.
        let standing = |log: &alloy::rpc::types::Log| {
            let block = *blocks.get(&log.block_number?)?;
            (log.block_hash == Some(block.hash.into())).then_some(block)
        };
        Ok(logs.iter().filter_map(|log| block::transfer(log, &standing(log)?)).collect())
    }

    /// Those of `observed` whose block is on the chain now.
    pub async fn standing(&self, mut observed: Vec<Observed>) -> Result<Vec<Observed>> {
        let blocks = self.blocks(observed.iter().map(|it| it.anchor.block_number)).await?;
        observed
            .retain(|it| blocks.get(&it.anchor.block_number).is_some_and(|block| block.hash == it.anchor.block_hash));
        Ok(observed)
    }

    async fn blocks(&self, numbers: impl Iterator<Item = u64>) -> Result<HashMap<u64, Block>> {
        let mut numbers: Vec<u64> = numbers.collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut blocks = HashMap::with_capacity(numbers.len());
        for number in numbers {
            blocks.extend(self.block(number).await?.map(|block| (number, block)));
        }
        Ok(blocks)
    }
}
