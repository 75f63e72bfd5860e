//! Who gets in, with what, how often, and who never hears of whom.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::socket::{Frame, Socket, token};
use crate::access::keys;
use crate::world::{Database, Options, World, wait_for};

const MERCHANT: &str = "/ws/merchant/events";
const PAYMENT: &str = "/ws/payment";

pub(super) async fn sockets_open_to_whom_they_belong(database: Database) {
    let world = World::start(database).await;
    let invoice = world.merchant.create("1.00").await;
    let (stream, payor) = (token(&world.merchant, 60).await, world.payor.stream_token(&invoice).await);
    let stream = stream["token"].as_str().expect("a token").to_owned();
    let (key, reader) = (world.merchant.key.as_str(), keys::read_only(&world, world.merchant.id).await);
    let (gone, unknown) = (keys::revoked(&world, world.merchant.id).await, keys::unknown());
    let rival = world.another_merchant().await;
    rival.create("1.00").await;
    let theirs = rival.get("/api/v1/events").await.json()["data"]["data"][0]["id"].as_str().expect("an id").to_owned();
    let api_key = |key: &str| vec![("x-api-key", key.to_owned())];
    let session = vec![("x-session-token", invoice.session_token.clone()), ("x-signature", invoice.signature.clone())];
    let with = |path: &str, query: &str| format!("{path}?{query}");
    let no_headers = Vec::new;
    for (path, headers, status, code, param) in [
        (MERCHANT.to_owned(), no_headers(), 401, "CREDENTIAL_REQUIRED", None),
        (MERCHANT.to_owned(), api_key("nonsense"), 401, "API_KEY_INVALID", None),
        (MERCHANT.to_owned(), api_key(&unknown), 401, "API_KEY_INVALID", None),
        (MERCHANT.to_owned(), api_key(&gone), 403, "API_KEY_REVOKED", None),
        (MERCHANT.to_owned(), session.clone(), 403, "CREDENTIAL_KIND_NOT_ALLOWED", None),
        (
            MERCHANT.to_owned(),
            vec![("authorization", format!("Bearer {stream}"))],
            403,
            "CREDENTIAL_KIND_NOT_ALLOWED",
            None,
        ),
        (with(MERCHANT, "token=nonsense"), no_headers(), 401, "TOKEN_INVALID", None),
        (with(MERCHANT, &format!("token={payor}")), no_headers(), 403, "CREDENTIAL_KIND_NOT_ALLOWED", None),
        (with(MERCHANT, "types=invoice.deleted"), api_key(key), 400, "VALIDATION_ERROR", Some("/types")),
        (with(MERCHANT, "types=payment_quote.updated"), api_key(key), 400, "VALIDATION_ERROR", Some("/types")),
        (with(MERCHANT, "invoice_type=subscription"), api_key(key), 400, "VALIDATION_ERROR", Some("/invoice_type")),
        (with(MERCHANT, "invoice_id=7"), api_key(key), 400, "VALIDATION_ERROR", Some("/invoice_id")),
        (with(MERCHANT, "customer_id=a%00b"), api_key(key), 400, "VALIDATION_ERROR", Some("/customer_id")),
        (with(MERCHANT, "environment=testnet"), api_key(key), 400, "VALIDATION_ERROR", Some("/environment")),
        (with(MERCHANT, "environment=mainnet"), api_key(key), 403, "ENVIRONMENT_NOT_ENABLED", None),
        (with(MERCHANT, "format=event_v2"), api_key(key), 400, "VALIDATION_ERROR", Some("/format")),
        (with(MERCHANT, "since=yesterday"), api_key(key), 400, "INVALID_CURSOR", Some("/since")),
        (with(MERCHANT, "since=evt_1-999999"), api_key(key), 400, "INVALID_CURSOR", Some("/since")),
        (with(MERCHANT, &format!("since={theirs}")), api_key(key), 400, "INVALID_CURSOR", Some("/since")),
        (PAYMENT.to_owned(), no_headers(), 401, "CREDENTIAL_REQUIRED", None),
        (PAYMENT.to_owned(), api_key(key), 403, "CREDENTIAL_KIND_NOT_ALLOWED", None),
        (PAYMENT.to_owned(), session, 403, "CREDENTIAL_KIND_NOT_ALLOWED", None),
        (with(PAYMENT, "token=nonsense"), no_headers(), 401, "TOKEN_INVALID", None),
        (with(PAYMENT, &format!("token={stream}")), no_headers(), 403, "CREDENTIAL_KIND_NOT_ALLOWED", None),
        (with(PAYMENT, &format!("token={payor}&format=x")), no_headers(), 400, "VALIDATION_ERROR", Some("/format")),
        (with(PAYMENT, &format!("token={payor}&since={theirs}")), no_headers(), 400, "INVALID_CURSOR", Some("/since")),
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = Socket::open(&world.files.address, &path, &headers).await.expect_err(&path);
        let said = (refused.status, refused.code.as_str(), refused.param.as_deref());
        assert_eq!(said, (status, code, param), "{path}");
    }
    world.merchant.get(MERCHANT).await.refused(400, "VALIDATION_ERROR");
    for (query, headers) in [(String::new(), api_key(&reader)), (format!("token={stream}"), no_headers())] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut socket = Socket::open(&world.files.address, &with(MERCHANT, &query), &headers).await.expect("let in");
        let ready = socket.control().await;
        assert_eq!((&ready["type"], &ready["environment"]), (&json!("ready"), &json!("devnet")));
        assert!(ready["last_event_id"].as_str().is_some_and(|id| id.starts_with("evt_")), "{ready}");
    }
    world.audit().await;
}

