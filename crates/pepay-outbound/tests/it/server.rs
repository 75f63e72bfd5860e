//! Receivers on this machine, good and bad, and names that lead to them.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use pepay_outbound::{Allowed, Answer, Bytes, Client, Failure, HeaderMap, Policy, Resolve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A server that counts its connections; ends when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    _accepting: JoinSet<()>,
}

impl Server {
    /// Lets `serve` have each connection.
    pub(crate) async fn start<F, S>(serve: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut serving = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                serving.spawn(serve(stream));
            }
        });
        Self { address, accepted, _accepting: accepting }
    }

    /// Reads one request, writes `head`, then repeats `body` without end, if there is one, or keeps the connection open.
    pub(crate) async fn answering(head: impl Into<Vec<u8>>, body: &'static [u8]) -> Self {
        let head = Arc::new(head.into());
        Self::start(move |mut stream| {
            let head = Arc::clone(&head);
            async move {
                request(&mut stream).await;
                let mut sent = stream.write_all(&head).await;
                while sent.is_ok() && !body.is_empty() {
                    sent = stream.write_all(body).await;
                }
                until_closed(&mut stream).await;
            }
        })
        .await
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?token=t0p", self.address)
    }
}

/// Reads up to the end of a request with a `Content-Length`, and gives all of it.
pub(crate) async fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a number")) {
                return text.into_owned();
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text.into_owned(),
            Ok(count) => read.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Waits for the client to hang up.
pub(crate) async fn until_closed(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
}

/// Names whose answers are known: each lookup takes the next list of addresses, and the last one stays.
#[derive(Default)]
pub(crate) struct Names {
    answers: Mutex<VecDeque<io::Result<Vec<IpAddr>>>>,
    last: Mutex<Vec<IpAddr>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Names {
    pub(crate) fn of(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| Ok(list.iter().map(|ip| ip.parse().expect("an address")).collect());
        Arc::new(Self { answers: Mutex::new(answers.iter().map(parse).collect()), ..Self::default() })
    }
}

impl Resolve for Names {
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        self.asked.lock().expect("not poisoned").push(name);
        let mut last = self.last.lock().expect("not poisoned");
        let answer = match self.answers.lock().expect("not poisoned").pop_front() {
            Some(Ok(addresses)) => {
                last.clone_from(&addresses);
                Ok(addresses)
            }
            Some(Err(error)) => Err(error),
            None => Ok(last.clone()),
        };
        Box::pin(async { answer })
    }
}

/// Loopback is allowed, and time is plenty.
pub(crate) fn patient() -> Policy {
    Policy {
        allow: Allowed::loopback(),
        connect_timeout: Duration::from_secs(20),
        timeout: Duration::from_secs(20),
        body_timeout: Duration::from_secs(20),
        ..Policy::default()
    }
}

/// Loopback is allowed, and time is short: for receivers that never answer.
pub(crate) fn hasty() -> Policy {
    Policy {
        connect_timeout: Duration::from_millis(400),
        timeout: Duration::from_millis(600),
        body_timeout: Duration::from_millis(300),
        ..patient()
    }
}

/// Posts a small body with a client made for it.
pub(crate) async fn post(policy: Policy, url: &str) -> Result<Answer, Failure> {
    post_with(&Client::new(policy).expect("a valid policy"), url).await
}

pub(crate) async fn post_with(client: &Client, url: &str) -> Result<Answer, Failure> {
    let target = client.check(url)?;
    client.post(&target, HeaderMap::new(), Bytes::from_static(b"{\"a\":1}")).await
}
