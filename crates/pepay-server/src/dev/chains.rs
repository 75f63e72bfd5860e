//! The two local chains of `pepay dev`: started, furnished with the factory and test tokens, saved when they stop.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use alloy_primitives::Address;
use anyhow::Context as _;
use pepay_chain::evm::anvil::{self, Anvil, Mining};
use pepay_chain::evm::devnet::{Devnet, TestToken, TokenKind};
use pepay_chain::evm::{Wallet, deploy};
use pepay_core::money::BaseUnits;
use pepay_core::network::{Environment, NetworkId};
use pepay_store::db::Db;
use serde_json::Value;

use super::data::Data;
use super::guard::Guard;
use super::line::Line;

/// Seconds between blocks.
const BLOCK_TIME_S: u64 = 1;
/// Tokens that the faucet and the payor get at each start, in whole tokens.
const ALLOWANCE: u128 = 1_000_000_000;
/// A chain whose block this far below the cursor changed is another chain. Less is a reorganisation like any other.
const REORGANISATION_BLOCKS: usize = 60;

/// What a chain is made of.
struct Plan {
    name: &'static str,
    chain_id: u64,
    /// The port it gets unless somebody else has it, so that a wallet need not be set up anew at each start.
    port: u16,
    state: &'static str,
    tokens: &'static [Planned],
}

struct Planned {
    id: i64,
    symbol: &'static str,
    name: &'static str,
    decimals: u8,
    kind: TokenKind,
}

const PLANS: [Plan; 2] = [
    Plan {
        name: "base",
        chain_id: 84_532,
        port: 8_545,
        state: "base.state.json",
        tokens: &[
            Planned { id: 1202, symbol: "USDC", name: "USD Coin", decimals: 6, kind: TokenKind::Standard },
            // Its `transfer` returns nothing, as that of the original USDT.
            Planned { id: 1290, symbol: "USDN", name: "No-Return Dollar", decimals: 6, kind: TokenKind::NoReturn },
        ],
    },
    Plan {
        name: "bsc",
        chain_id: 97,
        port: 8_546,
        state: "bsc.state.json",
        tokens: &[Planned { id: 1303, symbol: "USDT", name: "Tether USD", decimals: 18, kind: TokenKind::Standard }],
    },
];

/// A token on a local chain.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) id: i64,
    pub(super) symbol: &'static str,
    pub(super) name: &'static str,
    pub(super) decimals: u8,
    pub(super) address: Address,
}

/// A running local chain.
pub(super) struct LocalChain {
    pub(super) network: NetworkId,
    pub(super) chain_id: u64,
    /// Where scripts and wallets find it.
    pub(super) rpc_url: String,
    /// Where the server finds it.
    pub(super) line: Line,
    pub(super) tokens: Vec<Token>,
    pub(super) devnet: Arc<Devnet>,
    // Before the node: it must not act on a node that ended in good order.
    guard: Guard,
    anvil: Anvil,
}

/// Starts both chains, or neither.
pub(super) async fn start(data: &Data) -> anyhow::Result<Vec<LocalChain>> {
    // Said once, and before anything is started.
    let program = anvil::find()?;
    let [base, bsc] = PLANS;
    let (base, bsc) = tokio::try_join!(start_one(base, data, &program), start_one(bsc, data, &program))?;
    Ok(vec![base, bsc])
}

async fn start_one(plan: Plan, data: &Data, program: &std::path::Path) -> anyhow::Result<LocalChain> {
    let options = |port| anvil::Options {
        program: Some(program.to_owned()),
        mining: Mining::EverySeconds(BLOCK_TIME_S),
        port,
        state: Some(data.path(plan.state)),
        ..anvil::Options::new(plan.chain_id)
    };
    let port = free_or_any(plan.port);
    let mut started = Anvil::spawn(options(port)).await;
    if started.is_err() && port != 0 && free_or_any(port) == 0 {
        // Another program took it between the look and the start.
        started = Anvil::spawn(options(0)).await;
    }
    let help = "could not start the local chain; if its saved state is damaged, `pepay dev --reset` starts over";
    let anvil = started.context(help)?;
    let guard = Guard::of(anvil.pid())?;
    let line = Line::to(anvil.url().port().context("the local chain has no port")?).await?;
    let wallet = Wallet::new(anvil.url().clone(), plan.chain_id, super::FAUCET_KEY)?;
    deploy::ensure_factory(&wallet).await.context("could not deploy the factory")?;
    let devnet = Devnet::new(wallet);
    let mut tokens = Vec::new();
    for planned in plan.tokens {
        tokens.push(furnish(&devnet, planned).await.with_context(|| format!("could not deploy {}", planned.symbol))?);
    }
    Ok(LocalChain {
        network: NetworkId::new(Environment::Devnet, plan.name),
        chain_id: plan.chain_id,
        rpc_url: anvil.url().as_str().trim_end_matches('/').to_owned(),
        line,
        tokens,
        devnet: Arc::new(devnet),
        guard,
        anvil,
    })
}

async fn furnish(devnet: &Devnet, planned: &Planned) -> anyhow::Result<Token> {
    let token = TestToken {
        kind: planned.kind,
        name: planned.name.to_owned(),
        symbol: planned.symbol.to_owned(),
        decimals: planned.decimals,
    };
    let address = devnet.deploy_test_token(&token).await?;
    let unit = 10_u128.checked_pow(u32::from(planned.decimals)).context("too many decimals")?;
    let allowance = BaseUnits::from_u128(unit.checked_mul(ALLOWANCE).context("too many decimals")?);
    for holder in [devnet.wallet().address(), super::PAYOR] {
        devnet.mint(address, holder, allowance).await?;
    }
    let Planned { id, symbol, name, decimals, .. } = *planned;
    Ok(Token { id, symbol, name, decimals, address })
}

fn free_or_any(port: u16) -> u16 {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_or(0, |_| port)
}

/// The chains that the database has read blocks of which are not there any more: their state was lost.
pub(super) async fn lost(db: &Db, chains: &[LocalChain]) -> anyhow::Result<Vec<NetworkId>> {
    let mut lost = Vec::new();
    for chain in chains {
        let window = pepay_store::chain::window(db.read(), &chain.network, 128).await?;
        let Some(known) = window.get(REORGANISATION_BLOCKS).or(window.last()) else { continue };
        let number = format!("0x{:x}", known.number);
        let block: Value = chain.anvil.call("eth_getBlockByNumber", (number, false)).await?;
        let hash = block.get("hash").and_then(Value::as_str).unwrap_or_default();
        if hash != format!("0x{}", hex::encode(known.hash)) {
            tracing::warn!(
                network = %chain.network,
                "The saved state of {} is gone: its payments are withdrawn, and reading starts at its new head",
                chain.network
            );
            lost.push(chain.network.clone());
        }
    }
    Ok(lost)
}

impl LocalChain {
    /// Stops the node, which saves its state.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        drop(self.guard);
        Ok(self.anvil.stop().await?)
    }
}
