//! A chain as a scenario sees it: people send, blocks are mined when the scenario says so, and history may change.

use std::sync::Mutex;

use alloy::primitives::{Address, B256, Bytes, U256, address};
use alloy::sol_types::SolCall as _;
use pepay_chain::evm::anvil::{Anvil, Mining, Options};
use serde_json::{Value, json};

use super::contracts::{self, IFactory, IPayer, IToken};
use super::{DEPTH, Quote, wait_for};

/// Deploys everything; one of anvil's funded accounts.
const DEPLOYER: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
/// Pays; another of anvil's funded accounts.
pub(crate) const PAYOR: Address = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
/// Gas offered for a deployment.
const DEPLOY_GAS: u64 = 3_000_000;
/// Gas offered for a call.
const CALL_GAS: u64 = 1_000_000;

/// What can be paid in. Both chains have the same, under numbers of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// The chain's own coin.
    Coin,
    /// Six decimals.
    Usdc,
    /// Eighteen decimals.
    Dai,
    /// Six decimals; its `transfer` returns nothing.
    Usdt,
    /// Not listed by the server.
    Foreign,
}

impl Token {
    /// Every token that is a contract, in the order of deployment.
    pub(crate) const CONTRACTS: [Self; 4] = [Self::Usdc, Self::Dai, Self::Usdt, Self::Foreign];

    /// Its ticker.
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Coin => "ETH",
            Self::Usdc => "USDC",
            Self::Dai => "DAI",
            Self::Usdt => "USDT",
            Self::Foreign => "ALIEN",
        }
    }

    /// Its decimal places.
    pub(crate) const fn decimals(self) -> u8 {
        match self {
            Self::Coin | Self::Dai => 18,
            Self::Usdc | Self::Usdt | Self::Foreign => 6,
        }
    }

    /// Its number on network `network`.
    pub(crate) fn id(self, network: &str) -> i64 {
        let first = if network == "base" { 100_000 } else { 100_100 };
        let place = match self {
            Self::Coin => 0,
            Self::Usdc => 1,
            Self::Dai => 2,
            Self::Usdt => 3,
            Self::Foreign => panic!("the server does not list it"),
        };
        first + place
    }

    /// Its contract, the same on both chains; `None` for the coin.
    pub(crate) fn contract(self) -> Option<Address> {
        let place = Self::CONTRACTS.iter().position(|token| *token == self)?;
        Some(DEPLOYER.create(u64::try_from(place).expect("there are few tokens") + 1))
    }

    /// Whole tokens in base units.
    pub(crate) fn units(self, whole: u64) -> U256 {
        U256::from(whole) * U256::from(10).pow(U256::from(self.decimals()))
    }
}

/// A transaction that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tx(pub(crate) B256);

impl Tx {
    /// As the API writes it.
    pub(crate) fn text(self) -> String {
        self.0.to_string()
    }
}

/// A node and what is on it.
pub(crate) struct Chain {
    /// The network's name.
    pub(crate) name: &'static str,
    /// Its EIP-155 id.
    pub(crate) id: u64,
    /// The deposit-address factory.
    pub(crate) factory: Address,
    payer: Address,
    anvil: Anvil,
    // The node gives an account's next number twice when it is asked for two at once, or while it mines.
    turn: tokio::sync::Mutex<()>,
    flushed: Mutex<Vec<(Token, Address, U256)>>,
}

impl Chain {
    /// A chain with the factory, four tokens of which the payor has plenty, and a contract that pays coin.
    pub(crate) async fn start(name: &'static str, id: u64) -> Self {
        let (factory_call, factory) = contracts::factory();
        let payer = DEPLOYER.create(u64::try_from(Token::CONTRACTS.len()).expect("there are few tokens") + 1);
        let options = Options { mining: Mining::Manual, ..Options::new(id) };
        let anvil = Anvil::spawn(options).await.unwrap_or_else(|error| panic!("{error}"));
        let chain =
            Self { name, id, factory, payer, anvil, turn: tokio::sync::Mutex::default(), flushed: Mutex::default() };
        let mut sent = vec![chain.call(DEPLOYER, contracts::DEPLOYER, factory_call, DEPLOY_GAS).await];
        for token in Token::CONTRACTS {
            let code = match token {
                Token::Usdt => contracts::no_return_token(token.symbol(), token.decimals()),
                _ => contracts::test_token(token.symbol(), token.decimals()),
            };
            sent.push(chain.deploy(code).await);
        }
        sent.push(chain.deploy(contracts::payer()).await);
        for token in Token::CONTRACTS {
            let mint = IToken::mintCall { to: PAYOR, value: token.units(1_000_000_000) };
            let contract = token.contract().expect("it is a contract");
            sent.push(chain.call(DEPLOYER, contract, mint.abi_encode().into(), CALL_GAS).await);
        }
        chain.mine(1).await;
        for tx in sent {
            chain.succeeded(tx).await;
        }
        chain
    }

