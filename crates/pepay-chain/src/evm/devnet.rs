//! Making payments on networks where money is free: `pepay dev`'s faucet, and tests.
//!
//! Every method returns when the transaction is accepted, with its hash; wait with [`Wallet::mined`]. It refuses nothing
//! the chain accepts, so it must never hold a key with money.

use alloy::primitives::{Address, B256, U64, U256};
use alloy::sol;
use alloy::sol_types::{SolCall as _, SolValue as _};
use pepay_core::forwarder::{Beneficiary, Factory};
use pepay_core::money::BaseUnits;
use serde::de::IgnoredAny;

use super::artifact::{NO_RETURN_TOKEN, PAYER, TEST_TOKEN};
use super::deploy::create2;
use super::native::sum;
use super::wallet::Wallet;
use crate::error::{Error, Result};

sol! {
    function mint(address to, uint256 value);
    function transfer(address to, uint256 value);
    function pay(address to);
    function payMany(address[] to, uint256[] amounts);
    function flush(bytes32 salt, address receiver, address feeReceiver, uint16 feeBps, address[] tokens);
}

/// How often a reorganisation is tried; the second succeeds unless blocks come faster than answers.
const REORGANISATION_TRIES: u32 = 5;

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mined {
    block_number: Option<U64>,
}

/// How a test token behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// As the standard says.
    Standard,
    /// `transfer` returns nothing, as some large tokens do.
    NoReturn,
}

/// A token to deploy. Equal ones are one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestToken {
    /// How it behaves.
    pub kind: TokenKind,
    /// Full name.
    pub name: String,
    /// Ticker.
    pub symbol: String,
    /// Decimal places.
    pub decimals: u8,
}

/// A wallet on a network where money is free.
#[derive(Debug)]
pub struct Devnet {
    wallet: Wallet,
}

impl Devnet {
    /// Pays from `wallet`, which must have native coin.
    pub const fn new(wallet: Wallet) -> Self {
        Self { wallet }
    }

    /// The wallet it pays from.
    pub const fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// Deploys a token anyone may mint, unless it is there already: its address follows from what it is, on every chain
    /// alike. Waits until it is mined.
    pub async fn deploy_test_token(&self, token: &TestToken) -> Result<Address> {
        let code = match token.kind {
            TokenKind::Standard => &TEST_TOKEN,
            TokenKind::NoReturn => &NO_RETURN_TOKEN,
        };
        let arguments = (token.name.clone(), token.symbol.clone(), U256::from(token.decimals)).abi_encode_params();
        create2(&self.wallet, B256::ZERO, &[code.as_slice(), &arguments].concat()).await
    }

    /// Makes `units` of a test token for `to`. On the chain this is a transfer from nobody, so it pays an invoice too.
    pub async fn mint(&self, token: Address, to: Address, units: BaseUnits) -> Result<B256> {
        self.wallet.send(token, BaseUnits::ZERO.get(), mintCall { to, value: units.get() }.abi_encode()).await
    }

    /// Sends `units` of a token the wallet has.
    pub async fn transfer(&self, token: Address, to: Address, units: BaseUnits) -> Result<B256> {
        self.wallet.send(token, BaseUnits::ZERO.get(), transferCall { to, value: units.get() }.abi_encode()).await
    }

    /// Sends native coin, in wei.
    pub async fn send_native(&self, to: Address, wei: BaseUnits) -> Result<B256> {
        self.wallet.send(to, wei.get(), Vec::new()).await
    }

    /// Sends native coin, in wei, from inside a contract, as exchanges and contract wallets do: `to` appears in no
    /// transaction. Deploys that contract first, where it is missing.
    pub async fn pay_through_contract(&self, to: Address, wei: BaseUnits) -> Result<B256> {
        let payer = create2(&self.wallet, B256::ZERO, &PAYER).await?;
        self.wallet.send(payer, wei.get(), payCall { to }.abi_encode()).await
    }

    /// As [`Self::pay_through_contract`], several payments in one transaction.
    pub async fn pay_many_through_contract(&self, payments: &[(Address, BaseUnits)]) -> Result<B256> {
        let payer = create2(&self.wallet, B256::ZERO, &PAYER).await?;
        let (to, amounts) = payments.iter().map(|(to, wei)| (*to, wei.get())).unzip();
        let total = sum(payments.iter().map(|(_, wei)| *wei))?;
        self.wallet.send(payer, total.get(), payManyCall { to, amounts }.abi_encode()).await
    }

    /// Replaces the newest blocks, back to the one that holds `transaction`, by others without it; how many. Only anvil
    /// can do that.
    pub async fn reorganise_away(&self, transaction: B256) -> Result<u64> {
        let mut replaced = 0;
        // A block that is mined between question and answer shields the one below it, so we look again.
        for _ in 0..REORGANISATION_TRIES {
            let found: Option<Mined> = self.wallet.call("eth_getTransactionByHash", [transaction]).await?;
            let Some(number) = found.and_then(|found| found.block_number) else { return Ok(replaced) };
            let head: U64 = self.wallet.call("eth_blockNumber", [(); 0]).await?;
            let depth = head.saturating_sub(number).to::<u64>().saturating_add(1);
            let _: IgnoredAny = self.wallet.call("anvil_reorg", (depth, [(); 0])).await?;
            replaced = replaced.max(depth);
        }
        Err(Error::Deploy { what: format!("transaction {transaction:#x} could not be taken out of the chain") })
    }

    /// Flushes a deposit address to its beneficiary: each of `tokens`, address zero standing for native coin.
    pub async fn flush(
        &self,
        factory: &Factory,
        salt: B256,
        beneficiary: &Beneficiary,
        tokens: Vec<Address>,
    ) -> Result<B256> {
        let call = flushCall {
            salt,
            receiver: beneficiary.receiver,
            feeReceiver: beneficiary.fee_receiver,
            feeBps: beneficiary.fee.get(),
            tokens,
        };
        self.wallet.send(factory.address, BaseUnits::ZERO.get(), call.abi_encode()).await
    }
}
