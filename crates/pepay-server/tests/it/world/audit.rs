//! The books, checked from the database, the API and the chains at the end of every scenario.
//!
//! Whatever a scenario was about: the event log has no gap and no doublet, tells every change there was and no other,
//! and each object as it is now; every transfer has one verdict; what counts as paid is the sum of the payments that
//! count; and what the chains hold at an address is what was seen to arrive there.

use std::collections::{BTreeMap, HashMap, HashSet};

use alloy::primitives::U256;
use pepay_core::event::Type;
use pepay_core::id::{InvoiceId, PaymentId};
use pepay_core::money::UsdMillis;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::payment::{Payment, Standing};
use pepay_core::token::Asset;
use pepay_core::transfer::{Transfer, Verdict};
use pepay_store::event::Stored;
use serde_json::{Map, Value};

use super::{Chain, Token, World, wait_for};

/// More events than any scenario makes.
const ALL: u64 = 1_000_000;
/// The one field that changes without an event: it grows with every block.
const VOLATILE: &str = "confirmations";

pub(super) async fn audit(world: &World) {
    for chain in [&world.base, &world.bsc] {
        read_to_the_end(world, chain).await;
    }
    // The expirer may be at work meanwhile: look again until nothing happened between the first look and the last.
    let (events, told) = wait_for("the event log to rest", async || {
        let events = events(world).await;
        let told = tell(&events);
        let objects = current_objects(world, &events).await;
        if self::events(world).await.len() == events.len() { Ok((events, (told, objects))) } else { Err("it grew") }
    })
    .await;
    let (told, objects) = told;
    assert_eq!(told.len(), objects.len(), "every object was announced");
    for (id, object) in &objects {
        assert_same(&told[id], object, &format!("the API and the last event of {id}"));
    }
    for invoice in invoices(&events) {
        audit_invoice(world, invoice).await;
    }
}

// Everything that is on the chain must be in the books before they are judged.
async fn read_to_the_end(world: &World, chain: &Chain) {
    let network = NetworkId::new(Environment::Devnet, chain.name);
    let height = chain.height().await;
    wait_for(format!("{} to be read up to its block {height}", chain.name), async || {
        let cursor = pepay_store::chain::cursor(world.books.db.read(), &network).await.expect("the cursor can be read");
        let read = cursor.map_or(0, |cursor| cursor.block.number);
        super::until(read, |read| *read >= height)
    })
    .await;
}

async fn events(world: &World) -> Vec<Stored> {
    let events = pepay_store::event::after(world.books.db.read(), 0, ALL).await.expect("events can be read");
    let numbers: Vec<i64> = events.iter().map(|event| event.id.seq).collect();
    let expected: Vec<i64> = (1_i64..).take(events.len()).collect();
    assert_eq!(numbers, expected, "each number of the event log is there exactly once");
    assert!(events.is_sorted_by_key(|event| event.id.at), "time does not run backwards along the event log");
    events
}

/// Replays the log and gives every object as its last event left it.
fn tell(events: &[Stored]) -> BTreeMap<String, Map<String, Value>> {
    let mut told: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let judged = |kind: Type| kind.is_for_merchants() && kind != Type::TestPing;
    for stored in events.iter().filter(|stored| judged(stored.event.kind)) {
        let id = stored.id;
        let mut data: Value = serde_json::from_str(&stored.event.data).expect("event data is JSON");
        let Value::Object(object) = data["object"].take() else { panic!("{id} has no object") };
        let Value::Object(previous) = data["previous_attributes"].take() else { panic!("{id} has no former values") };
        let name = object["id"].as_str().expect("an object has an id").to_owned();
        let created = stored.event.kind.as_str().ends_with(".created");
        match told.get(&name) {
            None => {
                assert!(created, "{id}: the first event of {name} is its creation, not {:?}", stored.event.kind);
                assert!(previous.is_empty(), "{id}: nothing was before {name}");
            }
            Some(last) => {
                assert!(!created, "{id}: {name} is created once");
                assert!(!previous.is_empty(), "{id} tells of no change");
                let changed = previous.iter().filter(|(field, was)| object.get(*field) == Some(was));
                assert_eq!(changed.count(), 0, "{id}: former values differ from the present ones: {previous:?}");
                let mut before = object.clone();
                before.extend(previous);
                assert_same(&before, last, &format!("{id} without its changes and the event before it"));
                assert_legal(last, &object, &name);
            }
        }
        told.insert(name, object);
    }
    told
}

fn assert_same(left: &Map<String, Value>, right: &Map<String, Value>, what: &str) {
    let steady = |object: &Map<String, Value>| {
        let fields = object.iter().filter(|(field, value)| *field != VOLATILE && !value.is_null());
        fields.map(|(field, value)| (field.clone(), value.clone())).collect::<BTreeMap<_, _>>()
    };
    pretty_assert_eq(&steady(left), &steady(right), what);
}

fn pretty_assert_eq(left: &BTreeMap<String, Value>, right: &BTreeMap<String, Value>, what: &str) {
    let fields: HashSet<&String> = left.keys().chain(right.keys()).collect();
    let differing: Vec<_> = fields
        .into_iter()
        .filter(|field| left.get(*field) != right.get(*field))
        .map(|field| format!("{field}: {:?} against {:?}", left.get(field), right.get(field)))
        .collect();
    assert!(differing.is_empty(), "{what} differ: {differing:?}");
}

