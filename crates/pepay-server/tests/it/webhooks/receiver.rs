//! A merchant's receiver: a real TCP server that remembers what it was sent and misbehaves as told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::world::wait_for;

/// How a receiver answers.
#[derive(Clone, Debug)]
pub(super) enum Manner {
    /// With this status and these header lines.
    Status(u16, &'static str),
    /// Not at all.
    Silent,
    /// With 200, and half a body.
    Stall,
    /// With 200, and a body without end.
    Endless,
    /// By cutting the connection.
    Reset,
    /// With 200, after a while.
    Slow(Duration),
    /// With 500 what contains this text, with 200 everything else.
    Refusing(&'static str),
}

/// One delivery as it came.
#[derive(Clone, Debug)]
pub(super) struct Got {
    headers: HashMap<String, String>,
    pub(super) body: String,
    pub(super) at: Instant,
}

impl Got {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(&name.to_lowercase()).map_or("", String::as_str)
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a delivery is JSON")
    }

    pub(super) fn event(&self) -> String {
        self.json()["id"].as_str().expect("an event has an id").to_owned()
    }
}

#[derive(Debug)]
struct State {
    manner: Mutex<Manner>,
    got: Mutex<Vec<Got>>,
}

#[derive(Debug)]
pub(super) struct Receiver {
    port: u16,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub(super) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let state = Arc::new(State { manner: Mutex::new(manner), got: Mutex::default() });
        let shared = Arc::clone(&state);
        #[expect(clippy::disallowed_methods, reason = "ends with the receiver")]
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, state, task }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?key=hidden", self.port)
    }

    /// A receiver behind TLS, with a certificate that it signed itself.
    pub(super) async fn start_unvouched() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let state = Arc::new(State { manner: Mutex::new(Manner::Status(200, "")), got: Mutex::default() });
        let acceptor = acceptor();
        let shared = Arc::clone(&state);
        #[expect(clippy::disallowed_methods, reason = "ends with the receiver")]
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
                connections.spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    if let Some(got) = read(&mut stream, &mut Vec::new()).await {
                        shared.got.lock().expect("nobody panicked").push(got);
                    }
                });
            }
        });
        Self { port, state, task }
    }

    /// Its address behind TLS.
    pub(super) fn https_url(&self) -> String {
        format!("https://127.0.0.1:{}/hook", self.port)
    }

    pub(super) fn behave(&self, manner: Manner) {
        *self.state.manner.lock().expect("nobody panicked") = manner;
    }

    /// Everything that came, in order.
    pub(super) fn got(&self) -> Vec<Got> {
        self.state.got.lock().expect("nobody panicked").clone()
    }

    /// Waits until `wanted` holds of what came, and gives it.
    pub(super) async fn wait(&self, what: &str, wanted: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        wait_for(format!("{what} at a receiver"), async || {
            let got = self.got();
            if wanted(&got) { Ok(got) } else { Err(format!("{} deliveries", got.len())) }
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let mut buffer = Vec::new();
    while let Some(got) = read(&mut stream, &mut buffer).await {
        let manner = match state.manner.lock().expect("nobody panicked").clone() {
            Manner::Refusing(text) => Manner::Status(if got.body.contains(text) { 500 } else { 200 }, ""),
            manner => manner,
        };
        state.got.lock().expect("nobody panicked").push(got);
        if !answer(&mut stream, manner).await {
            return;
        }
    }
}

/// Answers; whether the connection goes on.
async fn answer(stream: &mut TcpStream, manner: Manner) -> bool {
    let whole = |status: u16, lines: &str| format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n{lines}\r\nok");
    match manner {
        Manner::Status(status, lines) => stream.write_all(whole(status, lines).as_bytes()).await.is_ok(),
        Manner::Refusing(_) => unreachable!("it depends on what came"),
        Manner::Slow(pause) => {
            tokio::time::sleep(pause).await;
            stream.write_all(whole(200, "").as_bytes()).await.is_ok()
        }
        Manner::Reset => {
            #[expect(deprecated, reason = "cuts the connection at once")]
            let _cut = stream.set_linger(Some(Duration::ZERO));
            false
        }
        Manner::Silent => {
            let _closed = stream.read(&mut [0; 64]).await;
            false
        }
        Manner::Stall => {
            let _sent = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
            let _closed = stream.read(&mut [0; 64]).await;
            false
        }
        Manner::Endless => {
            let _sent = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            let chunk = format!("1000\r\n{}\r\n", "x".repeat(4_096));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
            false
        }
    }
}

fn acceptor() -> tokio_rustls::TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate can be made");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the versions are known")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .expect("the key is the certificate's");
    Arc::new(config).into()
}

async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<Got> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|it| it == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer[..end].to_vec()).ok()?;
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers: HashMap<String, String> = lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    while buffer.len() < end + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(buffer[end..end + length].to_vec()).ok()?;
    buffer.drain(..end + length);
    Some(Got { headers, body, at: Instant::now() })
}
