//! A running node: database, engine, workers and listener, put together from the configuration and taken apart again.
//!
//! The address is bound first, so that a second node on it fails before it touches anything, and no chain node is
//! asked anything before requests are answered. Stopping lets requests and workers finish, then the writer, then the
//! database: nothing acknowledged is lost, and `kill -9` instead only costs the finishing.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use metrics_exporter_prometheus::PrometheusHandle;
use pepay_chain::evm::deploy;
use pepay_core::credential::ServerKey;
use pepay_core::forwarder::Factory;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_engine::clock::{Clock, SystemClock};
use pepay_engine::faucet::Faucet;
use pepay_engine::mail::Post;
use pepay_engine::rates::Rates;
use pepay_engine::workers::Worker;
use pepay_engine::{Engine, Fee, Parts, Settings};
use pepay_store::db::{ConnectOptions, Db};
use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::chains;
use crate::config::Config;
use crate::config::server::Role;
use crate::post::Mailman;
use crate::{listener, prices};

/// What the writer has beyond the patience for everything else: time for one batch.
const LAST_BATCH: Duration = Duration::from_secs(1);
/// How often the metrics recorder tidies up.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// What a node gets beside its configuration.
#[derive(Default)]
pub struct Options {
    /// Renders `/metrics`.
    pub metrics: Option<PrometheusHandle>,
    /// Pays from a devnet account; only `pepay dev` has one.
    pub faucet: Option<Arc<dyn Faucet>>,
    /// The time; the machine's clock when `None`.
    pub clock: Option<Arc<dyn Clock>>,
    /// Where to listen; bound from the configuration when `None`.
    pub listener: Option<TcpListener>,
    /// The database, migrated; connected from the configuration when `None`.
    pub db: Option<Db>,
    /// Development chains that were thrown away since they were last read.
    pub lost_chains: Vec<NetworkId>,
}

/// A node that runs until it is stopped.
pub struct Node {
    engine: Engine,
    db: Db,
    address: SocketAddr,
    stop: CancellationToken,
    // Cancelled when a task panics.
    failed: CancellationToken,
    tasks: TaskTracker,
    writer: TaskTracker,
    patience: Duration,
}

impl Node {
    /// Starts everything that the configuration asks for. Requests are answered when this returns.
    pub async fn start(config: &Config, options: Options) -> anyhow::Result<Self> {
        let began = std::time::Instant::now();
        let listener = match options.listener {
            Some(listener) => listener,
            None => listen(config.server.listen).await?,
        };
        let address = listener.local_addr().context("could not tell the own address")?;
        let server_key = config.secrets.server_key()?;
        let catalogue = Arc::new(config.catalogue(newest_factory())?);
        let db = match options.db {
            Some(db) => db,
            None => open(config).await?,
        };
        let clock = options.clock.unwrap_or_else(|| Arc::new(SystemClock));
        check_server_key(&db, &server_key, clock.now()).await?;
        let rates = Arc::new(Rates::default());
        prices::fix(config, &catalogue, &rates);
        let parts = Parts {
            db: db.clone(),
            clock,
            rng: StdRng::from_os_rng(),
            server_key,
            rates,
            chains: chains::clients(config, &catalogue)?,
            faucet: options.faucet,
            post: Mailman::new(&config.mail)?.map(|mailman| Arc::new(mailman) as Arc<dyn Post>),
            settings: settings(config)?,
            catalogue,
        };
        let (engine, writer) = Engine::new(parts);
        let node = Self {
            engine,
            db,
            address,
            stop: CancellationToken::new(),
            failed: CancellationToken::new(),
            tasks: TaskTracker::new(),
            writer: TaskTracker::new(),
            patience: Duration::from_secs(config.server.shutdown_s),
        };
        node.watch_over(&node.writer, writer.run());
        for network in &options.lost_chains {
            node.engine.forget_chain(network).await?;
        }
        node.start_workers(config)?;
        node.start_http(config, listener, options.metrics);
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(%address, took_ms, "Listening on {address}");
        Ok(node)
    }

