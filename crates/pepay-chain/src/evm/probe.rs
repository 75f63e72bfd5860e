//! Asks each provider of a network, apart from any client, what an operator wants to know of it before relying on it.

use std::time::Duration;

use alloy::primitives::U64;
use alloy::rpc::client::ClientBuilder;
use alloy::rpc::types::BlockNumberOrTag;
use alloy::transports::ws::WsConnect;
use futures_util::future::join_all;
use pepay_core::time::Millis;
use reqwest::Url;
use serde::de::IgnoredAny;
use tokio::time::{Instant, timeout};

use super::block::Header;
use super::failure::Failure;
use super::rpc::{Rpc, http_client, shown};
use super::{Config, Scope, logs};

/// What became of asking one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Scheme, host and port. Never the path or query, which often carry a key.
    pub host: String,
    /// What it answered.
    pub answer: Answer,
}

/// What a provider is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is read from.
    Reads {
        /// Its newest block.
        head: u64,
        /// The time of that block.
        head_at: Millis,
        /// How long it took to give it, in milliseconds.
        latency_ms: u64,
        /// Why it does not give logs of as many blocks as configured, if it does not.
        logs: Result<(), String>,
    },
    /// It tells of new blocks.
    Tells,
    /// It serves another chain.
    WrongChain {
        /// Which.
        found: u64,
    },
    /// It gave no answer that can be used.
    Fails(String),
}

/// Asks every provider of `config`, all at once, each for at most twice the configured timeout.
pub async fn probe(config: &Config) -> Vec<Probe> {
    join_all(config.rpcs.iter().map(|url| probe_one(config, url))).await
}

async fn probe_one(config: &Config, url: &Url) -> Probe {
    let is_socket = matches!(url.scheme(), "ws" | "wss");
    let asked = async { if is_socket { socket(config, url).await } else { reader(config, url).await } };
    let answer = match timeout(config.timeout.saturating_mul(2), asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(Failure::WrongChain { found })) => Answer::WrongChain { found },
        Ok(Err(failure)) => Answer::Fails(failure.message()),
        Err(_) => Answer::Fails("no answer in time".to_owned()),
    };
    Probe { host: shown(url), answer }
}

async fn reader(config: &Config, url: &Url) -> Result<Answer, Failure> {
    let http = http_client(config.timeout).map_err(|_| Failure::down("the HTTP client cannot be set up"))?;
    let rpc = Rpc::new(url.clone(), http, config.chain_id, config.max_logs_range);
    rpc.verify().await?;
    let began = Instant::now();
    let header: Option<Header> = rpc.call("eth_getBlockByNumber", (BlockNumberOrTag::Latest, false)).await?;
    let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let head = header.ok_or_else(|| Failure::down("has no newest block"))?.block();
    let logs = if config.scope == Scope::Listed && config.tokens.is_empty() {
        Ok(())
    } else {
        let from = head.number.saturating_sub(config.max_logs_range.saturating_sub(1));
        let filter = logs::transfers(config).from_block(from).to_block(head.number);
        let asked = rpc.call::<IgnoredAny>("eth_getLogs", [filter]).await;
        asked.map(|_| ()).map_err(|failure| failure.message())
    };
    Ok(Answer::Reads { head: head.number, head_at: head.time, latency_ms, logs })
}

async fn socket(config: &Config, url: &Url) -> Result<Answer, Failure> {
    // The library's words may repeat the url.
    let down = |what: &'static str| move |_| Failure::down(what);
    let connect = WsConnect::new(url.as_str()).with_max_retries(0).with_retry_interval(Duration::ZERO);
    let client = ClientBuilder::default().pubsub(connect).await.map_err(down("the WebSocket does not open"))?;
    let found: U64 = client.request("eth_chainId", [(); 0]).await.map_err(down("does not tell its chain"))?;
    if found.to::<u64>() != config.chain_id {
        return Err(Failure::WrongChain { found: found.to() });
    }
    let subscribed = client.request::<_, IgnoredAny>("eth_subscribe", ["newHeads"]).await;
    subscribed.map_err(down("does not tell of new blocks"))?;
    Ok(Answer::Tells)
}
