//! Another merchant's and another environment's objects do not exist.

use serde_json::{Value, json};

use crate::world::{Database, Invoice, Merchant, Token, World};

crate::on_both_databases! {
    the_objects_of_others_do_not_exist,
    a_session_opens_its_own_invoice_only,
}

async fn the_objects_of_others_do_not_exist(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create_with("10.00", &json!({ "customer_id": "c-1" })).await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    base.pay(&quote).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "paid").await;

    sees_nothing(&world.another_merchant().await, &invoice).await;
    sees_nothing(&merchant.on_mainnet(&world.books).await, &invoice).await;
    world.audit().await;
}

async fn sees_nothing(stranger: &Merchant, invoice: &Invoice) {
    let id = &invoice.id;
    for path in [
        format!("/api/v1/invoices/{id}"),
        format!("/api/v1/invoices/{id}?expand=payments,latest_payment"),
        format!("/api/v1/invoices/{id}/status"),
        format!("/api/v1/invoices/{id}/explain"),
        format!("/api/v1/invoice/{id}/verify"),
    ] {
        stranger.get(&path).await.refused(404, "INVOICE_NOT_FOUND");
    }
    for path in [format!("/api/v1/invoices/{id}/cancel"), format!("/api/v1/invoice/{id}/verify")] {
        stranger.post(&path, &[], "{}".to_owned()).await.refused(404, "INVOICE_NOT_FOUND");
    }
    for path in ["/api/v1/invoices", "/api/v1/invoices/customer/c-1", "/api/v1/invoices?status=paid"] {
        assert_eq!(stranger.get(path).await.json()["data"], json!([]), "{path}");
    }
    let totals = stranger.get("/api/v1/invoices/totals").await.json();
    assert_eq!(totals["totals"]["all"]["count"], 0, "{totals}");
}

async fn a_session_opens_its_own_invoice_only(database: Database) {
    let world = World::start(database).await;
    let World { merchant, payor, .. } = &world;
    let (mine, other) = (merchant.create("10.00").await, merchant.create("20.00").await);
    let theirs = world.another_merchant().await.create("30.00").await;
    payor.choose(&other, "base", Token::Usdc).await;
    payor.choose(&theirs, "base", Token::Usdc).await;
    for foreign in [&other, &theirs] {
        let verify = format!("/api/v1/invoice/{}/verify", foreign.id);
        payor.get(&mine, &verify).await.refused(404, "INVOICE_NOT_FOUND");
        payor.post(&mine, &verify, &json!({})).await.refused(404, "INVOICE_NOT_FOUND");
        let details = format!("/api/v1/payments/session-details?invoice_id={}", foreign.id);
        payor.get(&mine, &details).await.refused(404, "INVOICE_NOT_FOUND");
        let mixed = Invoice { signature: foreign.signature.clone(), ..mine.clone() };
        for path in PAYOR_READS {
            payor.get(&mixed, path).await.refused(403, "INVALID_SIGNATURE");
        }
        payor.try_choose(&mixed, "base", Token::Usdc).await.refused(403, "INVALID_SIGNATURE");
        payor
            .post(&mixed, "/api/v1/payments/customer-email", &json!({ "email": "a@example.com" }))
            .await
            .refused(403, "INVALID_SIGNATURE");
        payor
            .post(&mixed, "/api/v1/payments/submit-form", &json!({ "responses": [] }))
            .await
            .refused(403, "INVALID_SIGNATURE");
    }
    // What one payor says is nothing to the other.
    payor.post(&mine, "/api/v1/payments/customer-email", &json!({ "email": "a@example.com" })).await.json();
    assert_eq!(payor.get(&other, "/api/v1/payments/customer-email").await.json()["email"], Value::Null);
    assert_eq!(payor.details(&mine).await["invoice_id"], json!(mine.id));
    world.audit().await;
}

const PAYOR_READS: [&str; 5] = [
    "/api/v1/payments/session-details",
    "/api/v1/payments/available-tokens",
    "/api/v1/payments/payment-status",
    "/api/v1/payments/customer-email",
    "/api/v1/payments/invoice-questions",
];
