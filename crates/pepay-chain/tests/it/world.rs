//! One chain with tokens, a client reading it, and what following it has found.

use std::collections::BTreeMap;

use alloy::primitives::Address;
use pepay_chain::evm::anvil::{Anvil, Options};
use pepay_chain::evm::devnet::{Devnet, TestToken, TokenKind};
use pepay_chain::evm::{Client, Config, Url};
use pepay_chain::scan::{self, Limits, Start, Step};
use pepay_core::money::BaseUnits;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::token::Asset;
use pepay_core::transfer::{Block, Observed};

pub(crate) const CHAIN_ID: u64 = 31_337;

pub(crate) fn units(count: u128) -> BaseUnits {
    BaseUnits::from_u128(count)
}

pub(crate) fn account(byte: u8) -> Address {
    Address::repeat_byte(byte)
}

/// A chain with a 6-decimal token, an 18-decimal one and one that returns nothing.
pub(crate) struct World {
    pub(crate) anvil: Anvil,
    pub(crate) devnet: Devnet,
    pub(crate) tokens: [Address; 3],
}

impl World {
    pub(crate) async fn start() -> Self {
        let anvil = Anvil::spawn(Options::new(CHAIN_ID)).await.expect("anvil starts");
        let devnet = Devnet::new(anvil.wallet().expect("the key is good"));
        let mut tokens = [Address::ZERO; 3];
        let kinds = [(TokenKind::Standard, 6), (TokenKind::Standard, 18), (TokenKind::NoReturn, 6)];
        for (slot, (kind, decimals)) in tokens.iter_mut().zip(kinds) {
            let token = TestToken { kind, name: "Test Dollar".to_owned(), symbol: "TUSD".to_owned(), decimals };
            *slot = devnet.deploy_test_token(&token).await.expect("the token is deployed");
            let minted = devnet.mint(*slot, devnet.wallet().address(), units(1_000_000)).await.expect("minting works");
            devnet.wallet().mined(minted).await.expect("it is mined");
        }
        Self { anvil, devnet, tokens }
    }

    /// A configuration that reads from these urls.
    pub(crate) fn config(&self, rpcs: Vec<Url>) -> Config {
        let network = NetworkId::new(Environment::Devnet, "base");
        Config { tokens: self.tokens.to_vec(), ..Config::new(network, CHAIN_ID, rpcs) }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.config(vec![self.anvil.url().clone()])).await.expect("the node answers")
    }

    /// Sends a token and waits until it is in a block.
    pub(crate) async fn pay(&self, token: usize, to: Address, count: u128) -> u64 {
        let sent = self.devnet.transfer(self.tokens[token], to, units(count)).await.expect("the transfer is accepted");
        self.devnet.wallet().mined(sent).await.expect("it is mined")
    }

    pub(crate) async fn pay_native(&self, to: Address, wei: u128) -> u64 {
        let sent = self.devnet.send_native(to, units(wei)).await.expect("the payment is accepted");
        self.devnet.wallet().mined(sent).await.expect("it is mined")
    }

    pub(crate) fn asset(&self, token: usize) -> Asset {
        Asset::Contract(pepay_core::address::Address::Evm(self.tokens[token]))
    }
}

/// What a caller of `scan::next` persists.
#[derive(Default)]
pub(crate) struct Follower {
    pub(crate) blocks: Vec<Block>,
    pub(crate) transfers: BTreeMap<(u64, Option<u32>, String), Observed>,
    pub(crate) last: Option<Step>,
}

impl Follower {
    pub(crate) async fn step(&mut self, client: &Client) -> pepay_chain::Result<bool> {
        let window: Vec<Block> = self.blocks.iter().rev().take(64).copied().collect();
        let Some(step) = scan::next(client, &window, Start::Block(0), Limits::default()).await? else {
            return Ok(false);
        };
        if let Some(fork) = step.fork {
            self.blocks.retain(|block| block.number <= fork);
            self.transfers.retain(|(number, ..), _| *number <= fork);
        }
        self.blocks.extend(step.blocks.iter().copied());
        for it in &step.observed {
            let key = (it.anchor.block_number, it.anchor.log_index, it.tx_hash.clone().unwrap_or_default());
            assert_eq!(self.transfers.insert(key, it.clone()), None, "a transfer was told twice");
        }
        self.last = Some(step);
        Ok(true)
    }

    pub(crate) async fn follow(&mut self, client: &Client) {
        while self.step(client).await.expect("the chain can be read") {}
    }

    /// Everything that went to `to`, in order.
    pub(crate) fn to(&self, to: Address) -> Vec<Observed> {
        let to = pepay_core::address::Address::Evm(to);
        self.transfers.values().filter(|it| it.to == to).cloned().collect()
    }

    pub(crate) fn head(&self) -> u64 {
        self.blocks.last().map_or(0, |block| block.number)
    }
}
