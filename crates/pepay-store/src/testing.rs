//! What the tests of this crate share: a fresh database of either kind, and rows to put into it.
//!
//! Each test body is written once and runs on both databases. PostgreSQL is the one at `PEPAY_TEST_POSTGRES_URL`,
//! where every test makes a database of its own; without it the test fails and says what to run.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use pepay_core::address::Address;
use pepay_core::event::Type;
use pepay_core::id::{InvoiceId, MerchantId, PaymentId, QuoteId, TokenId, TransferId};
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::invoice::{Invoice, State, Terms};
use pepay_core::merchant::SettlementPreference;
use pepay_core::money::{BaseUnits, BasisPoints, Rate, UsdMillis};
use pepay_core::network::{Depth, Environment, NetworkId};
use pepay_core::payment::{Payment, Status};
use pepay_core::quote::Quote;
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use pepay_core::token::Asset;
use pepay_core::transfer::{Anchor, Block, Observed, Transfer, Verdict};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sqlx::{Connection, Executor, PgConnection};

use crate::db::{ConnectOptions, Db};
use crate::hot::NewInvoice;
use crate::merchant::NewMerchant;
use crate::{event, invoice, merchant};

/// Makes two tests out of one body: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($(async fn $name:ident($db:ident: Db) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn body($db: crate::db::Db) $body

            #[test]
            fn sqlite() {
                crate::testing::on_sqlite(body);
            }

            #[test]
            fn postgres() {
                crate::testing::on_postgres(body);
            }
        }
    )+};
}
pub(crate) use on_both;

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(future)
}

pub(crate) fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(Db) -> F) {
    block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let db = connect(&sqlite_url(directory.path())).await;
        db.migrate().await.unwrap();
        body(db).await;
    });
}

pub(crate) fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(Db) -> F) {
    block_on(async {
        let own = Own::create().await;
        let db = connect(&own.url).await;
        db.migrate().await.unwrap();
        body(db).await;
        own.remove().await;
    });
}

pub(crate) fn sqlite_url(directory: &std::path::Path) -> String {
    format!("sqlite://{}?mode=rwc", directory.join("pepay.db").display())
}

pub(crate) async fn connect(url: &str) -> Db {
    Db::connect(url, ConnectOptions::default()).await.unwrap()
}

/// A PostgreSQL database of one test.
pub(crate) struct Own {
    server: String,
    name: String,
    pub(crate) url: String,
}

impl Own {
    pub(crate) async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("PEPAY_TEST_POSTGRES_URL")
            .expect("PEPAY_TEST_POSTGRES_URL is not set; run the tests through scripts/test, which starts PostgreSQL");
        let name = format!("pepay_store_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let (base, _) = server.rsplit_once('/').expect("the url names a database");
        let own = Self { url: format!("{base}/{name}"), server: server.clone(), name };
        own.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", own.name)).await;
        own.run(&format!("CREATE DATABASE {}", own.name)).await;
        own
    }

    pub(crate) async fn remove(self) {
        self.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }

    async fn run(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap();
    }
}

/// A second handle on the database of `db`, as another node would have.
pub(crate) async fn another(db: &Db) -> Db {
    let url = if db.backend() == DbBackend::Sqlite {
        format!("sqlite://{}", text(db, "SELECT file FROM pragma_database_list").await)
    } else {
        let server = std::env::var("PEPAY_TEST_POSTGRES_URL").unwrap();
        format!("{}/{}", server.rsplit_once('/').unwrap().0, text(db, "SELECT current_database()::text").await)
    };
    connect(&url).await
}

