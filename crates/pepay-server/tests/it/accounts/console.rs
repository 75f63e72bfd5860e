//! The operator's console when something is wrong: a provider that is down, a backlog, work that is stuck.

use pepay_core::account::Role;
use serde_json::json;

use super::{Browser, user};
use crate::world::{Database, Invoice, Mode, Options, Token, World, dead_url, wait_for};

pub(super) async fn the_console_shows_what_is_down_and_stuck(database: Database) {
    let dead = dead_url();
    let options = Options { before_base: vec![dead.clone()], proxied: true, ..Options::default() };
    let world = World::start_with(database, options).await;
    let World { base, merchant, payor, .. } = &world;
    let root = user(&world, "root@pay.example", None, Role::Owner).await;
    let mut operator = root.browser(&world).await;
    is_down(&mut operator, &dead).await;
    for what in ["past their end", "waiting for their merchant", "endpoints that fail"] {
        assert_eq!(count(&mut operator, what).await, 0, "{what}");
    }

    let late = merchant.create("10.00").await;
    let quote = payor.choose(&late, "base", Token::Usdc).await;
    assert_eq!(merchant.cancel(&late).await.json()["status"], "canceled");
    base.pay(&quote).await;
    base.confirm().await;
    merchant.wait_payment(&late, "manual_retry").await;
    assert_eq!(count(&mut operator, "waiting for their merchant").await, 1);

    let body = json!({ "url": format!("{}/hook", dead_url()), "enabled_events": ["*"] });
    assert_eq!(merchant.ask("POST", "/api/v1/webhooks", &body).await.status, 201);
    let open = merchant.create("11.00").await;
    payor.choose(&open, "base", Token::Usdc).await;
    becomes(&mut operator, "endpoints that fail", 1).await;

    // Its network is read no more, so that nobody can tell whether it was paid in time.
    world.proxy().set(Mode::Down);
    ended_long_ago(&world, &open).await;
    becomes(&mut operator, "past their end", 1).await;
    let overview = operator.get("/operator").await.body;
    assert!(overview.contains("badge bad"), "{overview}");
    world.end();
}

/// As it would be hours later.
async fn ended_long_ago(world: &World, invoice: &Invoice) {
    let tx = world.books.db.begin("test.age").await.expect("a transaction begins");
    let found = pepay_store::invoice::lock(&tx, invoice.key()).await.expect("it is read").expect("it is there");
    let aged = pepay_core::invoice::Invoice { expires_at: found.created_at.plus_ms(-7_200_000), ..found };
    pepay_store::invoice::update(&tx, &aged).await.expect("it is saved");
    tx.commit().await.expect("it commits");
}

async fn is_down(operator: &mut Browser, url: &str) {
    let host = url.trim_start_matches("http://");
    wait_for(format!("{host} to be down"), async || {
        let shown = operator.get("/operator/networks").await.body;
        let (_, rest) = shown.split_once(host).ok_or("it is not shown")?;
        let (_, rest) = rest.split_once("<span class=\"badge ").ok_or("it has no badge")?;
        if rest.starts_with("bad\">Down<") { Ok(()) } else { Err("it is up") }
    })
    .await;
}

async fn becomes(operator: &mut Browser, what: &str, wanted: u64) {
    wait_for(format!("{wanted} {what}"), async || {
        let found = count(operator, what).await;
        if found == wanted { Ok(()) } else { Err(found) }
    })
    .await;
}

/// The number beside a line of the console.
async fn count(operator: &mut Browser, what: &str) -> u64 {
    let page = operator.get("/operator/work").await.body;
    let (_, rest) = page.split_once(what).unwrap_or_else(|| panic!("no {what} in {page}"));
    let (_, rest) = rest.split_once("<span class=\"badge ").expect("a badge");
    let (_, rest) = rest.split_once('>').expect("it begins");
    rest.split_once('<').and_then(|(number, _)| number.parse().ok()).expect("a number")
}
