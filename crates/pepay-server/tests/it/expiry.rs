//! The end of an invoice: only once nothing that happened in time can still turn up.

use serde_json::{Value, json};

use crate::world::{Database, Mode, Options, Token, World};

crate::on_both_databases! {
    nobody_pays,
    a_payment_still_confirming_decides,
    a_payment_still_confirming_and_removed_decides_too,
    a_payment_in_time_counts_although_every_rpc_was_down,
}

async fn nobody_pays(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let chosen = merchant.create_for("10.00", 4_000).await;
    let never_opened = merchant.create_for("10.00", 4_000).await;
    payor.choose(&chosen, "base", Token::Usdc).await;

    merchant.wait_status(&never_opened, "expired").await;
    assert_eq!(merchant.read(&chosen).await["status"], "unpaid", "its chain was not read up to its end yet");
    base.mine_at(chosen.expires_at + 1).await;
    let expired = merchant.wait_status(&chosen, "expired").await;
    assert_eq!((&expired["amount_paid"], &expired["exception"]), (&json!(0), &Value::Null));
    payor.try_choose(&chosen, "base", Token::Usdc).await.refused(404, "SESSION_EXPIRED");
    world.audit().await;
}

async fn a_payment_still_confirming_decides(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create_for("10.00", 4_000).await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    merchant.wait_payment(&invoice, "pending").await;

    outlive(&world, &invoice).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    assert_eq!(paid["latest_payment"]["late"], false);
    world.audit().await;
}

async fn a_payment_still_confirming_and_removed_decides_too(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create_for("10.00", 4_000).await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    merchant.wait_payment(&invoice, "pending").await;

    outlive(&world, &invoice).await;
    base.reorganise(2).await;
    base.mine_at(invoice.expires_at + 1).await;
    let expired = merchant.wait_status(&invoice, "expired").await;
    assert_eq!((&expired["amount_paid"], &expired["payments"][0]["reverted"]), (&json!(0), &json!(true)));
    world.audit().await;
}

/// Waits until the end of `invoice` has passed for clock, chain and expirer, and expects it to be open still.
async fn outlive(world: &World, invoice: &crate::world::Invoice) {
    world.base.mine_at(invoice.expires_at + 1).await;
    let canary = world.canary(4_000).await;
    world.merchant.wait_status(&canary, "expired").await;
    let read = world.merchant.read(invoice).await;
    assert_eq!((&read["status"], &read["payments"][0]["status"]), (&json!("unpaid"), &json!("pending")));
}

async fn a_payment_in_time_counts_although_every_rpc_was_down(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create_for("10.00", 4_000).await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    world.proxy().set(Mode::Down);
    base.pay(&quote).await;
    assert!(base.time().await < invoice.expires_at, "it was paid in time");
    base.mine_at(invoice.expires_at + 1).await;

    let canary = world.canary(4_000).await;
    merchant.wait_status(&canary, "expired").await;
    assert_eq!(merchant.read(&invoice).await["status"], "unpaid", "blind time does not count");
    world.proxy().set(Mode::Honest);
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    world.audit().await;
}
