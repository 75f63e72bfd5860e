use super::*;
use pepay_core::page::Page;

use crate::testing::{NOW, add_invoices, add_merchant, address, base, block, observed, on_both, payment};
use pepay_core::payment::Heights;

fn at(invoice: InvoiceId, n: u64, number: u64, depth: Depth) -> Payment {
    Payment { depth, ..payment(invoice, n, observed(block(number, 0), Some(0), address(n))) }
}

async fn record(db: &crate::db::Db, payments: &[Payment]) {
    let tx = db.begin("test").await.unwrap();
    for payment in payments {
        insert(&tx, payment).await.unwrap();
    }
    tx.commit().await.unwrap();
}

on_both! {
    async fn payments_are_saved_and_changed(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoice = add_invoices(&db, merchant, 0..1).await.remove(0).id;
        let mut one = at(invoice, 1, 10, Depth::Blocks(3));
        let two = at(invoice, 2, 10, Depth::Finalized);
        record(&db, &[two.clone(), one.clone()]).await;
        assert_eq!(by_invoice(db.read(), invoice).await.unwrap(), [one.clone(), two.clone()]);
        one.standing = Some(Standing::OffLock);
        one.status = Status::ManualRetry;
        one.confirmed_at = Some(NOW.plus_ms(1));
        one.observed = observed(block(20, 1), None, address(1));
        let tx = db.begin("test").await.unwrap();
        update(&tx, &one).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(by_invoice(db.read(), invoice).await.unwrap(), [one, two]);
        let tx = db.begin("test").await.unwrap();
        let unknown = update(&tx, &at(invoice, 9, 1, Depth::Finalized)).await;
        assert!(matches!(unknown, Err(Error::Missing { .. })));
    }

    async fn what_counts_and_waits_keeps_its_invoice_undecided(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices: Vec<InvoiceId> = add_invoices(&db, merchant, 0..5).await.iter().map(|it| it.id).collect();
        let one = |place: usize, standing| Payment {
            standing: Some(standing),
            confirmed_at: None,
            reverted: false,
            ..at(invoices[place], u64::try_from(place).unwrap(), 10, Depth::Finalized)
        };
        let confirmed = Payment { confirmed_at: Some(NOW), ..one(1, Standing::Counted) };
        let reverted = Payment { reverted: true, ..one(2, Standing::Counted) };
        record(&db, &[one(0, Standing::Counted), confirmed, reverted, one(3, Standing::OffLock)]).await;
        assert_eq!(undecided(db.read(), &invoices).await.unwrap(), HashSet::from([invoices[0]]));
        assert_eq!(undecided(db.read(), &invoices[1..]).await.unwrap(), HashSet::new());
    }

    async fn the_newest_of_several_invoices_are_found_together(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut invoices: Vec<InvoiceId> = add_invoices(&db, merchant, 0..3).await.iter().map(|it| it.id).collect();
        let mut all = Vec::new();
        for (place, invoice) in (0..).zip(&invoices[..2]) {
            all.extend((0..4).map(|n| at(*invoice, place * 10 + n, 10, Depth::Finalized)));
        }
        record(&db, &all).await;
        let newest = latest_of(db.read(), &invoices).await.unwrap();
        assert_eq!(newest, [all[3].clone(), all[7].clone()]);
        invoices.reverse();
        let two = by_invoices(db.read(), &invoices, 2).await.unwrap();
        assert_eq!(two, [all[3].clone(), all[2].clone(), all[7].clone(), all[6].clone()]);
        assert_eq!(by_invoices(db.read(), &[], 2).await.unwrap(), []);
    }

    async fn all_of_an_invoice_are_read_page_by_page(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..2).await;
        let mine: Vec<_> = (0..5).map(|n| at(invoices[0].id, n, 10, Depth::Finalized)).collect();
        record(&db, &mine).await;
        record(&db, &[at(invoices[1].id, 9, 10, Depth::Finalized)]).await;
        let mut read = Vec::new();
        loop {
            let after = read.last().map(|it: &Payment| it.id);
            let page = list(db.read(), invoices[0].id, Page::new(Some(2), after, None).unwrap()).await.unwrap();
            read.extend(page.items);
            if !page.has_more {
                break;
            }
        }
        read.reverse();
        assert_eq!(read, mine);
        let newer = Page::new(Some(2), None, Some(mine[1].id)).unwrap();
        let newer = list(db.read(), invoices[0].id, newer).await.unwrap();
        assert_eq!((newer.items, newer.has_more), (vec![mine[3].clone(), mine[2].clone()], true));
    }

    async fn unconfirmed_payments_turn_up_exactly_when_deep_enough(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..6).await;
        let depths = [0, 1, 3, 5].map(Depth::Blocks).into_iter().chain([Depth::Finalized]);
        let mut payments: Vec<Payment> =
            (0..).zip(depths).zip(&invoices).map(|((n, depth), invoice)| at(invoice.id, n, 10, depth)).collect();
        // Twice for one invoice; and one that a reorganisation took away.
        payments.push(at(invoices[2].id, 20, 9, Depth::Blocks(1)));
        payments.push(Payment { reverted: true, ..at(invoices[5].id, 21, 9, Depth::Blocks(1)) });
        record(&db, &payments).await;
        for (head, finalized) in [(8, 0), (9, 0), (10, 9), (11, 10), (12, 8), (13, 13), (14, 14)] {
            let heights = Heights { head, finalized };
            let deep = |it: &&Payment| !it.reverted && heights.reach(it.observed.anchor.block_number, it.depth);
            let mut wanted: Vec<InvoiceId> = payments.iter().filter(deep).map(|it| it.invoice_id).collect();
            wanted.sort_unstable();
            wanted.dedup();
            let found = unconfirmed(db.read(), &base(), head, finalized, 100).await.unwrap();
            assert_eq!(found, wanted, "{heights:?}");
        }
        let confirmed = Payment { confirmed_at: Some(NOW), ..payments[0].clone() };
        let tx = db.begin("test").await.unwrap();
        update(&tx, &confirmed).await.unwrap();
        assert_eq!(unconfirmed(&*tx, &base(), 10, 0, 100).await.unwrap(), [invoices[1].id, invoices[2].id]);
    }
}
