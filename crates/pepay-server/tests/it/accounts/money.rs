//! Money as its merchant sees it: what does not count, what waits for a decision, and all of it, however much dust.

use alloy::primitives::U256;
use pepay_core::account::Role;
use pepay_core::page::{From, Page};

use super::{Browser, user};
use crate::world::{Database, Invoice, Token, World, until, wait_for};

fn path_of(invoice: &Invoice) -> String {
    format!("/dashboard/invoices/{}", invoice.id)
}

/// Whether a list or a file has the invoice.
async fn has(browser: &mut Browser, path: &str, invoice: &Invoice) -> bool {
    let shown = browser.get(path).await;
    assert_eq!(shown.status, 200, "{path}: {}", shown.body);
    shown.body.contains(&if path.contains(".csv") { invoice.id.clone() } else { path_of(invoice) })
}

pub(super) async fn money_that_does_not_count_is_shown_and_found(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let ada = user(&world, "ada@shop.example", Some(merchant.id), Role::Owner).await;
    let rival = world.another_merchant().await;
    let eve = user(&world, "eve@rival.example", Some(rival.id), Role::Owner).await;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    let tx = base.send(Token::Dai, quote.address, Token::Dai.units(10)).await;
    base.mine(1).await;
    base.confirm().await;
    merchant.wait_explained(&invoice, "the transfer", |it| it["transfers"][0]["rule"] == "token_not_quoted").await;

    let mut owner = ada.browser(&world).await;
    let shown = owner.get(&path_of(&invoice)).await.body;
    let (hash, address) = (tx.text(), quote.address.to_string());
    for part in ["10 DAI", "Not counted", "never given a price", "Base", &address, &hash] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
    assert!(!shown.contains("Nothing was seen"), "{shown}");
    let found = [format!("q={hash}"), format!("q={hash}&status=unpaid"), "money=refused".to_owned()];
    let hidden =
        [format!("q={hash}&status=paid"), format!("q={hash}&created_lte=2020-01-01"), "money=decision".to_owned()];
    for (queries, wanted) in [(found, true), (hidden, false)] {
        for query in queries {
            for list in ["/dashboard/invoices", "/dashboard/export/invoices.csv"] {
                let path = format!("{list}?{query}");
                assert_eq!(has(&mut owner, &path, &invoice).await, wanted, "{path}");
            }
        }
    }
    let mut other = eve.browser(&world).await;
    for query in [format!("q={hash}"), "money=refused".to_owned()] {
        assert!(!has(&mut other, &format!("/dashboard/invoices?{query}"), &invoice).await, "{query}");
    }
    let overview = owner.get("/dashboard").await.body;
    assert!(overview.contains("?money=refused") && !overview.contains("?money=decision"), "{overview}");
    world.audit().await;
}

pub(super) async fn payments_that_wait_for_a_decision_are_found(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let ada = user(&world, "ada@shop.example", Some(merchant.id), Role::Owner).await;
    let [late, other] = [merchant.create("10.00").await, merchant.create("11.00").await];
    let quote = payor.choose(&late, "base", Token::Usdc).await;
    assert_eq!(merchant.cancel(&late).await.json()["status"], "canceled");
    base.pay(&quote).await;
    base.confirm().await;
    let payment = merchant.wait_payment(&late, "manual_retry").await;

    let mut owner = ada.browser(&world).await;
    assert!(has(&mut owner, "/dashboard/invoices?money=decision", &late).await);
    assert!(!has(&mut owner, "/dashboard/invoices?money=decision", &other).await);
    assert!(!has(&mut owner, "/dashboard/invoices?money=decision&status=paid", &late).await);
    let overview = owner.get("/dashboard").await.body;
    assert!(overview.contains("?money=decision"), "{overview}");

    merchant.wait_payment(&late, "manual_retry").await;
    wait_for("the payment to be confirmed", async || {
        until(merchant.read(&late).await, |read| !read["payments"][0]["confirmed_at"].is_null())
    })
    .await;
    owner.get(&path_of(&late)).await;
    let id = payment["id"].as_str().or(payment["payment_id"].as_str()).expect("it has an id").to_owned();
    let accepted = owner.post(&format!("{}/accept", path_of(&late)), &[("payment", id.as_str())]).await;
    assert_eq!(accepted.status, 303, "{}", accepted.body);
    assert!(!has(&mut owner, "/dashboard/invoices?money=decision", &late).await, "it is decided");
    world.audit().await;
}

