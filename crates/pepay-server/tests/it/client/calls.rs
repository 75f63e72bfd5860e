//! Each call of a merchant.

use pepay_client::types::{Code, VerificationState};
use pepay_client::{
    CreateInvoice, Environment, ErrorKind, Expand, InvoiceFilter, InvoiceState, ListEvents, ListInvoices, ListPage,
    Pepay, TokenFilter, TryStreamExt as _, Usd,
};
use serde_json::json;

use super::client;
use crate::world::{Database, Token, World};

pub(super) async fn every_call_of_a_merchant_does_what_it_says(database: Database) {
    let world = World::start(database).await;
    let pepay = client(&world);
    let ids = invoices(&world, &pepay).await;
    paid(&world, &pepay).await;
    lists(&pepay, &ids).await;
    tokens_and_wallets(&world, &pepay).await;
    events(&pepay).await;
    refusals(&pepay, &ids[0]).await;
    world.audit().await;
}

/// Creates, reads and cancels; gives the ids, oldest first.
async fn invoices(world: &World, pepay: &Pepay) -> Vec<String> {
    let order = || {
        let order = CreateInvoice::new(Usd::from_cents(1_234)).description("Order 7").customer_id("customer-3");
        order.metadata(json!({"order": 7})).expires_in(3_600_000).customer_email("a@example.com")
    };
    let created = pepay.invoices().create(&order()).idempotency_key("order-7").await.expect("the server does it");
    let again = pepay.invoices().create(&order()).idempotency_key("order-7").await.expect("the server does it");
    assert_eq!(again, created, "the same key gives the same invoice");
    assert!(created.payment_url.contains(&*created.session_token));
    let other = pepay.invoices().create(&CreateInvoice::new(Usd::from_cents(1))).await.expect("the server does it");
    assert_ne!(other.invoice_id, created.invoice_id);

    let read = pepay.invoices().retrieve(&created.invoice_id, &Expand::default()).await.expect("the server does it");
    assert_eq!((read.amount, read.amount_decimal.as_str()), (12_340, "12.340"));
    assert_eq!((read.status, read.environment), (InvoiceState::Unpaid, Environment::Devnet));
    assert_eq!(
        (read.customer_id.as_deref(), read.customer_email.as_deref()),
        (Some("customer-3"), Some("a@example.com"))
    );
    assert_eq!((read.metadata, read.merchant_id), (json!({"order": 7}), world.merchant.id.0));
    assert_eq!(read.latest_payment, None);

    let canceled = pepay.invoices().cancel(&other.invoice_id).await.expect("the server does it");
    assert_eq!(canceled.status, InvoiceState::Canceled);
    vec![created.invoice_id, other.invoice_id]
}

/// A payment, as every call tells of it.
async fn paid(world: &World, pepay: &Pepay) {
    let invoice = world.merchant.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    let tx = world.base.pay(&quote).await;
    world.merchant.wait_payment(&invoice, "pending").await;
    let asked =
        pepay.invoices().manual_verification().trigger(&invoice.id, Some("base")).await.expect("the server does it");
    assert_eq!(asked.invoice_id, invoice.id);
    world.base.confirm().await;
    world.merchant.wait_status(&invoice, "paid").await;

    let status = pepay.invoices().status(&invoice.id).await.expect("the server does it");
    assert_eq!(status.invoice.status, InvoiceState::Paid);
    assert_eq!(status.latest_payment.expect("it is there").tx_hash.as_deref(), Some(tx.text().as_str()));
    let expand = Expand { latest_payment: true, payments: true, payments_limit: Some(5) };
    let read = pepay.invoices().retrieve(&invoice.id, &expand).await.expect("the server does it");
    let payments = read.payments.expect("it is there");
    assert_eq!((payments.len(), payments[0].amount), (1, 10_000));
    assert_eq!(read.latest_payment.as_ref(), payments.first());
    assert!(read.safe_to_fulfill);
    let explained = pepay.invoices().explain(&invoice.id).await.expect("the server does it");
    assert_eq!((explained.transfers.len(), explained.transfers[0].rule.as_str()), (1, "counted"));
    let looked = pepay.invoices().manual_verification().retrieve(&invoice.id).await.expect("the server does it");
    assert_eq!((looked.id, looked.network.as_str()), (asked.id, "base"));
    assert!(matches!(looked.job_status, VerificationState::Queued | VerificationState::Completed));
}

