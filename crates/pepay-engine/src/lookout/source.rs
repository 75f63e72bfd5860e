//! Flushes of the addresses that await a network's own coin, read from its chain.

use std::collections::HashSet;

use alloy_primitives::Address as EvmAddress;
use pepay_chain::evm::{self, Flush};
use pepay_core::address::Address;
use pepay_core::network::NetworkId;

use super::LATE_BALANCE_MS;
use super::flushes::{ADDRESSES_AT_ONCE, Source};
use crate::{Engine, Error};

/// The chain, and what is known of the addresses on it.
pub(super) struct Chain<'a> {
    pub(super) engine: &'a Engine,
    pub(super) network: &'a NetworkId,
    pub(super) client: &'a evm::Client,
}

impl Source for Chain<'_> {
    async fn all(&self, from: u64, to: u64) -> Result<Vec<Flush>, Error> {
        match self.client.native_flushes(&[], from, to).await {
            Ok(all) => self.ours(all).await,
            // Some providers give logs only of addresses they are told.
            Err(pepay_chain::Error::Refused { .. }) => self.of_open(from, to).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn of(&self, addresses: &[EvmAddress], from: u64, to: u64) -> Result<Vec<Flush>, Error> {
        Ok(self.client.native_flushes(addresses, from, to).await?)
    }
}

impl Chain<'_> {
    async fn ours(&self, flushes: Vec<Flush>) -> Result<Vec<Flush>, Error> {
        let mut who: Vec<Address> = flushes.iter().map(|flush| Address::Evm(flush.address)).collect();
        who.sort_unstable();
        who.dedup();
        let (db, environment) = (self.engine.db().read(), self.network.environment());
        let deposits = pepay_store::deposit::by_addresses(db, environment, &who).await?;
        let ours = deposits.into_iter().filter(|it| it.network == *self.network && it.native);
        let ours: HashSet<Address> = ours.map(|it| it.address).collect();
        Ok(flushes.into_iter().filter(|flush| ours.contains(&Address::Evm(flush.address))).collect())
    }

    async fn of_open(&self, from: u64, to: u64) -> Result<Vec<Flush>, Error> {
        let limit = u64::try_from(ADDRESSES_AT_ONCE).unwrap_or(u64::MAX);
        let (db, since) = (self.engine.db().read(), self.engine.now().plus_ms(-LATE_BALANCE_MS));
        let (mut after, mut flushes) = (None, Vec::new());
        loop {
            let some = pepay_store::deposit::native_open(db, self.network, after, since, limit).await?;
            let Some(last) = some.last() else {
                return Ok(flushes);
            };
            after = Some(*last);
            let accounts: Vec<EvmAddress> = some.iter().filter_map(Address::evm).collect();
            flushes.extend(self.client.native_flushes(&accounts, from, to).await?);
        }
    }
}
