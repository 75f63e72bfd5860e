//! Webhook deliveries to a local receiver, each recorded durably: the real engine, database and client, in one process
//! with a receiver that does nothing but answer.
//!
//! First many events are written and only then the workers start: how long until every delivery is recorded as
//! taken. Then invoices come one batch at a time, at a pace that leaves the machine half idle: how long from the
//! acknowledged commit of each to its arrival. Then the same beside a second endpoint, in turns one that answers and one
//! that falls silent, whose attempts time out and whose breaker opens meanwhile: what its silence costs the first one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use pepay_core::account::Role;
use pepay_core::credential::ServerKey;
use pepay_core::id::EndpointId;
use pepay_core::merchant::{Permission, SettlementPreference};
use pepay_core::money::BasisPoints;
use pepay_core::network::Environment;
use pepay_core::token::Catalogue;
use pepay_engine::auth::{Caller, Person, Via};
use pepay_engine::clock::{Clock as _, SystemClock};
use pepay_engine::webhook::Settings as Webhooks;
use pepay_engine::{Engine, Parts, Settings, operator, rates::Rates};
use pepay_outbound::{Allowed, Client, Policy};
use pepay_store::db::{ConnectOptions, Db};
use pepay_store::merchant::NewMerchant;
use pepay_store::webhook::lane::{self, Lane};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::load;
use crate::receiver::Receiver;

/// Invoices written in one commit while the backlog is made.
const BATCH: u32 = 500;
/// Invoices of one commit in a paced part.
const PACED: u32 = 10;
/// Commits of a paced part, and of one without a second endpoint's silence while connections are made.
const PACES: u32 = 300;
const WARM_UP: u32 = 20;
/// Pause between two of them.
const PAUSE: Duration = Duration::from_millis(10);
/// Paced parts beside each kind of second endpoint. So many that the slowest hundredth is not one stall of the disk.
const TURNS: usize = 3;
/// When an attempt is given up: early enough that a silent endpoint's breaker opens within a part.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The measured engine, the merchant's owner, and the receiver whose deliveries count.
struct Bench {
    db: Db,
    engine: Engine,
    owner: Caller,
    first: Receiver,
    rng: StdRng,
}

pub(crate) fn run(url: &str, events: u32) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(url, events))
}

async fn measure(url: &str, events: u32) -> anyhow::Result<String> {
    let mut bench = Bench::open(url).await?;
    let (mut workers, stop) = (JoinSet::new(), CancellationToken::new());
    bench.subscribe(bench.first.url()).await?;
    for _ in (0..events).step_by(BATCH as usize) {
        bench.write(BATCH).await?;
    }
    for worker in bench.engine.followers(&stop).into_iter().chain(bench.engine.deliverers(&stop)) {
        workers.spawn(worker.run);
    }
    let began = Instant::now();
    bench.all_taken(events as usize).await?;
    let rate = u128::from(events) * 1_000 / began.elapsed().as_millis().max(1);
    let alone = bench.paced(PACES).await?;
    let (mut living, mut dead) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        living.extend(bench.beside(false).await?);
        dead.extend(bench.beside(true).await?);
    }
    stop.cancel();
    let [(p50, p99), (_, living), (_, dead)] = [alone, living, dead].map(spread);
    Ok(format!("{rate} {p50} {p99} {living} {dead}"))
}

/// The middle and the 99th of a hundred, in microseconds.
fn spread(mut delays: Vec<Duration>) -> (u128, u128) {
    delays.sort_unstable();
    let of = |share: usize| delays.get(delays.len() * share / 100).map_or(0, Duration::as_micros);
    (of(50), of(99))
}