    /// Where its RPC is.
    pub(crate) fn url(&self) -> &str {
        self.anvil.url().as_str()
    }

    /// Where it announces blocks.
    pub(crate) fn socket(&self) -> String {
        self.anvil.ws_url().to_string()
    }

    /// Asks the node; a refusal fails the test.
    pub(crate) async fn rpc(&self, method: &'static str, params: Value) -> Value {
        let answer = self.anvil.call::<Value>(method, &params).await;
        answer.unwrap_or_else(|error| panic!("{method} {params}: {error}"))
    }

    /// Sends what `quote` asks and mines it.
    pub(crate) async fn pay(&self, quote: &Quote) -> Tx {
        self.pay_units(quote, quote.units).await
    }

    /// Sends `units` of what `quote` asks and mines it.
    pub(crate) async fn pay_units(&self, quote: &Quote, units: U256) -> Tx {
        assert_eq!(quote.network, self.name, "paid on the network the quote is for");
        let tx = self.send(quote.token, quote.address, units).await;
        self.mine(1).await;
        self.succeeded(tx).await;
        tx
    }

    /// Hands `units` of `token` from the payor to `to` to the node, to be mined later.
    pub(crate) async fn send(&self, token: Token, to: Address, units: U256) -> Tx {
        match token.contract() {
            None => self.transact(json!({ "from": PAYOR, "to": to, "value": units, "gas": hex(CALL_GAS) })).await,
            Some(contract) => {
                let transfer = IToken::transferCall { to, value: units };
                self.call(PAYOR, contract, transfer.abi_encode().into(), CALL_GAS).await
            }
        }
    }

    /// Pays coin from inside a contract, as exchanges do, and mines it.
    pub(crate) async fn pay_through_contract(&self, to: Address, wei: U256) -> Tx {
        let data: Bytes = IPayer::payCall { to }.abi_encode().into();
        let fields = json!({ "from": PAYOR, "to": self.payer, "value": wei, "data": data, "gas": hex(CALL_GAS) });
        let tx = self.transact(fields).await;
        self.mine(1).await;
        self.succeeded(tx).await;
        tx
    }

    /// Empties `deposit`, made for `salt` and `receiver`, of `token` through the factory, as anyone may.
    pub(crate) async fn flush(&self, deposit: Address, salt: B256, receiver: Address, token: Token) {
        let held = self.balance(token, deposit).await;
        let tokens = vec![token.contract().unwrap_or(Address::ZERO)];
        let flush = IFactory::flushCall { salt, receiver, feeReceiver: Address::ZERO, feeBps: 0, tokens };
        let tx = self.call(DEPLOYER, self.factory, flush.abi_encode().into(), CALL_GAS).await;
        self.mine(1).await;
        self.succeeded(tx).await;
        self.flushed.lock().expect("nobody panics with the lock").push((token, deposit, held));
    }

    /// What was flushed from `deposit`.
    pub(crate) fn flushed(&self, token: Token, deposit: Address) -> U256 {
        let flushed = self.flushed.lock().expect("nobody panics with the lock");
        let ours = flushed.iter().filter(|(of, from, _)| (*of, *from) == (token, deposit));
        ours.fold(U256::ZERO, |sum, (_, _, units)| sum + units)
    }

