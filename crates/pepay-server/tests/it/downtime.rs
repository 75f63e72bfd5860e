//! What happens while nobody is looking is seen when somebody looks again.

use serde_json::json;

use crate::world::{Database, Token, World};

crate::on_both_databases! {
    a_payment_while_the_server_is_down_is_caught_up,
    a_payment_in_time_counts_although_the_server_came_back_after_the_end,
}

async fn a_payment_while_the_server_is_down_is_caught_up(database: Database) {
    let mut world = World::start(database).await;
    let invoice = world.merchant.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.kill_server().await;

    world.base.mine(40).await;
    let tx = world.base.pay(&quote).await;
    world.base.mine(40).await;
    world.restart_server().await;
    let paid = world.merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["latest_payment"]["tx_hash"], tx.text());
    assert_eq!(paid["amount_paid"], 10_000);
    world.audit().await;
}

async fn a_payment_in_time_counts_although_the_server_came_back_after_the_end(database: Database) {
    let mut world = World::start(database).await;
    let invoice = world.merchant.create_for("10.00", 6_000).await;
    let canary = world.canary(6_000).await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.kill_server().await;

    world.base.pay(&quote).await;
    assert!(world.base.time().await < invoice.expires_at, "it was paid in time");
    world.restart_server().await;
    // The dead server's lease on the chain still runs: the expirer works, the watcher does not.
    world.merchant.wait_status(&canary, "expired").await;
    let blind = world.merchant.read(&invoice).await;
    assert_ne!(blind["status"], "expired", "blind time does not count");
    world.base.mine_at(invoice.expires_at + 1).await;
    world.base.confirm().await;
    let paid = world.merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["safe_to_fulfill"]), (&json!(10_000), &json!(true)));
    world.audit().await;
}
