//! Work that only one node at a time may do.
//!
//! Whoever holds the lease renews it while it works; when it dies, another takes over once it has run out.

use crate::{Engine, Error};

/// How long a dead node's work stays undone before another takes it over.
const LEASE_MS: i64 = 15_000;

/// A claim to the work called `name`.
pub(crate) struct Lease {
    engine: Engine,
    name: String,
    owner: String,
    until: i64,
}

impl Lease {
    /// A claim nobody has granted yet.
    pub(crate) fn new(engine: &Engine, name: String) -> Self {
        // Where nobody else can be, a killed node's lease is our own: nothing waits for it to run out.
        let owner = if engine.db().is_shared() {
            engine.random(rand_core::RngCore::next_u64).to_string()
        } else {
            "only".to_owned()
        };
        Self { engine: engine.clone(), name, owner, until: 0 }
    }

    /// Takes or renews it; `false` while another node has it.
    pub(crate) async fn held(&mut self) -> Result<bool, Error> {
        let now = self.engine.now();
        if now.0 < self.until - LEASE_MS / 2 {
            return Ok(true);
        }
        let tx = self.engine.db().begin("lease.held").await?;
        let held = pepay_store::chain::lease(&tx, &self.name, &self.owner, now, LEASE_MS).await?;
        tx.commit().await?;
        self.until = if held { now.0 + LEASE_MS } else { 0 };
        Ok(held)
    }

    /// Gives it up, so that another node need not wait.
    pub(crate) async fn release(&self) {
        if self.until == 0 {
            return;
        }
        let released = async {
            let tx = self.engine.db().begin("lease.release").await?;
            pepay_store::chain::release(&tx, &self.name, &self.owner).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(%error, "Could not release the lease {}", self.name);
        }
    }
}
