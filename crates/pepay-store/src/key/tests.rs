use super::*;
use crate::testing::{NOW, add_merchant, on_both, rng};

fn key(merchant: MerchantId, n: u8) -> Key {
    Key {
        id: KeyId::generate(NOW.plus_ms(i64::from(n)), &mut rng(u64::from(n))),
        merchant_id: merchant,
        hash: [n; 32],
        name: format!("Server {n}"),
        environment: Environment::Devnet,
        permission: Permission::ReadOnly,
        created_at: NOW,
        expires_at: Some(NOW.plus_ms(1)),
        last_used_at: None,
        revoked: None,
        suspended: false,
    }
}

on_both! {
    async fn keys_are_found_by_hash_and_changed(db: Db) {
        let merchant = add_merchant(&db).await;
        let (mut first, second) = (key(merchant, 1), Key { environment: Environment::Mainnet, ..key(merchant, 2) });
        let tx = db.begin("test").await.unwrap();
        insert(&tx, &first).await.unwrap();
        insert(&tx, &second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(by_hash(db.read(), &first.hash).await.unwrap().as_ref(), Some(&first));
        assert_eq!(db.hot().key(&first.hash).await.unwrap().as_ref(), Some(&first));
        assert_eq!(db.hot().key(&[9; 32]).await.unwrap(), None);

        let tx = db.begin("test").await.unwrap();
        touch(&tx, first.id, NOW.plus_ms(5)).await.unwrap();
        suspend(&tx, first.id, true).await.unwrap();
        revoke(&tx, merchant, first.id, "leaked", NOW.plus_ms(6)).await.unwrap();
        assert!(matches!(revoke(&tx, merchant, first.id, "again", NOW).await, Err(Error::Missing { .. })));
        assert!(matches!(revoke(&tx, MerchantId(99), second.id, "stolen", NOW).await, Err(Error::Missing { .. })));
        tx.commit().await.unwrap();
        first.last_used_at = Some(NOW.plus_ms(5));
        first.suspended = true;
        first.revoked = Some((NOW.plus_ms(6), "leaked".to_owned()));
        assert_eq!(list(db.read(), merchant, Environment::Devnet).await.unwrap(), [first.clone()]);
        assert_eq!(db.hot().key(&first.hash).await.unwrap(), Some(first));
    }

    async fn a_key_needs_its_merchant(db: Db) {
        let tx = db.begin("test").await.unwrap();
        assert!(matches!(insert(&tx, &key(MerchantId(99), 1)).await, Err(Error::UnknownMerchant)));
    }
}
