//! HTTP/2: where it is offered, on one connection, and when its peer misbehaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use pepay_outbound::{Bytes, Failure, Policy, StatusCode, Version};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::server::{Server, post_with};
use crate::tls::{Authority, HOST, client, echo, post_as};

#[tokio::test]
async fn http2_is_spoken_where_it_is_offered() {
    let authority = Authority::new();
    let both: [&[u8]; 2] = [b"h2", b"http/1.1"];
    for (protocols, version) in [(&both[..], Version::HTTP_2), (&both[1..], Version::HTTP_11), (&[], Version::HTTP_11)]
    {
        let server = echo(authority.acceptor(protocols, |_| ())).await;
        assert_eq!(post_as(authority.policy(), HOST, &server).await, Ok((StatusCode::OK, version)));
    }
}

#[tokio::test]
async fn http2_requests_share_a_connection() {
    let authority = Authority::new();
    let server = echo(authority.acceptor(&[b"h2"], |_| ())).await;
    let client = client(authority.policy());
    let url = format!("https://{HOST}:{}/", server.address.port());
    post_with(&client, &url).await.unwrap();
    let answers = futures_util::future::join_all((0..20).map(|_| post_with(&client, &url))).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.version == Version::HTTP_2)));
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn http2_heads_have_a_limit_too() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(&[b"h2"], |_| ());
    let server = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let serve = service_fn(|_| async {
                let long = "y".repeat(100_000);
                hyper::Response::builder().header("x", long).body(Full::new(Bytes::new()))
            });
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), serve).await;
        }
    })
    .await;
    assert_eq!(post_as(authority.policy(), HOST, &server).await.err(), Some(Failure::Protocol));
}

/// A peer that vanished while its connection seems to live: it must not swallow what comes after.
#[tokio::test]
async fn a_connection_without_life_is_replaced() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(&[b"h2"], |_| ());
    let server = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            // Empty settings, and then nothing, not even an answer to a ping.
            let _ = stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await;
            while matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {}
        }
    })
    .await;
    let policy =
        Policy { timeout: Duration::from_secs(9), connect_timeout: Duration::from_secs(9), ..authority.policy() };
    let client = client(policy);
    let url = format!("https://{HOST}:{}/", server.address.port());
    for connections in 1..=2 {
        assert_eq!(post_with(&client, &url).await.err(), Some(Failure::Closed));
        assert_eq!(server.accepted(), connections);
    }
}

/// Refuses the first `refusals` streams with `reason`, then answers.
async fn refusing(authority: &Authority, refusals: usize, reason: h2::Reason) -> (Server, Arc<AtomicUsize>) {
    let acceptor = authority.acceptor(&[b"h2"], |_| ());
    let streams = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&streams);
    let server = Server::start(move |stream| {
        let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let Ok(mut connection) = h2::server::handshake(stream).await else { return };
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                if count.fetch_add(1, Ordering::SeqCst) < refusals {
                    respond.send_reset(reason);
                } else {
                    let _ = respond.send_response(http::Response::new(()), true);
                }
            }
        }
    })
    .await;
    (server, streams)
}

#[tokio::test]
async fn a_request_that_nobody_looked_at_is_sent_once_more() {
    let authority = Authority::new();
    let cases = [
        (0, h2::Reason::REFUSED_STREAM, Ok(StatusCode::OK), 1),
        (1, h2::Reason::REFUSED_STREAM, Ok(StatusCode::OK), 2),
        (2, h2::Reason::REFUSED_STREAM, Err(Failure::Closed), 2),
        // It may have been acted on.
        (1, h2::Reason::INTERNAL_ERROR, Err(Failure::Closed), 1),
        (1, h2::Reason::CANCEL, Err(Failure::Closed), 1),
    ];
    for (refusals, reason, expected, streams) in cases {
        let (server, seen) = refusing(&authority, refusals, reason).await;
        let answer =
            post_with(&client(authority.policy()), &format!("https://{HOST}:{}/", server.address.port())).await;
        assert_eq!(answer.map(|answer| answer.status), expected, "{refusals} {reason:?}");
        assert_eq!(seen.load(Ordering::SeqCst), streams, "{refusals} {reason:?}");
    }
}
