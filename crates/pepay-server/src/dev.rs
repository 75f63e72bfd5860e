//! `pepay dev`: a whole installation on one machine, for people who try Pepay or build against it.
//!
//! Two real local EVM chains, SQLite, a seeded merchant with an API key, and a faucet that pays from the checkout. All
//! of it lives in one data directory and is there again after a restart; every secret in it opens play money only.
//! It fails, before anything is started, when the port is taken, the directory is in use or anvil is missing.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use alloy_primitives::{Address, address};
use anyhow::Context as _;
use metrics_exporter_prometheus::PrometheusHandle;
use pepay_engine::clock::{Clock as _, SystemClock};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::config::Config;
use crate::node::{self, Node};

mod chains;
mod data;
mod faucet;
mod guard;
mod line;
mod manifest;
mod seed;
mod settings;

use chains::LocalChain;
use data::Data;
pub(crate) use line::CUT;
use seed::Seed;

/// Blocks a payment must have: two seconds, long enough to be seen confirming.
const CONFIRMATIONS: u32 = 2;

// Accounts of the mnemonic that every anvil starts with. Play money: the keys are public on purpose.
/// Deploys, and pays for the faucet button.
const FAUCET_KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// The merchant's own address, on both chains.
const MERCHANT_WALLET: Address = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
/// For scripts and examples to pay from, so that they never race the faucet for a nonce.
const PAYOR_KEY: &str = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
const PAYOR: Address = address!("0xa0Ee7A142d267C1f36714E4a8F75612F20a79720");

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port to listen on, on the loopback address; 0 for a free one.
    pub port: u16,
    /// The data directory.
    pub data: PathBuf,
    /// Whether to throw away what is in it.
    pub reset: bool,
    /// Renders `/metrics`.
    pub metrics: Option<PrometheusHandle>,
}

/// A running `pepay dev`.
pub struct Dev {
    node: Node,
    chains: Vec<LocalChain>,
    data: Data,
    base_url: String,
    seed: Seed,
}

impl Dev {
    /// Starts everything; `dev.json` is there when this returns.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let listener = node::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?;
        let address = listener.local_addr().context("could not tell the own address")?;
        let data = Data::open(&options.data, options.reset)?;
        data.remove("dev.json")?;
        let mut rng = StdRng::from_os_rng();
        data.server_key(&mut rng)?;
        let chains = chains::start(&data).await?;

        let base_url = format!("http://localhost:{}", address.port());
        data.write("pepay.toml", &settings::render(&base_url, address, &data, &chains))?;
        let config = Config::load(Some(&data.path("pepay.toml")))?;
        let catalogue = config.catalogue(node::newest_factory())?;
        let db = node::connect(&config).await?;
        node::migrate(&db).await?;
        let lost_chains = chains::lost(&db, &chains).await?;
        let networks: Vec<_> = chains.iter().map(|chain| chain.network.clone()).collect();
        let seed = seed::all(&db, &data, &networks, SystemClock.now(), &mut rng).await?;
        let options = node::Options {
            metrics: options.metrics,
            faucet: Some(faucet::of(&chains, &catalogue)),
            listener: Some(listener),
            db: Some(db),
            lost_chains,
            ..node::Options::default()
        };
        let node = Node::start(&config, options).await?;
        let document = manifest::render(&base_url, &seed, &chains, &catalogue);
        data.write("dev.json", &document)?;
        Ok(Self { node, chains, data, base_url, seed })
    }

    /// What this installation is reached as.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What to do now, for the person at the terminal.
    pub fn welcome(&self) -> String {
        let Self { base_url, seed, .. } = self;
        let Seed { api_key, password } = seed;
        let (email, operator) = (seed::EMAIL, seed::OPERATOR);
        let directory = self.data.directory().display();
        let chains: Vec<String> =
            self.chains.iter().map(|chain| format!("{} {}", chain.network.name(), chain.rpc_url)).collect();
        format!(
            "\nPepay is running.\n\n  \
             Dashboard  {base_url}/dashboard   {email}   {password}\n  \
             Operator   {base_url}/operator   {operator}   {password}\n  \
             API        {base_url}/api/v1\n  \
             Reference  {base_url}/docs\n  \
             API key    {api_key}\n  \
             Chains     {chains}\n  \
             Data       {directory} (dev.json has all of this for scripts)\n\n\
             Create an invoice, then open its payment_url:\n\n  \
             curl -s {base_url}/api/v1/invoices -H 'x-api-key: {api_key}' \\\n    \
             -H 'content-type: application/json' -d '{{\"amount_usd\": 49.99, \"description\": \"Blue T-shirt\"}}'\n\n\
             Ctrl-C stops everything; the next start goes on where this one ended.\n",
            chains = chains.join(", "),
        )
    }

    /// Stops everything, the chains last, so that their state is saved.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.data.remove("dev.json")?;
        let stopped = self.node.stop().await;
        for chain in self.chains {
            chain.stop().await?;
        }
        stopped
    }
}