/// The one text that `sql` gives.
pub(crate) async fn text(db: &Db, sql: &str) -> String {
    let row = db.read().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

pub(crate) const NOW: Millis = Millis(1_766_322_000_000);

pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub(crate) fn base() -> NetworkId {
    NetworkId::new(Environment::Devnet, "base")
}

pub(crate) fn usd(millis: i64) -> UsdMillis {
    UsdMillis::new(millis).unwrap()
}

pub(crate) fn address(seed: u64) -> Address {
    let mut bytes = [0_u8; 20];
    bytes[..8].copy_from_slice(&seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[12..].copy_from_slice(&seed.to_be_bytes());
    Address::Evm(bytes.into())
}

pub(crate) async fn add_merchant(db: &Db) -> MerchantId {
    let new = NewMerchant {
        name: "Acme".to_owned(),
        email: "pay@acme.example".to_owned(),
        settlement_preference: SettlementPreference::StablesOnly,
        settlement_token: Some(TokenId(7)),
        tolerance: BasisPoints::new(50).unwrap(),
        created_at: NOW,
    };
    let tx = db.begin("test.merchant").await.unwrap();
    let id = merchant::insert(&tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The `n`th invoice: created `n` milliseconds after [`NOW`].
pub(crate) fn invoice(merchant: MerchantId, n: u64) -> Invoice {
    let created_at = NOW.plus_ms(i64::try_from(n).unwrap());
    Invoice {
        id: InvoiceId::generate(created_at, &mut rng(n)),
        merchant_id: merchant,
        environment: Environment::Devnet,
        amount: usd(10_000),
        tolerance: BasisPoints::new(50).unwrap(),
        terms: Terms {
            description: Some("Ten dollars".to_owned()),
            customer_id: Some(format!("customer-{}", n % 10)),
            metadata: Some(r#"{"order":"ü"}"#.to_owned()),
            ..Terms::default()
        },
        created_at,
        expires_at: created_at.plus_ms(3_600_000),
        state: State::Unpaid,
        amount_paid: UsdMillis::ZERO,
        lock: None,
        late: false,
        payer: None,
        last_payment_at: None,
    }
}

pub(crate) fn event_of(invoice: &Invoice) -> event::New {
    event::New {
        kind: Type::InvoiceCreated,
        merchant_id: invoice.merchant_id,
        environment: invoice.environment,
        invoice_id: invoice.id,
        customer_id: invoice.terms.customer_id.clone(),
        request_id: Some("req_1".to_owned()),
        idempotency_key: None,
        data: format!(r#"{{"object":{{"id":"{}"}}}}"#, invoice.id),
    }
}

pub(crate) fn new_invoice(invoice: Invoice) -> NewInvoice {
    NewInvoice { event: event_of(&invoice), invoice, idempotency: None }
}

pub(crate) fn keyed(invoice: Invoice, key: &str, body: &str) -> NewInvoice {
    let idempotency = Some((Key::parse(key).unwrap(), Fingerprint::of(body.as_bytes())));
    NewInvoice { event: event_of(&invoice), invoice, idempotency }
}

/// Writes the invoices numbered `numbers`.
pub(crate) async fn add_invoices(
    db: &Db,
    merchant: MerchantId,
    numbers: impl IntoIterator<Item = u64>,
) -> Vec<Invoice> {
    let invoices: Vec<Invoice> = numbers.into_iter().map(|n| self::invoice(merchant, n)).collect();
    for outcome in db.hot().create(invoices.iter().cloned().map(new_invoice).collect()).await {
        outcome.unwrap();
    }
    invoices
}

pub(crate) async fn save(db: &Db, changed: &Invoice) {
    let tx = db.begin("test.save").await.unwrap();
    invoice::update(&tx, changed).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn block(number: u64, fork: u8) -> Block {
    let hash = |number: u64| {
        let mut hash = [fork; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        hash
    };
    let time = NOW.plus_ms(i64::try_from(number).unwrap() * 1_000);
    Block { number, hash: hash(number), parent: hash(number.saturating_sub(1)), time }
}

pub(crate) fn observed(block: Block, log_index: Option<u32>, to: Address) -> Observed {
    Observed {
        anchor: Anchor { block_number: block.number, block_hash: block.hash, block_time: block.time, log_index },
        tx_hash: Some(format!("0x{:064x}", block.number)),
        asset: log_index.map_or(Asset::Native, |_| Asset::Contract(address(1_000_000))),
        from: Some(address(2_000_000)),
        to,
        units: BaseUnits::from_u128(10_000_000),
    }
}

pub(crate) fn deposit(invoice: InvoiceId, n: u64, native: bool) -> Deposit {
    Deposit { invoice_id: invoice, network: base(), address: address(n), receiver: address(9), version: 1, native }
}

pub(crate) fn quote(invoice: InvoiceId, n: u64) -> Quote {
    let created_at = NOW.plus_ms(i64::try_from(n).unwrap());
    Quote {
        id: QuoteId::generate(created_at, &mut rng(n)),
        invoice_id: invoice,
        network: base(),
        token: TokenId(1),
        usd: usd(10_000),
        units: MOST.parse().unwrap(),
        rate: Rate::from_e12(u128::MAX).unwrap(),
        source: "fixed".to_owned(),
        created_at,
        valid_until: created_at.plus_ms(300_000),
    }
}

// The largest amount there is, so that a column that cut it would show.
const MOST: &str = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

pub(crate) fn transfer(invoice: InvoiceId, n: u64, observed: Observed) -> Transfer {
    Transfer {
        id: TransferId::generate(NOW, &mut rng(n)),
        invoice_id: invoice,
        network: base(),
        observed,
        token: Some(TokenId(1)),
        verdict: Verdict::Payment(PaymentId::generate(NOW, &mut rng(n))),
        detected_at: NOW,
        withdrawn_at: None,
    }
}

pub(crate) fn payment(invoice: InvoiceId, n: u64, observed: Observed) -> Payment {
    let created_at = NOW.plus_ms(i64::try_from(n).unwrap());
    Payment {
        id: PaymentId::generate(created_at, &mut rng(n)),
        invoice_id: invoice,
        network: base(),
        token: TokenId(1),
        observed,
        quote_id: QuoteId::generate(created_at, &mut rng(n)),
        rate: Rate::ONE,
        value: usd(10_000),
        depth: Depth::Blocks(3),
        standing: None,
        status: Status::Pending,
        reverted: false,
        first_seen_at: NOW,
        confirmed_at: None,
        created_at,
        updated_at: NOW,
    }
}
