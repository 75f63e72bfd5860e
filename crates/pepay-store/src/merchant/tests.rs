use super::*;
use crate::testing::{NOW, add_merchant, on_both};

on_both! {
    async fn a_merchant_is_saved_and_found(db: Db) {
        let id = add_merchant(&db).await;
        let mut merchant = get(db.read(), id).await.unwrap().unwrap();
        assert_eq!((merchant.name.as_str(), merchant.tolerance.get()), ("Acme", 50));
        assert_eq!(merchant.settlement_token, Some(TokenId(7)));
        assert_eq!((merchant.current_environment, merchant.mainnet_access), (Environment::Devnet, false));

        merchant.name = "Acme & Söhne".to_owned();
        merchant.settlement_token = None;
        let tx = db.begin("test").await.unwrap();
        update(&tx, &merchant).await.unwrap();
        set_environment(&tx, id, Environment::Mainnet).await.unwrap();
        tx.commit().await.unwrap();
        merchant.current_environment = Environment::Mainnet;
        let other = add_merchant(&db).await;
        assert!(other > id);
        assert_eq!(get(db.read(), id).await.unwrap(), Some(merchant.clone()));
        assert_eq!(list(db.read()).await.unwrap()[0], merchant);

        let gone = Merchant { id: MerchantId(999), ..merchant };
        let tx = db.begin("test").await.unwrap();
        let error = update(&tx, &gone).await.unwrap_err();
        assert_eq!(error.to_string(), "merchants 999 was not there to change");
        assert_eq!(get(db.read(), gone.id).await.unwrap(), None);
    }

    async fn mainnet_opens_with_the_granted_key_only(db: Db) {
        let (id, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let tx = db.begin("test").await.unwrap();
        assert!(!activate_mainnet(&tx, id, "", NOW).await.unwrap());
        grant_mainnet(&tx, id, "old").await.unwrap();
        grant_mainnet(&tx, id, "key").await.unwrap();
        assert!(!activate_mainnet(&tx, id, "old", NOW).await.unwrap());
        assert!(!activate_mainnet(&tx, other, "key", NOW).await.unwrap());
        assert!(activate_mainnet(&tx, id, "key", NOW).await.unwrap());
        assert!(get(&*tx, id).await.unwrap().unwrap().mainnet_access);
        revoke_mainnet(&tx, id).await.unwrap();
        assert!(!activate_mainnet(&tx, id, "key", NOW).await.unwrap());
        assert!(!get(&*tx, id).await.unwrap().unwrap().mainnet_access);
    }
}
