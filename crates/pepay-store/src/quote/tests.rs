use super::*;
use crate::testing::{add_invoices, add_merchant, on_both, quote};

on_both! {
    async fn quotes_keep_every_digit(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..2).await;
        let quotes: Vec<Quote> = (1..=3).map(|n| quote(invoices[0].id, n)).collect();
        let tx = db.begin("test").await.unwrap();
        for quote in quotes.iter().rev() {
            insert(&tx, quote).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(by_invoice(db.read(), invoices[0].id).await.unwrap(), quotes);
        assert_eq!(latest(db.read(), invoices[0].id).await.unwrap().as_ref(), quotes.last());
        assert_eq!(latest(db.read(), invoices[1].id).await.unwrap(), None);
        let tx = db.begin("test").await.unwrap();
        let unknown = crate::testing::invoice(merchant, 99).id;
        assert!(matches!(insert(&tx, &quote(unknown, 9)).await, Err(Error::UnknownInvoice)));
    }
}
