//! Logins and what ends them, companies and how people move between them, codes and how often they work.

use pepay_core::account::{Role, totp};
use pepay_engine::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::people::PASSWORD;
use super::{Browser, user};
use crate::world::{Answer, Database, World};

async fn call(world: &World, path: &str, body: Value) -> Answer {
    world.merchant.api.send("POST", path, &[], Some(body.to_string())).await
}

async fn log_in(world: &World, body: Value) -> Answer {
    call(world, "/api/v1/auth/login", body).await
}

async fn read(world: &World, path: &str, login: &Value) -> Answer {
    let bearer = format!("Bearer {}", login["access_token"].as_str().expect("a token"));
    world.merchant.api.send("GET", path, &[("authorization", &bearer)], None).await
}

pub(super) async fn signing_out_everywhere_ends_every_other_login(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let bob = user(&world, "bob@shop.example", Some(world.merchant.id), Role::Owner).await;
    let (mut here, mut there, mut bobs) =
        (ada.browser(&world).await, ada.browser(&world).await, bob.browser(&world).await);
    let api = log_in(&world, json!({ "email": ada.email, "password": PASSWORD })).await.json();
    assert_eq!(read(&world, "/api/v1/invoices", &api).await.status, 200);
    here.get("/dashboard/account").await;
    let done = here.post("/dashboard/account/logins/end-all", &[]).await;
    assert_eq!(done.location(), "/dashboard/account?done=logins_ended", "{}", done.body);
    assert_eq!(here.get("/dashboard/account").await.status, 200, "one's own goes on");
    assert_eq!(there.get("/dashboard/account").await.status, 303, "the other browser is out");
    read(&world, "/api/v1/invoices", &api).await.refused(401, "TOKEN_INVALID");
    let body = json!({ "refresh_token": api["refresh_token"] });
    call(&world, "/api/v1/auth/refresh", body).await.refused(401, "REFRESH_TOKEN_INVALID");
    assert_eq!(bobs.get("/dashboard/account").await.status, 200, "others' logins go on");
    world.audit().await;
}

pub(super) async fn people_of_two_companies_choose(database: Database) {
    let world = World::start(database).await;
    let rival = world.another_merchant().await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    user(&world, "ada@shop.example", Some(rival.id), Role::ReadOnly).await;
    let (ours, theirs) = (world.merchant.create("10.00").await, rival.create("20.00").await);
    let page = |id: &str| format!("/dashboard/invoices/{id}");
    let mut browser = ada.browser(&world).await;
    assert_eq!(browser.get(&page(&ours.id)).await.status, 200);
    assert_eq!(browser.get(&page(&theirs.id)).await.status, 404);
    let mut copy = browser.clone();
    browser.get("/dashboard/account").await;
    let moved = browser.post("/dashboard/merchant", &[("merchant", &rival.id.to_string())]).await;
    assert_eq!((moved.status, moved.location()), (303, "/dashboard"), "{}", moved.body);
    assert_eq!(copy.get("/dashboard").await.status, 303, "the cookie of before is worth nothing");
    assert_eq!(browser.get(&page(&theirs.id)).await.status, 200);
    assert_eq!(browser.get(&page(&ours.id)).await.status, 404, "one company at a time");
    assert_eq!(browser.get("/dashboard/team").await.status, 403, "with the role one has there");
    assert_eq!(browser.post("/dashboard/merchant", &[("merchant", "999")]).await.status, 404);
    over_the_api(&world, (world.merchant.id.0, &ours.id), (rival.id.0, &theirs.id)).await;
    world.audit().await;
}

