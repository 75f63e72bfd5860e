//! The chain's own coin: no log tells of it, and sent by a contract not even a transaction to the address.

use alloy::primitives::U256;
use pepay_core::forwarder;
use serde_json::{Value, json};

use crate::world::{Database, Mode, Options, Token, World};

crate::on_both_databases! {
    coin_from_an_account_pays,
    coin_from_a_contract_pays,
    coin_from_a_contract_while_the_server_is_down_is_caught_up,
    coin_from_a_contract_is_withdrawn_with_its_block,
    coin_flushed_onwards_is_neither_lost_nor_counted_twice,
    coin_recorded_without_its_transaction_is_not_counted_again_with_it,
    a_flush_before_a_restart_hides_no_payment_of_the_same_size,
    a_flush_and_a_payment_of_the_same_size_between_two_looks_are_told_apart,
    balances_that_can_not_be_read_delay_no_token_and_end_no_invoice,
}

async fn coin_from_an_account_pays(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Coin).await;
    // 10 dollars at 2500.
    assert_eq!(quote.units, Token::Coin.units(1) / U256::from(250));
    let tx = base.pay(&quote).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;
    assert_eq!(seen["tx_hash"], tx.text());
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["amount_overpaid"]), (&json!(10_000), &json!(0)));
    world.audit().await;
}

async fn coin_from_a_contract_pays(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Coin).await;
    let half = quote.units / U256::from(2);
    let from_contract = base.pay_through_contract(quote.address, half).await;
    base.mine(1).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;
    assert_eq!(seen["tx_hash"], from_contract.text(), "the node's traces tell which transaction it was");
    assert_eq!(seen["amount_base_units"], half.to_string());
    // A second part, from an account: what the balance grew by must not be taken for the contract's again.
    base.pay_units(&quote, half).await;
    merchant.wait_payments(&invoice, 2).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["amount_overpaid"]), (&json!(10_000), &json!(0)));
    world.audit().await;
}

async fn coin_from_a_contract_while_the_server_is_down_is_caught_up(database: Database) {
    let mut world = World::start(database).await;
    let invoice = world.merchant.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Coin).await;
    world.kill_server().await;
    world.base.pay_through_contract(quote.address, quote.units).await;
    // More than the server keeps of the header chain: it must look further back than that.
    world.base.mine(300).await;
    world.restart_server().await;
    let paid = world.merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    world.audit().await;
}

async fn coin_from_a_contract_is_withdrawn_with_its_block(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Coin).await;
    let tx = base.pay_through_contract(quote.address, quote.units).await;
    let signed = base.signed(tx).await;
    // A balance is looked at one block below the head.
    base.mine(1).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;
    base.reorganise(2).await;
    merchant.wait(&invoice, "a withdrawn payment", |read| read["payments"][0]["reverted"] == true).await;

    base.send_again(&signed).await;
    base.mine(1).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    let payments = paid["payments"].as_array().expect("payments are a list");
    assert_eq!((payments.len(), &payments[0]["id"]), (1, &seen["id"]), "it is the same payment");
    world.audit().await;
}

async fn coin_flushed_onwards_is_neither_lost_nor_counted_twice(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Coin).await;
    let half = quote.units / U256::from(2);
    base.pay_through_contract(quote.address, half).await;
    base.mine(1).await;
    merchant.wait_payment(&invoice, "pending").await;
    base.flush(quote.address, forwarder::salt(invoice.key()), merchant.wallet, Token::Coin).await;
    assert_eq!(base.balance(Token::Coin, merchant.wallet).await, half, "the merchant has it");
    base.confirm().await;
    let underpaid = merchant.wait_status(&invoice, "underpaid").await;
    assert_eq!(underpaid["amount_paid"], 5_000);

    base.pay_through_contract(quote.address, half).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["amount_overpaid"]), (&json!(10_000), &json!(0)));
    assert_eq!(paid["payments"].as_array().map(Vec::len), Some(2));
    world.audit().await;
}

