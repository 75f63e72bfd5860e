//! Several providers of one chain, asked in the order they are configured, the next when one fails.

use std::sync::Arc;

use futures_util::future::join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use super::failure::Failure;
use super::rpc::{Rpc, RpcHealth};
use crate::error::{Error, Result};

/// The providers of one chain.
#[derive(Debug)]
pub(super) struct Pool {
    network: String,
    chain_id: u64,
    rpcs: Vec<Arc<Rpc>>,
    /// Bounds the requests in flight to all providers together.
    inflight: Semaphore,
}

impl Pool {
    pub(super) fn new(network: String, chain_id: u64, rpcs: Vec<Arc<Rpc>>, max_inflight: usize) -> Self {
        Self { network, chain_id, rpcs, inflight: Semaphore::new(max_inflight.max(1)) }
    }

    /// Asks every provider for its chain. Fails only when every provider serves a wrong one; those that do not answer
    /// are checked when they first do.
    pub(super) async fn verify(&self) -> Result<()> {
        join_all(self.rpcs.iter().map(|rpc| rpc.verify())).await;
        let wrong: Vec<_> = self.rpcs.iter().filter_map(|rpc| Some((rpc, rpc.wrong_chain()?))).collect();
        for (rpc, found) in &wrong {
            tracing::error!(rpc = rpc.host, "Refused a provider of {}: it serves chain {found}", self.network);
        }
        match wrong.first() {
            Some((rpc, found)) if wrong.len() == self.rpcs.len() => Err(self.wrong_chain(rpc, *found)),
            _ => Ok(()),
        }
    }

    fn wrong_chain(&self, rpc: &Rpc, found: u64) -> Error {
        Error::WrongChain { rpc: rpc.host.clone(), expected: self.chain_id, found }
    }

    /// The providers that may be asked now, in order; those that have shown block `above` come first.
    pub(super) fn usable(&self, above: u64) -> Vec<Arc<Rpc>> {
        let mut usable: Vec<_> = self.rpcs.iter().filter(|rpc| rpc.usable()).map(Arc::clone).collect();
        usable.sort_by_key(|rpc| rpc.head().is_none_or(|head| head < above));
        usable
    }

    /// Another provider than `rpc`, best one that has shown block `above`.
    pub(super) fn other_than(&self, rpc: &Rpc, above: u64) -> Option<Arc<Rpc>> {
        self.usable(above).into_iter().find(|other| !std::ptr::eq(Arc::as_ptr(other), rpc))
    }

    /// Notes that a provider contradicted itself or another, and leaves it alone for a moment where there is another.
    pub(super) fn doubt(&self, rpc: &Rpc, why: &str) {
        rpc.note(why);
        if self.other_than(rpc, 0).is_some() {
            rpc.rest();
        }
    }

    /// One call to one provider, within the bound on requests in flight.
    pub(super) async fn call_one<R: DeserializeOwned>(
        &self,
        rpc: &Rpc,
        method: &str,
        params: impl Serialize,
    ) -> Result<R, Failure> {
        let _permit = self.inflight.acquire().await.map_err(|_| Failure::down("shut down"))?;
        rpc.call(method, params).await
    }

    /// One call to the first provider that answers it.
    pub(super) async fn call<R: DeserializeOwned>(
        &self,
        above: u64,
        method: &'static str,
        params: impl Serialize,
    ) -> Result<R> {
        let mut tries = self.tries(above);
        while let Some(rpc) = tries.next() {
            match self.call_one(&rpc, method, &params).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => tries.failed(&rpc, method, failure),
            }
        }
        Err(tries.error())
    }

    pub(super) fn tries(&self, above: u64) -> Tries<'_> {
        Tries { pool: self, left: self.usable(above).into_iter(), refusal: None }
    }

    pub(super) fn health(&self) -> Vec<RpcHealth> {
        self.rpcs.iter().map(|rpc| rpc.health()).collect()
    }
}

/// Going from provider to provider until one answers.
pub(super) struct Tries<'a> {
    pool: &'a Pool,
    left: std::vec::IntoIter<Arc<Rpc>>,
    refusal: Option<Error>,
}

impl Tries<'_> {
    pub(super) fn next(&mut self) -> Option<Arc<Rpc>> {
        self.left.next()
    }

    /// All that are left to ask.
    pub(super) fn all(&self) -> Vec<Arc<Rpc>> {
        self.left.as_slice().to_vec()
    }

    /// Remembers why a provider gave no answer.
    pub(super) fn failed(&mut self, rpc: &Rpc, method: &'static str, failure: Failure) {
        match failure {
            Failure::Down { .. } => {}
            Failure::WrongChain { found } => {
                tracing::error!(rpc = rpc.host, "Refused a provider of {}: it serves chain {found}", self.pool.network);
            }
            Failure::TooMuch { message } | Failure::Missing { message } | Failure::Refused { message } => {
                self.refusal = Some(Error::Refused { rpc: rpc.host.clone(), method, message });
            }
        }
    }

    /// Why none answered: a refusal when there was one, for it will be repeated; else that none was reached.
    pub(super) fn error(self) -> Error {
        if let Some(refusal) = self.refusal {
            return refusal;
        }
        let rpcs = &self.pool.rpcs;
        if let Some((rpc, found)) = rpcs.first().and_then(|rpc| Some((rpc, rpc.wrong_chain()?)))
            && rpcs.iter().all(|rpc| rpc.wrong_chain().is_some())
        {
            return self.pool.wrong_chain(rpc, found);
        }
        let said =
            |rpc: &Arc<Rpc>| format!("{}: {}", rpc.host, rpc.last_error().unwrap_or_else(|| "backing off".into()));
        let detail = rpcs.iter().map(said).collect::<Vec<_>>().join("; ");
        Error::Unavailable { network: self.pool.network.clone(), detail }
    }
}
