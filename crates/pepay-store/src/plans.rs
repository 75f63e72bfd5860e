//! Proof that reads are index range scans, on both databases: the plans of the very statements that are sent.

use std::sync::Mutex;

use pepay_core::event::{EventId, Type};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::idempotency::Key;
use pepay_core::invoice::{Payer, State};
use pepay_core::network::Environment;
use pepay_core::page::Page;
use pepay_core::webhook::{Delivery, DeliveryState};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement, TransactionTrait,
};
use sea_orm_migration::async_trait::async_trait;

use crate::db::Db;
use crate::invoice::Filter;
use crate::testing::{
    NOW, add_invoices, add_merchant, address, base, block, deposit, event_of, observed, on_both, payment, quote,
    transfer,
};
use crate::webhook::delivery::Filter as Deliveries;
use crate::webhook::lane::Lane;
use crate::webhook::tests::{new_delivery, new_endpoint};
use crate::{
    chain, deposit, event, idempotency, invoice, key, payment, quote, transfer, verification, wallet, webhook,
};

/// Passes statements on and remembers them.
struct Spy<'a> {
    inner: &'a DatabaseConnection,
    seen: Mutex<Vec<Statement>>,
    /// Whether PostgreSQL has to be kept from reading whole tables.
    small: bool,
}

#[async_trait]
impl ConnectionTrait for Spy<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.seen.lock().unwrap().push(statement.clone());
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.seen.lock().unwrap().push(statement.clone());
        self.inner.query_all_raw(statement).await
    }
}

