//! What the operator looks at: merchants, networks and how far they are read, and work that is stuck.

use pepay_core::id::MerchantId;
use pepay_core::merchant::Merchant;
use pepay_core::network::Network;
use pepay_core::time::Millis;
pub use pepay_store::stats::Stuck;

use crate::account::Signed;
use crate::{Engine, Error};

/// Merchants on one page.
pub const MERCHANTS_SHOWN: u64 = 50;
/// An open invoice this long past its end is stuck.
const STUCK_MS: i64 = 10 * 60_000;

/// One network, as it is read.
pub struct Reading {
    /// The network.
    pub network: Network,
    /// The last block read, and its time.
    pub block: Option<(u64, Millis)>,
    /// When the cursor last moved.
    pub moved_at: Option<Millis>,
    /// Its providers, in the order they are asked.
    pub providers: Vec<Provider>,
}

/// One provider of a network. Its host alone: the rest of the URL may hold a key.
pub struct Provider {
    /// Its host.
    pub host: String,
    /// Whether it answers well.
    pub up: bool,
    /// How fast it answers and what failed last, for people to read.
    pub detail: String,
}

/// Work that should have been done.
pub struct Backlog {
    /// Letters that wait, and since when the longest does.
    pub letters: (u64, Option<Millis>),
    /// Rows that should have moved on.
    pub stuck: Stuck,
}

impl Engine {
    /// Merchants by number, after `after`.
    pub async fn list_merchants(&self, signed: &Signed, after: Option<MerchantId>) -> Result<Vec<Merchant>, Error> {
        signed.operator()?;
        Ok(pepay_store::merchant::after(self.db().read(), after, MERCHANTS_SHOWN).await?)
    }

    /// Every network and how it is read.
    pub async fn readings(&self, signed: &Signed) -> Result<Vec<Reading>, Error> {
        signed.operator()?;
        let mut readings = Vec::new();
        for network in self.catalogue().networks() {
            let cursor = pepay_store::chain::cursor(self.db().read(), &network.id).await?;
            let health = self.0.chains.get(&network.id).map(|client| client.health()).unwrap_or_default();
            readings.push(Reading {
                network: network.clone(),
                block: cursor.as_ref().map(|cursor| (cursor.block.number, cursor.block.time)),
                moved_at: cursor.as_ref().map(|cursor| cursor.updated_at),
                providers: health.into_iter().map(provider).collect(),
            });
        }
        Ok(readings)
    }

    /// Work that waits and work that is stuck.
    pub async fn backlog(&self, signed: &Signed) -> Result<Backlog, Error> {
        signed.operator()?;
        let db = self.db().read();
        let stuck = pepay_store::stats::stuck(db, self.now(), self.now().plus_ms(-STUCK_MS)).await?;
        Ok(Backlog { letters: pepay_store::letter::backlog(db).await?, stuck })
    }
}

fn provider(health: pepay_chain::evm::RpcHealth) -> Provider {
    let pace = health.latency_ms.map_or_else(|| "not asked yet".to_owned(), |ms| format!("{ms} ms"));
    let detail = health.last_error.map_or(pace.clone(), |error| format!("{pace}; last error: {error}"));
    Provider { host: health.url_host, up: health.healthy, detail }
}
