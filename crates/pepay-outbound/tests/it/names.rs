//! Names, and zones that lie.

use std::net::Ipv4Addr;
use std::sync::Arc;

use futures_util::FutureExt as _;
use pepay_outbound::{Allowed, Client, Failure, Phase, Policy, Refused, Resolve, StatusCode};

use crate::server::{Names, Server, hasty, patient, post_with};

const FORBIDDEN: Failure = Failure::Refused(Refused::Address);

fn client(policy: Policy, names: &Arc<Names>) -> Client {
    let names: Arc<dyn Resolve> = Arc::<Names>::clone(names);
    Client::with_resolver(policy, names).expect("a valid policy")
}

/// Public receivers in the clear, so that an address alone decides.
fn clear() -> Policy {
    Policy { allow: Vec::new(), allow_http: true, ..patient() }
}

#[tokio::test]
async fn hostile_answers_are_refused_at_registration_and_at_connecting() {
    let hostile: [&[&str]; 34] = [
        &["127.0.0.1"],
        &["127.1.2.3"],
        &["0.0.0.0"],
        &["10.0.0.1"],
        &["100.64.0.1"],
        &["100.100.100.200"],
        &["168.63.129.16"],
        &["169.254.169.254"],
        &["172.16.0.1"],
        &["192.0.0.192"],
        &["192.0.2.1"],
        &["192.168.1.1"],
        &["198.18.0.1"],
        &["224.0.0.1"],
        &["240.0.0.1"],
        &["255.255.255.255"],
        &["::"],
        &["::1"],
        &["::7f00:1"],
        &["::ffff:127.0.0.1"],
        &["::ffff:169.254.169.254"],
        &["64:ff9b::7f00:1"],
        &["64:ff9b::a9fe:a9fe"],
        &["64:ff9b:1::1"],
        &["2001::1"],
        &["2002:7f00:1::1"],
        &["fd00:ec2::254"],
        &["fe80::1"],
        &["fec0::1"],
        &["ff02::1"],
        // One good address does not make up for a bad one, wherever it stands.
        &["8.8.8.8", "127.0.0.1"],
        &["127.0.0.1", "8.8.8.8"],
        &["2606:4700::1111", "8.8.8.8", "1.1.1.1", "9.9.9.9", "::1"],
        &[
            "1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5", "1.1.1.6", "1.1.1.7", "1.1.1.8", "1.1.1.9",
            "10.0.0.1",
        ],
    ];
    for answer in hostile {
        let names = Names::of(&[answer]);
        let client = client(clear(), &names);
        let target = client.check("http://shop.example.com/").unwrap();
        assert_eq!(client.resolve_check(&target).await, Err(FORBIDDEN), "{answer:?}");
        assert_eq!(post_with(&client, "http://shop.example.com/").await.err(), Some(FORBIDDEN), "{answer:?}");
        assert_eq!(names.asked.lock().unwrap().len(), 2, "both asked");
    }
}

#[tokio::test]
async fn good_answers_pass() {
    let good: [&[&str]; 4] =
        [&["8.8.8.8"], &["2606:4700::1111", "1.1.1.1"], &["64:ff9b::808:808"], &["::ffff:8.8.8.8"]];
    for answer in good {
        let client = client(Policy::default(), &Names::of(&[answer]));
        let target = client.check("https://shop.example.com/").unwrap();
        assert_eq!(client.resolve_check(&target).await, Ok(()), "{answer:?}");
    }
}

/// The attack that a check at registration cannot see.
#[tokio::test]
async fn a_name_that_turns_to_loopback_later_is_refused_and_never_connected_to() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"").await;
    let names = Names::of(&[&["8.8.8.8"], &["127.0.0.1"]]);
    let client = client(clear(), &names);
    let url = format!("http://rebind.example.com:{}/", server.address.port());
    let target = client.check(&url).unwrap();
    assert_eq!(client.resolve_check(&target).await, Ok(()));
    assert_eq!(post_with(&client, &url).await.err(), Some(FORBIDDEN));
    assert_eq!(server.accepted(), 0);
}

/// The url of a row in the database may be older than the policy.
#[tokio::test]
async fn a_target_of_another_policy_is_judged_by_this_one() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"").await;
    let target = Client::new(patient()).unwrap().check(&server.url()).unwrap();
    let strict = Client::new(Policy::default()).unwrap();
    let answer = strict.post(&target, pepay_outbound::HeaderMap::new(), pepay_outbound::Bytes::new()).await;
    assert_eq!(answer.err(), Some(FORBIDDEN));
    assert_eq!(strict.resolve_check(&target).await, Err(FORBIDDEN));
    assert_eq!(server.accepted(), 0);
}

