//! Sending transactions from one key, for deploying contracts and for development networks.
//!
//! It sends one transaction at a time, so that nonces follow one another. It is no settlement engine: it stores nothing,
//! and a transaction whose fate is unknown when the program ends is not looked for again.

use std::time::Duration;

use alloy::consensus::{SignableTransaction as _, TxEnvelope, TxLegacy};
use alloy::eips::eip2718::Encodable2718 as _;
use alloy::primitives::{Address, B256, Bytes, TxKind, U64, U256, hex};
use alloy::signers::SignerSync as _;
use alloy::signers::local::PrivateKeySigner;
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::rpc::{Rpc, http_client};
use crate::error::{Error, Result};

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long a transaction may take to be mined before waiting for it fails.
const MINED_WITHIN: Duration = Duration::from_mins(3);

/// How often it is looked for. A local node mines at once.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// A key and a provider to send with.
#[derive(Debug)]
pub struct Wallet {
    rpc: Rpc,
    chain_id: u64,
    signer: PrivateKeySigner,
    sending: Mutex<()>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    status: Option<U64>,
    block_number: Option<U64>,
}

impl Wallet {
    /// A wallet of the private key `key` (64 hexadecimal digits) on the chain `chain_id` behind `rpc`.
    pub fn new(rpc: Url, chain_id: u64, key: &str) -> Result<Self> {
        let signer = key.parse().map_err(|_| failed("the private key is not 64 hexadecimal digits"))?;
        let http = http_client(TIMEOUT).map_err(|_| failed("the HTTP client cannot be set up"))?;
        Ok(Self { rpc: Rpc::new(rpc, http, chain_id, 1), chain_id, signer, sending: Mutex::new(()) })
    }

    /// The account of the key.
    pub fn address(&self) -> Address {
        self.signer.address()
    }

    /// The chain it sends on.
    pub fn chain_id(&self) -> u64 {
        self.chain_id
    }

    pub(super) async fn call<R: DeserializeOwned>(
        &self,
        method: &'static str,
        params: impl serde::Serialize,
    ) -> Result<R> {
        let host = &self.rpc.host;
        self.rpc.call(method, params).await.map_err(|failure| Error::Refused {
            rpc: host.clone(),
            method,
            message: failure.message(),
        })
    }

    /// Whether anything is deployed at `address`.
    pub async fn has_code(&self, address: Address) -> Result<bool> {
        let code: Bytes = self.call("eth_getCode", (address, "latest")).await?;
        Ok(!code.is_empty())
    }

    /// Signs and sends; the hash of the transaction, which need not be mined yet. Fails without sending when the chain
    /// says that it would revert.
    pub async fn send(&self, to: Address, value: U256, data: Vec<u8>) -> Result<B256> {
        let _one_at_a_time = self.sending.lock().await;
        let data = Bytes::from(data);
        let request = json!({ "from": self.address(), "to": to, "value": value, "data": data });
        let gas: U64 = self.call("eth_estimateGas", (request, "pending")).await?;
        let price: U256 = self.call("eth_gasPrice", [(); 0]).await?;
        let nonce: U64 = self.call("eth_getTransactionCount", (self.address(), "pending")).await?;
        let too_dear = || failed("the gas price does not fit 128 bits");
        let transaction = TxLegacy {
            chain_id: Some(self.chain_id),
            nonce: nonce.to(),
            // Room for the price to rise by half before it is mined.
            gas_price: u128::try_from(price).ok().and_then(|price| price.checked_mul(3)).ok_or_else(too_dear)? / 2,
            // What an estimate leaves to chance: refunds and the 63/64 rule of inner calls.
            gas_limit: gas.to::<u64>().saturating_mul(5) / 4,
            to: TxKind::Call(to),
            value,
            input: data,
        };
        let signature =
            self.signer.sign_hash_sync(&transaction.signature_hash()).map_err(|_| failed("signing failed"))?;
        let signed = TxEnvelope::from(transaction.into_signed(signature));
        self.send_raw(&hex::encode_prefixed(signed.encoded_2718())).await
    }

    pub(super) async fn send_raw(&self, signed: &str) -> Result<B256> {
        self.call("eth_sendRawTransaction", [signed]).await
    }

    /// Waits until the transaction is in a block; its number. Fails when it reverted, or is not mined in three minutes.
    pub async fn mined(&self, transaction: B256) -> Result<u64> {
        let started = Instant::now();
        while started.elapsed() < MINED_WITHIN {
            let receipt: Option<Receipt> = self.call("eth_getTransactionReceipt", [transaction]).await?;
            if let Some(Receipt { status, block_number: Some(number) }) = receipt {
                return match status {
                    Some(status) if status == U64::from(1) => Ok(number.to()),
                    _ => Err(failed(&format!("transaction {transaction:#x} reverted"))),
                };
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err(failed(&format!("transaction {transaction:#x} was not mined within {} s", MINED_WITHIN.as_secs())))
    }

    /// Sends and waits until it is mined.
    pub async fn send_mined(&self, to: Address, value: U256, data: Vec<u8>) -> Result<u64> {
        self.mined(self.send(to, value, data).await?).await
    }
}

fn failed(what: &str) -> Error {
    Error::Deploy { what: what.to_owned() }
}