/// The same with tokens; each company with an invoice of it.
async fn over_the_api(world: &World, ours: (i64, &str), theirs: (i64, &str)) {
    let page = |id: &str| format!("/api/v1/invoices/{id}");
    let body = json!({ "email": "ada@shop.example", "password": PASSWORD });
    let first = log_in(world, body.clone()).await.json();
    assert_eq!((&first["user"]["merchant_id"], &first["user"]["role"]), (&json!(ours.0), &json!("owner")));
    let names = json!([{ "merchant_id": ours.0, "name": "Acme" }, { "merchant_id": theirs.0, "name": "Rival" }]);
    assert_eq!(first["user"]["merchants"], names);
    let chosen = |id: i64| {
        let mut body = body.clone();
        body["merchant_id"] = json!(id);
        log_in(world, body)
    };
    chosen(999).await.refused(404, "MERCHANT_NOT_FOUND");
    let second = chosen(theirs.0).await.json();
    assert_eq!((&second["user"]["merchant_id"], &second["user"]["role"]), (&json!(theirs.0), &json!("read_only")));
    assert_eq!(read(world, &page(theirs.1), &second).await.status, 200);
    read(world, &page(ours.1), &second).await.refused(404, "INVOICE_NOT_FOUND");

    let refresh = |token: &Value, id: i64| {
        call(world, "/api/v1/auth/refresh", json!({ "refresh_token": token, "merchant_id": id }))
    };
    refresh(&first["refresh_token"], 999).await.refused(404, "MERCHANT_NOT_FOUND");
    let third = refresh(&first["refresh_token"], theirs.0).await.json();
    assert_eq!(third["user"]["merchant_id"], theirs.0, "a refused company uses no token up");
    assert_eq!(read(world, &page(theirs.1), &third).await.status, 200);
    let body = json!({ "refresh_token": third["refresh_token"] });
    let fourth = call(world, "/api/v1/auth/refresh", body).await.json();
    assert_eq!(fourth["user"]["merchant_id"], theirs.0, "it stays chosen");
}

/// Reads what an app reads.
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace()) {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|it| *it == letter).expect("base 32");
        bits = bits << 5 | u32::try_from(value).expect("less than 32");
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 255).expect("a byte"));
        }
    }
    bytes
}

pub(super) async fn codes_work_once(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let mut owner = ada.browser(&world).await;
    let secret = base32(&owner.get("/dashboard/account/factor").await.between("<code id=\"totp\">", "</code>"));
    let first = totp::code_at(&secret, SystemClock.now());
    let shown = owner.post("/dashboard/account/factor", &[("code", &first)]).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let recovery = shown.between("<ul class=\"codes field\" id=\"codes\"><li>", "</li>");

    let mut browser = at_code(&world).await;
    assert_eq!(enter(&mut browser, &first).await, 401, "the code that turned it on is spent");
    let second = totp::code_at(&secret, SystemClock.now().plus_ms(30_000));
    assert_eq!(enter(&mut browser, &second).await, 303);
    let mut thief = at_code(&world).await;
    assert_eq!(enter(&mut thief, &second).await, 401, "a code that somebody saw is spent");
    let body = |code: &str| json!({ "email": "ada@shop.example", "password": PASSWORD, "code": code });
    log_in(&world, body(&second)).await.refused(401, "SIGN_IN_REFUSED");

    assert_eq!(enter(&mut thief, &recovery).await, 303, "a recovery code works");
    let mut again = at_code(&world).await;
    assert_eq!(enter(&mut again, &recovery).await, 401, "once");
    log_in(&world, body(&recovery)).await.refused(401, "SIGN_IN_REFUSED");
    world.audit().await;
}

/// A browser whose password was right.
async fn at_code(world: &World) -> Browser {
    let mut browser = Browser::new(world);
    browser.get("/dashboard/sign-in").await;
    let fields = [("email", "ada@shop.example"), ("password", PASSWORD)];
    let shown = browser.post("/dashboard/sign-in", &fields).await;
    assert!(shown.location().starts_with("/dashboard/sign-in/code"), "{}", shown.status);
    browser
}

async fn enter(browser: &mut Browser, code: &str) -> u16 {
    browser.get("/dashboard/sign-in/code").await;
    let shown = browser.post("/dashboard/sign-in/code", &[("code", code)]).await;
    if shown.status == 303 {
        assert_eq!(browser.get("/dashboard/account").await.status, 200);
    }
    shown.status
}

pub(super) async fn two_refreshes_at_once_end_the_login(database: Database) {
    let world = World::start(database).await;
    user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let login = log_in(&world, json!({ "email": "ada@shop.example", "password": PASSWORD })).await.json();
    let refresh = |token: &Value| call(&world, "/api/v1/auth/refresh", json!({ "refresh_token": token }));
    let answers = futures_util::future::join_all((0..8).map(|_| refresh(&login["refresh_token"]))).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(won.len() <= 1, "one token was taken {} times", won.len());
    assert!(answers.iter().all(|answer| [200, 401].contains(&answer.status)));
    refresh(&login["refresh_token"]).await.refused(401, "REFRESH_TOKEN_INVALID");
    if let Some(won) = won.first() {
        refresh(&won.json()["refresh_token"]).await.refused(401, "REFRESH_TOKEN_INVALID");
    }
    read(&world, "/api/v1/invoices", &login).await.refused(401, "TOKEN_INVALID");
    world.audit().await;
}
