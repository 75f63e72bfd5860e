//! A network between the client and the server that does everything a network may do.
//!
//! Requests are answered with storms of 429, 500 and 503, cut before they arrive, cut after they took effect, sent
//! twice, delayed; sockets are cut in the middle of a frame or go dead without saying so. What happens to whom follows
//! a fixed cycle, so that a failure comes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Honest,
    Delayed,
    Answered(u16),
    /// The server never hears of it.
    CutBefore,
    /// The server did it, and nobody hears of that.
    CutAfter,
    /// The answer ends in the middle.
    CutShort,
    /// The server hears of it twice.
    Doubled,
}

/// Each of them, with the good ones between; of a length no usual number of clients divides.
const FATES: [Fate; 13] = [
    Fate::CutAfter,
    Fate::Honest,
    Fate::Answered(503),
    Fate::Doubled,
    Fate::Answered(429),
    Fate::Delayed,
    Fate::CutShort,
    Fate::Answered(500),
    Fate::Honest,
    Fate::CutBefore,
    Fate::Doubled,
    Fate::CutAfter,
    Fate::Honest,
];
/// After how many bytes a socket ends: within its first frame, within an event, after several.
const CUTS: [usize; 5] = [150, 5_000, 900, 2_500, 9_000];
/// How long a dead socket is left open: longer than the client waits for a sign of life.
const DEAD_FOR: Duration = Duration::from_secs(30);
const DELAY: Duration = Duration::from_millis(150);

/// A running network, ended when dropped.
pub(super) struct Unruly {
    pub(super) url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    upstream: String,
    requests: AtomicUsize,
    sockets: AtomicUsize,
}

impl Unruly {
    /// Stands before the server at `base_url`.
    #[expect(clippy::disallowed_methods, reason = "every task ends with its connection or with the test")]
    pub(super) async fn before(base_url: &str) -> Self {
        let upstream = base_url.strip_prefix("http://").expect("the server speaks http").to_owned();
        let shared = Arc::new(Shared { upstream, requests: AtomicUsize::default(), sockets: AtomicUsize::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let passing = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&passing);
                // What goes wrong here is what the network does.
                tokio::spawn(async move { drop(shared.pass(client).await) });
            }
        });
        Self { url, shared, task }
    }

    /// How many requests and how many sockets it had.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.shared.requests.load(Ordering::SeqCst), self.shared.sockets.load(Ordering::SeqCst))
    }
}

impl Drop for Unruly {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    async fn pass(&self, mut client: TcpStream) -> std::io::Result<()> {
        let request = read_request(&mut client).await?;
        if request.starts_with(b"GET /ws/") {
            let number = self.sockets.fetch_add(1, Ordering::SeqCst);
            return self.socket(client, &request, number).await;
        }
        let fate = FATES[self.requests.fetch_add(1, Ordering::SeqCst) % FATES.len()];
        match fate {
            Fate::CutBefore => return Ok(()),
            Fate::Answered(status) => {
                let head = format!("HTTP/1.1 {status} Storm\r\nretry-after: 0\r\nconnection: close\r\n");
                return client.write_all(format!("{head}content-length: 2\r\n\r\n{{}}").as_bytes()).await;
            }
            Fate::Delayed => tokio::time::sleep(DELAY).await,
            Fate::Doubled => drop(self.ask(&request).await?),
            Fate::Honest | Fate::CutAfter | Fate::CutShort => {}
        }
        let answer = self.ask(&request).await?;
        match fate {
            Fate::CutAfter => Ok(()),
            Fate::CutShort => client.write_all(&answer[..answer.len() - 10]).await,
            _ => client.write_all(&answer).await,
        }
    }

    /// The server's whole answer, after which it closes.
    async fn ask(&self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(&self.upstream).await?;
        let line_end = request.windows(2).position(|it| it == b"\r\n").unwrap_or_default() + 2;
        let (line, rest) = request.split_at(line_end);
        server.write_all(&[line, b"connection: close\r\n", rest].concat()).await?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await?;
        Ok(answer)
    }

    async fn socket(&self, mut client: TcpStream, request: &[u8], number: usize) -> std::io::Result<()> {
        let mut server = TcpStream::connect(&self.upstream).await?;
        server.write_all(request).await?;
        let (mut from_server, mut to_server) = server.split();
        let (mut from_client, mut to_client) = client.split();
        let mut left = CUTS[number % CUTS.len()];
        let down = async {
            let mut bytes = [0; 512];
            while left > 0 {
                let read = from_server.read(&mut bytes).await?;
                if read == 0 {
                    break;
                }
                let told = read.min(left);
                to_client.write_all(&bytes[..told]).await?;
                left -= told;
            }
            // Every other one is not closed but dead: half of it is gone, and nobody says so.
            if number % 2 == 1 {
                tokio::time::sleep(DEAD_FOR).await;
            }
            Ok::<(), std::io::Error>(())
        };
        let up = tokio::io::copy(&mut from_client, &mut to_server);
        tokio::select! {
            done = down => done,
            done = up => done.map(drop),
        }
    }
}

async fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(head) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= head + 4 + length.unwrap_or(0_usize) {
                return Ok(bytes);
            }
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}
