//! What one block of 1 000 transfers costs: read from a node, matched against the open addresses, recorded.
//!
//! CPU time of this process, not wall time, so that neighbours on the machine do not count. The real watcher works; only
//! the node is pretended, in a process of its own.

use std::path::Path;

use anyhow::{Context as _, ensure};
use pepay_chain::evm;
use pepay_core::address::Address;
use pepay_core::credential::ServerKey;
use pepay_core::id::{InvoiceId, QuoteId, TokenId};
use pepay_core::money::{BasisPoints, Rate, UsdMillis};
use pepay_core::network::{Confirmations, Depth, Kind, Network};
use pepay_core::quote::{Quote, Request};
use pepay_core::token::{Asset, Catalogue, Standard, Token};
use pepay_engine::clock::{Clock as _, SystemClock};
use pepay_engine::watcher::Watcher;
use pepay_engine::{Engine, Parts, Settings, rates::Rates};
use pepay_store::db::{ConnectOptions, Db};
use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};

use crate::load;
use node::Node;

pub(crate) mod node;

const TRANSFERS: usize = 1_000;
const FEW: usize = 10;
/// Each figure is the median of so many blocks; of the costly ones of fewer.
const BLOCKS: usize = 21;
const FULL_BLOCKS: usize = 3;
const TOKEN: TokenId = TokenId(100_001);
const DECIMALS: u8 = 6;
const CHAIN_ID: u64 = 31_337;

pub(crate) fn run(database: &Path) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let invoices = payable(database, FEW * BLOCKS + TRANSFERS * FULL_BLOCKS)?;
    runtime.block_on(measure(database, invoices))
}

/// Addresses nothing was sent to, with their invoices.
fn payable(database: &Path, count: usize) -> anyhow::Result<Vec<(Address, InvoiceId)>> {
    let connection = rusqlite::Connection::open(database)?;
    let mut select = connection.prepare(
        "SELECT address, invoice_id FROM deposits WHERE NOT EXISTS \
         (SELECT 1 FROM transfers WHERE transfers.invoice_id = deposits.invoice_id) LIMIT ?1",
    )?;
    let rows = select.query_map([i64::try_from(count)?], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))?;
    let mut invoices = Vec::with_capacity(count);
    for row in rows {
        let (address, id) = row?;
        invoices.push((Address::from_bytes(&address)?, InvoiceId::from_uuid(id)));
    }
    ensure!(invoices.len() == count, "the database has {} unpaid addresses, not {count}", invoices.len());
    Ok(invoices)
}

async fn measure(database: &Path, invoices: Vec<(Address, InvoiceId)>) -> anyhow::Result<String> {
    let url = format!("sqlite://{}", database.display());
    let db = Db::connect(&url, ConnectOptions::default()).await?;
    let mut rng = StdRng::seed_from_u64(3);
    quote(&db, &invoices, &mut rng).await?;
    let matching = matching(&db, &invoices, &mut rng).await?;
    let mut world = World::new(db, invoices, rng)?;
    world.step(0).await?;
    let mut none = Vec::new();
    let mut few = Vec::new();
    for _ in 0..BLOCKS {
        none.push(world.step(0).await?);
        few.push(world.step(FEW).await?);
    }
    let mut all = Vec::new();
    let mut confirming = Vec::new();
    world.step(0).await?;
    for _ in 0..FULL_BLOCKS {
        all.push(world.step(TRANSFERS).await?);
        confirming.push(world.step(0).await?);
    }
    let medians = [matching, none, few, all, confirming].map(|mut figures| {
        figures.sort_unstable();
        figures.get(figures.len() / 2).map_or_else(String::new, ToString::to_string)
    });
    Ok(medians.join(" "))
}

/// The matching alone: which of 1 000 addresses, 10 of them ours, are known.
async fn matching(db: &Db, invoices: &[(Address, InvoiceId)], rng: &mut StdRng) -> anyhow::Result<Vec<u64>> {
    let mut figures = Vec::new();
    for known in invoices.chunks(FEW).take(BLOCKS) {
        let mut addresses: Vec<Address> = known.iter().map(|(address, _)| *address).collect();
        addresses.resize_with(TRANSFERS, || stranger(rng));
        addresses.sort_unstable();
        let before = cpu_us();
        let found = pepay_store::deposit::by_addresses(db.read(), load::network().environment(), &addresses).await?;
        figures.push(cpu_us() - before);
        ensure!(found.len() == known.len(), "{} of {} addresses were found", found.len(), known.len());
    }
    Ok(figures)
}

