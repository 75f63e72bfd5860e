//! Chains change their minds: what a reorganisation takes away does not count, what it gives back does.

use serde_json::{Value, json};

use crate::world::{DEPTH, Database, Token, World};

crate::on_both_databases! {
    a_payment_removed_before_it_counts_is_withdrawn,
    a_payment_removed_after_it_counted_is_alarming,
    a_payment_mined_again_later_is_the_same,
    a_payment_mined_again_at_once_is_the_same,
    a_payment_removed_while_the_server_is_down_is_withdrawn,
}

async fn a_payment_removed_before_it_counts_is_withdrawn(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;

    base.reorganise(1).await;
    let withdrawn =
        merchant.wait(&invoice, "a withdrawn payment", |read| read["payments"][0]["reverted"] == true).await;
    assert_eq!(withdrawn["payments"][0]["id"], seen["id"]);
    assert_eq!((&withdrawn["status"], &withdrawn["amount_paid"]), (&json!("unpaid"), &json!(0)));
    base.mine(DEPTH + 1).await;
    let explained = merchant.explain(&invoice).await;
    assert_eq!(explained["transfers"][0]["rule"], "withdrawn", "{explained}");

    // The payor pays again.
    let again = base.pay(&quote).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    assert_eq!(paid["latest_payment"]["tx_hash"], again.text());
    world.audit().await;
}

async fn a_payment_removed_after_it_counted_is_alarming(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    let tx = base.pay(&quote).await;
    let signed = base.signed(tx).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["safe_to_fulfill"], true);

    base.reorganise(DEPTH).await;
    let reverted = merchant.wait(&invoice, "exception reverted", |read| read["exception"] == "reverted").await;
    assert_eq!(reverted["status"], "paid", "a terminal status is not left");
    assert_eq!((&reverted["safe_to_fulfill"], &reverted["amount_paid"]), (&json!(false), &json!(0)));
    assert_eq!(reverted["payments"][0]["reverted"], true);

    base.send_again(&signed).await;
    base.mine(DEPTH).await;
    let whole = merchant.wait(&invoice, "no exception", |read| read["exception"].is_null()).await;
    assert_eq!((&whole["safe_to_fulfill"], &whole["amount_paid"]), (&json!(true), &json!(10_000)));
    assert_eq!(whole["payments"][0]["id"], paid["payments"][0]["id"]);
    world.audit().await;
}

async fn a_payment_mined_again_later_is_the_same(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    let tx = base.pay(&quote).await;
    let signed = base.signed(tx).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;
    base.reorganise(1).await;
    merchant.wait(&invoice, "a withdrawn payment", |read| read["payments"][0]["reverted"] == true).await;

    assert_eq!(base.send_again(&signed).await, tx);
    base.mine(1).await;
    is_the_same(&world, &invoice, &seen, base.block_of(tx).await).await;
    world.audit().await;
}

async fn a_payment_mined_again_at_once_is_the_same(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    let before = base.snapshot().await;
    let tx = base.pay(&quote).await;
    let signed = base.signed(tx).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;

    // The new branch has the transaction one block later; the old one is left at once.
    base.revert(&before).await;
    base.mine(1).await;
    assert_eq!(base.send_again(&signed).await, tx);
    base.mine(1).await;
    is_the_same(&world, &invoice, &seen, base.block_of(tx).await).await;
    world.audit().await;
}

async fn a_payment_removed_while_the_server_is_down_is_withdrawn(database: Database) {
    let mut world = World::start(database).await;
    let invoice = world.merchant.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    world.merchant.wait_status(&invoice, "paid").await;
    world.kill_server().await;

    world.base.reorganise(DEPTH + 1).await;
    world.restart_server().await;
    let read = world.merchant.wait(&invoice, "exception reverted", |read| read["exception"] == "reverted").await;
    assert_eq!((&read["safe_to_fulfill"], &read["amount_paid"]), (&json!(false), &json!(0)));
    world.audit().await;
}

/// Waits for the payment `seen` to stand in block `number`, and for it to pay the invoice.
async fn is_the_same(world: &World, invoice: &crate::world::Invoice, seen: &Value, number: u64) {
    let World { base, merchant, .. } = world;
    let anchored = merchant
        .wait(invoice, &format!("its payment in block {number}"), |read| {
            read["payments"][0]["block_number"] == number && read["payments"][0]["reverted"] == false
        })
        .await;
    let payments = anchored["payments"].as_array().expect("payments are a list");
    assert_eq!(payments.len(), 1, "one payment, not two: {payments:?}");
    assert_eq!(payments[0]["id"], seen["id"]);
    assert_ne!(payments[0]["block_hash"], seen["block_hash"]);
    base.confirm().await;
    let paid = merchant.wait_status(invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    assert_eq!(paid["payments"][0]["id"], seen["id"]);
}