/// No terminal status is left, and nothing unpaid skips the rules of the contract.
fn assert_legal(before: &Map<String, Value>, after: &Map<String, Value>, name: &str) {
    if before["object"] != "invoice" || before["status"] == after["status"] {
        return;
    }
    let step = (before["status"].as_str().unwrap_or_default(), after["status"].as_str().unwrap_or_default());
    let legal = matches!(
        step,
        ("unpaid", "underpaid" | "paid" | "expired" | "canceled") | ("underpaid", "paid" | "expired" | "unpaid")
    );
    assert!(legal, "{name} went from {} to {}", step.0, step.1);
}

/// Every invoice and payment as the API shows it now.
async fn current_objects(world: &World, events: &[Stored]) -> BTreeMap<String, Map<String, Value>> {
    let mut objects = BTreeMap::new();
    for id in invoices(events) {
        let stored = pepay_store::invoice::find(world.books.db.read(), id).await.expect("invoices can be read");
        let invoice = stored.unwrap_or_else(|| panic!("invoice {id} was announced and is not there"));
        let mut object = match serde_json::to_value(pepay_wire::Invoice::new(&invoice)) {
            Ok(Value::Object(object)) => object,
            other => panic!("an invoice is an object, not {other:?}"),
        };
        if invoice.merchant_id == world.merchant.id && invoice.environment == Environment::Devnet {
            let path = format!("/api/v1/invoices/{id}?expand=payments&payments_limit=100");
            let Value::Object(mut read) = world.merchant.get(&path).await.json() else { panic!("{path} is an object") };
            for payment in read.remove("payments").and_then(|list| list.as_array().cloned()).unwrap_or_default() {
                let Value::Object(payment) = payment else { panic!("{path}: a payment is an object") };
                objects.insert(payment["id"].as_str().expect("a payment has an id").to_owned(), payment);
            }
            object = read;
        }
        objects.insert(id.to_string(), object);
    }
    objects
}

fn invoices(events: &[Stored]) -> Vec<InvoiceId> {
    let mut ids: Vec<_> = events.iter().map(|event| event.event.invoice_id).collect();
    ids.retain(|id| *id != InvoiceId::NIL); // A ping is about none.
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn audit_invoice(world: &World, id: InvoiceId) {
    let db = world.books.db.read();
    let invoice = pepay_store::invoice::find(db, id).await.expect("invoices can be read").expect("it is there");
    let payments = pepay_store::payment::by_invoice(db, id).await.expect("payments can be read");
    let transfers = pepay_store::transfer::by_invoice(db, id).await.expect("transfers can be read");
    let by_transfer: Vec<PaymentId> = transfers
        .iter()
        .filter_map(|transfer| match transfer.verdict {
            Verdict::Payment(payment) => Some(payment),
            Verdict::Refused(_) => None,
        })
        .collect();
    let distinct: HashSet<_> = by_transfer.iter().copied().collect();
    assert_eq!(distinct.len(), by_transfer.len(), "no two transfers of {id} are one payment");
    assert_eq!(distinct, payments.iter().map(|payment| payment.id).collect(), "each payment of {id} is one transfer");
    for payment in &payments {
        let transfer = transfers.iter().find(|transfer| transfer.verdict == Verdict::Payment(payment.id));
        let transfer = transfer.expect("it was found above");
        assert_eq!(transfer.withdrawn_at.is_some(), payment.reverted, "{} agrees with its transfer", payment.id);
        assert_eq!(transfer.observed, payment.observed, "{} is anchored where its transfer is", payment.id);
    }
    assert_eq!(invoice.amount_paid, counted(&payments), "what counts as paid of {id}");
    for chain in [&world.base, &world.bsc] {
        audit_chain(world, chain, id, &transfers).await;
    }
}

fn counted(payments: &[Payment]) -> UsdMillis {
    let counts = |payment: &&Payment| {
        payment.confirmed_at.is_some() && !payment.reverted && payment.standing.is_some_and(Standing::counts)
    };
    let values = payments.iter().filter(counts).map(|payment| payment.value);
    values.fold(UsdMillis::ZERO, |sum, value| sum.checked_add(value).expect("sums of a test are small"))
}

// What lies at an address, or was flushed from it, is what was seen to arrive.
async fn audit_chain(world: &World, chain: &Chain, id: InvoiceId, transfers: &[Transfer]) {
    let deposits = pepay_store::deposit::by_invoice(world.books.db.read(), id).await.expect("deposits can be read");
    let addresses: HashSet<_> = deposits.iter().filter_map(|deposit| deposit.address.evm()).collect();
    for address in addresses {
        let mut seen: HashMap<Asset, U256> = HashMap::new();
        for transfer in transfers.iter().filter(|transfer| {
            transfer.network.name() == chain.name
                && transfer.withdrawn_at.is_none()
                && transfer.observed.to.evm() == Some(address)
        }) {
            *seen.entry(transfer.observed.asset).or_default() += transfer.observed.units.get();
        }
        for token in [Token::Coin, Token::Usdc, Token::Dai, Token::Usdt, Token::Foreign] {
            let asset =
                token.contract().map_or(Asset::Native, |it| Asset::Contract(pepay_core::address::Address::Evm(it)));
            let arrived = chain.balance(token, address).await + chain.flushed(token, address);
            assert_eq!(
                seen.remove(&asset).unwrap_or_default(),
                arrived,
                "{token:?} of {id} seen and on {}",
                chain.name
            );
        }
        assert!(seen.is_empty(), "nothing else was seen at {address}: {seen:?}");
    }
}