async fn lists(pepay: &Pepay, ids: &[String]) {
    let page = ListPage { limit: Some(1), ..ListPage::default() };
    let which = ListInvoices { page, ..ListInvoices::default() };
    let first = pepay.invoices().list(&which).await.expect("the server does it");
    assert_eq!((first.data.len(), first.has_more), (1, true));
    let all: Vec<String> =
        pepay.invoices().list(&which).stream().map_ok(|it| it.id).try_collect().await.expect("the server does it");
    assert_eq!(all.len(), 3);
    assert_eq!((&all[2], &all[1]), (&ids[0], &ids[1]), "newest first");
    let of_customer =
        pepay.invoices().list_by_customer("customer-3", &ListInvoices::default()).await.expect("the server does it");
    assert_eq!(of_customer.data.iter().map(|it| &it.id).collect::<Vec<_>>(), [&ids[0]]);
    let status = vec![InvoiceState::Canceled, InvoiceState::Expired];
    let which = InvoiceFilter { status, ..InvoiceFilter::default() };
    let canceled = pepay
        .invoices()
        .list(&ListInvoices { filter: which, ..ListInvoices::default() })
        .await
        .expect("the server does it");
    assert_eq!(canceled.data.iter().map(|it| &it.id).collect::<Vec<_>>(), [&ids[1]]);
    let totals = pepay.invoices().totals(&InvoiceFilter::default()).await.expect("the server does it").totals;
    assert_eq!((totals.all.count, totals.all.amount), (3, 22_350));
    assert_eq!((totals.paid.count, totals.paid.amount_decimal.as_str()), (1, "10.000"));
}

async fn tokens_and_wallets(world: &World, pepay: &Pepay) {
    let id = Token::Usdc.id("base");
    let tokens = pepay.tokens().list_merchant_supported(Some(Environment::Devnet)).await.expect("the server does it");
    assert!(tokens.tokens.iter().any(|token| token.id == id && !token.is_blocked));
    assert!(pepay.tokens().block_or_unblock(id, true).await.expect("the server does it").blocked);
    let filter = TokenFilter { network: Some("base".to_owned()), blocked: Some(true), ..TokenFilter::default() };
    let found = pepay.tokens().search_merchant_tokens(&filter).await.expect("the server does it");
    assert_eq!((found.total, found.tokens[0].id, found.tokens[0].is_blocked), (1, id, true));
    assert!(!pepay.tokens().block_or_unblock(id, false).await.expect("the server does it").blocked);
    assert_eq!(pepay.tokens().search_merchant_tokens(&filter).await.expect("the server does it").total, 0);

    let wallets = pepay.wallets().list().await.expect("the server does it");
    let base = wallets.iter().find(|it| it.network == "base").expect("it is there");
    assert_eq!(base.wallets[0].address, world.merchant.wallet.to_string());
    assert!(base.wallets[0].is_active);
}

async fn events(pepay: &Pepay) {
    let page = pepay.events().list(&ListEvents::default()).await.expect("the server does it");
    let newest = &page.data[0];
    let one = pepay.events().retrieve(&newest.id).await.expect("the server does it");
    assert_eq!((&one.id, &one.kind, one.created), (&newest.id, &newest.kind, newest.created));
    assert!(page.data.iter().all(|event| event.invoice().is_some() || event.payment().is_some()), "{page:?}");
    let minted = pepay.ws().token().mint(Some(10)).await.expect("the server does it");
    assert_eq!((minted.scope.as_str(), &minted.network_environment), ("merchant", &Environment::Devnet));
    assert!(!format!("{minted:?}").contains(&*minted.token));
}

async fn refusals(pepay: &Pepay, id: &str) {
    let odd = CreateInvoice::new(Usd::from_millis(1)).description("x".repeat(256));
    let error = pepay.invoices().create(&odd).await.expect_err("it is refused");
    assert_eq!((error.kind(), error.status(), error.details().len()), (ErrorKind::Validation, Some(400), 2));
    assert!(error.param().is_some() && error.request_id().is_some(), "{error:?}");
    let reused = pepay.invoices().create(&CreateInvoice::new(Usd::from_cents(99))).idempotency_key("order-7");
    let reused = reused.await.expect_err("it is refused");
    assert_eq!((reused.kind(), reused.code()), (ErrorKind::Conflict, &Code::IdempotencyKeyReused));
    let unknown = pepay.invoices().status("0199d9b2-0000-7000-8000-000000000000").await.expect_err("it is refused");
    assert_eq!((unknown.kind(), unknown.code()), (ErrorKind::NotFound, &Code::InvoiceNotFound));
    let wrong = pepay.with_auth(pepay_client::Auth::new().api_key("sk_test_wrong")).expect("it has the right form");
    let wrong = wrong.invoices().status(id).await.expect_err("it is refused");
    assert_eq!((wrong.kind(), wrong.code()), (ErrorKind::Authentication, &Code::ApiKeyInvalid));
}
