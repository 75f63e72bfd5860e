//! The payor of a trigger: opens the invoice with its session and pays on the local chain from the funded account.

use alloy_primitives::{Address, B256};
use anyhow::{Context as _, bail};
use pepay_chain::evm::devnet::{Devnet, TestToken, TokenKind};
use pepay_chain::evm::{Url, Wallet};
use pepay_core::money::BaseUnits;
use serde_json::json;

use super::Invoice;
use crate::api::{Api, Caller};
use crate::installation::{Installation, Network, Token};

/// Whoever pays.
pub(super) struct Payor<'a> {
    api: Api,
    installation: &'a Installation,
    devnet: Devnet,
}

/// Where to pay and how much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    /// The deposit address.
    pub(super) address: Address,
    /// The amount.
    pub(super) units: BaseUnits,
}

/// A payment in a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paid {
    /// Its transaction.
    pub(super) transaction: B256,
    /// The block's number.
    pub(super) block: u64,
}

impl<'a> Payor<'a> {
    /// Who pays on `network`.
    pub(super) fn new(api: Api, installation: &'a Installation, network: &Network) -> anyhow::Result<Self> {
        let rpc = Url::parse(&network.rpc_url).context("dev.json has an RPC URL that is none")?;
        let wallet = Wallet::new(rpc, network.chain_id, network.funded_private_key.reveal())?;
        Ok(Self { api, installation, devnet: Devnet::new(wallet) })
    }

    /// The chain it pays on.
    pub(super) const fn devnet(&self) -> &Devnet {
        &self.devnet
    }

    /// Opens `invoice` and asks for a price.
    pub(super) async fn choose(&self, invoice: &Invoice, network: &Network, token: &Token) -> anyhow::Result<Quote> {
        let session = Caller::Payor { token: &invoice.token, signature: &invoice.signature };
        let body = json!({ "network": network.name, "tokenId": token.id }).to_string();
        let answer = self.api.post(session, "/api/v1/payments/payment-addresses", body).await?;
        if answer["status_code"] != "ok" {
            bail!("there is no price in {}: {}", token.symbol, answer["message"].as_str().unwrap_or("no reason given"));
        }
        let text = |name: &str| answer[name].as_str().with_context(|| format!("the price has no {name}"));
        Ok(Quote {
            address: text("temp_address")?.parse().context("the deposit address is none")?,
            units: text("estimated_base_units")?.parse().context("the price is none")?,
        })
    }

    /// Sends `units` of `token` and waits until they are in a block.
    pub(super) async fn pay(&self, token: &Token, to: Address, units: BaseUnits) -> anyhow::Result<Paid> {
        let purse = self.installation.purse()?;
        let transaction = match &token.address {
            None => self.devnet.send_native(to, units).await?,
            Some(contract) => self.devnet.transfer(contract.parse()?, to, units).await?,
        };
        drop(purse);
        self.mined(transaction).await
    }

    /// Sends `whole` tokens of a kind that the installation does not list.
    pub(super) async fn pay_unlisted(&self, to: Address, whole: u64) -> anyhow::Result<(&'static str, Paid)> {
        const SYMBOL: &str = "STRAY";
        const DECIMALS: u32 = 6;
        let purse = self.installation.purse()?;
        let token = TestToken {
            kind: TokenKind::Standard,
            name: "Stray Dollar".to_owned(),
            symbol: SYMBOL.to_owned(),
            decimals: u8::try_from(DECIMALS)?,
        };
        let contract = self.devnet.deploy_test_token(&token).await.context("could not deploy a token")?;
        let units = BaseUnits::from_u128(u128::from(whole) * 10_u128.pow(DECIMALS));
        let transaction = self.devnet.mint(contract, to, units).await?;
        drop(purse);
        Ok((SYMBOL, self.mined(transaction).await?))
    }

    async fn mined(&self, transaction: B256) -> anyhow::Result<Paid> {
        Ok(Paid { transaction, block: self.devnet.wallet().mined(transaction).await? })
    }
}
