//! A receiver of webhooks that does nothing but answer, until it is told to fall silent.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What comes before the invoice in the body of an event.
const MARK: &str = r#""data":{"object":{"#;

/// Listens on loopback until it is dropped; then its connections end too.
pub(crate) struct Receiver {
    url: String,
    shared: Arc<Shared>,
    _listening: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    silent: AtomicBool,
    /// When each event's invoice arrived, by its id.
    arrivals: Mutex<HashMap<String, Instant>>,
}

impl Receiver {
    pub(crate) async fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}/hook", listener.local_addr()?);
        let (shared, mut listening) = (Arc::<Shared>::default(), JoinSet::new());
        listening.spawn(receive(listener, Arc::clone(&shared)));
        Ok(Self { url, shared, _listening: listening })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on it takes requests and answers none.
    pub(crate) fn fall_silent(&self) {
        self.shared.silent.store(true, Ordering::Relaxed);
    }

    /// How many invoices have arrived.
    pub(crate) fn count(&self) -> usize {
        self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// How long each took from its commit, once all are there. What arrives before its writer knows of the commit took
    /// no time.
    pub(crate) fn delays(&self, committed: &[(String, Instant)]) -> Option<Vec<Duration>> {
        let known = self.shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        committed.iter().map(|(id, at)| Some(known.get(id)?.saturating_duration_since(*at))).collect()
    }
}

async fn receive(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream, Arc::clone(&shared)));
    }
}

/// Reads requests and answers each with 200, as cheaply as can be: the head ends at an empty line, and the body is as
/// long as the head says.
async fn answer(mut stream: TcpStream, shared: Arc<Shared>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut buffer = Vec::with_capacity(16_384);
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|it| it == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let head = std::str::from_utf8(buffer.get(..end)?).ok()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())?;
        while buffer.len() < end + length {
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        }
        let id = invoice(std::str::from_utf8(buffer.get(end..end + length)?).ok()?)?;
        shared.arrivals.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert_with(Instant::now);
        if shared.silent.load(Ordering::Relaxed) {
            return std::future::pending().await;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.ok()?;
        buffer.drain(..end + length);
    }
}

fn invoice(body: &str) -> Option<String> {
    let object = body.split_once(MARK)?.1;
    Some(object.split_once(r#""id":""#)?.1.split('"').next()?.to_owned())
}
