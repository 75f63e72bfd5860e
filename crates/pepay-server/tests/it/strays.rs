//! Money that went astray to the right address: seen, explained, not counted, and not lost.

use alloy::primitives::U256;
use pepay_core::forwarder;
use serde_json::{Value, json};

use crate::world::{Database, Invoice, Options, Token, World, until, wait_for};

crate::on_both_databases! {
    a_token_never_quoted_is_explained_and_recovered,
    a_token_never_listed_is_explained,
    a_token_never_read_is_found_by_verification,
    money_on_another_network_is_explained_and_recovered,
}

async fn a_token_never_quoted_is_explained_and_recovered(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;

    let units = Token::Dai.units(10);
    let tx = base.send(Token::Dai, quote.address, units).await;
    base.mine(1).await;
    base.confirm().await;
    let transfer = explained(&world, &invoice, "token_not_quoted").await;
    assert_eq!(transfer["tx_hash"], tx.text());
    assert_eq!(transfer["amount_base_units"], units.to_string());
    assert_eq!(transfer["token"]["id"], Token::Dai.id("base"));
    nothing_counts(&world, &invoice).await;

    let salt = forwarder::salt(invoice.key());
    base.flush(quote.address, salt, merchant.wallet, Token::Dai).await;
    assert_eq!(base.balance(Token::Dai, merchant.wallet).await, units, "the merchant has it");
    assert_eq!(base.balance(Token::Dai, quote.address).await, U256::ZERO);

    base.pay(&quote).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "paid").await;
    world.audit().await;
}

async fn a_token_never_listed_is_explained(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.send(Token::Foreign, quote.address, Token::Foreign.units(10)).await;
    base.mine(1).await;
    base.confirm().await;
    let transfer = explained(&world, &invoice, "token_not_listed").await;
    assert_eq!(transfer["token"], Value::Null);
    let contract = Token::Foreign.contract().expect("it is a contract");
    assert_eq!(transfer["asset_address"], contract.to_string());
    nothing_counts(&world, &invoice).await;
    world.audit().await;
}

async fn a_token_never_read_is_found_by_verification(database: Database) {
    let world = World::start_with(database, Options { logs: "listed", ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.send(Token::Foreign, quote.address, Token::Foreign.units(10)).await;
    // In the same block, so that the block was certainly read when this one is seen.
    base.send(Token::Dai, quote.address, U256::from(1)).await;
    base.mine(1).await;
    base.confirm().await;
    explained(&world, &invoice, "token_not_quoted").await;
    let before = merchant.explain(&invoice).await;
    assert_eq!(before["transfers"].as_array().map(Vec::len), Some(1), "only listed tokens are read: {before}");

    let path = format!("/api/v1/invoice/{}/verify", invoice.id);
    let asked = payor.post(&invoice, &path, &json!({ "network": "base" })).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    assert_eq!(asked.json()["data"]["object"], "invoice_manual_verification");
    let done = wait_for("the verification to be completed", async || {
        let answer = payor.get(&invoice, &path).await.json();
        until(answer, |answer| !answer["data"]["completed_at"].is_null())
    })
    .await;
    assert_eq!(done["data"]["error"], Value::Null, "{done}");
    explained(&world, &invoice, "token_not_listed").await;
    nothing_counts(&world, &invoice).await;
    world.audit().await;
}

async fn money_on_another_network_is_explained_and_recovered(database: Database) {
    let world = World::start(database).await;
    let World { bsc, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;

    let tx = bsc.send(Token::Usdc, quote.address, quote.units).await;
    bsc.mine(1).await;
    bsc.confirm().await;
    let transfer = explained(&world, &invoice, "wrong_network").await;
    assert_eq!((&transfer["network"], &transfer["tx_hash"]), (&json!("bsc"), &json!(tx.text())));
    nothing_counts(&world, &invoice).await;

    let salt = forwarder::salt(invoice.key());
    bsc.flush(quote.address, salt, merchant.wallet, Token::Usdc).await;
    assert_eq!(bsc.balance(Token::Usdc, merchant.wallet).await, quote.units, "the merchant has it");
    world.audit().await;
}

/// Waits for the one transfer that this rule decided, and gives its explanation.
async fn explained(world: &World, invoice: &Invoice, rule: &str) -> Value {
    let by_rule = |explained: &Value| {
        let transfers = explained["transfers"].as_array().expect("transfers are a list");
        transfers.iter().find(|transfer| transfer["rule"] == rule).cloned()
    };
    let found = world.merchant.wait_explained(invoice, &format!("rule {rule}"), |all| by_rule(all).is_some()).await;
    by_rule(&found).expect("it was waited for")
}

async fn nothing_counts(world: &World, invoice: &Invoice) {
    let read = world.merchant.read(invoice).await;
    assert_eq!((&read["status"], &read["amount_paid"]), (&json!("unpaid"), &json!(0)), "{read}");
    assert_eq!(read["payments"], json!([]), "a stray transfer is no payment");
}
