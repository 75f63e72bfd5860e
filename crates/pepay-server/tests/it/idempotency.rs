//! The same request sent twice, or two hundred times at once, happens once.

use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{Answer, Database, Merchant, World, create_body};

crate::on_both_databases! {
    two_hundred_creates_at_once_are_one,
    a_key_belongs_to_its_body,
}

const INVOICES: &str = "/api/v1/invoices";

/// Creates the same invoice `times` times at once through each of `nodes`.
pub(crate) async fn create_at_once(nodes: &[Merchant], key: &'static str, times: usize) -> Vec<Answer> {
    let mut requests = JoinSet::new();
    for merchant in nodes.iter().flat_map(|node| std::iter::repeat_n(node, times)) {
        let merchant = merchant.clone();
        let body = create_body("10.00", &json!({ "description": "once", "customer_id": "c-1" }));
        requests.spawn(async move { merchant.post(INVOICES, &[("idempotency-key", key)], body).await });
    }
    requests.join_all().await
}

/// Expects one invoice and the same answer for all.
pub(crate) async fn assert_one(merchant: &Merchant, answers: &[Answer]) {
    let first = &answers[0];
    assert_eq!(first.status, 201, "{first:?}");
    assert!(answers.iter().all(|answer| answer.status == first.status && answer.body == first.body), "{answers:?}");
    let replayed = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
    assert_eq!(replayed, answers.len() - 1, "all but the first are replays");
    let list = merchant.get(&format!("{INVOICES}?limit=100")).await.json();
    let ids: Vec<_> = list["data"].as_array().expect("a list").iter().map(|invoice| invoice["id"].clone()).collect();
    assert_eq!(ids, [first.json()["invoice_id"].clone()]);
}

async fn two_hundred_creates_at_once_are_one(database: Database) {
    let world = World::start(database).await;
    let answers = create_at_once(std::slice::from_ref(&world.merchant), "order-1", 200).await;
    assert_eq!(answers.len(), 200);
    assert_one(&world.merchant, &answers).await;
    world.audit().await;
}

async fn a_key_belongs_to_its_body(database: Database) {
    let world = World::start(database).await;
    let merchant = &world.merchant;
    let key = [("idempotency-key", "order-1")];
    let first = merchant.post(INVOICES, &key, create_body("10.00", &json!({}))).await;
    let other = merchant.post(INVOICES, &key, create_body("11.00", &json!({}))).await;
    other.refused(409, "IDEMPOTENCY_KEY_REUSED");
    let same = merchant.post(INVOICES, &key, create_body("10.00", &json!({}))).await;
    assert_eq!((same.status, &same.body), (first.status, &first.body));

    // The key of another merchant, and another key, are other keys.
    let rival = world.another_merchant().await;
    let theirs = rival.post(INVOICES, &key, create_body("11.00", &json!({}))).await;
    assert_eq!(theirs.status, 201);
    let another = merchant.post(INVOICES, &[("idempotency-key", "order-2")], create_body("10.00", &json!({}))).await;
    assert_ne!(another.json()["invoice_id"], first.json()["invoice_id"]);
    world.audit().await;
}
