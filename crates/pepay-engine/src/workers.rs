//! Everything that runs without being asked. Each worker looks at state, not at messages: started again after any
//! crash, it goes on where the database says.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::lookout::{LATE_BALANCE_MS, Lookout};
use crate::watcher::Watcher;
use crate::{Engine, Error};

/// A worker: a name for logs, and what runs until the token given at its making is cancelled.
pub struct Worker {
    /// Its name.
    pub name: String,
    /// Its work.
    pub run: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Worker {
    fn new(name: impl Into<String>, run: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { name: name.into(), run: Box::pin(run) }
    }
}

/// How often used keys are written down and old records pruned.
const HOUSEKEEPING: Duration = Duration::from_secs(30);

/// Addresses retired in one transaction; the rest follow at the next housekeeping.
const RETIRED_AT_ONCE: u64 = 1_000;

impl Engine {
    /// One watcher per network that has a client, and a lookout where its own coin is taken.
    pub fn watchers(&self, stop: &CancellationToken) -> Vec<Worker> {
        let mut workers = Vec::new();
        for id in self.catalogue().networks().iter().map(|network| &network.id) {
            let read = Arc::new(Notify::new());
            let watcher = Watcher::new(self, id, Arc::clone(&read));
            workers.extend(watcher.map(|it| Worker::new(format!("watch {id}"), it.run(stop.clone()))));
            let lookout = Lookout::new(self, id, read);
            workers.extend(lookout.map(|it| Worker::new(format!("look {id}"), it.run(stop.clone()))));
        }
        workers
    }

    /// What every node needs, whatever its roles: the tail of the event log, and who is told of it.
    pub fn followers(&self, stop: &CancellationToken) -> Vec<Worker> {
        vec![
            Worker::new("tail", self.clone().run_tail(stop.clone())),
            Worker::new("webhook directory", self.clone().run_webhook_directory(stop.clone())),
        ]
    }

    /// What delivers webhooks: any number of nodes may run it.
    pub fn deliverers(&self, stop: &CancellationToken) -> Vec<Worker> {
        vec![
            Worker::new("deliver", self.clone().run_deliveries(stop.clone())),
            Worker::new("count deliveries", self.clone().run_webhook_gauges(stop.clone())),
        ]
    }

    /// The expirer, manual verifications, letters and housekeeping: any number of nodes may run them.
    pub fn tickers(&self, stop: &CancellationToken) -> Vec<Worker> {
        vec![
            Worker::new("expire", self.clone().run_expiry(stop.clone())),
            Worker::new("verify", self.clone().run_verifications(stop.clone())),
            Worker::new("mail", self.clone().run_mail(stop.clone())),
            Worker::new("housekeeping", self.clone().run_housekeeping(stop.clone())),
        ]
    }

    async fn run_housekeeping(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(HOUSEKEEPING) => {}
            }
            self.keep_house().await;
        }
        self.write_down_used_keys().await;
    }

    /// Stops looking at the balances of invoices that ended long ago.
    async fn retire_native(&self) -> Result<(), Error> {
        let before = self.now().plus_ms(-LATE_BALANCE_MS);
        for network in self.catalogue().networks() {
            let tx = self.db().begin("workers.retire_native").await?;
            pepay_store::deposit::retire_native(&tx, &network.id, before, RETIRED_AT_ONCE).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn write_down_used_keys(&self) {
        if let Err(error) = self.record_used_keys().await {
            tracing::warn!(%error, "Could not record key use");
        }
    }

    async fn keep_house(&self) {
        self.write_down_used_keys().await;
        let before = self.now().plus_ms(-pepay_core::idempotency::KEPT_MS);
        if let Err(error) = self.prune_idempotency(before).await {
            tracing::warn!(%error, "Could not prune idempotency keys");
        }
        if let Err(error) = self.prune_events().await {
            tracing::warn!(%error, "Could not prune events");
        }
        if let Err(error) = self.prune_webhooks().await {
            tracing::warn!(%error, "Could not prune webhook deliveries");
        }
        if let Err(error) = self.prune_accounts().await {
            tracing::warn!(%error, "Could not prune failed sign-ins and links");
        }
        if let Err(error) = self.retire_native().await {
            tracing::warn!(%error, "Could not retire addresses of invoices that ended long ago");
        }
    }
}
