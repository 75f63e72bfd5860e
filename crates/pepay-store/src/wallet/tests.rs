use super::*;
use crate::testing::{NOW, add_merchant, address, base, on_both};

on_both! {
    async fn one_wallet_per_network_is_active(db: Db) {
        let merchant = add_merchant(&db).await;
        let wallet = |n| NewWallet { merchant_id: merchant, network: base(), address: address(n), created_at: NOW };
        let tx = db.begin("test").await.unwrap();
        let (one, two) = (insert(&tx, &wallet(1)).await.unwrap(), insert(&tx, &wallet(2)).await.unwrap());
        assert_eq!(active(&*tx, merchant, &base()).await.unwrap(), None);
        activate(&tx, merchant, one).await.unwrap();
        activate(&tx, merchant, two).await.unwrap();
        activate(&tx, merchant, two).await.unwrap();
        assert!(matches!(activate(&tx, MerchantId(99), one).await, Err(Error::Missing { .. })));
        tx.commit().await.unwrap();
        let now = active(db.read(), merchant, &base()).await.unwrap().unwrap();
        assert_eq!((now.id, now.address, now.active), (two, address(2), true));
        let all: Vec<_> = list(db.read(), merchant).await.unwrap().into_iter().map(|it| (it.id, it.active)).collect();
        assert_eq!(all, [(one, false), (two, true)]);

        let tx = db.begin("test").await.unwrap();
        delete(&tx, merchant, one).await.unwrap();
        assert!(matches!(delete(&tx, merchant, one).await, Err(Error::Missing { .. })));
        assert!(matches!(insert(&tx, &wallet(2)).await, Err(Error::WalletExists)));
    }

    async fn two_active_wallets_cannot_be_stored(db: Db) {
        let merchant = add_merchant(&db).await;
        let tx = db.begin("test").await.unwrap();
        for n in 1..=2 {
            let new = NewWallet { merchant_id: merchant, network: base(), address: address(n), created_at: NOW };
            insert(&tx, &new).await.unwrap();
        }
        let both = Entity::update_many().col_expr(Column::Active, Expr::value(true)).exec(&*tx).await;
        assert!(matches!(both.map_err(Error::from), Err(Error::Constraint { .. })));
    }
}