    /// The application, for those who start nodes in tests and tools.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs until `stop`, then stops. An error when a worker panicked: whoever supervises the program starts it again.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let failed = self.failed.clone().cancelled_owned();
        let healthy = tokio::select! {
            () = stop => true,
            () = failed => false,
        };
        self.stop().await?;
        anyhow::ensure!(healthy, "a worker panicked, see the log; nothing is lost, start the node again");
        Ok(())
    }

    /// Lets requests and workers finish, within `server.shutdown_s`, and closes the database.
    pub async fn stop(self) -> anyhow::Result<()> {
        tracing::info!("Stopping: requests and workers finish");
        self.stop.cancel();
        self.tasks.close();
        let end = tokio::time::Instant::now() + self.patience;
        let drained = tokio::time::timeout_at(end, self.tasks.wait()).await.is_ok();
        // The writer ends when nobody can ask it for anything any more.
        drop(self.engine);
        self.writer.close();
        let written = tokio::time::timeout_at(end + LAST_BATCH, self.writer.wait()).await.is_ok();
        self.db.close().await?;
        if drained && written {
            tracing::info!("Stopped");
        } else {
            tracing::warn!(
                "Stopped with work unfinished after {} s; it goes on at the next start",
                self.patience.as_secs()
            );
        }
        Ok(())
    }

    fn start_workers(&self, config: &Config) -> anyhow::Result<()> {
        // Every node quotes, so every node needs prices.
        if let Some(quoter) = prices::quoter(config, self.engine.catalogue())? {
            let (engine, stop) = (self.engine.clone(), self.stop.clone());
            self.tasks.spawn(async move {
                // A feed that hangs must not hold up the end.
                let quoting = quoter.run(engine, stop.clone());
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = quoting => {}
                }
            });
        }
        self.engine.followers(&self.stop).into_iter().for_each(|worker| self.run(worker));
        if config.server.roles.contains(&Role::Watch) {
            let workers = self.engine.watchers(&self.stop).into_iter().chain(self.engine.tickers(&self.stop));
            workers.for_each(|worker| self.run(worker));
        }
        if config.server.roles.contains(&Role::Deliver) {
            self.engine.deliverers(&self.stop).into_iter().for_each(|worker| self.run(worker));
        }
        Ok(())
    }

    fn run(&self, worker: Worker) {
        tracing::debug!(worker.name, "Starting {}", worker.name);
        self.watch_over(&self.tasks, worker.run);
    }

    // A worker that panics would leave its network unread while everything else looks well: the node fails instead.
    fn watch_over(&self, tracker: &TaskTracker, work: impl Future<Output = ()> + Send + 'static) {
        let alarm = self.failed.clone().drop_guard();
        tracker.spawn(async move {
            work.await;
            alarm.disarm();
        });
    }

    fn start_http(&self, config: &Config, socket: TcpListener, metrics: Option<PrometheusHandle>) {
        let render = metrics.filter(|_| config.server.metrics);
        if let Some(handle) = render.clone() {
            self.tasks.spawn(keep_metrics(handle, self.stop.clone()));
        }
        let life = (self.stop.clone(), self.tasks.clone());
        let router = crate::http::router(config, self.engine.clone(), render, life);
        self.tasks.spawn(listener::serve(socket, router, self.stop.clone()));
    }
}

async fn keep_metrics(handle: PrometheusHandle, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(METRICS_UPKEEP) => handle.run_upkeep(),
        }
    }
}

/// Binds `address`; an error that says what to do when it is taken.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    // Sets SO_REUSEADDR: a restart need not wait for old connections to time out.
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "port {} on {} is taken by another program; stop it, or choose another port (server.listen, or --port of \
             `pepay dev`)",
            address.port(),
            address.ip()
        ),
        _ => anyhow::Error::new(error).context(format!("could not listen on {address}")),
    })
}

/// The deposit-address factory of the newest contracts.
///
/// # Panics
/// Never: the newest version exists.
pub fn newest_factory() -> Factory {
    deploy::factory(deploy::VERSION).expect("the newest version exists")
}

/// Connects to the configured database.
pub async fn connect(config: &Config) -> anyhow::Result<Db> {
    let url = config.database.url()?;
    let options = ConnectOptions { max_connections: config.database.max_connections, ..ConnectOptions::default() };
    let open = Db::connect(url.reveal(), options).await;
    open.with_context(|| format!("could not open the database {url:?} (database.url)"))
}

/// Brings the schema up to date.
pub async fn migrate(db: &Db) -> anyhow::Result<()> {
    db.migrate().await.context("could not bring the database schema up to date")
}

/// Fails when the schema is older than this program, or was never made, and tells what to do.
pub async fn check_schema(db: &Db) -> anyhow::Result<()> {
    let schema = pepay_store::inspect::schema(db).await.context("the schema of the database can not be read")?;
    anyhow::ensure!(
        schema.pending.is_empty(),
        "the database has no usable schema ({} to be applied); run `pepay migrate` first",
        schema.pending.join(", ")
    );
    Ok(())
}

// With another key payment links end, and letters and webhooks fail that would wait otherwise.
async fn check_server_key(db: &Db, key: &ServerKey, now: Millis) -> anyhow::Result<()> {
    anyhow::ensure!(
        pepay_engine::server_key::admit(db, key, now).await?,
        "the database was written with another server key; give that one (secrets.server_key), or, to change it, stop \
         every node and run `pepay admin accept-server-key`"
    );
    Ok(())
}

async fn open(config: &Config) -> anyhow::Result<Db> {
    let db = connect(config).await?;
    if config.database.migrate {
        migrate(&db).await?;
    } else {
        check_schema(&db).await?;
    }
    Ok(db)
}

/// 32 fresh random bytes in hex, as `secrets.server_key` wants them.
pub fn new_server_key(rng: &mut StdRng) -> String {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// Resolves at the first SIGTERM or SIGINT after this call.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut int = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

fn settings(config: &Config) -> anyhow::Result<Settings> {
    let it = &config.settlement;
    let defaults = [(Environment::Devnet, it.devnet_token), (Environment::Mainnet, it.mainnet_token)];
    let token = |(environment, id): (Environment, Option<i64>)| Some((environment, pepay_core::id::TokenId(id?)));
    Ok(Settings {
        fee: it.fee()?.map(|(bps, receiver)| Fee { bps, receiver }),
        default_settlement: defaults.into_iter().filter_map(token).collect(),
        default_tolerance: it.tolerance()?,
        base_url: config.server.base_url.clone(),
        sign_up: config.accounts.sign_up,
        verify_email: config.accounts.verify_email,
        embed_origins: config.server.embed_origins()?,
        retention_days: config.events.retention(),
        webhooks: config.webhooks.settings()?,
    })
}
