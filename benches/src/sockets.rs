//! WebSockets: how soon many of them hear of an event, what each costs, and how fast one is told everything.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Sockets opened at once, so that the listener's queue suffices.
const AT_ONCE: usize = 64;
/// A server that has not told by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

type Socket = WebSocketStream<TcpStream>;

pub(crate) fn fan_out(
    address: SocketAddr,
    key: &str,
    (pid, sockets, rounds): (u32, usize, usize),
) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let before = resident_bytes(pid)?;
        let mut heard = listen(address, key, sockets).await?;
        let after = resident_bytes(pid)?;
        let (mut told, mut answered) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let began = Instant::now();
            create(address, key).await?;
            answered.push(began.elapsed().as_micros());
            for _ in 0..sockets {
                let waiting = tokio::time::timeout(PATIENCE, heard.recv()).await;
                waiting.context("not every socket heard of it")?.context("the sockets are gone")?;
            }
            told.push(began.elapsed().as_micros());
        }
        told.sort_unstable();
        answered.sort_unstable();
        let most = told.last().context("there were no rounds")?;
        let each = after.saturating_sub(before) / u64::try_from(sockets)?.max(1);
        Ok(format!("{} {most} {} {each}", told[rounds / 2], answered[rounds / 2]))
    })
}

/// Opens sockets that send a word for each event they are told. Each is ready when this returns.
async fn listen(address: SocketAddr, key: &str, sockets: usize) -> anyhow::Result<mpsc::UnboundedReceiver<()>> {
    let (hear, heard) = mpsc::unbounded_channel();
    let mut opened = 0;
    while opened < sockets {
        let mut opening = JoinSet::new();
        for _ in 0..AT_ONCE.min(sockets - opened) {
            let key = key.to_owned();
            opening.spawn(async move { open(address, &key, "").await });
        }
        while let Some(socket) = opening.join_next().await {
            let (mut socket, hear) = (socket??, hear.clone());
            #[expect(clippy::disallowed_methods, reason = "ends with the program")]
            tokio::spawn(async move {
                while let Some(Ok(message)) = socket.next().await {
                    if matches!(&message, Message::Text(text) if is_event(text)) && hear.send(()).is_err() {
                        return;
                    }
                }
            });
            opened += 1;
        }
    }
    Ok(heard)
}

pub(crate) fn replay(address: SocketAddr, key: &str) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut socket = open(address, key, "?since=evt_0-0").await?;
        let (began, mut events) = (Instant::now(), 0_u64);
        loop {
            match socket.next().await.context("the socket ended")?? {
                Message::Text(text) if is_event(&text) => events += 1,
                Message::Text(text) if text.contains("replay_completed") => break,
                Message::Close(_) => bail!("closed after {events} events"),
                _ => {}
            }
        }
        Ok(format!("{events} {}", began.elapsed().as_millis()))
    })
}

fn is_event(text: &str) -> bool {
    text.starts_with("{\"id\":\"evt_")
}

/// A socket that was told it is ready.
async fn open(address: SocketAddr, key: &str, query: &str) -> anyhow::Result<Socket> {
    let mut request = format!("ws://{address}/ws/merchant/events{query}").into_client_request()?;
    request.headers_mut().insert("x-api-key", key.parse()?);
    let config = WebSocketConfig::default().read_buffer_size(4_096).write_buffer_size(0);
    let stream = TcpStream::connect(address).await?;
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
    let first = socket.next().await.context("the socket ended")??;
    ensure!(first.to_text()?.contains("\"ready\""), "not ready: {first}");
    Ok(socket)
}

async fn create(address: SocketAddr, key: &str) -> anyhow::Result<()> {
    let body = "{\"amount_usd\":10}";
    let request = format!(
        "POST /api/v1/invoices HTTP/1.1\r\nhost: {address}\r\nx-api-key: {key}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure!(answer.starts_with("HTTP/1.1 201"), "not created: {answer}");
    Ok(())
}

/// What a process holds in memory.
fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kb: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kb * 1_024)
}
