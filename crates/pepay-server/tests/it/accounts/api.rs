//! The API for people: short tokens, and what API keys may not do.

use pepay_core::account::Role;
use serde_json::{Value, json};

use super::people::PASSWORD;
use super::user;
use crate::world::{Answer, Database, Token, World};

async fn call(world: &World, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
    let bearer = format!("Bearer {token}");
    world.merchant.api.send(method, path, &[("authorization", &bearer)], body.map(|body| body.to_string())).await
}

async fn log_in(world: &World, email: &str) -> Value {
    let body = json!({ "email": email, "password": PASSWORD });
    call(world, "POST", "/api/v1/auth/login", "none", Some(body)).await.json()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

pub(super) async fn a_refresh_token_works_once(database: Database) {
    let world = World::start(database).await;
    user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let first = log_in(&world, "ada@shop.example").await;
    assert_eq!((&first["user"]["role"], &first["expires_in"]), (&json!("owner"), &json!(900)));
    let access = text(&first, "access_token");
    assert_eq!(call(&world, "GET", "/api/v1/invoices", &access, None).await.status, 200);

    let refresh = |token: String| {
        let world = &world;
        async move { call(world, "POST", "/api/v1/auth/refresh", "none", Some(json!({ "refresh_token": token }))).await }
    };
    let second = refresh(text(&first, "refresh_token")).await.json();
    assert_eq!(call(&world, "GET", "/api/v1/invoices", &text(&second, "access_token"), None).await.status, 200);
    // The thief's copy ends the login for both.
    refresh(text(&first, "refresh_token")).await.refused(401, "REFRESH_TOKEN_INVALID");
    refresh(text(&second, "refresh_token")).await.refused(401, "REFRESH_TOKEN_INVALID");
    call(&world, "GET", "/api/v1/invoices", &text(&second, "access_token"), None).await.refused(401, "TOKEN_INVALID");

    let third = log_in(&world, "ada@shop.example").await;
    let body = json!({ "refresh_token": third["refresh_token"] });
    call(&world, "POST", "/api/v1/auth/logout", "none", Some(body.clone())).await.json();
    call(&world, "POST", "/api/v1/auth/logout", "none", Some(body)).await.json();
    call(&world, "GET", "/api/v1/invoices", &text(&third, "access_token"), None).await.refused(401, "TOKEN_INVALID");
    world.audit().await;
}

pub(super) async fn people_choose_where_the_money_goes(database: Database) {
    let world = World::start(database).await;
    for (email, role) in [("fin@shop.example", Role::Finance), ("dev@shop.example", Role::Developer)] {
        user(&world, email, Some(world.merchant.id), role).await;
    }
    let fin = text(&log_in(&world, "fin@shop.example").await, "access_token");
    let dev = text(&log_in(&world, "dev@shop.example").await, "access_token");
    let preference = "/api/v1/merchant/settlement-preference";
    let chosen = call(&world, "GET", preference, &fin, None).await.json();
    assert_eq!(chosen["settlement_preference"], "stables_preferred");
    world.merchant.get(preference).await.refused(403, "CREDENTIAL_KIND_NOT_ALLOWED");
    let body = json!({ "settlement_preference": "stables_only" });
    call(&world, "PUT", preference, &dev, Some(body.clone())).await.refused(403, "INSUFFICIENT_ROLE");
    let chosen = call(&world, "PUT", preference, &fin, Some(body)).await.json();
    assert_eq!(chosen["settlement_preference"], "stables_only");
    let bad = json!({ "settlement_preference": "gold" });
    call(&world, "PUT", preference, &fin, Some(bad)).await.refused(400, "VALIDATION_ERROR");

    let token = "/api/v1/merchant/settlement-token";
    let usdc = Token::Usdc.id("base");
    let updated = call(&world, "PUT", token, &fin, Some(json!({ "settlement_token_id": usdc }))).await.json();
    assert_eq!(updated["settlement_token"]["id"], usdc);
    for id in [json!(999_999), json!(Token::Coin.id("base"))] {
        let body = json!({ "settlement_token_id": id });
        call(&world, "PUT", token, &fin, Some(body)).await.refused(400, "VALIDATION_ERROR");
    }
    let updated = call(&world, "PUT", token, &fin, Some(json!({ "settlement_token_id": null }))).await.json();
    assert_eq!(updated["settlement_token"], Value::Null);

    wallets(&world, &fin, &dev).await;
    keys(&world, &fin, &dev).await;
    world.audit().await;
}

async fn wallets(world: &World, fin: &str, dev: &str) {
    let path = "/api/v1/merchant/wallets";
    let body = json!({ "network": "base", "address": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" });
    call(world, "POST", path, dev, Some(body.clone())).await.refused(403, "INSUFFICIENT_ROLE");
    let added = call(world, "POST", path, fin, Some(body.clone())).await;
    assert_eq!((added.status, &added.json()["is_active"]), (201, &json!(false)));
    call(world, "POST", path, fin, Some(body)).await.refused(409, "WALLET_EXISTS");
    let wrong = json!({ "network": "base", "address": "0x70997970c51812dc3A010C7d01b50e0d17dc79C8" });
    call(world, "POST", path, fin, Some(wrong)).await.refused(400, "VALIDATION_ERROR");
    let unknown = json!({ "network": "moon", "address": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" });
    call(world, "POST", path, fin, Some(unknown)).await.refused(400, "NETWORK_NOT_SUPPORTED");
    let id = added.json()["id"].as_i64().expect("a number");
    call(world, "PUT", &format!("{path}/{id}/activate"), fin, None).await.json();
    call(world, "DELETE", &format!("{path}/{id}"), fin, None).await.refused(409, "WALLET_IN_USE");
    let listed = call(world, "GET", path, fin, None).await.json();
    let base = listed.as_array().expect("a list").iter().find(|it| it["network"] == "base").expect("base").clone();
    let active: Vec<&Value> =
        base["wallets"].as_array().expect("wallets").iter().filter(|it| it["is_active"] == true).collect();
    assert_eq!((active.len(), &active[0]["id"]), (1, &json!(id)), "one is active");
    let old = base["wallets"][0]["id"].as_i64().expect("a number");
    call(world, "DELETE", &format!("{path}/{old}"), fin, None).await.json();
    call(world, "DELETE", &format!("{path}/{old}"), fin, None).await.refused(404, "WALLET_NOT_FOUND");
}

async fn keys(world: &World, fin: &str, dev: &str) {
    let path = "/api/v1/merchant/api-keys";
    call(world, "GET", path, fin, None).await.refused(403, "INSUFFICIENT_ROLE");
    world.merchant.get(path).await.refused(403, "CREDENTIAL_KIND_NOT_ALLOWED");
    let body = json!({ "name": "Server", "permission": "read_only" });
    let made = call(world, "POST", path, dev, Some(body)).await;
    assert_eq!(made.status, 201);
    let (id, secret) = (text(&made.json(), "key_id"), text(&made.json(), "api_key"));
    let with_key = world.merchant.api.send("GET", "/api/v1/invoices", &[("x-api-key", &secret)], None).await;
    assert_eq!(with_key.status, 200);
    let listed = call(world, "GET", path, dev, None).await;
    assert!(!String::from_utf8_lossy(&listed.body).contains(&secret), "a secret is shown once");
    call(world, "DELETE", &format!("{path}/{id}"), dev, None).await.json();
    call(world, "DELETE", &format!("{path}/{id}"), dev, None).await.refused(404, "KEY_NOT_FOUND");
    let with_key = world.merchant.api.send("GET", "/api/v1/invoices", &[("x-api-key", &secret)], None).await;
    with_key.refused(403, "API_KEY_REVOKED");
}

pub(super) async fn a_late_payment_is_accepted(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    assert_eq!(merchant.cancel(&invoice).await.json()["status"], "canceled");
    base.pay(&quote).await;
    let seen = merchant.wait_payments(&invoice, 1).await;
    let accept = format!("/api/v1/invoices/{}/payments/{}/accept", invoice.id, text(&seen, "id"));
    merchant.post(&accept, &[], String::new()).await.refused(409, "PAYMENT_NOT_ACCEPTABLE");
    base.confirm().await;
    merchant.wait(&invoice, "confirmations", |read| !read["payments"][0]["confirmed_at"].is_null()).await;
    let rival = world.another_merchant().await;
    rival.post(&accept, &[], String::new()).await.refused(404, "INVOICE_NOT_FOUND");
    let accepted = merchant.post(&accept, &[], String::new()).await.json();
    assert_eq!((&accepted["status"], &accepted["amount_paid"]), (&json!("canceled"), &json!(10_000)));
    assert_eq!((&accepted["exception"], &accepted["safe_to_fulfill"]), (&json!("paid_late"), &json!(false)));
    let payment = merchant.read(&invoice).await["payments"][0].clone();
    assert_eq!((&payment["status"], &payment["settlement_status"]), (&json!("confirmed"), &json!("pending")));
    merchant.post(&accept, &[], String::new()).await.refused(409, "PAYMENT_NOT_ACCEPTABLE");
    world.audit().await;
}
