use super::*;
use crate::testing::{NOW, add_merchant, another, on_both};

on_both! {
    async fn a_dropped_transaction_leaves_nothing(db: Db) {
        let merchant = add_merchant(&db).await;
        let tx = db.begin("test").await.unwrap();
        crate::merchant::grant_mainnet(&tx, merchant, "key").await.unwrap();
        drop(tx);
        let tx = db.begin("test").await.unwrap();
        assert!(!crate::merchant::activate_mainnet(&tx, merchant, "key", NOW).await.unwrap());
    }

    async fn nodes_may_migrate_at_once(db: Db) {
        let (one, two) = (another(&db).await, another(&db).await);
        let (first, second, third) = tokio::join!(db.migrate(), one.migrate(), two.migrate());
        first.unwrap();
        second.unwrap();
        third.unwrap();
        db.ping().await.unwrap();
        db.close().await.unwrap();
        assert!(db.ping().await.is_err());
    }
}

#[test]
fn reading_connections_of_sqlite_refuse_to_write() {
    crate::testing::on_sqlite(async |db| {
        let refused = db.read().execute_unprepared("DELETE FROM merchants").await;
        assert!(refused.unwrap_err().to_string().contains("readonly"));
        let mode = crate::testing::text(&db, "PRAGMA journal_mode").await;
        assert_eq!(mode, "wal");
    });
}

#[test]
fn other_urls_are_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for url in ["", "mysql://x", "sqlite::memory:", "sqlite://", "postgres://[", "pepay.db"] {
        let refused = runtime.block_on(Db::connect(url, ConnectOptions::default()));
        assert!(matches!(refused, Err(Error::Url)), "{url}: {refused:?}");
    }
}
