//! Catching up after a long absence.

use pepay_client::{EventFilter, StreamExt as _, TryStreamExt as _};
use pepay_core::event::Type;
use pepay_core::id::InvoiceId;
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_store::event::{self, New};

use super::client;
use crate::world::{Database, Invoice, World};

const MISSED: u64 = 10_000;
const BATCH: u64 = 500;

pub(super) async fn ten_thousand_missed_events_are_recovered_in_order(database: Database) {
    let world = World::start(database).await;
    let pepay = client(&world);
    let last = world.merchant.create("1.00").await;
    let known = pepay.events().recover_since(None, &EventFilter::default()).await.expect("the server does it");
    assert_eq!(known.len(), 1);
    let mut expected = Vec::new();
    for first in (0..MISSED).step_by(usize::try_from(BATCH).expect("small")) {
        expected.extend(append(&world, &last, first).await);
    }

    let missed = pepay.events().recover_since(Some(&known[0].id), &EventFilter::default()).limit(90);
    let mut stream = missed.stream();
    let mut place = 0;
    while let Some(event) = stream.try_next().await.expect("the server does it") {
        assert_eq!(event.id, expected[place], "each once, oldest first");
        place += 1;
    }
    assert_eq!(place, expected.len());
    let filter = EventFilter { types: vec!["invoice_payment.created".to_owned()], ..EventFilter::default() };
    let some = pepay.events().recover_since(Some(&expected[4_999]), &filter).await.expect("the server does it");
    assert_eq!(some.len(), 1_250, "a quarter of the rest");

    // The stream begins where the program left off and needs no log for it.
    let stream = pepay.ws().connect_merchant_events().since(&expected[8_999]).open().expect("it can be opened");
    let told: Vec<String> =
        stream.take(1_000).map_ok(|event| event.id).try_collect().await.expect("the server does it");
    assert_eq!(told, expected[9_000..]);
    world.end();
}

/// Adds made-up events of one invoice; gives their ids.
async fn append(world: &World, invoice: &Invoice, first: u64) -> Vec<String> {
    let events: Vec<New> = (first..first + BATCH).map(|number| made_up(world, invoice.key(), number)).collect();
    let tx = world.books.db.begin("test.append").await.expect("a transaction can begin");
    let ids = event::append(&tx, Millis(1_790_000_000_000), &events).await.expect("events can be added");
    tx.commit().await.expect("and committed");
    ids.iter().map(ToString::to_string).collect()
}

fn made_up(world: &World, invoice_id: InvoiceId, number: u64) -> New {
    New {
        kind: Type::OF_MERCHANTS[usize::try_from(number % 4).expect("small")],
        merchant_id: world.merchant.id,
        environment: Environment::Devnet,
        invoice_id,
        customer_id: None,
        request_id: None,
        idempotency_key: None,
        data: format!(r#"{{"object":{{"number":{number}}},"previous_attributes":{{"number":null}}}}"#),
    }
}
