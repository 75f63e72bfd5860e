use super::*;
use crate::testing::{NOW, add_merchant, keyed, on_both};

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn record(body: &str) -> Record {
    Record { fingerprint: Fingerprint::of(body.as_bytes()), status: 201, body: body.to_owned() }
}

on_both! {
    async fn an_answer_is_found_by_its_whole_scope(db: Db) {
        let owner = (add_merchant(&db).await, Environment::Devnet);
        let tx = db.begin("test").await.unwrap();
        insert(&tx, owner, "a", &key("k"), &record("{}"), NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(db.read(), owner, "a", &key("k")).await.unwrap(), Some(record("{}")));
        assert_eq!(find(db.read(), owner, "a", &key("K")).await.unwrap(), None);
        assert_eq!(find(db.read(), owner, "b", &key("k")).await.unwrap(), None);
        assert_eq!(find(db.read(), (owner.0, Environment::Mainnet), "a", &key("k")).await.unwrap(), None);
        let tx = db.begin("test").await.unwrap();
        let twice = insert(&tx, owner, "a", &key("k"), &record("[]"), NOW).await;
        assert!(matches!(twice, Err(Error::KeyReused)));
    }

    async fn old_keys_are_forgotten_in_order(db: Db) {
        let owner = (add_merchant(&db).await, Environment::Devnet);
        let tx = db.begin("test").await.unwrap();
        for n in 0..5 {
            let at = NOW.plus_ms(n);
            insert(&tx, owner, "a", &key(&format!("k{n}")), &record("{}"), at).await.unwrap();
        }
        assert_eq!(prune(&tx, NOW.plus_ms(3), 2).await.unwrap(), 2);
        assert_eq!(prune(&tx, NOW.plus_ms(3), 2).await.unwrap(), 1);
        assert_eq!(prune(&tx, NOW.plus_ms(3), 2).await.unwrap(), 0);
        assert_eq!(find(&*tx, owner, "a", &key("k2")).await.unwrap(), None);
        assert_eq!(find(&*tx, owner, "a", &key("k3")).await.unwrap(), Some(record("{}")));
    }

    async fn keys_of_created_invoices_are_forgotten_with_the_others(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoice = crate::testing::invoice(merchant, 1);
        db.hot().create(vec![keyed(invoice, "k", "{}")]).await.remove(0).unwrap();
        let tx = db.begin("test").await.unwrap();
        assert_eq!(prune(&tx, NOW.plus_ms(100), 10).await.unwrap(), 1);
    }
}
