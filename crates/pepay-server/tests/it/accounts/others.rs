//! IDOR: the owner of one company at the objects of another.

use pepay_core::account::Role;
use pepay_core::network::Environment;

use super::user;
use crate::world::{Database, World, wait_for};

pub(super) async fn nobody_reaches_the_objects_of_others(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let rival = world.another_merchant().await;
    let eve = user(&world, "eve@rival.example", Some(rival.id), Role::Owner).await;
    let invoice = world.merchant.create("10.00").await;
    let db = world.books.db.read();
    let key = pepay_store::key::list(db, world.merchant.id, Environment::Devnet).await.expect("keys")[0].id;
    let wallet = pepay_store::wallet::list(db, world.merchant.id).await.expect("wallets")[0].id;
    let mut owner = ada.browser(&world).await;
    let login = owner.get("/dashboard/account").await;
    assert_eq!(login.status, 200);
    let login = pepay_store::account::login::of_user(db, ada.id).await.expect("logins")[0].id.to_string();

    let mut browser = eve.browser(&world).await;
    let invoice_path = format!("/dashboard/invoices/{}", invoice.id);
    assert_eq!(browser.get(&invoice_path).await.status, 404);
    let found = browser.get(&format!("/dashboard/invoices?q={}", invoice.id)).await;
    assert!(!found.body.contains(&invoice_path), "searching finds nothing of others");
    browser.get("/dashboard/account").await;
    let member = ada.id.to_string();
    for (path, fields) in [
        (format!("{invoice_path}/cancel"), vec![]),
        (format!("{invoice_path}/verify"), vec![]),
        (format!("{invoice_path}/accept"), vec![("payment", "019b3f10-0000-7000-8000-000000000001")]),
        (format!("/dashboard/keys/{key}/revoke"), vec![]),
        (format!("/dashboard/wallets/{wallet}/activate"), vec![]),
        (format!("/dashboard/wallets/{wallet}/delete"), vec![]),
        ("/dashboard/team/role".to_owned(), vec![("member", member.as_str()), ("role", "read_only")]),
        ("/dashboard/team/remove".to_owned(), vec![("member", member.as_str())]),
        ("/dashboard/team/uninvite".to_owned(), vec![("email", "ada@shop.example")]),
        ("/dashboard/merchant".to_owned(), vec![("merchant", "1")]),
    ] {
        let shown = browser.post(&path, &fields).await;
        assert_eq!(shown.status, 404, "{path}: {}", shown.body);
    }
    others_webhooks(&world, &mut owner, &mut browser).await;
    browser.post("/dashboard/account/logins/end", &[("login", &login)]).await;
    assert_eq!(owner.get("/dashboard/account").await.status, 200, "another's login goes on");
    let csv = browser.get("/dashboard/export/invoices.csv").await;
    assert!(csv.status == 200 && !csv.body.contains(&invoice.id), "an export has one's own invoices only");
    assert_eq!(world.merchant.read(&invoice).await["status"], "unpaid");
    world.audit().await;
}

/// A webhook endpoint of another company is not there.
async fn others_webhooks(world: &World, owner: &mut super::Browser, eve: &mut super::Browser) {
    owner.get("/dashboard/webhooks").await;
    let fields = [("url", "http://127.0.0.1:8099/hook"), ("all", "yes"), ("environment", "here")];
    let made = owner.post("/dashboard/webhooks", &fields).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(made.body.contains("whsec_"), "its secret is shown");
    let id = made.between("action=\"/dashboard/webhooks/", "/");
    let path = format!("/dashboard/webhooks/{id}");
    assert!(!owner.get(&path).await.body.contains("whsec_"), "once");
    assert_eq!(eve.get(&path).await.status, 404);
    eve.get("/dashboard/account").await;
    for act in ["update", "enable", "rotate", "test", "recover", "delete"] {
        let fields = [("url", "https://evil.example"), ("all", "yes"), ("enabled", "false"), ("since", "2020-01-01")];
        let shown = eve.post(&format!("{path}/{act}"), &fields).await;
        assert_eq!(shown.status, 404, "{act}: {}", shown.body);
    }
    let seen = owner.get(&path).await;
    assert!(seen.status == 200 && seen.body.contains("http://127.0.0.1:8099/hook"), "nothing changed");
    let event = pepay_store::event::last(world.books.db.read()).await.expect("read").expect("an event");
    assert_eq!(owner.get(&format!("/dashboard/events/{event}")).await.status, 200);
    assert_eq!(eve.get(&format!("/dashboard/events/{event}")).await.status, 404);
    others_deliveries(world, owner, eve, &path).await;
}

/// Neither is its log.
async fn others_deliveries(world: &World, owner: &mut super::Browser, eve: &mut super::Browser, endpoint: &str) {
    owner.get(endpoint).await;
    assert_eq!(owner.post(&format!("{endpoint}/test"), &[]).await.status, 303);
    let delivery = wait_for("the ping in the log", async || {
        let shown = owner.get(endpoint).await.body;
        shown.split_once("/dashboard/deliveries/").map(|(_, rest)| rest[..36].to_owned()).ok_or("not yet")
    })
    .await;
    let path = format!("/dashboard/deliveries/{delivery}");
    assert_eq!(owner.get(&path).await.status, 200);
    assert_eq!(eve.get(&path).await.status, 404);
    eve.get("/dashboard/account").await;
    assert_eq!(eve.post(&format!("{path}/replay"), &[]).await.status, 404);
    other_environment(world, owner).await;
}

/// What is of devnet is not there for somebody who looks at mainnet, were it their own. Endpoints are of a company, which
/// sees those of both.
async fn other_environment(world: &World, owner: &mut super::Browser) {
    let invoice = world.merchant.create("10.00").await;
    let event = pepay_store::event::last(world.books.db.read()).await.expect("read").expect("an event");
    let of_invoice = format!("/dashboard/invoices/{}", invoice.id);
    let of_event = format!("/dashboard/events/{event}");
    world.merchant.on_mainnet(&world.books).await;
    for (environment, status) in [("mainnet", 404), ("devnet", 200)] {
        owner.get("/dashboard/account").await;
        let switched = owner.post("/dashboard/environment", &[("environment", environment)]).await;
        assert_eq!(switched.status, 303, "{environment}: {}", switched.body);
        for path in [&of_invoice, &of_event] {
            assert_eq!(owner.get(path).await.status, status, "{path} on {environment}");
        }
        let found = owner.get(&format!("/dashboard/invoices?q={}", invoice.id)).await.body;
        assert_eq!(found.contains(&of_invoice), status == 200, "searching on {environment}");
        let csv = owner.get("/dashboard/export/invoices.csv").await.body;
        assert_eq!(csv.contains(&invoice.id), status == 200, "the export of {environment}");
        for act in ["cancel", "verify", "accept"].into_iter().filter(|_| status == 404) {
            let fields = [("payment", "019b3f10-0000-7000-8000-000000000001")];
            let shown = owner.post(&format!("{of_invoice}/{act}"), &fields).await;
            assert_eq!(shown.status, 404, "{act} on {environment}");
        }
    }
}
