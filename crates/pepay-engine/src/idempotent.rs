//! Idempotency of writes other than invoice creation, which the group-commit writer handles itself.
//!
//! The answer is recorded after the act, in a transaction of its own: so the act itself must be safe to
//! repeat, and every act behind this wrapper is. What the record adds is the same answer to the same key.

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pepay_core::id::MerchantId;
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::network::Environment;

use crate::{Engine, Error};

/// Whose key, for what.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The merchant.
    pub merchant: MerchantId,
    /// The environment.
    pub environment: Environment,
    /// The endpoint with its object, such as `invoices.cancel 0198…`.
    pub endpoint: String,
}

/// An answer as it was or is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: String,
    /// Whether it was given before.
    pub replayed: bool,
}

/// Keys whose first request is running. On another node the same key acts too, which is safe: see above.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<HashSet<(MerchantId, Environment, String, Key)>>);

/// Leaves when it is dropped, whatever became of the request.
struct Running<'a> {
    all: &'a InFlight,
    this: (MerchantId, Environment, String, Key),
}

impl InFlight {
    fn enter(&self, scope: &Scope, key: &Key) -> Option<Running<'_>> {
        let this = (scope.merchant, scope.environment, scope.endpoint.clone(), key.clone());
        self.keys().insert(this.clone()).then_some(Running { all: self, this })
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<(MerchantId, Environment, String, Key)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.all.keys().remove(&self.this);
    }
}

impl Engine {
    /// Gives the recorded answer of `key`, or acts and records. `KeyReused` when the key came with another body,
    /// `InProgress` while the first request with it is still running on this node.
    /// Failures are not recorded, so they can be tried again.
    pub async fn idempotent<F>(
        &self,
        scope: &Scope,
        key: Key,
        fingerprint: Fingerprint,
        act: F,
    ) -> Result<Answer, Error>
    where
        F: Future<Output = Result<(u16, String), Error>>,
    {
        let _running = self.0.in_flight.enter(scope, &key).ok_or(Error::InProgress)?;
        if let Some(answer) = self.recorded(scope, &key, fingerprint).await? {
            return Ok(answer);
        }
        let (status, body) = act.await?;
        let record = pepay_store::idempotency::Record { fingerprint, status, body: body.clone() };
        let tx = self.db().begin("idempotent.record").await?;
        match pepay_store::idempotency::insert(
            &tx,
            (scope.merchant, scope.environment),
            &scope.endpoint,
            &key,
            &record,
            self.now(),
        )
        .await
        {
            Ok(()) => tx.commit().await?,
            // Somebody else finished first with the same key: theirs is the answer.
            Err(pepay_store::Error::KeyReused) => {
                drop(tx);
                return self.recorded(scope, &key, fingerprint).await?.ok_or(Error::InProgress);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(Answer { status, body, replayed: false })
    }

    async fn recorded(&self, scope: &Scope, key: &Key, fingerprint: Fingerprint) -> Result<Option<Answer>, Error> {
        let owner = (scope.merchant, scope.environment);
        let record = pepay_store::idempotency::find(self.db().read(), owner, &scope.endpoint, key).await?;
        match record {
            Some(record) if record.fingerprint == fingerprint => {
                Ok(Some(Answer { status: record.status, body: record.body, replayed: true }))
            }
            Some(_) => Err(Error::KeyReused),
            None => Ok(None),
        }
    }
}

/// Records removed in one transaction.
const PRUNED_AT_ONCE: u64 = 1_000;

impl Engine {
    pub(crate) async fn prune_idempotency(&self, before: pepay_core::time::Millis) -> Result<(), Error> {
        loop {
            let tx = self.db().begin("idempotent.prune").await?;
            let pruned = pepay_store::idempotency::prune(&tx, before, PRUNED_AT_ONCE).await?;
            tx.commit().await?;
            if pruned < PRUNED_AT_ONCE {
                return Ok(());
            }
        }
    }
}