async fn coin_recorded_without_its_transaction_is_not_counted_again_with_it(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Coin).await;
    let half = quote.units / U256::from(2);
    let quarter = half / U256::from(2);
    world.proxy().set(Mode::Without(&["trace_block", "debug_traceBlockByNumber"]));
    base.pay_through_contract(quote.address, half).await;
    base.mine(1).await;
    let seen = merchant.wait_payment(&invoice, "pending").await;
    assert_eq!((&seen["tx_hash"], &seen["amount_base_units"]), (&Value::Null, &json!(half.to_string())));

    world.proxy().set(Mode::Honest);
    let traced = base.pay_through_contract(quote.address, quarter).await;
    base.confirm().await;
    let underpaid = merchant.wait(&invoice, "7.50 paid", |read| read["amount_paid"] == 7_500).await;
    let hashes: Vec<_> = underpaid["payments"].as_array().expect("a list").iter().map(|it| &it["tx_hash"]).collect();
    assert_eq!(hashes.len(), 2, "{underpaid}");
    assert!(hashes.contains(&&json!(traced.text())) && hashes.contains(&&Value::Null), "{underpaid}");
    assert_eq!(underpaid["status"], "underpaid");
    world.audit().await;
}

async fn a_flush_before_a_restart_hides_no_payment_of_the_same_size(database: Database) {
    let mut world = World::start(database).await;
    let invoice = world.merchant.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Coin).await;
    let half = quote.units / U256::from(2);
    world.base.pay_through_contract(quote.address, half).await;
    world.base.confirm().await;
    world.merchant.wait_status(&invoice, "underpaid").await;
    world.base.flush(quote.address, forwarder::salt(invoice.key()), world.merchant.wallet, Token::Coin).await;
    // The flush is settled: it will not be among the blocks that are read again.
    world.base.mine(100).await;
    world.kill_server().await;
    world.base.pay_through_contract(quote.address, half).await;
    world.base.mine(100).await;
    world.restart_server().await;
    let paid = world.merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["amount_overpaid"]), (&json!(10_000), &json!(0)));
    assert_eq!(paid["payments"].as_array().map(Vec::len), Some(2));
    world.audit().await;
}

async fn a_flush_and_a_payment_of_the_same_size_between_two_looks_are_told_apart(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Coin).await;
    let half = quote.units / U256::from(2);
    base.pay_through_contract(quote.address, half).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "underpaid").await;
    world.proxy().set(Mode::Down);
    base.flush(quote.address, forwarder::salt(invoice.key()), merchant.wallet, Token::Coin).await;
    base.pay_through_contract(quote.address, half).await;
    base.confirm().await;
    world.proxy().set(Mode::Honest);
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["amount_overpaid"]), (&json!(10_000), &json!(0)));
    world.audit().await;
}

async fn balances_that_can_not_be_read_delay_no_token_and_end_no_invoice(database: Database) {
    let world = World::start_with(database, Options { proxied: true, ..Options::default() }).await;
    let World { base, merchant, payor, .. } = &world;
    let in_coin = merchant.create_for("10.00", 4_000).await;
    let quote = payor.choose(&in_coin, "base", Token::Coin).await;
    world.proxy().set(Mode::Without(&["eth_call"]));
    base.pay_through_contract(quote.address, quote.units).await;
    assert!(base.time().await < in_coin.expires_at, "it was paid in time");

    let in_token = merchant.create("10.00").await;
    base.pay(&payor.choose(&in_token, "base", Token::Usdc).await).await;
    base.mine_at(in_coin.expires_at + 1).await;
    base.confirm().await;
    merchant.wait_status(&in_token, "paid").await;
    let canary = world.canary(4_000).await;
    merchant.wait_status(&canary, "expired").await;
    assert_eq!(merchant.read(&in_coin).await["status"], "unpaid", "its balance was not looked at up to its end");

    world.proxy().set(Mode::Honest);
    base.mine(1).await;
    let paid = merchant.wait_status(&in_coin, "paid").await;
    assert_eq!((&paid["amount_paid"], &paid["exception"]), (&json!(10_000), &Value::Null));
    world.audit().await;
}
