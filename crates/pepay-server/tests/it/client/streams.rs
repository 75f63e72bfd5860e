//! Streams of the running program.

use std::time::Duration;

use pepay_client::types::{PayorObject, QuoteStatusCode};
use pepay_client::{Event, EventFilter, EventStream, InvoiceState, StreamExt as _};

use super::{client, payor};
use crate::world::{Database, PATIENCE, Token, World};

/// The events until one satisfies `last`, that one included.
pub(super) async fn until(stream: &mut EventStream<Event>, mut last: impl FnMut(&Event) -> bool) -> Vec<Event> {
    let mut taken: Vec<Event> = Vec::new();
    loop {
        let next = tokio::time::timeout(PATIENCE, stream.next()).await;
        let next = next.unwrap_or_else(|_| panic!("no more events after {taken:?}"));
        let event = next.expect("a stream has no end").expect("nothing refuses it");
        let done = last(&event);
        taken.push(event);
        if done {
            return taken;
        }
    }
}

fn ids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

pub(super) async fn a_stream_outlives_its_server(database: Database) {
    let mut world = World::start(database).await;
    let pepay = client(&world);
    let stream = pepay.ws().connect_merchant_events().invoice_type("standard").idle_timeout(Duration::from_secs(5));
    let mut stream = stream.open().expect("it can be opened");
    // Polled once, a stream that begins now knows when now was.
    assert!(tokio::time::timeout(Duration::from_secs(1), stream.next()).await.is_err(), "nothing happened yet");

    let first = world.merchant.create("10.00").await;
    let mut told = until(&mut stream, |_| true).await;
    world.kill_server().await;
    world.restart_server().await;
    let quote = world.payor.choose(&first, "base", Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    world.merchant.wait_status(&first, "paid").await;
    world.stop_server().await;
    world.restart_server().await;
    let second = world.merchant.create("20.00").await;
    told.extend(until(&mut stream, |event| event.invoice().is_some_and(|invoice| invoice.id == second.id)).await);

    let logged = pepay.events().recover_since(None, &EventFilter::default()).await.expect("the server does it");
    assert_eq!(ids(&told), ids(&logged), "each once and in order");
    assert!(told.iter().any(|event| event.invoice().is_some_and(|it| it.status == InvoiceState::Paid)));
    assert!(told.iter().any(|event| event.payment().is_some_and(|it| it.invoice_id == first.id)));
    assert_eq!(stream.last_event_id().as_deref(), told.last().map(|event| event.id.as_str()));

    let since = told[0].id.as_str();
    let filter = EventFilter { types: vec!["invoice_payment.*".to_owned()], ..EventFilter::default() };
    let mut payments =
        pepay.ws().connect_merchant_events().since(since).filter(filter.clone()).open().expect("it can be opened");
    let expected = pepay.events().recover_since(Some(since), &filter).await.expect("the server does it");
    let last = expected.last().expect("it was paid").id.clone();
    assert_eq!(ids(&until(&mut payments, |event| event.id == last).await), ids(&expected));
    world.audit().await;
}

pub(super) async fn a_payors_stream_tells_of_its_invoice_alone(database: Database) {
    let world = World::start(database).await;
    let invoice = world.merchant.create("10.00").await;
    let other = world.merchant.create("10.00").await;
    let payor = payor(&world, &invoice);
    let usdc = Token::Usdc.id("base");
    let first = payor.payment_sessions().create_payment_address("base", usdc).await.expect("the server does it");
    let mut stream = payor
        .ws()
        .connect_payment_session(first.ws_connection.token.as_str())
        .since("evt_0-0")
        .open()
        .expect("it can be opened");

    world.payor.choose(&other, "base", Token::Usdc).await;
    let again = payor.payment_sessions().create_payment_address("base", usdc).await.expect("the server does it");
    assert_eq!(again.temp_address, first.temp_address);
    world
        .base
        .send(Token::Usdc, first.temp_address.expect("it is there").parse().expect("an address"), Token::Usdc.units(10))
        .await;
    world.base.mine(1).await;
    world.base.confirm().await;

    let (mut quotes, mut payments, mut last) = (0, 0, InvoiceState::Unpaid);
    while last != InvoiceState::Paid {
        let next = tokio::time::timeout(PATIENCE, stream.next()).await.expect("something is told");
        let event = next.expect("a stream has no end").expect("nothing refuses it");
        match event.object {
            PayorObject::Quote(quote) => {
                assert_eq!((&quote.invoice_id, quote.status_code), (&invoice.id, QuoteStatusCode::Ok));
                quotes += 1;
            }
            PayorObject::Payment(payment) => {
                assert_eq!((&payment.invoice_id, payment.amount), (&invoice.id, 10_000));
                payments += 1;
            }
            PayorObject::Invoice(told) => {
                assert_eq!(told.id, invoice.id);
                last = told.status;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(quotes >= 1 && payments >= 1, "{quotes} quotes and {payments} payments");
    world.audit().await;
}
