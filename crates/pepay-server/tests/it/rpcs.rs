//! RPC providers fail and lie: that may delay, and nothing else.

use serde_json::{Value, json};

use crate::world::{Database, Mode, Options, Token, World, dead_url};

crate::on_both_databases! {
    a_dead_provider_is_passed_over,
    a_head_too_high_confirms_nothing,
    a_head_too_low_only_delays,
    a_head_going_backwards_reverts_nothing,
}

async fn a_dead_provider_is_passed_over(database: Database) {
    let options = Options { before_base: vec![dead_url()], ..Options::default() };
    let world = World::start_with(database, options).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "paid").await;
    world.audit().await;
}

async fn a_head_too_high_confirms_nothing(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    merchant.wait_payment(&invoice, "pending").await;

    world.proxy().set(Mode::Head(1_000));
    base.mine(1).await;
    world.proxy().heard().await;
    let read = merchant.read(&invoice).await;
    assert_eq!((&read["status"], &read["amount_paid"]), (&json!("unpaid"), &json!(0)), "two blocks are not three");
    assert_eq!(read["payments"][0]["reverted"], false);

    world.proxy().set(Mode::Honest);
    base.mine(1).await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    world.audit().await;
}

async fn a_head_too_low_only_delays(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    world.proxy().set(Mode::Head(-3));
    base.pay(&quote).await;
    base.confirm().await;
    world.proxy().heard().await;
    assert_eq!(merchant.read(&invoice).await["status"], "unpaid");

    world.proxy().set(Mode::Honest);
    merchant.wait_status(&invoice, "paid").await;
    world.audit().await;
}

async fn a_head_going_backwards_reverts_nothing(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    base.mine(1).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;

    world.proxy().set(Mode::Head(-2));
    world.proxy().heard().await;
    let payment = merchant.wait_payment(&invoice, "pending").await;
    assert_eq!((&payment["id"], &payment["reverted"]), (&seen["id"], &json!(false)));

    world.proxy().set(Mode::Honest);
    base.mine(1).await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["payments"][0]["updated_at"], paid["paid_at"], "nothing happened to the payment in between");
    world.audit().await;
}
