//! Receivers that want more time or memory than they are given.

use std::time::{Duration, Instant};

use pepay_outbound::{Failure, Phase, Policy, StatusCode};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};

use crate::server::{Server, hasty, patient, post, request, until_closed};

/// Well above what the hasty policy waits, well below a hang.
const SOON: Duration = Duration::from_secs(10);

async fn fails(policy: Policy, url: &str, expected: Failure) {
    let start = Instant::now();
    assert_eq!(post(policy, url).await.err(), Some(expected));
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

#[tokio::test]
async fn a_receiver_that_never_accepts_is_given_up() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    // Once its queue is full, the system drops further attempts.
    let mut queue = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
        queue.push(stream.unwrap());
    }
    fails(hasty(), &format!("http://{address}/"), Failure::Timeout { phase: Phase::Connect }).await;
}

#[tokio::test]
async fn silence_is_given_up_in_each_phase() {
    let silent = Server::start(|mut stream| async move { until_closed(&mut stream).await }).await;
    fails(hasty(), &silent.url(), Failure::Timeout { phase: Phase::Head }).await;
    // Over TLS the same silence comes before the request.
    let url = silent.url().replace("http://", "https://");
    fails(hasty(), &url, Failure::Timeout { phase: Phase::Connect }).await;

    let stalling = Server::answering("HTTP/1.1 200 OK\r\nX-A: b\r\n", b"").await;
    fails(hasty(), &stalling.url(), Failure::Timeout { phase: Phase::Head }).await;
}

#[tokio::test]
async fn a_trickling_head_is_given_up() {
    let server = Server::start(|mut stream| async move {
        request(&mut stream).await;
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while sent.is_ok() {
            sent = stream.write_all(b"x: y\r\n").await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    fails(hasty(), &server.url(), Failure::Timeout { phase: Phase::Head }).await;
}

#[tokio::test]
async fn an_endless_head_is_cut_off() {
    let many = Server::answering("HTTP/1.1 200 OK\r\n", b"x-header: value\r\n").await;
    fails(patient(), &many.url(), Failure::Protocol).await;
    let one = Server::answering("HTTP/1.1 200 OK\r\nx-header: ", &[b'a'; 1024]).await;
    fails(patient(), &one.url(), Failure::Protocol).await;
    let interim = Server::answering("", b"HTTP/1.1 103 Early Hints\r\n\r\n").await;
    fails(hasty(), &interim.url(), Failure::Timeout { phase: Phase::Head }).await;
}

#[tokio::test]
async fn a_head_within_the_limit_is_taken_and_one_beyond_is_not() {
    for (bytes, fits) in [(8_000, true), (15_000, true), (17_000, false), (100_000, false)] {
        let lines = "x: ".to_owned() + &"y".repeat(bytes) + "\r\n";
        let server = Server::answering(format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: 0\r\n\r\n"), b"").await;
        let answer = post(patient(), &server.url()).await;
        assert_eq!(
            answer.map(|answer| answer.head.len()),
            if fits { Ok(2) } else { Err(Failure::Protocol) },
            "{bytes}"
        );
    }
}

/// The status was read, so the delivery is decided.
#[tokio::test]
async fn a_body_that_stalls_breaks_off_or_never_ends_changes_nothing() {
    let stalling = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf";
    let open = "HTTP/1.1 200 OK\r\n\r\nhalf";
    let cases: [(&str, &'static [u8], usize); 4] = [
        (stalling, b"", 4),
        (open, b"", 4),
        ("HTTP/1.1 200 OK\r\n\r\n", b"endless ", 4096),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 4096),
    ];
    for (head, body, kept) in cases {
        let server = Server::answering(head, body).await;
        let start = Instant::now();
        let policy =
            if body.is_empty() { Policy { body_timeout: hasty().body_timeout, ..patient() } } else { patient() };
        let answer = post(policy, &server.url()).await.unwrap();
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!((answer.excerpt.len(), answer.truncated), (kept, true), "{head:?}");
        assert!(start.elapsed() < SOON);
    }
    let breaking = Server::start(|mut stream| async move {
        request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf").await;
    })
    .await;
    let answer = post(patient(), &breaking.url()).await.unwrap();
    assert_eq!((answer.excerpt.as_slice(), answer.truncated), (&b"half"[..], true));
    let garbled = Server::answering("HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n", b"").await;
    assert_eq!(post(patient(), &garbled.url()).await.unwrap().status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn an_unwanted_rest_is_hung_up_on() {
    let (told, mut hung_up) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::start(move |mut stream| {
        let told = told.clone();
        async move {
            request(&mut stream).await;
            let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while sent.is_ok() {
                sent = stream.write_all(&[b'x'; 4096]).await;
            }
            let _ = told.send(());
        }
    })
    .await;
    let client = pepay_outbound::Client::new(patient()).unwrap();
    crate::server::post_with(&client, &server.url()).await.unwrap();
    assert!(hung_up.recv().await.is_some(), "the connection was closed while the client lives on");
}
