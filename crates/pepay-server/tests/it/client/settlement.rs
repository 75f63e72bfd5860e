//! Where money is settled, chosen with the client; and one invoice's money that goes to an address of its own.

use alloy::primitives::{Address, address};
use pepay_client::types::SettlementMode;
use pepay_client::{Auth, CreateInvoice, ErrorKind, Expand, Pepay, Usd};
use pepay_core::account::Role;
use pepay_core::forwarder;
use serde_json::json;

use super::client;
use crate::accounts::{PASSWORD, user};
use crate::world::{Database, Invoice, Token, World};

/// Somebody who is neither payor nor merchant.
const SUPPLIER: Address = address!("90F79bf6EB2c4f870365E785982E1f101E93b906");

pub(super) async fn settlement_is_chosen_and_one_invoice_pays_elsewhere(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let pepay = client(&world);
    let order = CreateInvoice::new(Usd::from_cents(1_000)).receiver_override_enable(true);
    let order = order.receiver_override_address(SUPPLIER.to_string());
    let early = pepay.invoices().create(&order).await.expect_err("there is no settlement token");
    assert_eq!((early.kind(), early.param()), (ErrorKind::Validation, Some("/receiver_override_address")));

    let finance = signed_in(&world, &pepay).await;
    let usdc = Token::Usdc.id("base");
    let settlement = finance.settlement();
    let before = settlement.get_preferences().await.expect("the server does it");
    assert_eq!(before.settlement_preference, SettlementMode::StablesPreferred);
    assert!(before.available_stable_tokens.iter().any(|token| token.id == usdc));
    let chosen = settlement.update_settlement_token(Some(usdc)).await.expect("the server does it");
    assert_eq!(chosen.settlement_token.map(|token| token.id), Some(usdc));
    let now = settlement.get_preferences().await.expect("the server does it").selected_settlement_token;
    assert_eq!(now.map(|token| (token.id, token.is_default)), Some((usdc, false)));
    let unknown = settlement.update_settlement_token(Some(999_999)).await.expect_err("there is no such token");
    assert_eq!((unknown.kind(), unknown.param()), (ErrorKind::Validation, Some("/settlement_token_id")));

    let created = pepay.invoices().create(&order).await.expect("the server does it");
    let read = pepay.invoices().retrieve(&created.invoice_id, &Expand::default()).await.expect("the server does it");
    assert_eq!(read.receiver_override_address.as_deref(), Some(SUPPLIER.to_string().as_str()));
    let invoice = Invoice {
        id: created.invoice_id.clone(),
        expires_at: created.expires_at,
        session_token: created.session_token.to_string(),
        signature: created.signature.to_string(),
    };
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    let had = base.balance(Token::Usdc, SUPPLIER).await;
    base.pay(&quote).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "paid").await;
    // The address lets its money out to nobody else: for another receiver there is another address.
    base.flush(quote.address, forwarder::salt(invoice.key()), SUPPLIER, Token::Usdc).await;
    assert_eq!(base.balance(Token::Usdc, SUPPLIER).await - had, quote.units);
    assert_eq!(base.balance(Token::Usdc, quote.address).await, alloy::primitives::U256::ZERO);

    let reset = settlement.update_settlement_token(None).await.expect("the server does it");
    assert_eq!(reset.settlement_token, None, "this installation has no default");
    world.audit().await;
}

/// The client of somebody at the merchant who may say where its money goes.
async fn signed_in(world: &World, pepay: &Pepay) -> Pepay {
    user(world, "fin@shop.example", Some(world.merchant.id), Role::Finance).await;
    let body = json!({ "email": "fin@shop.example", "password": PASSWORD }).to_string();
    let answer = world.merchant.api.send("POST", "/api/v1/auth/login", &[], Some(body)).await.json();
    let token = answer["access_token"].as_str().expect("a login has a token");
    pepay.with_auth(Auth::new().bearer_token(token)).expect("it has the right form")
}