impl Spy<'_> {
    /// Every statement since the last call used `index` and read nothing but ranges of indexes, already in order.
    async fn used(&self, index: &str) {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        // Which event is the newest is read off the end of the log.
        let asked = seen.iter().filter(|statement| statement.sql.contains("WHERE")).collect::<Vec<_>>();
        assert!(!asked.is_empty(), "{index}: nothing was asked");
        for statement in asked {
            let plan = self.plan(statement).await;
            // Groups may be gathered in any order, and the result of a range may be handed on whole.
            let plan = plan.replace("USE TEMP B-TREE FOR GROUP BY", "").replace("SCAN one", "");
            let plan = ["SCAN lane", "SCAN step", "SCAN CONSTANT ROW"]
                .into_iter()
                .fold(plan, |plan, own| plan.replace(own, ""));
            let whole_table = match self.get_database_backend() {
                DbBackend::Sqlite => plan.contains("SCAN") || plan.contains("TEMP B-TREE"),
                _ => plan.contains("Seq Scan") || plan.contains("Sort"),
            };
            assert!(plan.contains(index) && !whole_table, "{index} for {}\n{plan}", statement.sql);
        }
    }

    async fn plan(&self, statement: &Statement) -> String {
        let sqlite = self.get_database_backend() == DbBackend::Sqlite;
        let (verb, place) = if sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
        let explain = Statement { sql: format!("{verb} {}", statement.sql), ..statement.clone() };
        let tx = self.inner.begin().await.unwrap();
        if self.small && !sqlite {
            for plan in ["seqscan", "bitmapscan", "sort"] {
                tx.execute_unprepared(&format!("SET LOCAL enable_{plan} = off")).await.unwrap();
            }
        }
        let rows = tx.query_all_raw(explain).await.unwrap();
        let line = |row: &QueryResult| row.try_get_by_index::<String>(place).unwrap();
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Enough rows of enough merchants that a plan for one of them is worth an index, and statistics that say so.
async fn fill(db: &Db) -> (MerchantId, InvoiceId) {
    let (mut mine, mut all) = (None, Vec::new());
    for merchant in 0..20 {
        let id = add_merchant(db).await;
        let mut invoices = add_invoices(db, id, (0..200).map(|n| 20 * n + merchant)).await;
        let tx = db.begin("test").await.unwrap();
        for invoice in invoices.iter_mut().step_by(2) {
            invoice.state = State::Paid { at: NOW };
            invoice.payer =
                Some(Payer { address: Some(address(invoice.created_at.0.unsigned_abs() % 7)), network: base() });
            invoice::update(&tx, invoice).await.unwrap();
        }
        for (n, invoice) in (merchant * 1_000..).zip(invoices.iter().take(100)) {
            deposit::insert(&tx, &deposit(invoice.id, n, true)).await.unwrap();
            quote::insert(&tx, &quote(invoice.id, n)).await.unwrap();
            let seen = observed(block(n, 0), Some(0), address(n));
            transfer::insert(&tx, &transfer(invoice.id, n, seen.clone())).await.unwrap();
            payment::insert(&tx, &payment(invoice.id, n, seen)).await.unwrap();
        }
        tx.commit().await.unwrap();
        mine = Some((id, invoices[101].id));
        all.extend(invoices);
    }
    let tx = db.begin("test").await.unwrap();
    let of_all = |kind| all.iter().map(move |invoice| event::New { kind, ..event_of(invoice) });
    event::append(&tx, NOW, &Type::OF_PAYORS.into_iter().flat_map(of_all).collect::<Vec<_>>()).await.unwrap();
    chain::advance(&tx, &base(), None, 0, &(0..500).map(|n| block(n, 0)).collect::<Vec<_>>(), 0, NOW).await.unwrap();
    tx.commit().await.unwrap();
    mine.unwrap()
}

on_both! {
    async fn every_read_is_an_index_range_scan(db: Db) {
        let (merchant, id) = fill(&db).await;
        if db.backend() == DbBackend::Postgres {
            // What autovacuum does in time.
            db.read().execute_unprepared("VACUUM ANALYZE").await.unwrap();
        }
        let spy = Spy { inner: db.read(), seen: Mutex::default(), small: false };
        let sqlite = db.backend() == DbBackend::Sqlite;
        let primary = |postgres: &'static str| if sqlite { "PRIMARY KEY" } else { postgres };
        lists(&spy, merchant, id).await;
        let devnet = Environment::Devnet;

        invoice::find(&spy, id).await.unwrap();
        spy.used(primary("invoices_pkey")).await;
        invoice::due(&spy, NOW, None, 10).await.unwrap();
        invoice::due(&spy, NOW, Some((NOW, id)), 10).await.unwrap();
        spy.used("invoices_due_idx").await;
        events(&spy, merchant, id).await;
        chain::window(&spy, &base(), 10).await.unwrap();
        spy.used(primary("chain_blocks_pkey")).await;
        deposit::by_addresses(&spy, devnet, &(0..3).map(address).collect::<Vec<_>>()).await.unwrap();
        spy.used(primary("deposits_pkey")).await;
        deposit::by_invoice(&spy, id).await.unwrap();
        deposit::by_invoices(&spy, &[id, crate::testing::invoice(merchant, 1).id]).await.unwrap();
        spy.used("deposits_invoice_idx").await;
        deposit::native_open(&spy, &base(), Some(address(3)), NOW, 10).await.unwrap();
        spy.used("deposits_native_idx").await;
        quote::by_invoice(&spy, id).await.unwrap();
        quote::latest(&spy, id).await.unwrap();
        spy.used("quotes_invoice_idx").await;
        transfer::by_invoice(&spy, id).await.unwrap();
        transfer::any(&spy, id).await.unwrap();
        spy.used("transfers_invoice_idx").await;
        let tx = observed(block(1, 0), Some(0), address(1)).tx_hash.unwrap();
        transfer::invoices_of_tx(&spy, merchant, devnet, &tx, 10).await.unwrap();
        spy.used("transfers_tx_idx").await;
        transfer::find_anchored(&spy, &base(), &observed(block(1, 0), Some(0), address(1))).await.unwrap();
        // To the right block or to the right address: both give a handful of rows.
        spy.used(if sqlite { "transfers_anchor_key" } else { "transfers_" }).await;
        transfer::native_totals(&spy, &base(), &[address(1), address(2)], u64::MAX >> 1).await.unwrap();
        transfer::places(&spy, &base(), address(1)).await.unwrap();
        transfer::native_standing(&spy, &base(), address(1)).await.unwrap();
        spy.used("transfers_to_idx").await;
        payment::by_invoice(&spy, id).await.unwrap();
        payment::list(&spy, id, Page::new(None, None, None).unwrap()).await.unwrap();
        payment::undecided(&spy, &[id, crate::testing::invoice(merchant, 1).id]).await.unwrap();
        payment::latest_of(&spy, &[id, crate::testing::invoice(merchant, 1).id]).await.unwrap();
        spy.used("payments_invoice_idx").await;
    }

    // Of tables that are small by nature PostgreSQL would rightly read the whole: here it may not.
    async fn reads_of_small_tables_have_their_index_too(db: Db) {
        let merchant = add_merchant(&db).await;
        let spy = Spy { inner: db.read(), seen: Mutex::default(), small: true };
        let devnet = Environment::Devnet;
        key::by_hash(&spy, &[1; 32]).await.unwrap();
        spy.used("api_keys_hash_key").await;
        key::list(&spy, merchant, devnet).await.unwrap();
        spy.used("api_keys_merchant_idx").await;
        wallet::active(&spy, merchant, &base()).await.unwrap();
        spy.used("wallets_active_key").await;
        idempotency::find(&spy, (merchant, devnet), "a", &Key::parse("k").unwrap()).await.unwrap();
        spy.used("idempotency_keys_key").await;
        verification::due(&spy, NOW, 10).await.unwrap();
        spy.used("verifications_due_idx").await;
        verification::get(&spy, crate::testing::invoice(merchant, 1).id).await.unwrap();
        spy.used("verifications_invoice_idx").await;
        transfer::withdrawn_with_tx(&spy, &base(), &["0x1".to_owned()]).await.ok();
        spy.used("transfers_tx_idx").await;
        deposit::native_due(&spy, &base(), NOW).await.unwrap();
        spy.used("invoices_due_idx").await;
        payment::unconfirmed(&spy, &base(), 10, 10, 10).await.unwrap();
        let seen = std::mem::take(&mut *spy.seen.lock().unwrap());
        for (statement, index) in seen.into_iter().zip(["payments_deep_idx", "payments_final_idx"]) {
            spy.seen.lock().unwrap().push(statement);
            spy.used(index).await;
        }
    }
}

/// Twenty endpoints with a backlog each; the last one's merchant has but that.
async fn fill_webhooks(db: &Db) -> Vec<Delivery> {
    let mut last = Vec::new();
    for n in 0..20 {
        let merchant = add_merchant(db).await;
        let endpoint = new_endpoint(merchant, n);
        let mut deliveries: Vec<_> = (1..=300).map(|seq| new_delivery(&endpoint, seq)).collect();
        for (place, delivery) in deliveries.iter_mut().enumerate() {
            delivery.tries = u32::try_from(place % 2).unwrap();
            if place % 3 == 0 {
                (delivery.state, delivery.due_at) = (DeliveryState::Succeeded, None);
            }
        }
        let tx = db.begin("test").await.unwrap();
        webhook::endpoint::insert(&tx, &endpoint).await.unwrap();
        webhook::delivery::insert(&tx, &deliveries).await.unwrap();
        tx.commit().await.unwrap();
        last = deliveries;
    }
    if db.backend() == DbBackend::Postgres {
        db.read().execute_unprepared("VACUUM ANALYZE").await.unwrap();
    }
    last
}

on_both! {
    async fn webhooks_are_claimed_and_listed_by_index_ranges(db: Db) {
        let mine = fill_webhooks(&db).await;
        let spy = Spy { inner: db.read(), seen: Mutex::default(), small: false };
        let (endpoint, merchant) = (mine[0].endpoint_id, mine[0].merchant_id);
        for (lane, index) in [(Lane::Fresh, "webhook_deliveries_fresh_idx"), (Lane::Retry, "webhook_deliveries_retry_idx")] {
            webhook::lane::due(endpoint, lane, NOW, 16).all(&spy).await.unwrap();
            spy.used(index).await;
            assert_eq!(webhook::lane::heads(&spy, lane).await.unwrap().len(), 20);
            spy.used(index).await;
        }
        webhook::delivery::pending(&spy, &[endpoint], &[1, 2, 3]).await.unwrap();
        spy.used("webhook_deliveries_").await;
        // Of three hundred rows PostgreSQL would rather sort.
        let small = Spy { small: true, ..spy };
        for cursor in [None, Some(mine[150].id)] {
            let page = Page::new(None, cursor, None).unwrap();
            let any = Deliveries { merchant, endpoint, environment: None, state: None, kind: None };
            let state = Deliveries { state: Some(DeliveryState::Pending), ..any.clone() };
            let kind = Deliveries { kind: Some(Type::InvoiceCreated), ..any.clone() };
            let index = ["webhook_deliveries_event_key", "webhook_deliveries_state_idx", "webhook_deliveries_type_idx"];
            for (filter, index) in [any, state, kind].into_iter().zip(index) {
                webhook::delivery::list(&small, &filter, page).await.unwrap();
                if cursor.is_some() {
                    small.seen.lock().unwrap().remove(0); // The cursor itself, by its id.
                }
                small.used(index).await;
            }
        }
        let page = Page::new(None, None, None).unwrap();
        webhook::endpoint::list(&small, merchant, Environment::Devnet, page).await.unwrap();
        small.used("webhook_endpoints_merchant_idx").await;
        webhook::endpoint::failing(&small).await.unwrap();
        small.used("webhook_endpoints_failing_idx").await;
        webhook::attempt::list(&small, mine[0].id, 10).await.unwrap();
        small.used(if db.backend() == DbBackend::Sqlite { "PRIMARY KEY" } else { "webhook_attempts_pkey" }).await;
    }
}

/// Every list a merchant can ask for, in every direction.
async fn lists(spy: &Spy<'_>, merchant: MerchantId, id: InvoiceId) {
    let everything = Filter::of(merchant, Environment::Devnet);
    let pages = [(None, None), (Some(id), None), (None, Some(id))].map(|(a, b)| Page::new(None, a, b).unwrap());
    for page in pages {
        invoice::list(spy, &everything, page).await.unwrap();
        spy.used("invoices_list_idx").await;
        let created = Filter { created: (Some(NOW), Some(NOW.plus_ms(9))), ..everything.clone() };
        invoice::list(spy, &created, page).await.unwrap();
        spy.used("invoices_list_idx").await;
        let statuses = Filter { statuses: vec!["paid", "unpaid"], ..everything.clone() };
        invoice::list(spy, &statuses, page).await.unwrap();
        spy.used("invoices_status_idx").await;
        let customer = Filter { customer_id: Some("customer-1".to_owned()), ..everything.clone() };
        invoice::list(spy, &customer, page).await.unwrap();
        spy.used("invoices_customer_idx").await;
        let payer = Filter { payer: Some((address(1), base())), ..everything.clone() };
        invoice::list(spy, &payer, page).await.unwrap();
        spy.used("invoices_payer_idx").await;
    }
    invoice::totals(spy, &everything).await.unwrap();
    spy.used("invoices_status_idx").await;
    invoice::totals(spy, &Filter { customer_id: Some("customer-1".to_owned()), ..everything }).await.unwrap();
    spy.used("invoices_customer_idx").await;
}

/// Every way into the event log.
async fn events(spy: &Spy<'_>, merchant: MerchantId, id: InvoiceId) {
    let everything =
        event::Filter { merchant, environment: Environment::Devnet, types: None, customer_id: None, invoice_id: None };
    let of = |types: &str| event::Filter { types: Some(types.parse().unwrap()), ..everything.clone() };
    let customer = |filter| event::Filter { customer_id: Some("customer-1".to_owned()), ..filter };
    let invoice = |filter| event::Filter { invoice_id: Some(id), ..filter };
    let ways = [
        ("events_merchant_idx", everything.clone()),
        ("events_type_idx", of("invoice.updated,invoice_payment.*")),
        ("events_customer_idx", customer(everything.clone())),
        ("events_customer_idx", customer(of("invoice.created"))),
        ("events_invoice_idx", invoice(everything.clone())),
        ("events_invoice_idx", invoice(customer(of("invoice.*")))),
    ];
    let (old, new) = (EventId { seq: 1, at: NOW }, EventId { seq: 30_000, at: NOW });
    let pages = [(None, None), (Some(new), None), (None, Some(old))].map(|(a, b)| Page::new(None, a, b).unwrap());
    // One invoice has a handful of events, which PostgreSQL would rightly sort.
    let handful = Spy { inner: spy.inner, seen: Mutex::default(), small: true };
    for (index, filter) in ways {
        let spy = if filter.invoice_id.is_some() { &handful } else { spy };
        for page in pages {
            event::list(spy, &filter, (None, None), page).await.unwrap();
            spy.used(index).await;
        }
        let scope = event::Scope::Merchant(filter);
        event::following(spy, &scope, 1, 10).await.unwrap();
        event::newest(spy, &scope, 10).await.unwrap();
        spy.used(index).await;
    }
    event::following(&handful, &event::Scope::Payor(id), 0, 10).await.unwrap();
    event::by_invoice(&handful, id, 10).await.unwrap();
    handful.used("events_invoice_idx").await;
    event::first_at(spy, NOW.plus_ms(2_000)).await.unwrap();
    event::oldest(spy).await.unwrap();
    event::after(spy, 100, 10).await.unwrap();
    let sqlite = spy.get_database_backend() == DbBackend::Sqlite;
    // Without a bound SQLite walks the table itself, which lies in this order, and stops at the first row.
    spy.seen.lock().unwrap().retain(|statement| !sqlite || statement.sql.contains("WHERE"));
    spy.used(if sqlite { "INTEGER PRIMARY KEY" } else { "events_pkey" }).await;
}
