//! Money that comes after the end: never lost, never counted, always said.

use serde_json::{Value, json};

use crate::world::{Database, Invoice, Quote, Token, World};

crate::on_both_databases! {
    money_after_expiry_is_late,
    money_after_paid_is_late,
    money_after_cancel_is_late,
}

async fn money_after_expiry_is_late(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create_for("10.00", 4_000).await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.mine_at(invoice.expires_at + 1).await;
    merchant.wait_status(&invoice, "expired").await;

    pay_late(&world, &invoice, &quote).await;
    let late = merchant.read(&invoice).await;
    assert_eq!((&late["status"], &late["amount_paid"]), (&json!("expired"), &json!(0)));
    assert_eq!(late["safe_to_fulfill"], false);
    world.audit().await;
}

async fn money_after_paid_is_late(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    base.confirm().await;
    let paid = merchant.wait_status(&invoice, "paid").await;
    assert_eq!(paid["exception"], Value::Null);

    // Block times are whole seconds: the next block must not seem older than the moment the invoice was paid.
    base.mine_at(paid["paid_at"].as_i64().expect("it was paid") + 2).await;
    pay_late(&world, &invoice, &quote).await;
    let late = merchant.read(&invoice).await;
    assert_eq!((&late["status"], &late["amount_paid"]), (&json!("paid"), &json!(10_000)));
    assert_eq!(late["safe_to_fulfill"], true, "the first payment still stands");
    world.audit().await;
}

async fn money_after_cancel_is_late(database: Database) {
    let world = World::start(database).await;
    let World { merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    assert_eq!(merchant.cancel(&invoice).await.json()["status"], "canceled");

    pay_late(&world, &invoice, &quote).await;
    let late = merchant.read(&invoice).await;
    assert_eq!((&late["status"], &late["amount_paid"]), (&json!("canceled"), &json!(0)));
    world.audit().await;
}

/// Pays once more and expects a payment for the merchant to decide on.
async fn pay_late(world: &World, invoice: &Invoice, quote: &Quote) {
    let World { base, merchant, .. } = world;
    let before = merchant.payments(invoice).await.len();
    let tx = base.pay(quote).await;
    base.confirm().await;
    let late = merchant
        .wait(invoice, "a confirmed late payment", |read| {
            let payments = read["payments"].as_array().expect("payments are a list");
            payments.len() == before + 1 && !payments[0]["confirmed_at"].is_null()
        })
        .await;
    let payment = &late["payments"][0];
    assert_eq!((&payment["status"], &payment["late"]), (&json!("manual_retry"), &json!(true)));
    assert_eq!(payment["tx_hash"], tx.text());
    assert_eq!(late["exception"], "paid_late");
    let explained = merchant.explain(invoice).await;
    let transfers = explained["transfers"].as_array().expect("a list");
    assert!(transfers.iter().any(|it| it["rule"] == "late" && it["tx_hash"] == tx.text()), "{explained}");
}
