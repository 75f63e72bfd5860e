//! An invoice paid in parts: the first confirmed part fixes how the rest is paid.

use alloy::primitives::U256;
use serde_json::{Value, json};

use crate::world::{Database, Token, World};

crate::on_both_databases! {
    two_parts_pay_under_the_lock,
    money_off_the_lock_waits_for_the_merchant,
}

async fn two_parts_pay_under_the_lock(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    assert!(payor.tokens(&invoice).await.len() > 1, "everything can be chosen at first");
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;

    base.pay_units(&quote, quote.units / U256::from(4)).await;
    base.confirm().await;
    let underpaid = merchant.wait_status(&invoice, "underpaid").await;
    assert_eq!(underpaid["amount_paid"], 2_500);
    assert_eq!(underpaid["amount_remaining"], 7_500);
    assert_eq!(underpaid["exception"], "paid_partial");
    assert_eq!(underpaid["safe_to_fulfill"], false);
    assert_eq!(underpaid["latest_payment"]["status"], "underpaid");

    assert_eq!(payor.tokens(&invoice).await, [Token::Usdc.id("base")], "only the locked token is listed");
    payor.try_choose(&invoice, "base", Token::Dai).await.refused(400, "TOKEN_NOT_SUPPORTED");
    payor.try_choose(&invoice, "bsc", Token::Usdc).await.refused(400, "NETWORK_NOT_ENABLED");
    let details = payor.details(&invoice).await;
    assert_eq!(details["locked_network"], "base");
    assert_eq!(details["locked_token_id"], Token::Usdc.id("base"));
    assert_eq!(details["locked_payment_address"], quote.address.to_string());
    assert_eq!(details["amount_remaining_usd"], json!(7.5));

    let rest = payor.choose(&invoice, "base", Token::Usdc).await;
    assert_eq!((rest.address, rest.units), (quote.address, Token::Usdc.units(10) * U256::from(3) / U256::from(4)));
    base.pay(&rest).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["amount_paid"], 10_000);
    assert_eq!(paid["exception"], Value::Null);
    let statuses: Vec<_> = merchant.payments(&invoice).await.iter().map(|payment| payment["status"].clone()).collect();
    assert_eq!(statuses, ["confirmed", "confirmed"]);
    world.audit().await;
}

async fn money_off_the_lock_waits_for_the_merchant(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let in_dai = payor.choose(&invoice, "base", Token::Dai).await;
    let in_usdc = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay_units(&in_usdc, in_usdc.units / U256::from(2)).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "underpaid").await;

    let tx = base.pay(&in_dai).await;
    let stray = merchant.wait_payments(&invoice, 2).await;
    assert_eq!(stray["tx_hash"], tx.text());
    base.confirm().await;
    merchant
        .wait(&invoice, "a payment for the merchant to decide on", |read| {
            read["payments"][0]["status"] == "manual_retry" && !read["payments"][0]["confirmed_at"].is_null()
        })
        .await;
    let still = merchant.read(&invoice).await;
    assert_eq!((&still["status"], &still["amount_paid"]), (&json!("underpaid"), &json!(5_000)));
    let explained = merchant.explain(&invoice).await;
    let rules: Vec<_> =
        explained["transfers"].as_array().expect("a list").iter().map(|it| it["rule"].clone()).collect();
    assert_eq!(rules, ["counted", "off_lock"]);
    world.audit().await;
}