/// Quotes every invoice, as its payor's choice of a token would have.
async fn quote(db: &Db, invoices: &[(Address, InvoiceId)], rng: &mut StdRng) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let tx = db.begin("bench.quote").await?;
    for (_, invoice) in invoices {
        let request = Request {
            id: QuoteId::generate(now, rng),
            invoice_id: *invoice,
            network: load::network(),
            token: TOKEN,
            decimals: DECIMALS,
            usd: UsdMillis::new(49_990)?,
        };
        pepay_store::quote::insert(&tx, &Quote::price(request, Rate::ONE, "fixed".to_owned(), now)?).await?;
    }
    Ok(tx.commit().await?)
}

struct World {
    node: Node,
    db: Db,
    watcher: Watcher,
    unpaid: Vec<(Address, InvoiceId)>,
    rng: StdRng,
}

impl World {
    fn new(db: Db, unpaid: Vec<(Address, InvoiceId)>, mut rng: StdRng) -> anyhow::Result<Self> {
        let contract = stranger(&mut rng);
        let node = Node::start(CHAIN_ID, &contract)?;
        let rpcs = vec![evm::Url::parse(node.url())?];
        let mut config = evm::Config::new(load::network(), CHAIN_ID, rpcs);
        config.tokens = contract.evm().into_iter().collect();
        let client = std::sync::Arc::new(evm::Client::new(config)?);
        let rates = Rates::default();
        rates.fix(TOKEN, Rate::ONE);
        let parts = Parts {
            db: db.clone(),
            catalogue: std::sync::Arc::new(catalogue(contract)?),
            clock: std::sync::Arc::new(SystemClock),
            rng: StdRng::seed_from_u64(4),
            server_key: ServerKey::new([7; 32]),
            rates: std::sync::Arc::new(rates),
            chains: [(load::network(), client)].into(),
            faucet: None,
            post: None,
            settings: Settings {
                retention_days: None,
                fee: None,
                default_settlement: std::collections::HashMap::default(),
                default_tolerance: BasisPoints::new(0)?,
                base_url: String::new(),
                sign_up: false,
                verify_email: false,
                webhooks: pepay_engine::webhook::Settings::usual()?,
                embed_origins: Vec::new(),
            },
        };
        let (engine, _unused_writer) = Engine::new(parts);
        let watcher =
            Watcher::new(&engine, &load::network(), std::sync::Arc::default()).context("the network is known")?;
        Ok(Self { node, db, watcher, unpaid, rng })
    }

    /// One block of 1 000 transfers, `ours` of them to addresses of ours. Gives its CPU time in microseconds.
    async fn step(&mut self, ours: usize) -> anyhow::Result<u64> {
        let paid = self.unpaid.split_off(self.unpaid.len() - ours);
        let mut to: Vec<Address> = paid.iter().map(|(address, _)| *address).collect();
        to.resize_with(TRANSFERS, || stranger(&mut self.rng));
        self.node.mine(&to, SystemClock.now())?;
        let before = cpu_us();
        ensure!(self.watcher.once().await?, "the watcher saw no new block");
        let took = cpu_us() - before;
        self.check(&paid).await?;
        Ok(took)
    }

    /// A step that recorded nothing would be cheap.
    async fn check(&self, paid: &[(Address, InvoiceId)]) -> anyhow::Result<()> {
        for (_, invoice) in paid {
            let recorded = pepay_store::transfer::by_invoice(self.db.read(), *invoice).await?;
            ensure!(recorded.len() == 1, "a transfer was not recorded");
        }
        Ok(())
    }
}

fn catalogue(contract: Address) -> anyhow::Result<Catalogue> {
    let network = Network {
        id: load::network(),
        kind: Kind::Evm,
        chain_id: Some(CHAIN_ID),
        confirmations: Confirmations::flat(Depth::Blocks(2)),
        explorer_tx: None,
        public_rpc: None,
        treasury: None,
        factory: None,
    };
    let token = Token {
        id: TOKEN,
        network: load::network(),
        asset: Asset::Contract(contract),
        symbol: "TUSD".to_owned(),
        name: "Test Dollar".to_owned(),
        decimals: DECIMALS,
        standard: Standard::Erc20,
        stable: true,
        active: true,
        photo_uri: None,
    };
    Ok(Catalogue::new(vec![network], vec![token])?)
}

fn stranger(rng: &mut StdRng) -> Address {
    let mut bytes = [0; 20];
    rng.fill_bytes(&mut bytes);
    Address::Evm(bytes.into())
}

/// CPU time of this process so far.
fn cpu_us() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let micros = time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1_000);
    u64::try_from(micros).unwrap_or_default()
}
