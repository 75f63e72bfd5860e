//! What is sent, what comes back, and on which connections.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pepay_outbound::{Bytes, Client, Failure, HeaderMap, HeaderValue, RetryAfter, StatusCode, Version};
use tokio::io::AsyncWriteExt as _;

use crate::server::{Server, patient, post, post_with, request, until_closed};

#[tokio::test]
async fn the_request_is_what_was_asked_for() {
    let seen = Arc::new(Mutex::new(String::new()));
    let keep = Arc::clone(&seen);
    let server = Server::start(move |mut stream| {
        let keep = Arc::clone(&keep);
        async move {
            let text = request(&mut stream).await;
            *keep.lock().expect("not poisoned") = text;
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            until_closed(&mut stream).await;
        }
    })
    .await;
    let client = Client::new(patient()).unwrap();
    let target = client.check(&server.url()).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-pepay-event", HeaderValue::from_static("invoice.paid"));
    for (name, value) in [("host", "inner"), ("transfer-encoding", "chunked"), ("content-length", "1"), ("te", "x")] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let answer = client.post(&target, headers, Bytes::from_static(b"{\"a\":1}")).await.unwrap();
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.version, Version::HTTP_11);
    assert!(!answer.truncated && answer.excerpt.is_empty() && answer.head.is_empty(), "{answer:?}");
    let expected = format!(
        "POST /hook?token=t0p HTTP/1.1\r\nx-pepay-event: invoice.paid\r\nuser-agent: Pepay/{}\r\nhost: {}\r\n\
         content-length: 7\r\n\r\n{{\"a\":1}}",
        env!("CARGO_PKG_VERSION"),
        server.address
    );
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_body_longer_than_any_buffer_arrives_whole() {
    let server = Server::start(|mut stream| async move {
        let text = request(&mut stream).await;
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n{:06}", text.matches('z').count());
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let client = Client::new(patient()).unwrap();
    let target = client.check(&server.url()).unwrap();
    let answer = client.post(&target, HeaderMap::new(), Bytes::from("z".repeat(300_000))).await.unwrap();
    assert_eq!(answer.excerpt, b"300000");
}

#[tokio::test]
async fn the_answer_says_status_head_body_and_when_to_come_back() {
    let head = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nX-A: b\r\nContent-Length: 5\r\n\r\nslow!";
    let server = Server::answering(head, b"").await;
    let answer = post(patient(), &server.url()).await.unwrap();
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.retry_after, Some(RetryAfter::After(Duration::from_mins(2))));
    let expected = [("retry-after", "120"), ("x-a", "b"), ("content-length", "5")];
    assert_eq!(answer.head, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(answer.excerpt, b"slow!");
    assert!(!answer.truncated);
    assert!(answer.timing.to_head <= answer.timing.total);
}

#[tokio::test]
async fn statuses_are_answers_and_redirects_are_not_followed() {
    let other = Server::answering("HTTP/1.1 200 OK\r\n\r\n", b"").await;
    for status in [200, 201, 299, 301, 302, 303, 307, 308, 400, 410, 500, 503] {
        let location = format!("Location: {}\r\n", other.url());
        let head = format!("HTTP/1.1 {status} x\r\n{location}Content-Length: 0\r\n\r\n");
        let server = Server::answering(head, b"").await;
        assert_eq!(post(patient(), &server.url()).await.unwrap().status.as_u16(), status);
        assert_eq!(server.accepted(), 1);
    }
    assert_eq!(other.accepted(), 0);
}

#[tokio::test]
async fn compressed_bodies_stay_as_they_are() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x08ab";
    let server = Server::answering(head, b"").await;
    assert_eq!(post(patient(), &server.url()).await.unwrap().excerpt, b"\x1f\x08ab");
}

/// Answers each request of a connection with a body of `length` bytes.
async fn talkative(length: usize) -> Server {
    Server::start(move |mut stream| async move {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}", "b".repeat(length));
        while !request(&mut stream).await.is_empty() && stream.write_all(answer.as_bytes()).await.is_ok() {}
    })
    .await
}

#[tokio::test]
async fn connections_are_used_again_if_the_body_is_not_too_long() {
    let client = Client::new(patient()).unwrap();
    for (length, connections) in [(0, 1), (100, 1), (40_000, 1), (1_000_000, 5)] {
        let server = talkative(length).await;
        for _ in 0..5 {
            let answer = post_with(&client, &server.url()).await.unwrap();
            assert_eq!(answer.excerpt.len(), length.min(4096));
            assert_eq!(answer.truncated, length > 4096, "{length}");
        }
        assert_eq!(server.accepted(), connections, "bodies of {length} bytes");
    }
}

#[tokio::test]
async fn clones_share_connections_and_a_closed_one_is_replaced() {
    let server = Server::start(|mut stream| async move {
        for _ in 0..2 {
            request(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        }
    })
    .await;
    let client = Client::new(patient()).unwrap();
    let mut answered = 0;
    for _ in 0..6 {
        // The server hangs up after the second request; one that is under way then is reported, and not repeated.
        match post_with(&client.clone(), &server.url()).await {
            Ok(_) => answered += 1,
            Err(failure) => assert_eq!(failure, Failure::Closed),
        }
    }
    assert!(answered >= 4, "{answered} answers");
    assert!((2..=4).contains(&server.accepted()), "{} connections", server.accepted());
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_told_from_one_that_hangs_up() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for scheme in ["http", "https"] {
        let gone = format!("{scheme}://127.0.0.1:{port}/");
        assert_eq!(post(patient(), &gone).await.err(), Some(Failure::Connect));
    }

    let closing = Server::start(|mut stream| async move {
        request(&mut stream).await;
    })
    .await;
    assert_eq!(post(patient(), &closing.url()).await.err(), Some(Failure::Closed));

    let resetting = Server::start(|mut stream| async move {
        request(&mut stream).await;
        let _ = stream.set_zero_linger();
    })
    .await;
    assert_eq!(post(patient(), &resetting.url()).await.err(), Some(Failure::Closed));

    let half = Server::start(|mut stream| async move {
        request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-A").await;
    })
    .await;
    assert_eq!(post(patient(), &half.url()).await.err(), Some(Failure::Closed));
}

#[tokio::test]
async fn what_is_not_http_is_not_an_answer() {
    for nonsense in
        ["220 mail.example.com ESMTP\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"]
    {
        let server = Server::answering(nonsense, b"").await;
        assert_eq!(post(patient(), &server.url()).await.err(), Some(Failure::Protocol), "{nonsense:?}");
    }
}