pub(super) async fn nobody_hears_of_others(database: Database) {
    let world = World::start(database).await;
    let (mine, rival) = (&world.merchant, world.another_merchant().await);
    let live = mine.on_mainnet(&world.books).await;
    let (one, two) = (mine.create_with("1.00", &json!({ "customer_id": "c-1" })).await, mine.create("1.00").await);
    let token = world.payor.stream_token(&one).await;
    let mut all = Socket::merchant(&world, mine, "since=evt_0-0").await;
    let mut of_rival = Socket::merchant(&world, &rival, "since=evt_0-0").await;
    let mut on_mainnet = Socket::merchant(&world, &live, "since=evt_0-0").await;
    let mut of_one = Socket::merchant(&world, mine, &format!("since=evt_0-0&invoice_id={}", one.id)).await;
    let mut of_theirs = Socket::merchant(&world, &rival, &format!("since=evt_0-0&invoice_id={}", one.id)).await;
    let mut of_customer = Socket::merchant(&world, mine, "since=evt_0-0&customer_id=c-1").await;
    let mut of_updates = Socket::merchant(&world, mine, "since=evt_0-0&types=invoice.updated").await;
    let path = format!("/ws/payment?token={token}&since=evt_0-0");
    let mut payor = Socket::open(&world.files.address, &path, &[]).await.expect("the token opens it");
    // Live too: each is canceled or created once everybody listens.
    for invoice in [&one, &two] {
        mine.post(&format!("/api/v1/invoices/{}/cancel", invoice.id), &[], String::new()).await.json();
    }
    let theirs = rival.create("1.00").await;
    let real = live.create("1.00").await;
    let last = mine.create("1.00").await;
    // Somebody who heard of what came last has heard of everything before.
    let about = |name: &str, id: &str| (name.to_owned(), id.to_owned());
    let (created, updated) = ("invoice.created", "invoice.updated");
    let (c1, c2, u1, u2) =
        (about(created, &one.id), about(created, &two.id), about(updated, &one.id), about(updated, &two.id));
    let end = about(created, &last.id);
    assert_eq!(heard(&mut all, 5).await, [c1.clone(), c2, u1.clone(), u2.clone(), end]);
    assert_eq!(heard(&mut of_rival, 1).await, [about(created, &theirs.id)]);
    assert_eq!(heard(&mut on_mainnet, 1).await, [about(created, &real.id)]);
    assert_eq!(heard(&mut of_one, 2).await, [c1.clone(), u1.clone()]);
    assert_eq!(heard(&mut of_customer, 2).await, [c1.clone(), u1.clone()]);
    assert_eq!(heard(&mut of_updates, 2).await, [u1.clone(), u2]);
    let quoted = about("payment_quote.updated", &one.id);
    assert_eq!(heard(&mut payor, 3).await, [c1, quoted, u1]);
    // Nobody has more: the next thing each hears is the end of the server.
    let mut world = world;
    world.stop_server().await;
    for socket in [
        &mut all,
        &mut of_rival,
        &mut on_mainnet,
        &mut of_one,
        &mut of_theirs,
        &mut of_customer,
        &mut of_updates,
        &mut payor,
    ] {
        loop {
            match socket.next().await {
                Frame::Other(control) if control["type"] == "resync_required" => break,
                Frame::Other(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    world.restart_server().await;
    world.audit().await;
}

/// The next `count` events: their types and invoices.
async fn heard(socket: &mut Socket, count: usize) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    while heard.len() < count {
        let Frame::Event(_, text) = socket.next().await else { continue };
        let event: Value = serde_json::from_str(&text).expect("JSON");
        let object = &event["data"]["object"];
        let invoice = if object["object"] == "invoice" { &object["id"] } else { &object["invoice_id"] };
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        heard.push((text(&event["type"]), text(invoice)));
    }
    heard
}

pub(super) async fn sockets_are_bounded(database: Database) {
    let sections = "[sockets]\nper_merchant = 2\nper_invoice = 1\nheartbeat_s = 2\n".to_owned();
    let world = World::start_with(database, Options { sections, ..Options::default() }).await;
    let (mine, rival) = (&world.merchant, world.another_merchant().await);
    let first = Socket::merchant(&world, mine, "").await;
    let mut second = Socket::merchant(&world, mine, "").await;
    let headers = [("x-api-key", mine.key.as_str())];
    let refused = Socket::open(&world.files.address, MERCHANT, &headers).await.expect_err("one too many");
    assert_eq!((refused.status, refused.code.as_str()), (429, "RATE_LIMIT_EXCEEDED"));
    Socket::merchant(&world, &rival, "").await;
    drop(first);
    wait_for("a place to be free again", async || {
        Socket::open(&world.files.address, MERCHANT, &headers).await.map(drop).map_err(|refused| refused.code)
    })
    .await;
    let token = world.payor.stream_token(&mine.create("1.00").await).await;
    let path = format!("/ws/payment?token={token}");
    let _payor = Socket::open(&world.files.address, &path, &[]).await.expect("the token opens it");
    let refused = Socket::open(&world.files.address, &path, &[]).await.expect_err("one too many");
    assert_eq!(refused.status, 429);

    // What a client says is ignored, as long as it is little.
    assert_eq!(heard(&mut second, 1).await.len(), 1);
    second.ws.send(Message::text("{\"type\":\"hello\"}")).await.expect("it can be said");
    mine.create("1.00").await;
    assert_eq!(heard(&mut second, 1).await.len(), 1);
    second.ws.send(Message::text("x".repeat(5_000))).await.expect("it can be said");
    assert_eq!(second.control().await["code"], "BODY_TOO_LARGE");
    assert_eq!(second.next().await, Frame::Closed(1009));
    let mut talkative = Socket::merchant(&world, &rival, "").await;
    for _ in 0..200 {
        if talkative.ws.feed(Message::text("hello")).await.is_err() {
            break;
        }
    }
    talkative.ws.flush().await.expect("it can be said");
    assert_eq!(talkative.control().await["object"], "ws_error");
    assert_eq!(talkative.next().await, Frame::Closed(1008));
    world.audit().await;
}

#[tokio::test]
async fn a_full_node_says_so() {
    let sections = "[sockets]\nmax = 1\n".to_owned();
    let world = World::start_with(Database::Sqlite, Options { sections, ..Options::default() }).await;
    let rival = world.another_merchant().await;
    let first = Socket::merchant(&world, &world.merchant, "").await;
    let headers = [("x-api-key", rival.key.as_str())];
    let refused = Socket::open(&world.files.address, MERCHANT, &headers).await.expect_err("one too many");
    assert_eq!((refused.status, refused.code.as_str()), (503, "SERVICE_UNAVAILABLE"));
    drop(first);
    wait_for("the place to be free again", async || {
        Socket::open(&world.files.address, MERCHANT, &headers).await.map(drop).map_err(|refused| refused.code)
    })
    .await;
    world.audit().await;
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_sent_away() {
    let sections = "[sockets]\nheartbeat_s = 1\n".to_owned();
    let world = World::start_with(Database::Sqlite, Options { sections, ..Options::default() }).await;
    let mut socket = Socket::merchant(&world, &world.merchant, "").await;
    // Looked at without being read: a client that reads a ping answers it.
    wait_for("a close", async || {
        let mut seen = [0_u8; 1_024];
        let count = socket.tcp().peek(&mut seen).await.map_err(|error| error.to_string())?;
        let close = [&[0x88_u8][..], &[2 + 7], &1_001_u16.to_be_bytes(), b"no pong"].concat();
        if seen[..count].ends_with(&close) { Ok(()) } else { Err(format!("{:?}", &seen[..count])) }
    })
    .await;
    assert_eq!(socket.next().await, Frame::Closed(1001));
    world.audit().await;
}
