//! Transfers found outside the scan, as many as a stranger likes.

use pepay_core::settlement::Deposit;

use super::*;

fn network(world: &World) -> &Network {
    world.engine.catalogue().network(&id("base")).unwrap()
}

/// `count` transfers of a contract nobody lists, all in `block`.
fn spam(to: Address, block: &Block, count: u32) -> Vec<Observed> {
    let one = |n| Observed { anchor: anchor(block, n), ..transfer(to, 0x99, 1, "0x5a") };
    (0..count).map(one).collect()
}

async fn transfers(world: &World, invoice: InvoiceId) -> usize {
    pepay_store::transfer::by_invoice(world.engine.db().read(), invoice).await.unwrap().len()
}

#[tokio::test]
async fn many_are_recorded_bit_by_bit() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let block = world.mine("base", 1, vec![]).await;
    let observed = spam(to, &block, 450);
    let (mut deposits, _) = world.engine.matched(&id("base"), observed.clone()).await.unwrap();
    // The last one cannot be recorded, which undoes no more than the transaction it is in.
    let nobodys = InvoiceId::generate(START, &mut StdRng::seed_from_u64(9));
    let broken = Deposit { invoice_id: nobodys, address: evm(0x66), ..deposits[&to][0].clone() };
    deposits.insert(broken.address, vec![broken]);
    let last = Observed { to: evm(0x66), ..observed[0].clone() };
    let all: Vec<Observed> = observed.iter().cloned().chain([last]).collect();
    assert!(world.engine.record_found(network(&world), (deposits.clone(), all), 0).await.is_err());
    assert_eq!(transfers(&world, invoice).await, 400);

    assert_eq!(world.engine.record_found(network(&world), (deposits, observed), 0).await.unwrap(), 50);
    assert_eq!(transfers(&world, invoice).await, 450);
}

#[tokio::test]
async fn a_block_not_kept_any_more_counts_only_when_it_was_deep_when_read() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let read = world.mine("base", 1, vec![]).await;
    // While it was read the chain went on, and nobody can tell any more whether that block stayed.
    for _ in 0..=crate::observe::REORG_WINDOW_BLOCKS {
        world.mine("base", 1, vec![]).await;
    }
    let found = || async { world.engine.matched(&id("base"), spam(to, &read, 1)).await.unwrap() };
    assert_eq!(world.engine.record_found(network(&world), found().await, read.number).await.unwrap(), 0);
    assert_eq!(world.engine.record_found(network(&world), found().await, read.number + 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_checkout_shows_the_newest_of_many() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let shown = usize::try_from(crate::payor::SHOWN).unwrap();
    let dust = (0..shown + 3).map(|n| transfer(to, 0x51, 1_000, &format!("0x{n}")));
    let junk = (0..shown + 3).map(|n| transfer(to, 0x99, 1, &format!("0xff{n}")));
    world.mine("base", 1, dust.chain(junk).collect()).await;
    world.mine("base", 1, vec![transfer(to, 0x51, 1_000, "0xlast")]).await;
    let checkout = world.engine.checkout(&world.session(invoice).await).await.unwrap();
    let payments: Vec<_> = checkout.payments.iter().filter_map(|seen| seen.payment.observed.tx_hash.clone()).collect();
    assert_eq!(payments.len(), shown);
    assert_eq!(payments.last().map(String::as_str), Some("0xlast"));
    assert_eq!(checkout.refused.len(), shown);
    assert!(checkout.refused.iter().all(|transfer| transfer.withdrawn_at.is_none()));
    // What is seen is seen, however little of it is read.
    let canceled = world.engine.cancel_invoice(&world.caller, invoice, &Origin::default()).await;
    assert!(matches!(canceled, Err(Error::NotCancelable(_))));
}
