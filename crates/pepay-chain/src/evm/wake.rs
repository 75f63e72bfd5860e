//! Word of new blocks by WebSocket. Only a wake-up: what is new is always read over HTTP.
//!
//! Never fails: a socket that cannot be opened, or ends, is tried again while waiting continues by the clock.

use std::time::Duration;

use alloy::pubsub::RawSubscription;
use alloy::rpc::client::{ClientBuilder, RpcClient};
use alloy::transports::ws::WsConnect;
use reqwest::Url;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout_at};

/// How long after a failed connection the next is tried.
const RECONNECT: Duration = Duration::from_secs(5);

/// How often the library underneath repeats a broken connection by itself; after that it is made anew here.
const LIBRARY_RETRIES: u32 = 1;

/// The first socket that works, if any.
#[derive(Debug)]
pub(super) struct Wake {
    urls: Vec<Url>,
    socket: Mutex<Socket>,
}

#[derive(Debug, Default)]
struct Socket {
    open: Option<Open>,
    retry_at: Option<Instant>,
}

#[derive(Debug)]
struct Open {
    /// Kept because the connection ends with it.
    _client: RpcClient,
    heads: RawSubscription,
}

impl Wake {
    pub(super) fn new(urls: Vec<Url>) -> Self {
        Self { urls, socket: Mutex::default() }
    }

    /// Returns at a new block, or after `poll`.
    pub(super) async fn wait(&self, poll: Duration) {
        let Some(deadline) = Instant::now().checked_add(poll) else { return };
        if self.urls.is_empty() {
            return sleep_until(deadline).await;
        }
        // Whoever waits second only waits: the socket wakes one waiter.
        let Ok(mut socket) = self.socket.try_lock() else { return sleep_until(deadline).await };
        if socket.open.is_none() && socket.retry_at.is_none_or(|at| at <= Instant::now()) {
            let Ok(open) = timeout_at(deadline, self.open()).await else {
                socket.retry_at = Instant::now().checked_add(RECONNECT);
                return;
            };
            if open.is_none() {
                socket.retry_at = Instant::now().checked_add(RECONNECT);
            }
            let opened = open.is_some();
            socket.open = open;
            if opened {
                return; // blocks may have come before the subscription
            }
        }
        let Some(open) = &mut socket.open else { return sleep_until(deadline).await };
        match timeout_at(deadline, open.heads.recv()).await {
            Ok(Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_))) => {
                // Several blocks that came while nobody waited are one piece of news.
                while open.heads.try_recv().is_ok() {}
            }
            Ok(Err(tokio::sync::broadcast::error::RecvError::Closed)) => {
                tracing::warn!("A WebSocket to a provider ended, polling until it is back");
                *socket = Socket { open: None, retry_at: Instant::now().checked_add(RECONNECT) };
            }
            Err(_elapsed) => {}
        }
    }

    async fn open(&self) -> Option<Open> {
        for url in &self.urls {
            let connect = WsConnect::new(url.as_str()).with_max_retries(LIBRARY_RETRIES);
            let Ok(client) = ClientBuilder::default().pubsub(connect).await else { continue };
            let Ok(id) = client.request("eth_subscribe", ["newHeads"]).await else { continue };
            let Some(frontend) = client.pubsub_frontend() else { continue };
            let Ok(heads) = frontend.get_subscription(id).await else { continue };
            return Some(Open { _client: client, heads });
        }
        tracing::warn!("No WebSocket of a provider can be opened, polling instead");
        None
    }
}
