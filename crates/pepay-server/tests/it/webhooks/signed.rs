//! What arrives is what was logged, in order, and proves where it comes from.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Got, Hook, OK, Receiver, log};
use crate::world::{Database, Token, World};

pub(super) async fn a_payment_is_told_in_order_and_signed_both_ways(database: Database) {
    let world = World::start(database).await;
    let (all, some) = (Receiver::start(OK).await, Receiver::start(OK).await);
    let hook = Hook::create(&world.merchant, &all.url(), &["*"]).await;
    let picky = Hook::create(&world.merchant, &some.url(), &["invoice_payment.*"]).await;
    let invoice = world.merchant.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    world.merchant.wait_status(&invoice, "paid").await;

    let stored = log(&world).await;
    let got = all.wait("every event", |got| super::events_of(got).len() == stored.len()).await;
    let mut sorted: Vec<&Got> = got.iter().collect();
    sorted.sort_by_key(|got| got.event().rsplit_once('-').and_then(|(_, seq)| seq.parse::<i64>().ok()));
    sorted.dedup_by_key(|got| got.event());
    for (got, stored) in sorted.iter().zip(&stored) {
        let body = got.json();
        assert_eq!(body["id"], json!(stored.id.to_string()));
        assert_eq!(body["type"], json!(stored.event.kind.as_str()));
        let data: Value = serde_json::from_str(&stored.event.data).expect("JSON");
        assert_eq!(body["data"], data);
        let wanting = if stored.event.kind.as_str().starts_with("invoice_payment") { 2 } else { 1 };
        assert_eq!(body["pending_webhooks"], wanting, "{body}");
        verify(got, &hook.secret);
        assert!(!is_signed(got, &picky.secret), "each endpoint has a secret of its own");
    }
    let paid = stored.iter().filter(|it| it.event.kind.as_str().starts_with("invoice_payment")).count();
    let got = some.wait("the payment's events", |got| super::events_of(got).len() == paid).await;
    assert!(got.iter().all(|got| got.header("x-pepay-event").starts_with("invoice_payment.")));
    picky.wait_all(&world.merchant, paid, "succeeded").await;
    hook.wait_all(&world.merchant, stored.len(), "succeeded").await;
    world.audit().await;
}

pub(super) async fn a_rotation_signs_with_both_secrets(database: Database) {
    let world = World::start(database).await;
    let receiver = Receiver::start(OK).await;
    let hook = Hook::create(&world.merchant, &receiver.url(), &["*"]).await;
    let rotate = async |overlap: i64| {
        let body = json!({ "overlap_seconds": overlap });
        let made = world.merchant.ask("POST", &hook.path("/rotate-secret"), &body).await.json();
        super::text(&made, "secret")
    };
    let ping = async |count: usize| {
        assert_eq!(world.merchant.ask("POST", &hook.path("/test"), &Value::Null).await.status, 202);
        let got = receiver.wait("a ping", |got| got.len() == count).await;
        got.last().expect("it came").clone()
    };
    let second = rotate(3_600).await;
    let got = ping(1).await;
    verify(&got, &second);
    assert!(is_standard(&got, &hook.secret), "the previous secret signs too");
    assert_eq!(got.header("x-pepay-signature-previous"), pepay(&got, &hook.secret));
    assert_eq!(got.json()["data"]["object"], json!({ "object": "ping", "status": "ok" }));
    // Without overlap the old one is worthless at once: that is what a leak calls for.
    let third = rotate(0).await;
    let got = ping(2).await;
    verify(&got, &third);
    assert!(!is_standard(&got, &second) && got.header("x-pepay-signature-previous").is_empty());
    assert_eq!(hook.read(&world.merchant).await["secret_version"], 3);
    world.audit().await;
}

/// Checks both signatures with other implementations than the one that signs.
pub(super) fn verify(got: &Got, secret: &str) {
    assert!(is_standard(got, secret), "the standard's own library refuses {:?}", got.header("webhook-signature"));
    assert_eq!(got.header("x-pepay-signature"), pepay(got, secret));
    assert_eq!(got.header("x-pepay-event-id"), got.event());
    assert_eq!(got.header("webhook-id"), got.event());
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.header("x-pepay-network-environment"), "devnet");
    for name in ["x-pepay-attempt-id", "x-pepay-delivery-id"] {
        assert_eq!(got.header(name).len(), 36, "{name}");
    }
}

fn is_signed(got: &Got, secret: &str) -> bool {
    is_standard(got, secret) || got.header("x-pepay-signature") == pepay(got, secret)
}

fn is_standard(got: &Got, secret: &str) -> bool {
    let webhook = standardwebhooks::Webhook::new(secret).expect("a secret of the standard");
    let mut headers = reqwest::header::HeaderMap::new();
    for (name, value) in got.headers().filter(|(name, _)| name.starts_with("webhook-")) {
        let name = reqwest::header::HeaderName::from_bytes(name.as_bytes()).expect("a name");
        headers.insert(name, value.parse().expect("a value"));
    }
    webhook.verify(got.body.as_bytes(), &headers).is_ok()
}

fn pepay(got: &Got, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(format!("{}.{}", got.header("x-pepay-timestamp"), got.body).as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