    /// What `owner` has of `token`.
    pub(crate) async fn balance(&self, token: Token, owner: Address) -> U256 {
        let answer = match token.contract() {
            None => self.rpc("eth_getBalance", json!([owner, "latest"])).await,
            Some(contract) => {
                let data: Bytes = IToken::balanceOfCall { owner }.abi_encode().into();
                self.rpc("eth_call", json!([{ "to": contract, "data": data }, "latest"])).await
            }
        };
        serde_json::from_value(answer).expect("a balance is a number")
    }

    /// Mines blocks.
    pub(crate) async fn mine(&self, blocks: u64) {
        for _ in 0..blocks {
            let _turn = self.turn.lock().await;
            self.rpc("evm_mine", json!([])).await;
        }
    }

    /// Mines what a payment in the last block still needs to be deep enough.
    pub(crate) async fn confirm(&self) {
        self.mine(DEPTH - 1).await;
    }

    /// Mines a block whose time is at least `epoch_s`.
    pub(crate) async fn mine_at(&self, epoch_s: i64) {
        if self.time().await < epoch_s {
            self.rpc("evm_setNextBlockTimestamp", json!([epoch_s])).await;
        }
        self.mine(1).await;
    }

    /// The time of the last block in epoch seconds.
    pub(crate) async fn time(&self) -> i64 {
        let block = self.rpc("eth_getBlockByNumber", json!(["latest", false])).await;
        i64::try_from(number(&block["timestamp"])).expect("block times fit")
    }

    /// The number of the last block.
    pub(crate) async fn height(&self) -> u64 {
        number(&self.rpc("eth_blockNumber", json!([])).await)
    }

    /// Replaces the last `depth` blocks by as many empty ones and one more, so that the new branch is the longer one.
    pub(crate) async fn reorganise(&self, depth: u64) {
        self.rpc("anvil_reorg", json!([depth, []])).await;
        self.mine(1).await;
    }

    /// Remembers the present, to be forgotten later by [`Chain::revert`].
    pub(crate) async fn snapshot(&self) -> Value {
        self.rpc("evm_snapshot", json!([])).await
    }

    /// Makes everything since `snapshot` never have happened.
    pub(crate) async fn revert(&self, snapshot: &Value) {
        assert_eq!(self.rpc("evm_revert", json!([snapshot])).await, json!(true), "the snapshot is known");
    }

    /// The signed bytes of a transaction, with which it can be sent again.
    pub(crate) async fn signed(&self, tx: Tx) -> Value {
        self.rpc("eth_getRawTransactionByHash", json!([tx.0])).await
    }

    /// Sends signed bytes once more.
    pub(crate) async fn send_again(&self, signed: &Value) -> Tx {
        let hash = self.rpc("eth_sendRawTransaction", json!([signed])).await;
        Tx(serde_json::from_value(hash).expect("a transaction has a hash"))
    }

    /// The number of the block a transaction is in.
    pub(crate) async fn block_of(&self, tx: Tx) -> u64 {
        number(&self.succeeded(tx).await["blockNumber"])
    }

    async fn succeeded(&self, tx: Tx) -> Value {
        // Mining has answered, but the node indexes receipts a moment later.
        let receipt = wait_for(format!("the receipt of {}", tx.text()), async || {
            let receipt = self.rpc("eth_getTransactionReceipt", json!([tx.0])).await;
            super::until(receipt, |receipt| !receipt.is_null())
        })
        .await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        receipt
    }

    async fn deploy(&self, code: Bytes) -> Tx {
        self.transact(json!({ "from": DEPLOYER, "data": code, "gas": hex(DEPLOY_GAS) })).await
    }

    async fn call(&self, from: Address, to: Address, data: Bytes, gas: u64) -> Tx {
        self.transact(json!({ "from": from, "to": to, "data": data, "gas": hex(gas) })).await
    }

    async fn transact(&self, fields: Value) -> Tx {
        let _turn = self.turn.lock().await;
        let hash = self.rpc("eth_sendTransaction", json!([fields])).await;
        Tx(serde_json::from_value(hash).expect("a transaction has a hash"))
    }
}

fn hex(number: u64) -> String {
    format!("{number:#x}")
}

fn number(hex: &Value) -> u64 {
    let digits = hex.as_str().and_then(|text| text.strip_prefix("0x")).expect("a number is 0x and digits");
    u64::from_str_radix(digits, 16).expect("a number fits 64 bits")
}
