//! One payment on every way out.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::value::RawValue;

use super::socket::Socket;
use crate::world::{Database, Token, World};

/// Every key an event of a payor may have, in its objects too.
const OF_PAYORS: &str = "amount amount_base_units amount_decimal amount_overpaid amount_overpaid_decimal amount_paid \
    amount_paid_decimal amount_remaining amount_remaining_decimal amount_token amount_unit api_version block_number \
    confirmations confirmed_at created created_at currency data description detected_at environment \
    estimated_base_units estimated_token_amount exception exchange_rate expires_at explorer_url footer id \
    idempotency_key invoice_id invoice_type last_payment_at late livemode message network object paid_at \
    payment_address pending_webhooks previous_attributes quote_expires_in_seconds quote_last_updated_at quote_status \
    quote_valid_until request required_confirmations retry_after_seconds retryable reverted status status_code \
    supported_token_id temp_address title token token_address token_decimals token_symbol tx_hash type updated_at \
    usd_amount";

pub(super) async fn one_payment_is_told_alike_everywhere(database: Database) {
    let world = World::start(database).await;
    let mut merchant = Socket::merchant(&world, &world.merchant, "format=event_v1").await;
    let fields = serde_json::json!({ "customer_id": "c-1", "metadata": { "secret": "cost price" }, "customer_email": "a@b.example" });
    let invoice = world.merchant.create_with("10.00", &fields).await;
    let token = world.payor.stream_token(&invoice).await;
    let path = format!("/ws/payment?format=event_v1&token={token}&since=evt_0-0");
    let mut payor = Socket::open(&world.files.address, &path, &[]).await.expect("the token opens it");
    assert_eq!(payor.control().await["type"], "ready");
    assert_eq!(payor.control().await["type"], "replay_started");

    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    world.merchant.wait_status(&invoice, "paid").await;
    let is_paid = |event: &Value| event["type"] == "invoice.updated" && event["data"]["object"]["status"] == "paid";
    let told = merchant.until(is_paid).await;
    listed_alike(&world, &told).await;

    // The first two were replayed; how far that went is told in between.
    let mut shown = vec![payor.event().await.1, payor.event().await.1];
    while shown.last().is_none_or(|last| !is_paid(&serde_json::from_str(last).expect("JSON"))) {
        match payor.next().await {
            super::socket::Frame::Event(_, text) => shown.push(text),
            super::socket::Frame::Other(control) => assert_eq!(control["type"], "replay_completed"),
            end => panic!("{end:?}"),
        }
    }
    shown_safely(&told, &shown);
    world.audit().await;
}

/// REST gives the very bytes the socket gave, in lists and one by one.
async fn listed_alike(world: &World, told: &[String]) {
    #[derive(serde::Deserialize)]
    struct Page {
        data: List,
    }
    #[derive(serde::Deserialize)]
    struct List {
        data: Vec<Box<RawValue>>,
    }
    let answer = world.merchant.get("/api/v1/events?limit=100").await;
    let page: Page = serde_json::from_slice(&answer.body).expect("a list of events");
    let mut listed: Vec<&str> = page.data.data.iter().map(|event| event.get()).collect();
    listed.reverse();
    assert_eq!(listed, told);
    for text in told {
        let event: Value = serde_json::from_str(text).expect("JSON");
        let id = event["id"].as_str().expect("an id");
        let answer = world.merchant.get(&format!("/api/v1/events/{id}")).await;
        let expected = format!("{{\"success\":true,\"data\":{text}}}");
        assert_eq!(String::from_utf8_lossy(&answer.body), expected);
    }
    let kinds: Vec<Value> =
        told.iter().map(|text| serde_json::from_str::<Value>(text).expect("JSON")["type"].take()).collect();
    let mut expected = vec!["invoice.created", "invoice_payment.created"];
    expected.extend(kinds.iter().skip(2).filter_map(Value::as_str));
    assert_eq!(kinds, expected, "in the order of the guide");
}

/// The payor heard of the same, of its quotes too, and of nothing that is the merchant's.
fn shown_safely(told: &[String], shown: &[String]) {
    let parse = |text: &String| serde_json::from_str::<Value>(text).expect("an event is JSON");
    let (told, shown): (Vec<Value>, Vec<Value>) = (told.iter().map(parse).collect(), shown.iter().map(parse).collect());
    let quotes: Vec<&Value> = shown.iter().filter(|event| event["type"] == "payment_quote.updated").collect();
    assert_eq!(quotes.len(), 2, "one by each choice");
    assert_eq!(quotes[0]["data"]["object"]["estimated_token_amount"], "10.000000");
    assert!(quotes[0]["data"]["object"]["temp_address"].is_string());
    let ids = |events: &[Value]| -> Vec<Value> {
        let rest = events.iter().filter(|event| event["type"] != "payment_quote.updated");
        rest.map(|event| event["id"].clone()).collect()
    };
    assert_eq!(ids(&shown), ids(&told));
    let mut keys = BTreeSet::new();
    for event in &shown {
        collect(event, &mut keys);
    }
    let allowed: BTreeSet<&str> = OF_PAYORS.split_ascii_whitespace().collect();
    let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(keys.difference(&allowed).collect::<Vec<_>>(), Vec::<&&str>::new(), "not for payors");
    let unseen: Vec<_> = allowed.difference(&keys).collect();
    assert!(unseen.is_empty(), "never shown: {unseen:?}");
}

fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                keys.insert(name.clone());
                collect(value, keys);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, keys)),
        _ => {}
    }
}
