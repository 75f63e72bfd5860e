//! The merchant withdraws an invoice, as long as nobody has begun to pay it.

use crate::world::{Database, Token, World};

crate::on_both_databases! {
    an_unpaid_invoice_is_canceled_once,
    an_invoice_with_money_on_its_way_is_not,
}

async fn an_unpaid_invoice_is_canceled_once(database: Database) {
    let world = World::start(database).await;
    let World { merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let canceled = merchant.cancel(&invoice).await.json();
    assert_eq!((&canceled["object"], &canceled["status"]), (&"invoice".into(), &"canceled".into()));
    assert_eq!(merchant.read(&invoice).await["status"], "canceled");
    merchant.cancel(&invoice).await.refused(409, "INVOICE_NOT_CANCELABLE");
    let refused = payor.try_choose(&invoice, "base", Token::Usdc).await;
    refused.refused(400, "INVOICE_CANCELED");
    world.audit().await;
}

async fn an_invoice_with_money_on_its_way_is_not(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    merchant.wait_payment(&invoice, "pending").await;
    merchant.cancel(&invoice).await.refused(409, "INVOICE_NOT_CANCELABLE");
    base.confirm().await;
    merchant.wait_status(&invoice, "paid").await;
    merchant.cancel(&invoice).await.refused(409, "INVOICE_NOT_CANCELABLE");
    world.audit().await;
}
