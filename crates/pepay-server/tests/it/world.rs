//! The world a scenario plays in, and the actors it speaks of.
//!
//! Every world has its own database, chains, port and directory, so that tests share nothing. Dropping it ends what
//! it started, by process id; a scenario that failed shows the end of each server's log.

use std::time::Duration;

use pepay_core::network::{Environment, NetworkId};
use serde_json::json;
use tempfile::TempDir;

mod api;
mod audit;
mod chain;
mod config;
mod contracts;
mod database;
mod merchant;
mod payor;
mod proxy;
mod server;
mod wait;

pub(crate) use api::{Answer, Api};
pub(crate) use chain::{Chain, Token};
pub(crate) use config::dead_url;
pub(crate) use database::Database;
pub(crate) use merchant::{Invoice, Merchant, create_body};
pub(crate) use payor::{Payor, Quote};
pub(crate) use proxy::{Mode, Proxy};
pub(crate) use server::Server;
pub(crate) use wait::{until, wait_for};

/// Blocks a payment must lie deep, its own included, unless a scenario says otherwise.
pub(crate) const DEPTH: u64 = 3;

/// What a scenario wants otherwise than usual.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// RPC urls tried before the real node of `base`.
    pub(crate) before_base: Vec<String>,
    /// Whether the server reaches `base` only through a proxy the scenario controls.
    pub(crate) proxied: bool,
    /// Which logs are read: `any` or `listed`.
    pub(crate) logs: &'static str,
    /// The depth table, as in the configuration.
    pub(crate) confirmations: String,
    /// Whether an address is confirmed by letter before its account exists.
    pub(crate) verify_email: bool,
    /// How webhooks are sent, as in the configuration.
    pub(crate) webhooks: String,
    /// Further sections of the configuration.
    pub(crate) sections: String,
    /// How letters go out, as in the configuration.
    pub(crate) mail: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            before_base: Vec::new(),
            proxied: false,
            logs: "any",
            confirmations: format!("above = {DEPTH}"),
            verify_email: false,
            sections: String::new(),
            mail: "directory = \"mail\"".to_owned(),
            webhooks: "allow = [\"127.0.0.1\"]".to_owned(),
        }
    }
}

/// Chains, a database, a server and its users.
pub(crate) struct World {
    /// The chain of network `base`.
    pub(crate) base: Chain,
    /// The chain of network `bsc`.
    pub(crate) bsc: Chain,
    /// Between the server and `base`, when the scenario asked for it.
    pub(crate) proxy: Option<Proxy>,
    /// A merchant with a wallet on both chains.
    pub(crate) merchant: Merchant,
    /// Whoever pays.
    pub(crate) payor: Payor,
    /// The program.
    pub(crate) server: Server,
    pub(crate) books: database::Books,
    pub(crate) files: config::Files,
    audited: bool,
    // After everything that writes into it.
    _directory: TempDir,
}

impl World {
    /// The usual world.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, Options::default()).await
    }

    /// A world with some things otherwise.
    pub(crate) async fn start_with(database: Database, options: Options) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let (base, bsc, books) = tokio::join!(
            Chain::start("base", 31_337),
            Chain::start("bsc", 31_338),
            database::Books::open(database, directory.path()),
        );
        let proxy = if options.proxied { Some(Proxy::start(base.url()).await) } else { None };
        let files = config::Files::new(directory.path(), &books, &options, [&base, &bsc], proxy.as_ref());
        let merchant = Merchant::found(&books, files.api(), "Acme").await;
        let payor = Payor::new(files.api());
        let server = Server::start(&files, "first").await;
        let world =
            Self { base, bsc, proxy, merchant, payor, server, books, files, audited: false, _directory: directory };
        for chain in [&world.base, &world.bsc] {
            world.watched(chain).await;
        }
        world
    }

    // A watcher begins at the head: what is paid before it does is paid before the installation existed.
    async fn watched(&self, chain: &Chain) {
        let network = NetworkId::new(Environment::Devnet, chain.name);
        wait_for(format!("{network} to be watched"), async || {
            let cursor =
                pepay_store::chain::cursor(self.books.db.read(), &network).await.expect("the cursor can be read");
            cursor.map(drop).ok_or("not yet")
        })
        .await;
    }

    /// The proxy of a scenario that asked for one.
    pub(crate) fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("the scenario asked for a proxy")
    }

    /// A second merchant.
    pub(crate) async fn another_merchant(&self) -> Merchant {
        Merchant::found(&self.books, self.files.api(), "Rival").await
    }

    /// Ends the server as a power cut would, and waits until it is gone.
    pub(crate) async fn kill_server(&mut self) {
        self.server.kill().await;
    }

    /// Starts the server again on the same data.
    pub(crate) async fn restart_server(&mut self) {
        self.server = Server::start(&self.files, "again").await;
    }

    /// An invoice without an address that ends when `invoice` does or later: once it has expired, every invoice that
    /// was due before has been judged.
    pub(crate) async fn canary(&self, life_ms: u64) -> Invoice {
        self.merchant.create_with("1.00", &json!({ "expires_in": life_ms, "description": "canary" })).await
    }

    /// Ends the server as an operator does.
    pub(crate) async fn stop_server(&mut self) {
        self.server.stop().await;
    }

    /// Ends a scenario that made up events which tell of nothing.
    pub(crate) fn end(mut self) {
        self.audited = true;
    }

    /// Checks the books. Every scenario ends with it.
    pub(crate) async fn audit(mut self) {
        self.audited = true;
        audit::audit(&self).await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.audited, "a scenario ends with an audit");
        }
    }
}

/// How long anything may take before a test gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
