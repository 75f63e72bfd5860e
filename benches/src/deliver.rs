//! Webhook deliveries to a local receiver, each recorded durably: the real engine, database and client, in one process
//! with a receiver that does nothing but answer.
//!
//! First many events are written and only then the workers start: how long until every delivery is recorded as
//! taken. Then invoices come one batch at a time, at a pace that leaves the machine half idle: how long from the
//! acknowledged commit of each to its arrival. Then the same beside a second endpoint, first while that answers and
//! then while it does not: what its silence costs the first one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use pepay_core::account::Role;
use pepay_core::credential::ServerKey;
use pepay_core::id::MerchantId;
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
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::load;

/// Invoices written in one commit while the backlog is made.
const BATCH: u32 = 500;
/// Invoices of one commit in the paced part, and how many there are.
const PACED: u32 = 10;
const PACES: u32 = 300;
/// Pause between two of them.
const PAUSE: Duration = Duration::from_millis(20);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// When each event's invoice arrived, by its id.
type Arrivals = Arc<Mutex<HashMap<String, Instant>>>;

pub(crate) fn run(url: &str, events: u32) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(url, events))
}

async fn measure(url: &str, events: u32) -> anyhow::Result<String> {
    let db = Db::connect(url, ConnectOptions { max_connections: 16, ..ConnectOptions::default() }).await?;
    db.migrate().await?;
    let (arrivals, mut tasks, stop) = (Arrivals::default(), JoinSet::new(), CancellationToken::new());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let hook = format!("http://{}/hook", listener.local_addr()?);
    tasks.spawn(receive(listener, Arc::clone(&arrivals), Arc::default()));
    let second = TcpListener::bind(("127.0.0.1", 0)).await?;
    let second_hook = format!("http://{}/hook", second.local_addr()?);
    let silent = Arc::new(AtomicBool::new(false));
    tasks.spawn(receive(second, Arrivals::default(), Arc::clone(&silent)));
    let engine = engine(db.clone())?;
    let owner = owner(&db).await?;
    let merchant = owner.merchant;
    subscribe(&engine, &owner, &hook).await?;
    let mut rng = StdRng::seed_from_u64(5);
    for _ in (0..events).step_by(BATCH as usize) {
        write(&db, merchant, BATCH, &mut rng).await?;
    }
    for worker in engine.followers(&stop).into_iter().chain(engine.deliverers(&stop)) {
        tasks.spawn(worker.run);
    }
    let began = Instant::now();
    all_taken(&db, &arrivals, events as usize).await?;
    let rate = u128::from(events) * 1_000 / began.elapsed().as_millis().max(1);
    let alone = paced(&db, merchant, &arrivals, &mut rng).await?;
    subscribe(&engine, &owner, &second_hook).await?;
    let beside_living = paced(&db, merchant, &arrivals, &mut rng).await?;
    silent.store(true, Ordering::Relaxed);
    let beside_dead = paced(&db, merchant, &arrivals, &mut rng).await?;
    stop.cancel();
    let [(p50, p99), (_, living), (_, dead)] = [alone, beside_living, beside_dead].map(spread);
    Ok(format!("{rate} {p50} {p99} {living} {dead}"))
}

/// The middle and the 99th of a hundred, in microseconds.
fn spread(mut delays: Vec<Duration>) -> (u128, u128) {
    delays.sort_unstable();
    let of = |share: usize| delays.get(delays.len() * share / 100).map_or(0, Duration::as_micros);
    (of(50), of(99))
}

async fn paced(db: &Db, merchant: MerchantId, arrivals: &Arrivals, rng: &mut StdRng) -> anyhow::Result<Vec<Duration>> {
    let mut committed = Vec::new();
    for _ in 0..PACES {
        for id in write(db, merchant, PACED, rng).await? {
            committed.push((id, Instant::now()));
        }
        tokio::time::sleep(PAUSE).await;
    }
    let began = Instant::now();
    loop {
        if let Some(delays) = delays(&committed, arrivals) {
            return Ok(delays);
        }
        ensure!(began.elapsed() < PATIENCE, "not every delivery arrived");
        tokio::time::sleep(PAUSE).await;
    }
}

/// How long each took, once all are there. What arrives before its writer knows of the commit took no time.
fn delays(committed: &[(String, Instant)], arrivals: &Arrivals) -> Option<Vec<Duration>> {
    let known = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
    committed.iter().map(|(id, at)| Some(known.get(id)?.saturating_duration_since(*at))).collect()
}

/// Until every event has arrived and nothing waits to be recorded.
async fn all_taken(db: &Db, arrivals: &Arrivals, events: usize) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let arrived = arrivals.lock().unwrap_or_else(PoisonError::into_inner).len();
        if arrived >= events
            && lane::count(db.read(), Lane::Fresh, 1).await? == 0
            && lane::count(db.read(), Lane::Retry, 1).await? == 0
        {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{arrived} of {events} deliveries arrived");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn write(db: &Db, merchant: MerchantId, count: u32, rng: &mut StdRng) -> anyhow::Result<Vec<String>> {
    let now = SystemClock.now();
    let batch = (0..count).map(|n| load::invoice(merchant, n, now, rng)).collect::<anyhow::Result<Vec<_>>>()?;
    let ids = batch.iter().map(|new| new.invoice.id.to_string()).collect();
    for outcome in db.hot().create(batch).await {
        outcome?;
    }
    Ok(ids)
}

fn engine(db: Db) -> anyhow::Result<Engine> {
    let client = Client::new(Policy { allow: Allowed::loopback(), ..Policy::default() })?;
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
            webhooks: Webhooks::new(client),
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

async fn subscribe(engine: &Engine, owner: &Caller, url: &str) -> anyhow::Result<()> {
    let request = pepay_wire::CreateWebhook::parse(format!(r#"{{"url":"{url}"}}"#).as_bytes());
    let request = request.map_err(|problem| anyhow::anyhow!(problem.message))?;
    engine.create_webhook(owner, request, None).await.context("the endpoint can be made")?;
    Ok(())
}

/// Answers until it is to be silent.
async fn receive(listener: TcpListener, arrivals: Arrivals, silent: Arc<AtomicBool>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream, Arc::clone(&arrivals), Arc::clone(&silent)));
    }
}

/// Reads requests and answers each with 200, as cheaply as can be: the head ends at an empty line, and the body is as
/// long as the head says.
async fn answer(mut stream: TcpStream, arrivals: Arrivals, silent: Arc<AtomicBool>) -> Option<()> {
    const MARK: &str = r#""data":{"object":{"#;
    stream.set_nodelay(true).ok()?;
    let mut buffer = Vec::with_capacity(16_384);
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|it| it == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let head = std::str::from_utf8(buffer.get(..end)?).ok()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())?;
        while buffer.len() < end + length {
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        }
        let body = std::str::from_utf8(buffer.get(end..end + length)?).ok()?;
        let object = body.split_once(MARK)?.1;
        let id = object.split_once(r#""id":""#)?.1.split('"').next()?.to_owned();
        arrivals.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert_with(Instant::now);
        if silent.load(Ordering::Relaxed) {
            return std::future::pending().await;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.ok()?;
        buffer.drain(..end + length);
    }
}
