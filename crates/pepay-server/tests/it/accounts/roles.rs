//! Every role at every page.

use pepay_core::account::Role;

use super::foreign::filled;
use super::user;
use crate::world::{Database, World};

/// What each role must not open, on top of the operator's console: said here a second time, by hand.
const CLOSED: [(Role, &[&str]); 4] = [
    (Role::Owner, &[]),
    (
        Role::Developer,
        &[
            "POST /dashboard/tokens",
            "POST /dashboard/settlement/preference",
            "POST /dashboard/settlement/token",
            "POST /dashboard/settlement/tolerance",
            "POST /dashboard/wallets",
            "POST /dashboard/wallets/{id}/activate",
            "POST /dashboard/wallets/{id}/delete",
            "POST /dashboard/mainnet/request",
            "POST /dashboard/mainnet/activate",
            "POST /dashboard/settings",
            "POST /dashboard/settings/logo",
            "GET /dashboard/team",
            "POST /dashboard/team/invite",
            "POST /dashboard/team/uninvite",
            "POST /dashboard/team/role",
            "POST /dashboard/team/remove",
            "GET /dashboard/audit",
        ],
    ),
    (
        Role::Finance,
        &[
            "GET /dashboard/webhooks",
            "POST /dashboard/webhooks",
            "GET /dashboard/webhooks/{id}",
            "POST /dashboard/webhooks/{id}/update",
            "POST /dashboard/webhooks/{id}/enable",
            "POST /dashboard/webhooks/{id}/rotate",
            "POST /dashboard/webhooks/{id}/test",
            "POST /dashboard/webhooks/{id}/recover",
            "POST /dashboard/webhooks/{id}/delete",
            "GET /dashboard/deliveries/{id}",
            "POST /dashboard/deliveries/{id}/replay",
            "GET /dashboard/keys",
            "POST /dashboard/keys",
            "POST /dashboard/keys/{id}/revoke",
            "POST /dashboard/mainnet/request",
            "POST /dashboard/mainnet/activate",
            "POST /dashboard/settings",
            "POST /dashboard/settings/logo",
            "GET /dashboard/team",
            "POST /dashboard/team/invite",
            "POST /dashboard/team/uninvite",
            "POST /dashboard/team/role",
            "POST /dashboard/team/remove",
            "GET /dashboard/audit",
        ],
    ),
    (
        Role::ReadOnly,
        &[
            "GET /dashboard/invoices/new",
            "POST /dashboard/invoices",
            "POST /dashboard/invoices/{id}/cancel",
            "POST /dashboard/invoices/{id}/verify",
            "POST /dashboard/invoices/{id}/accept",
            "GET /dashboard/webhooks",
            "POST /dashboard/webhooks",
            "GET /dashboard/webhooks/{id}",
            "POST /dashboard/webhooks/{id}/update",
            "POST /dashboard/webhooks/{id}/enable",
            "POST /dashboard/webhooks/{id}/rotate",
            "POST /dashboard/webhooks/{id}/test",
            "POST /dashboard/webhooks/{id}/recover",
            "POST /dashboard/webhooks/{id}/delete",
            "GET /dashboard/deliveries/{id}",
            "POST /dashboard/deliveries/{id}/replay",
            "GET /dashboard/keys",
            "POST /dashboard/keys",
            "POST /dashboard/keys/{id}/revoke",
            "POST /dashboard/tokens",
            "POST /dashboard/settlement/preference",
            "POST /dashboard/settlement/token",
            "POST /dashboard/settlement/tolerance",
            "POST /dashboard/wallets",
            "POST /dashboard/wallets/{id}/activate",
            "POST /dashboard/wallets/{id}/delete",
            "POST /dashboard/mainnet/request",
            "POST /dashboard/mainnet/activate",
            "POST /dashboard/settings",
            "POST /dashboard/settings/logo",
            "GET /dashboard/team",
            "POST /dashboard/team/invite",
            "POST /dashboard/team/uninvite",
            "POST /dashboard/team/role",
            "POST /dashboard/team/remove",
            "GET /dashboard/audit",
        ],
    ),
];

/// Acts on the login itself, which would end the test's own.
const OWN_LOGIN: [&str; 2] = ["/dashboard/sign-out", "/dashboard/account/logins/end-all"];

