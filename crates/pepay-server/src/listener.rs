//! Accepts connections and hands their requests to the router, which is told who is calling.
//!
//! It refuses to wait: a caller that does not finish a request's head in time is hung up on, and so is one that keeps
//! an idle connection longer. It speaks HTTP/1.1 only, since telling HTTP/2 from it means waiting for bytes that may
//! never come; a proxy in front may speak both. What lies between head and answer is bounded by the router. When
//! stopped it takes no new connection and lets running requests finish.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

/// Connections at one time; more wait in the system's queue. Some 100 KB each at worst, so that memory stays bounded.
const MAX_CONNECTIONS: usize = 8_192;
/// How long the head of a request may take, and how long a connection may idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// After this long without a file descriptor or memory for a connection, accepting is tried again.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `stop`, then until the running requests are answered.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    serve_with(listener, router, stop, HEAD_TIMEOUT).await;
}

async fn serve_with(listener: TcpListener, router: Router, stop: CancellationToken, head_timeout: Duration) {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    let connections = TaskTracker::new();
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Some((stream, slot)) = next(&listener, &slots, &stop).await {
        let Ok(peer) = stream.peer_addr() else { continue }; // gone already
        let service = hyper::service::service_fn(answer(router.clone(), peer));
        let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let stop = stop.clone();
        connections.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // Callers hang up, idle too long or speak no HTTP: their affair, and nothing to act on.
            if let Err(error) = ended {
                tracing::debug!(%error, "A connection ended: {error}");
            }
            drop(slot);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The next connection with its place; `None` once stopped.
async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let accepted = async {
        let slot = Arc::clone(slots).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Answers are written whole: waiting to fill a packet only delays them. A failure changes nothing.
                    let _ = stream.set_nodelay(true);
                    return Some((stream, slot));
                }
                Err(error) => {
                    tracing::warn!(%error, "Could not accept a connection: {error}");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        accepted = accepted => accepted,
    }
}

fn answer(
    router: Router,
    peer: SocketAddr,
) -> impl Fn(Request<Incoming>) -> axum::routing::future::RouteFuture<std::convert::Infallible> + Clone {
    move |mut request| {
        request.extensions_mut().insert(ConnectInfo(peer));
        // A router is always ready.
        router.clone().call(request)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

    use super::*;

    struct Running {
        address: SocketAddr,
        stop: CancellationToken,
        tasks: TaskTracker,
    }

    async fn start(router: Router, head_timeout: Duration) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop, tasks) = (listener.local_addr().unwrap(), CancellationToken::new(), TaskTracker::new());
        tasks.spawn(serve_with(listener, router, stop.clone(), head_timeout));
        tasks.close();
        Running { address, stop, tasks }
    }

    async fn exchange(stream: &mut TcpStream, request: &str) -> String {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn handlers_are_told_who_calls() {
        let who = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let running = start(Router::new().route("/", get(who)), HEAD_TIMEOUT).await;
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let answer = exchange(&mut stream, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert!(answer.ends_with(&stream.local_addr().unwrap().to_string()), "{answer}");
    }

    #[tokio::test]
    async fn half_a_head_does_not_hold_a_connection() {
        let running = start(Router::new(), Duration::from_millis(50)).await;
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // Each ends only because the server hangs up.
        exchange(&mut stream, "GET / HTTP/1.1\r\nhost:").await;
        let mut silent = TcpStream::connect(running.address).await.unwrap();
        assert_eq!(silent.read(&mut [0]).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn running_requests_are_answered_and_idle_connections_closed() {
        let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (arriving, going) = (Arc::clone(&arrived), Arc::clone(&go));
        let slow = move || async move {
            arriving.notify_one();
            going.notified().await;
            "done"
        };
        let running = start(Router::new().route("/", get(slow)), HEAD_TIMEOUT).await;
        let mut idle = TcpStream::connect(running.address).await.unwrap();
        let mut busy = TcpStream::connect(running.address).await.unwrap();
        busy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        arrived.notified().await;
        running.stop.cancel();
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "the idle one is closed");
        assert!(!running.tasks.is_empty(), "the busy one is waited for");
        go.notify_one();
        assert!(exchange(&mut busy, "").await.ends_with("done"));
        running.tasks.wait().await;
        assert!(TcpStream::connect(running.address).await.is_err());
    }
}