impl Bench {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let db = Db::connect(url, ConnectOptions { max_connections: 16, ..ConnectOptions::default() }).await?;
        db.migrate().await?;
        let (engine, owner, first) = (engine(db.clone())?, owner(&db).await?, Receiver::open().await?);
        Ok(Self { db, engine, owner, first, rng: StdRng::seed_from_u64(5) })
    }

    async fn subscribe(&self, url: &str) -> anyhow::Result<EndpointId> {
        let request = pepay_wire::CreateWebhook::parse(format!(r#"{{"url":"{url}"}}"#).as_bytes());
        let request = request.map_err(|problem| anyhow::anyhow!(problem.message))?;
        let made = self.engine.create_webhook(&self.owner, request, None).await.context("the endpoint can be made")?;
        Ok(made.webhook.id)
    }

    async fn write(&mut self, count: u32) -> anyhow::Result<Vec<String>> {
        let (now, merchant) = (SystemClock.now(), self.owner.merchant);
        let batch = (0..count).map(|n| load::invoice(merchant, n, now, &mut self.rng));
        let batch = batch.collect::<anyhow::Result<Vec<_>>>()?;
        let ids = batch.iter().map(|new| new.invoice.id.to_string()).collect();
        for outcome in self.db.hot().create(batch).await {
            outcome?;
        }
        Ok(ids)
    }

    async fn paced(&mut self, paces: u32) -> anyhow::Result<Vec<Duration>> {
        let mut committed = Vec::new();
        for _ in 0..paces {
            for id in self.write(PACED).await? {
                committed.push((id, Instant::now()));
            }
            tokio::time::sleep(PAUSE).await;
        }
        let began = Instant::now();
        loop {
            if let Some(delays) = self.first.delays(&committed) {
                return Ok(delays);
            }
            ensure!(began.elapsed() < PATIENCE, "not every delivery arrived");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A paced part beside a second endpoint, which is gone afterwards with all that waits for it.
    async fn beside(&mut self, silent: bool) -> anyhow::Result<Vec<Duration>> {
        let second = Receiver::open().await?;
        let id = self.subscribe(second.url()).await?;
        self.paced(WARM_UP).await?;
        if silent {
            second.fall_silent();
        }
        let delays = self.paced(PACES).await?;
        self.engine.delete_webhook(&self.owner, id).await?;
        drop(second);
        self.all_taken(0).await?;
        Ok(delays)
    }

    /// Until so many events have arrived and nothing waits to be recorded.
    async fn all_taken(&self, events: usize) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let arrived = self.first.count();
            if arrived >= events
                && lane::count(self.db.read(), Lane::Fresh, 1).await? == 0
                && lane::count(self.db.read(), Lane::Retry, 1).await? == 0
            {
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "{arrived} of {events} deliveries arrived");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn engine(db: Db) -> anyhow::Result<Engine> {
    let allow = Allowed::loopback();
    let client = Client::new(Policy { allow, connect_timeout: TIMEOUT, timeout: TIMEOUT, ..Policy::default() })?;
    let parts = Parts {
        db,
        catalogue: Arc::new(Catalogue::new(Vec::new(), Vec::new())?),
        clock: Arc::new(SystemClock),
        rng: StdRng::from_os_rng(),
        server_key: ServerKey::new([7; 32]),
        rates: Arc::new(Rates::default()),
        chains: HashMap::new(),
        faucet: None,
        post: None,
        settings: Settings {
            fee: None,
            default_settlement: HashMap::new(),
            retention_days: None,
            default_tolerance: BasisPoints::new(0)?,
            embed_origins: Vec::new(),
            base_url: String::new(),
            sign_up: false,
            verify_email: false,
            // What the second endpoint leaves behind is free again soon.
            webhooks: Webhooks { attempt_ms: 3_000, lease_ms: 4_000, ..Webhooks::new(client) },
        },
    };
    Ok(Engine::new(parts).0)
}

async fn owner(db: &Db) -> anyhow::Result<Caller> {
    let new = NewMerchant {
        name: "Bench".to_owned(),
        email: "bench@example.com".to_owned(),
        settlement_preference: SettlementPreference::default(),
        settlement_token: None,
        tolerance: BasisPoints::new(0)?,
        created_at: SystemClock.now(),
    };
    let merchant = operator::create_merchant(db, &new, &mut StdRng::from_os_rng()).await?;
    let (environment, permission) = (Environment::Devnet, Permission::ReadWrite);
    let person = Person { user: None, role: Role::Owner };
    Ok(Caller { merchant, environment, permission, via: Via::Dashboard(person), ip: None })
}
