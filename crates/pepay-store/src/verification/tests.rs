use super::*;
use crate::testing::{NOW, add_invoices, add_merchant, base, on_both, rng};

fn verification(invoice: InvoiceId, n: u64) -> Verification {
    let at = NOW.plus_ms(i64::try_from(n).unwrap());
    Verification {
        id: VerificationId::generate(at, &mut rng(n)),
        invoice_id: invoice,
        network: base(),
        state: State::Queued,
        attempts: 0,
        next_attempt_at: Some(at),
        created_at: at,
        updated_at: at,
        completed_at: None,
        result: None,
        error: None,
    }
}

on_both! {
    async fn one_verification_of_an_invoice_waits_at_a_time(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..2).await;
        let (mut first, other) = (verification(invoices[0].id, 1), verification(invoices[1].id, 2));
        let tx = db.begin("test").await.unwrap();
        insert(&tx, &first).await.unwrap();
        insert(&tx, &other).await.unwrap();
        assert_eq!(due(&*tx, NOW, 10).await.unwrap(), []);
        assert_eq!(due(&*tx, NOW.plus_ms(2), 10).await.unwrap(), [first.clone(), other.clone()]);
        assert_eq!(due(&*tx, NOW.plus_ms(2), 1).await.unwrap(), [first.clone()]);
        tx.commit().await.unwrap();

        let tx = db.begin("test").await.unwrap();
        let second = verification(first.invoice_id, 3);
        assert!(matches!(insert(&tx, &second).await, Err(Error::VerificationOpen)));
        drop(tx);

        let before = first.clone();
        first.state = State::Completed;
        first.next_attempt_at = None;
        first.completed_at = Some(NOW.plus_ms(9));
        first.result = Some("found".to_owned());
        let tx = db.begin("test").await.unwrap();
        assert!(update(&tx, &before, &first).await.unwrap());
        assert!(!update(&tx, &before, &first).await.unwrap(), "another attempt was recorded meanwhile");
        assert_eq!(get(&*tx, first.invoice_id).await.unwrap(), Some(first.clone()));
        insert(&tx, &second).await.unwrap();
        assert_eq!(get(&*tx, first.invoice_id).await.unwrap(), Some(second));
        assert_eq!(due(&*tx, NOW.plus_ms(2), 10).await.unwrap(), [other]);
    }
}