pub(super) async fn each_role_opens_what_the_table_says(database: Database) {
    let world = World::start(database).await;
    for (role, closed) in CLOSED {
        let email = format!("{}@shop.example", role.as_str());
        let person = user(&world, &email, Some(world.merchant.id), role).await;
        let mut browser = person.browser(&world).await;
        for (path, get, post) in pepay_http::dashboard_routes() {
            let console = path.starts_with("/operator");
            if get {
                let shown = browser.get(&filled(path)).await;
                let refused = console || closed.contains(&format!("GET {path}").as_str());
                assert_eq!(shown.status == 403, refused, "{role:?} GET {path}: {}", shown.status);
                assert!(shown.status < 500, "{role:?} GET {path}: {}", shown.body);
            }
            if post && !OWN_LOGIN.contains(&path) {
                browser.get("/dashboard/account").await;
                let shown = browser.post(&filled(path), &[]).await;
                let refused = console || closed.contains(&format!("POST {path}").as_str());
                assert_eq!(shown.status == 403, refused, "{role:?} POST {path}: {} {}", shown.status, shown.body);
                assert!(shown.status < 500, "{role:?} POST {path}: {}", shown.body);
            }
        }
        let mainnet = browser.post("/dashboard/environment", &[("environment", "mainnet")]).await;
        assert_eq!(mainnet.status, 403, "mainnet is closed to the company");
    }
    nobody_opens_nothing(&world).await;
    operators_open_their_console_only(&world).await;
    world.audit().await;
}

async fn nobody_opens_nothing(world: &World) {
    let mut nobody = super::Browser::new(world);
    for (path, get, post) in pepay_http::dashboard_routes() {
        if get {
            let shown = nobody.get(&filled(path)).await;
            assert!(shown.status == 303 && shown.location().starts_with("/dashboard/sign-in"), "GET {path}");
        }
        if post {
            let shown = nobody.post(&filled(path), &[]).await;
            assert!(shown.status == 303 && shown.location() == "/dashboard/sign-in", "POST {path}: {}", shown.status);
        }
    }
}

async fn operators_open_their_console_only(world: &World) {
    let root = user(world, "root@pay.example", None, Role::Owner).await;
    let mut browser = root.browser(world).await;
    for (path, get, _) in pepay_http::dashboard_routes() {
        if get && path.starts_with("/operator") {
            assert_eq!(browser.get(path).await.status, 200, "{path}");
        } else if get && !path.starts_with("/dashboard/account") && path != "/dashboard" {
            let status = browser.get(&filled(path)).await.status;
            assert_eq!(status, 404, "{path}: an operator is no merchant's member");
        }
    }
}

pub(super) async fn refusals_say_why_and_lead_on(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let bob = user(&world, "bob@shop.example", Some(world.merchant.id), Role::ReadOnly).await;
    let mut owner = ada.browser(&world).await;
    let mut reader = bob.browser(&world).await;
    let closed = owner.post("/dashboard/environment", &[("environment", "mainnet")]).await;
    assert_eq!(closed.status, 403);
    assert!(closed.body.contains("Mainnet is not open yet") && closed.body.contains("\"/dashboard/mainnet\""));
    assert!(!closed.body.contains("Your role"), "{}", closed.body);
    let refused = reader.post("/dashboard/keys", &[("name", "x")]).await;
    assert!(refused.status == 403 && refused.body.contains("Your role does not allow this"), "{}", refused.body);

    owner.get("/dashboard/team").await;
    let removed = owner.post("/dashboard/team/remove", &[("member", &bob.id.to_string())]).await;
    assert_eq!(removed.status, 303, "{}", removed.body);
    let mut reader = bob.browser(&world).await;
    let shown = reader.get("/dashboard").await;
    assert!(shown.status == 404 && shown.body.contains("You belong to no company"), "{}", shown.body);
    // What it leads to is another page, and open.
    assert!(shown.body.contains("action=\"/dashboard/account\""), "{}", shown.body);
    assert_eq!(reader.get("/dashboard/account").await.status, 200);

    let settings = [("company", "Shop"), ("use_accent", "yes"), ("accent", "pink"), ("embed_origins", "")];
    owner.get("/dashboard/settings").await;
    let shown = owner.post("/dashboard/settings", &settings).await;
    assert_eq!(shown.status, 400);
    assert!(shown.body.contains("aria-describedby=\"accent-error\"") && shown.body.contains("id=\"accent-error\""));
    let none = [("url", "http://127.0.0.1:8099/hook"), ("environment", "here")];
    let shown = owner.post("/dashboard/webhooks", &none).await;
    assert_eq!(shown.status, 400, "{}", shown.body);
    assert!(shown.body.contains("aria-describedby=\"kinds-error\"") && shown.body.contains("id=\"kinds-error\""));
    world.audit().await;
}