pub(super) async fn dust_hides_nothing(database: Database) {
    const DUST: usize = 104;
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let ada = user(&world, "ada@shop.example", Some(merchant.id), Role::Owner).await;
    let invoice = merchant.create("10.00").await;
    let quote = payor.choose(&invoice, "base", Token::Usdc).await;
    let first = base.pay(&quote).await;
    base.confirm().await;
    merchant.wait_status(&invoice, "paid").await;
    for _ in 0..DUST {
        base.send(Token::Usdc, quote.address, U256::from(1)).await;
    }
    base.mine(1).await;
    base.confirm().await;
    let db = world.books.db.read();
    wait_for("all the dust", async || {
        let all = pepay_store::payment::by_invoice(db, invoice.key()).await.expect("payments");
        until(all.iter().filter(|it| it.confirmed_at.is_some()).count(), |count| *count == DUST + 1)
    })
    .await;

    let mut owner = ada.browser(&world).await;
    let shown = owner.get(&path_of(&invoice)).await.body;
    assert!(shown.contains("These are the latest"), "{shown}");
    assert!(shown.contains(&format!("/dashboard/export/payments.csv?q={}", invoice.id)));
    // The newest of its events are shown, and where the others are.
    let newest = Page { limit: 1, from: From::Newest };
    let filter = pepay_store::event::Filter {
        merchant: merchant.id,
        environment: pepay_core::network::Environment::Devnet,
        types: None,
        customer_id: None,
        invoice_id: Some(invoice.key()),
    };
    let last = pepay_store::event::list(db, &filter, (None, None), newest).await.expect("events").items.remove(0);
    assert!(shown.contains(&last.id.to_string()), "the last event is on the page");
    assert!(shown.contains(&format!("/dashboard/events?invoice_id={}", invoice.id)));

    let csv = owner.get(&format!("/dashboard/export/payments.csv?q={}", invoice.id)).await;
    assert_eq!((csv.status, csv.body.lines().count()), (200, DUST + 2), "a head and every payment");
    assert!(csv.body.contains(&first.text()), "the money is among them");
    let older = owner.get(&format!("/dashboard/events?invoice_id={}", invoice.id)).await.body;
    let (_, rest) = older.split_once("?starting_after=").expect("there are older ones");
    let (link, _) = rest.split_once('"').expect("a link ends");
    assert!(link.ends_with(&format!("invoice_id={}", invoice.id)), "older ones are of this invoice too: {link}");
    // The audit reads a hundred payments of an invoice.
    world.end();
}

pub(super) async fn what_no_text_can_be_is_no_fault_of_ours(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let root = user(&world, "root@pay.example", None, Role::Owner).await;
    world.merchant.create("10.00").await;
    let (mut owner, mut operator) = (ada.browser(&world).await, root.browser(&world).await);
    let shown = owner.get("/dashboard/invoices?q=a%00b").await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("can not be searched for"), "{}", shown.body);
    for path in ["/dashboard/export/invoices.csv?q=%00", "/dashboard/export/payments.csv?q=a%00"] {
        assert_eq!(owner.get(path).await.status, 400, "{path}");
    }
    for path in [
        "/dashboard/invoices?status=%00&money=%00&created_gte=%00&starting_after=%00",
        "/dashboard/invoices/%00",
        "/dashboard/events?type=%00&invoice_id=%00&starting_after=%00",
        "/dashboard/events/%00",
        "/dashboard/webhooks/%00",
        "/dashboard/deliveries/%00",
        "/dashboard/audit?starting_after=%00",
        "/dashboard/sign-in?next=%00",
        "/dashboard/reset/new?link=%00",
        "/dashboard/invitation?link=%00",
        "/dashboard/sign-up/confirm?link=%00",
        "/dashboard/logo/1/%00",
        "/pay?session=%00&signature=%00",
    ] {
        let status = owner.get(path).await.status;
        assert!(status < 500, "{path}: {status}");
    }
    for path in ["/operator/merchants?starting_after=%00&after=%00", "/operator/requests?starting_after=%00"] {
        let status = operator.get(path).await.status;
        assert!(status < 500, "{path}: {status}");
    }
    for path in [
        "invoices?customer_id=%00",
        "invoices?payer_wallet_address=%00&payer_wallet_network=%00",
        "tokens/search?q=%00",
    ] {
        let status = world.merchant.get(&format!("/api/v1/{path}")).await.status;
        assert!(status < 500, "{path}: {status}");
    }
    world.audit().await;
}
