//! What must hold after the last kill, whatever the moments were. The audit of the world does the rest: it replays the
//! event log against every object as it is.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream;
use pepay_core::event::Type;
use serde_json::{Value, json};

use super::shopper::{Bought, Fate};
use crate::world::{Api, World, wait_for};

/// More events than a run makes.
const ALL: u64 = 1_000_000;
/// Questions on their way at once.
const AT_ONCE: usize = 8;

pub(super) async fn holds(world: &World, key: &str, bought: &[Bought]) {
    let api = world.files.api();
    let asking = stream::iter(bought).map(|one| async { (one.key.clone(), asked_once_more(&api, key, one).await) });
    let ids: BTreeMap<String, String> = asking.buffer_unordered(AT_ONCE).collect().await;
    let lost = bought.iter().filter(|one| one.answer.is_none()).count();
    let distinct: HashSet<&String> = ids.values().collect();
    assert_eq!(distinct.len(), bought.len(), "no two keys share an invoice");
    created_once(world, &ids).await;
    let totals = world.merchant.get("/api/v1/invoices/totals").await.json();
    assert_eq!(totals["totals"]["all"]["count"], json!(bought.len()), "no invoice is missing and none is there twice");

    // What was paid last still needs to get deep enough.
    world.base.confirm().await;
    world.bsc.confirm().await;
    let began = Instant::now();
    let ending = stream::iter(bought).map(|one| ended(world, one, &ids[&one.key]));
    let ends: Vec<&str> = ending.buffer_unordered(AT_ONCE).collect().await;
    eprintln!("all money was seen {:?} after it was asked for", began.elapsed());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for status in ends {
        *counts.entry(status).or_default() += 1;
    }
    eprintln!("{} creates, {lost} without an answer; in the end {counts:?}", bought.len());
    assert!(["unpaid", "expired", "canceled", "paid"].iter().all(|status| counts.contains_key(status)), "{counts:?}");
}

/// The same request gives the same answer, byte for byte, when there was one; and exactly one invoice in any case.
async fn asked_once_more(api: &Api, key: &str, one: &Bought) -> String {
    let headers = [("x-api-key", key), ("idempotency-key", &*one.key)];
    let answer = api.send("POST", "/api/v1/invoices", &headers, Some(one.body.clone())).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    if let Some(before) = &one.answer {
        assert_eq!(String::from_utf8_lossy(&answer.body), String::from_utf8_lossy(before), "{}", one.key);
        assert_eq!(answer.header("idempotent-replayed"), "true", "{} was acknowledged", one.key);
    }
    answer.json()["invoice_id"].as_str().expect("an id").to_owned()
}

/// Every invoice was announced once, under its own key.
async fn created_once(world: &World, ids: &BTreeMap<String, String>) {
    let events = pepay_store::event::after(world.books.db.read(), 0, ALL).await.expect("events can be read");
    let mut seen = HashSet::new();
    let mut announced = BTreeMap::new();
    for stored in &events {
        assert!(seen.insert(stored.id.seq), "number {} is there once", stored.id.seq);
        if stored.event.kind == Type::InvoiceCreated {
            let customer = stored.event.customer_id.clone().expect("every invoice has a customer");
            assert_eq!(stored.event.idempotency_key.as_ref(), Some(&customer));
            let before = announced.insert(customer, stored.event.invoice_id.to_string());
            assert_eq!(before, None, "an invoice is created once: {stored:?}");
        }
    }
    assert_eq!(&announced, ids);
}

/// Waits until an invoice is what it must become.
async fn ended(world: &World, one: &Bought, id: &str) -> &'static str {
    let expected = match &one.fate {
        Fate::Left | Fate::Forgotten => "unpaid",
        Fate::Expires => "expired",
        Fate::Canceled => "canceled",
        Fate::Paid(_) => "paid",
    };
    let path = format!("/api/v1/invoices/{id}?expand=payments");
    let read = wait_for(format!("invoice {id} ({:?}) to be {expected}", one.fate), async || {
        let read: Value = world.merchant.get(&path).await.json();
        if read["status"] == expected && settled(&read, &one.fate) { Ok(read) } else { Err(read) }
    })
    .await;
    assert_eq!(read["customer_id"], json!(one.key));
    expected
}

/// Whether every transaction is there, once, and confirmed.
fn settled(read: &Value, fate: &Fate) -> bool {
    let payments = read["payments"].as_array().expect("payments are a list");
    let Fate::Paid(sent) = fate else { return payments.is_empty() };
    let mut told: Vec<_> = payments
        .iter()
        .filter(|payment| payment["status"] != "pending")
        .map(|payment| payment["tx_hash"].as_str().unwrap_or_default().to_owned())
        .collect();
    let mut sent = sent.clone();
    told.sort_unstable();
    sent.sort_unstable();
    told == sent
}
