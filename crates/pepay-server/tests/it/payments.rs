//! The main job: an invoice is paid in full, in every kind of token.

use alloy::primitives::U256;
use serde_json::{Value, json};

use crate::world::{Database, Token, World};

crate::on_both_databases! {
    six_decimals_are_paid_exactly,
    eighteen_decimals_are_paid_exactly,
    a_token_that_returns_nothing_is_paid_exactly,
    too_much_is_paid_and_said,
    two_invoices_are_paid_in_one_block,
}

async fn six_decimals_are_paid_exactly(database: Database) {
    exactly(database, Token::Usdc).await;
}

async fn eighteen_decimals_are_paid_exactly(database: Database) {
    exactly(database, Token::Dai).await;
}

async fn a_token_that_returns_nothing_is_paid_exactly(database: Database) {
    exactly(database, Token::Usdt).await;
}

async fn exactly(database: Database, token: Token) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", token).await;
    assert_eq!(quote.units, token.units(10));

    let tx = base.pay(&quote).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;
    assert_eq!(seen["tx_hash"], tx.text());
    assert_eq!(seen["amount_base_units"], quote.units.to_string());
    assert_eq!(merchant.read(&invoice).await["status"], "unpaid", "it is not deep enough yet");

    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["amount_paid"], 10_000);
    assert_eq!(paid["amount_remaining"], 0);
    assert_eq!(paid["exception"], Value::Null);
    assert_eq!(paid["safe_to_fulfill"], true);
    assert_eq!(paid["latest_payment"]["status"], "confirmed");
    let status = payor.get(&invoice, "/api/v1/payments/payment-status").await.json();
    assert_eq!(status["status"], "paid");
    world.audit().await;
}

async fn too_much_is_paid_and_said(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;

    base.pay_units(&quote, quote.units + quote.units / U256::from(2)).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["amount_paid"], 15_000);
    assert_eq!(paid["amount_overpaid"], 5_000);
    assert_eq!(paid["amount_remaining"], 0);
    assert_eq!(paid["exception"], "paid_over");
    assert_eq!(paid["safe_to_fulfill"], true);
    world.audit().await;
}

async fn two_invoices_are_paid_in_one_block(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let first = merchant.create("10.00").await;
    let second = merchant.create_with("20.00", &json!({ "customer_id": "second" })).await;
    let for_first = payor.choose(&first, "base", Token::Usdc).await;
    let for_second = payor.choose(&second, "base", Token::Usdc).await;
    assert_ne!(for_first.address, for_second.address, "each invoice has its own address");

    let one = base.send(Token::Usdc, for_first.address, for_first.units).await;
    let other = base.send(Token::Usdc, for_second.address, for_second.units).await;
    base.mine(1).await;
    base.confirm().await;
    assert_eq!(base.block_of(one).await, base.block_of(other).await);
    let paid = merchant.wait_status(&first, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    let paid = merchant.wait_status(&second, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(20_000), &Value::Null));
    world.audit().await;
}
