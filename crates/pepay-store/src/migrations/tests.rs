use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::{Environment, NetworkId};
use pepay_core::page::Page;
use sea_orm::{Database, DatabaseConnection, TransactionTrait};

use super::*;
use crate::db::Db;
use crate::testing::{NOW, Own, connect, sqlite_url};
use crate::{
    access_request, account, audit, chain, deposit, event, invoice, key, letter, merchant, native_look, payment,
    profile, quote, server_key, transfer, verification, wallet,
};

/// Rows as they may be in the tables right after each migration: every later one must cope with them. Literals are
/// written as PostgreSQL reads them.
const SAMPLES: [(&str, &str); 12] = [
    ("0001_merchants", include_str!("../../tests/data/migrations/0001_merchants.sql")),
    ("0002_invoices", include_str!("../../tests/data/migrations/0002_invoices.sql")),
    ("0003_events", include_str!("../../tests/data/migrations/0003_events.sql")),
    ("0004_chain", include_str!("../../tests/data/migrations/0004_chain.sql")),
    ("0005_verifications", include_str!("../../tests/data/migrations/0005_verifications.sql")),
    ("0006_streams", include_str!("../../tests/data/migrations/0006_streams.sql")),
    ("0007_webhooks", include_str!("../../tests/data/migrations/0007_webhooks.sql")),
    ("0008_accounts", include_str!("../../tests/data/migrations/0008_accounts.sql")),
    ("0009_upkeep", include_str!("../../tests/data/migrations/0009_upkeep.sql")),
    ("0010_lookups", include_str!("../../tests/data/migrations/0010_lookups.sql")),
    ("0011_server_key", include_str!("../../tests/data/migrations/0011_server_key.sql")),
    ("0012_native_looks", include_str!("../../tests/data/migrations/0012_native_looks.sql")),
];

async fn migrate_with_rows(connection: &DatabaseConnection) {
    let names: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    assert_eq!(names, SAMPLES.map(|(name, _)| name), "every migration comes with sample rows");
    for (name, rows) in SAMPLES {
        Migrator::up(connection, Some(1)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let sqlite = connection.get_database_backend() == DbBackend::Sqlite;
        let rows = if sqlite { rows.replace("bytea '\\x", "x'").replace("uuid '", "x'") } else { rows.to_owned() };
        let tx = connection.begin().await.unwrap();
        tx.execute_unprepared(&rows).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        tx.commit().await.unwrap();
    }
}

/// Every sample row is still a domain value after all migrations.
async fn read_everything(db: &Db) {
    db.migrate().await.unwrap();
    let conn = db.read();
    let devnet = Environment::Devnet;
    let merchants = merchant::list(conn).await.unwrap();
    assert_eq!(merchants.iter().map(|it| it.mainnet_access).collect::<Vec<_>>(), [false, true]);
    let invoices = [0x11, 0x12]
        .map(|last| InvoiceId::from_uuid(uuid::Uuid::from_u128(0x019b_0000_0000_7000_8000_0000_0000_0000 + last)));
    for id in [MerchantId(1), MerchantId(2)] {
        for environment in [devnet, Environment::Mainnet] {
            key::list(conn, id, environment).await.unwrap();
        }
        wallet::list(conn, id).await.unwrap();
    }
    for id in invoices {
        assert!(invoice::find(conn, id).await.unwrap().is_some());
        deposit::by_invoice(conn, id).await.unwrap();
        quote::by_invoice(conn, id).await.unwrap();
        transfer::by_invoice(conn, id).await.unwrap();
        assert_eq!(payment::by_invoice(conn, id).await.unwrap().len(), 1);
    }
    assert_eq!(event::after(conn, 0, 10).await.unwrap().len(), 3);
    let base = NetworkId::new(devnet, "base");
    assert_eq!(chain::window(conn, &base, 10).await.unwrap().len(), 1);
    assert_eq!(chain::cursor(conn, &base).await.unwrap().unwrap().finalized, 8);
    assert_eq!(native_look::get(conn, &base).await.unwrap().unwrap().block_number, 8);
    assert_eq!(verification::due(conn, NOW.plus_ms(9), 10).await.unwrap().len(), 1);
    read_webhooks(db).await;
    read_accounts(db).await;
}

async fn read_webhooks(db: &Db) {
    use crate::webhook::{attempt, delivery, endpoint, planner, recovery};
    let (conn, merchant) = (db.read(), MerchantId(1));
    assert_eq!(planner::position(conn).await.unwrap(), planner::Position { seq: 3, version: 0 });
    let endpoints = endpoint::all(conn, None, 10).await.unwrap();
    assert_eq!(endpoints.len(), 2);
    let mut attempts = 0;
    for endpoint in endpoints.iter().map(|it| it.id) {
        let filter = delivery::Filter { merchant, endpoint, environment: None, state: None, kind: None };
        let page = delivery::list(conn, &filter, Page::new(None, None, None).unwrap()).await.unwrap().unwrap();
        for delivery in page.items {
            attempts += attempt::list(conn, delivery.id, 10).await.unwrap().len();
        }
    }
    assert_eq!(attempts, 2);
    assert!(recovery::any(conn).await.unwrap());
}

async fn read_accounts(db: &Db) {
    let conn = db.read();
    let email = pepay_core::account::Email::parse("ada@shop.example").unwrap();
    let user = account::by_email(conn, &email).await.unwrap().unwrap();
    assert!(user.wants_code());
    assert_eq!(account::member::of_merchant(conn, MerchantId(1)).await.unwrap().len(), 1);
    assert_eq!(account::login::of_user(conn, user.id).await.unwrap().len(), 1);
    assert_eq!(account::recovery::left(conn, user.id).await.unwrap(), 1);
    assert_eq!(account::link::invitations(conn, MerchantId(1), NOW).await.unwrap().len(), 1);
    let newest = pepay_core::page::Page { limit: 10, from: pepay_core::page::From::Newest };
    assert_eq!(audit::of_merchant(conn, MerchantId(1), newest).await.unwrap().items.len(), 1);
    assert!(profile::get(conn, MerchantId(1)).await.unwrap().is_some());
    assert!(access_request::latest(conn, MerchantId(1)).await.unwrap().is_some());
    assert_eq!(letter::due(conn, NOW, 10).await.unwrap().len(), 1);
    assert_eq!(server_key::fingerprint(conn).await.unwrap(), Some([0xab; 32]));
}

#[test]
fn sqlite_migrates_with_rows_in_every_table() {
    crate::testing::block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let url = sqlite_url(directory.path());
        let connection = Database::connect(&url).await.unwrap();
        migrate_with_rows(&connection).await;
        connection.close().await.unwrap();
        read_everything(&connect(&url).await).await;
    });
}

#[test]
fn postgres_migrates_with_rows_in_every_table() {
    crate::testing::block_on(async {
        let own = Own::create().await;
        let connection = Database::connect(&own.url).await.unwrap();
        migrate_with_rows(&connection).await;
        connection.close().await.unwrap();
        read_everything(&connect(&own.url).await).await;
        own.remove().await;
    });
}