#[tokio::test]
async fn only_what_is_listed_is_reached() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"").await;
    let port = server.address.port();
    let listed = |name: &str| Policy { allow: vec![Allowed::Host(name.to_owned())], ..patient() };
    let names = || Names::of(&[&["127.0.0.1"]]);

    let by_name = client(listed("receiver"), &names());
    assert_eq!(post_with(&by_name, &format!("http://receiver:{port}/")).await.map(|a| a.status), Ok(StatusCode::OK));
    // Its address was not listed, nor was any other name that leads there.
    assert_eq!(post_with(&by_name, &format!("http://127.0.0.1:{port}/")).await.err(), Some(FORBIDDEN));
    let other = client(Policy { allow_http: true, ..listed("receiver") }, &names());
    assert_eq!(post_with(&other, &format!("http://shop.example.com:{port}/")).await.err(), Some(FORBIDDEN));
    assert_eq!(server.accepted(), 1);

    // A listed name may be private, but a zone must not lead it to a metadata service.
    let metadata = client(listed("receiver"), &Names::of(&[&["169.254.169.254"]]));
    assert_eq!(post_with(&metadata, "http://receiver/").await.err(), Some(FORBIDDEN));
}

#[tokio::test]
async fn search_domains_complete_only_what_is_listed() {
    let names = Names::of(&[&["8.8.8.8"]]);
    let client = client(Policy { allow: vec!["receiver".parse().unwrap()], ..clear() }, &names);
    for url in ["http://shop.example.com/", "http://receiver/"] {
        client.resolve_check(&client.check(url).unwrap()).await.unwrap();
    }
    assert_eq!(*names.asked.lock().unwrap(), ["shop.example.com.", "receiver"]);
}

#[tokio::test]
async fn a_name_without_addresses_is_told_apart() {
    let client = client(clear(), &Names::of(&[&[]]));
    let target = client.check("http://shop.example.com/").unwrap();
    assert_eq!(client.resolve_check(&target).await, Err(Failure::Dns));
    assert_eq!(post_with(&client, "http://shop.example.com/").await.err(), Some(Failure::Dns));
}

struct Silence;

impl Resolve for Silence {
    fn resolve(&self, _: String) -> futures_util::future::BoxFuture<'static, std::io::Result<Vec<std::net::IpAddr>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_name_server_that_is_silent_is_given_up() {
    let late = Failure::Timeout { phase: Phase::Connect };
    let client = Client::with_resolver(Policy { allow_http: true, ..hasty() }, Arc::new(Silence)).unwrap();
    let target = client.check("http://shop.example.com/").unwrap();
    assert_eq!(client.resolve_check(&target).await, Err(late));
    assert_eq!(post_with(&client, "http://shop.example.com/").await.err(), Some(late));
}

/// Names on silent servers occupy a part of the lookups only, and those who check too many at once are not kept waiting.
#[tokio::test]
async fn checks_are_bounded() {
    let late = Failure::Timeout { phase: Phase::Connect };
    let client = Client::with_resolver(Policy { allow_http: true, ..patient() }, Arc::new(Silence)).unwrap();
    let target = client.check("http://shop.example.com/").unwrap();
    let mut waiting: Vec<_> = (0..16).map(|_| Box::pin(client.resolve_check(&target))).collect();
    for check in &mut waiting {
        assert!(check.now_or_never().is_none());
    }
    assert_eq!(client.resolve_check(&target).now_or_never(), Some(Err(late)));
    drop(waiting);
    assert!(client.resolve_check(&target).now_or_never().is_none());
}

/// The second address is tried when the first one does not answer.
#[tokio::test]
async fn all_addresses_of_a_name_are_tried() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"").await;
    let names = Names::of(&[&["127.0.0.2", "127.0.0.1"]]);
    let client = client(patient(), &names);
    assert_ne!(server.address.ip(), Ipv4Addr::new(127, 0, 0, 2));
    let policy_allows_http_by_name = client.check(&format!("http://localhost:{}/", server.address.port())).unwrap();
    let answer = client.post(&policy_allows_http_by_name, pepay_outbound::HeaderMap::new(), "x".into()).await;
    assert_eq!(answer.map(|answer| answer.status), Ok(StatusCode::OK));
}

#[tokio::test]
async fn the_system_resolves_localhost() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"").await;
    let client = Client::new(patient()).unwrap();
    let url = format!("http://localhost:{}/", server.address.port());
    assert_eq!(post_with(&client, &url).await.map(|answer| answer.status), Ok(StatusCode::OK));
}
