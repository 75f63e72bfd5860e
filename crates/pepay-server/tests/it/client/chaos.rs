//! The client on a network that cuts, delays, doubles and storms.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use pepay_client::{CreateInvoice, EventFilter, InvoiceState, ListInvoices, Pepay, TryStreamExt as _, Usd};

use super::streams::until;
use super::unruly::Unruly;
use super::{builder, client};
use crate::world::{Database, Options, PATIENCE, Token, World};

/// Shoppers at once, and orders of each.
const SHOPPERS: usize = 4;
const ORDERS: usize = 5;
/// Sockets that must have been cut.
const CUT_SOCKETS: usize = 2;
/// Enough that a write gets through however the fates fall.
const RETRIES: u32 = 12;

pub(super) async fn nothing_is_lost_doubled_or_out_of_order_in_chaos(database: Database) {
    // Pings come often, so that a dead socket is noticed soon.
    let options = Options { sections: "[sockets]\nheartbeat_s = 1\n".to_owned(), ..Options::default() };
    let world = World::start_with(database, options).await;
    let network = Unruly::before(&world.files.address).await;
    let unruly = builder(&world, &network.url)
        .max_retries(RETRIES)
        .timeout(Duration::from_secs(10))
        .build()
        .expect("the client can be set up");
    let first = world.merchant.create("10.00").await;
    let honest = client(&world);
    let begin =
        honest.events().recover_since(None, &EventFilter::default()).await.expect("the server does it")[0].id.clone();
    let stream = unruly.ws().connect_merchant_events().since(&begin).idle_timeout(Duration::from_secs(3));
    let mut stream = stream.open().expect("it can be opened");

    let following = until(&mut stream, |event| {
        event.invoice().is_some_and(|invoice| invoice.description.as_deref() == Some("the last"))
    });
    let shopping = async {
        let mut ids = join_all((0..SHOPPERS).map(|shopper| shop(&unruly, shopper))).await.concat();
        // How far a socket gets depends on when it opens: shopping goes on until enough of them were cut.
        while network.counts().1 <= CUT_SOCKETS {
            ids.extend(shop(&unruly, SHOPPERS).await);
        }
        pay(&world, &unruly, &first).await;
        let last = CreateInvoice::new(Usd::from_cents(100)).description("the last");
        let last = unruly.invoices().create(&last).idempotency_key("last").await.expect("the server does it");
        (ids, last.invoice_id)
    };
    let (told, (ids, last)) = tokio::join!(following, shopping);

    let listed = honest.invoices().list(&ListInvoices::default()).stream();
    let listed: HashSet<String> = listed.map_ok(|invoice| invoice.id).try_collect().await.expect("the server does it");
    let orders = ids.len() + 2;
    let expected: HashSet<String> = ids.into_iter().chain([first.id, last]).collect();
    assert_eq!(expected.len(), orders, "no two orders are one invoice");
    assert_eq!(listed, expected, "and no order is two");
    let logged =
        honest.events().recover_since(Some(&begin), &EventFilter::default()).await.expect("the server does it");
    let id = |event: &pepay_client::Event| event.id.clone();
    assert_eq!(told.iter().map(id).collect::<Vec<_>>(), logged.iter().map(id).collect::<Vec<_>>());
    let (requests, sockets) = network.counts();
    assert!(requests > 2 * SHOPPERS * ORDERS && sockets > CUT_SOCKETS, "{requests} requests and {sockets} sockets");
    // Through the storms too.
    let recovered =
        unruly.events().recover_since(Some(&begin), &EventFilter::default()).await.expect("the server does it");
    assert_eq!(recovered.len(), logged.len());
    world.audit().await;
}

async fn shop(pepay: &Pepay, shopper: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for order in 0..ORDERS {
        let wanted = CreateInvoice::new(Usd::from_cents(500)).customer_id(format!("shopper-{shopper}"));
        let created =
            pepay.invoices().create(&wanted.description(format!("order {order}"))).await.expect("the server does it");
        ids.push(created.invoice_id);
    }
    ids
}

async fn pay(world: &World, pepay: &Pepay, invoice: &crate::world::Invoice) {
    let quote = world.payor.choose(invoice, "base", Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    let wait = pepay.invoices().wait_for_status(&invoice.id).interval(Duration::from_millis(100)).timeout(PATIENCE);
    assert_eq!(wait.await.expect("the server does it").invoice.status, InvoiceState::Paid);
}
