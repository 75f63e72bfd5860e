use super::*;
use crate::testing::{add_merchant, on_both};

on_both! {
    async fn blocks_are_set_and_lifted(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let tx = db.begin("test").await.unwrap();
        for token in [1, 2, 2] {
            set(&tx, merchant, TokenId(token), true).await.unwrap();
        }
        set(&tx, merchant, TokenId(1), false).await.unwrap();
        set(&tx, merchant, TokenId(1), false).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(list(db.read(), merchant).await.unwrap(), HashSet::from([TokenId(2)]));
        assert!(list(db.read(), other).await.unwrap().is_empty());
        let tx = db.begin("test").await.unwrap();
        assert!(matches!(set(&tx, MerchantId(99), TokenId(1), true).await, Err(Error::UnknownMerchant)));
    }
}
