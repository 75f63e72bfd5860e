//! Whether this node can do its work, and what is wrong when it cannot.

use crate::Engine;

/// One thing looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name, such as `database`.
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What is known of it, without secrets.
    pub detail: String,
}

/// The node's condition.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Whether requests should be sent here.
    pub ok: bool,
    /// Everything looked at. A network that cannot be read makes nothing else unusable and does not count.
    pub checks: Vec<Check>,
}

impl Engine {
    /// Looks at the database, at the event log and at every network's cursor.
    pub async fn ready(&self) -> Readiness {
        let database = self.db().ping().await;
        let ok = database.is_ok();
        let detail = database.err().map_or_else(|| "reachable".to_owned(), |error| error.to_string());
        let mut checks = vec![Check { name: "database".to_owned(), ok, detail }];
        if !ok {
            return Readiness { ok, checks };
        }
        // A node that cannot read the log leaves its streams and webhooks behind: clients do better elsewhere.
        let (ok, detail) = match self.tail().condition() {
            Ok(newest) => (true, format!("read up to number {newest}")),
            Err(trouble) => (false, trouble),
        };
        checks.push(Check { name: "events".to_owned(), ok, detail });
        checks.extend(self.network_checks().await);
        Readiness { ok, checks }
    }

    async fn network_checks(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        for network in self.catalogue().networks() {
            let cursor = pepay_store::chain::cursor(self.db().read(), &network.id).await;
            let (ok, detail) = match cursor {
                Ok(Some(cursor)) => (true, format!("read up to block {}", cursor.block.number)),
                Ok(None) => (false, "never read".to_owned()),
                Err(error) => (false, error.to_string()),
            };
            checks.push(Check { name: network.id.to_string(), ok, detail });
        }
        checks
    }
}
