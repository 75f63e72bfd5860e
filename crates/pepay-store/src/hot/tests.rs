use std::sync::Arc;

use pepay_core::page::Page;
use sea_orm::Iterable;
use tokio::task::JoinSet;

use super::*;
use crate::db::Db;
use crate::testing::{add_merchant, another, invoice, keyed, new_invoice, on_both};

async fn count(db: &Db) -> (String, String, String) {
    let count = async |table| crate::testing::text(db, &format!("SELECT CAST(count(*) AS text) FROM {table}")).await;
    (count("invoices").await, count("events").await, count("idempotency_keys").await)
}

fn counted(invoices: usize, events: usize, keys: usize) -> (String, String, String) {
    (invoices.to_string(), events.to_string(), keys.to_string())
}

fn replayed(outcome: &Result<Created, Error>) -> Option<InvoiceId> {
    match outcome {
        Ok(Created::Replayed(invoice)) => Some(invoice.id),
        _ => None,
    }
}

on_both! {
    async fn a_batch_is_written_in_its_order(db: Db) {
        let merchant = add_merchant(&db).await;
        let batch: Vec<_> = (0..50).rev().map(|n| new_invoice(invoice(merchant, n))).collect();
        let ids: Vec<_> = batch.iter().map(|new| new.invoice.id).collect();
        let outcomes = db.hot().create(batch).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(Created::New))));
        let events = event::after(db.read(), 0, 100).await.unwrap();
        assert_eq!(events.iter().map(|event| event.event.invoice_id).collect::<Vec<_>>(), ids);
        assert!(events.is_sorted_by_key(|event| event.id.at));
        assert!(db.hot().create(Vec::new()).await.is_empty());
    }

    async fn a_bad_row_fails_only_its_caller(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut broken = new_invoice(invoice(merchant, 4));
        broken.invoice.amount = pepay_core::money::UsdMillis::ZERO;
        let batch = vec![
            new_invoice(invoice(merchant, 1)),
            keyed(invoice(MerchantId(99), 2), "k", "a"),
            keyed(invoice(merchant, 3), "k", "a"),
            broken,
            new_invoice(invoice(merchant, 1)),
            new_invoice(invoice(merchant, 5)),
            keyed(invoice(merchant, 6), "k", "a"),
        ];
        let outcomes = db.hot().create(batch).await;
        assert!(matches!(outcomes[0], Ok(Created::New)));
        assert!(matches!(outcomes[1], Err(Error::UnknownMerchant)), "{:?}", outcomes[1]);
        assert!(matches!(outcomes[2], Ok(Created::New)));
        assert!(matches!(&outcomes[3], Err(Error::Constraint { name }) if name == "invoices_amount_check"));
        assert!(matches!(outcomes[4], Err(Error::Constraint { .. })), "{:?}", outcomes[4]);
        assert!(matches!(outcomes[5], Ok(Created::New)));
        assert_eq!(replayed(&outcomes[6]), Some(invoice(merchant, 3).id));
        assert_eq!(count(&db).await, counted(3, 3, 1));
    }

    async fn a_key_gives_the_same_invoice_again(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let one = |n, key, body| keyed(invoice(merchant, n), key, body);
        assert!(matches!(db.hot().create(vec![one(1, "k", "a")]).await[0], Ok(Created::New)));
        let elsewhere = NewInvoice {
            invoice: Invoice { environment: Environment::Mainnet, ..invoice(merchant, 6) },
            ..one(6, "k", "a")
        };
        let batch = vec![
            one(2, "k", "a"),
            one(3, "k", "b"),
            one(4, "l", "b"),
            keyed(invoice(other, 5), "k", "b"),
            elsewhere,
            one(7, "l", "b"),
            one(8, "l", "a"),
        ];
        let outcomes = db.hot().create(batch).await;
        assert_eq!(replayed(&outcomes[0]), Some(invoice(merchant, 1).id));
        assert!(matches!(outcomes[1], Ok(Created::KeyReused)));
        assert!(matches!(outcomes[2], Ok(Created::New)));
        assert!(matches!(outcomes[3], Ok(Created::New)));
        assert!(matches!(outcomes[4], Ok(Created::New)));
        assert_eq!(replayed(&outcomes[5]), Some(invoice(merchant, 4).id));
        assert!(matches!(outcomes[6], Ok(Created::KeyReused)));
        assert_eq!(count(&db).await, counted(4, 4, 4));
    }

    async fn of_200_with_one_key_in_one_batch_one_is_new(db: Db) {
        let merchant = add_merchant(&db).await;
        let batch = (0..200).map(|n| keyed(invoice(merchant, n), "k", "a")).collect();
        let outcomes = db.hot().create(batch).await;
        assert!(matches!(outcomes[0], Ok(Created::New)));
        let first = invoice(merchant, 0).id;
        assert!(outcomes[1..].iter().all(|outcome| replayed(outcome) == Some(first)));
        assert_eq!(count(&db).await, counted(1, 1, 1));
    }

    async fn of_200_with_one_key_on_two_nodes_one_is_new(db: Db) {
        let merchant = add_merchant(&db).await;
        let nodes = [db.hot(), another(&db).await.hot()];
        let mut tasks = JoinSet::new();
        for n in 0..200_u64 {
            let hot = Arc::clone(&nodes[usize::from(n % 2 == 1)]);
            tasks.spawn(async move { (n, hot.create(vec![keyed(invoice(merchant, n), "k", "a")]).await.remove(0)) });
        }
        let (mut new, mut same) = (Vec::new(), Vec::new());
        for (n, outcome) in tasks.join_all().await {
            match outcome.unwrap() {
                Created::New => new.push(invoice(merchant, n).id),
                Created::Replayed(invoice) => same.push(invoice.id),
                Created::KeyReused => panic!("nobody asked for anything else"),
            }
        }
        assert_eq!((new.len(), same.len()), (1, 199));
        assert!(same.iter().all(|id| *id == new[0]));
        assert_eq!(count(&db).await, counted(1, 1, 1));
    }

    // Both nodes want the same keys in opposite orders, again and again.
    async fn nodes_that_race_for_many_keys_do_not_wait_in_a_circle(db: Db) {
        const KEYS: u64 = 40;
        let merchant = add_merchant(&db).await;
        let nodes = [db.hot(), another(&db).await.hot()];
        let mut tasks = JoinSet::new();
        for round in 0..10_u64 {
            for (place, node) in (0..).zip(&nodes) {
                let hot = Arc::clone(node);
                tasks.spawn(async move {
                    let one = |n: u64| {
                        let number = 1_000 * (2 * round + place) + n;
                        keyed(invoice(merchant, number), &format!("round {round} {n}").replace(' ', "-"), "a")
                    };
                    let batch = if place == 0 { (0..KEYS).map(one).collect() } else { (0..KEYS).rev().map(one).collect() };
                    hot.create(batch).await
                });
            }
        }
        let outcomes = tasks.join_all().await.concat_ok();
        let new = outcomes.iter().filter(|outcome| matches!(outcome, Created::New)).count();
        assert_eq!((outcomes.len(), new), (800, 400));
        assert_eq!(count(&db).await, counted(400, 400, 400));
    }

    async fn writers_of_every_kind_take_turns(db: Db) {
        let merchant = add_merchant(&db).await;
        let other = another(&db).await;
        let mut tasks = JoinSet::new();
        for n in 0..60_u64 {
            let db = if n % 2 == 0 { db.clone() } else { other.clone() };
            tasks.spawn(async move {
                if n % 3 == 0 {
                    db.hot().create(vec![new_invoice(invoice(merchant, n))]).await.remove(0).unwrap();
                } else {
                    let tx = db.begin("test").await.unwrap();
                    crate::merchant::set_environment(&tx, merchant, Environment::Devnet).await.unwrap();
                    tx.commit().await.unwrap();
                }
                // Readers never wait for a writer.
                let page = Page::new(Some(1), None, None).unwrap();
                let (types, customer_id, invoice_id) = (None, None, None);
                let all = event::Filter { merchant, environment: Environment::Devnet, types, customer_id, invoice_id };
                event::list(db.read(), &all, (None, None), page).await.unwrap();
            });
        }
        tasks.join_all().await;
        assert_eq!(count(&db).await, counted(20, 20, 0));
    }
}

trait ConcatOk {
    fn concat_ok(self) -> Vec<Created>;
}

impl ConcatOk for Vec<Vec<Result<Created, Error>>> {
    fn concat_ok(self) -> Vec<Created> {
        self.into_iter().flatten().map(Result::unwrap).collect()
    }
}

#[test]
fn columns_are_listed_as_the_rows_have_them() {
    let names = |columns: Vec<String>| columns.join(", ");
    let invoice = crate::invoice::row::Column::iter().map(|it| sea_orm::IdenStatic::as_str(&it).to_owned()).collect();
    assert_eq!(names(invoice), rows::invoice_columns!());
    let key = crate::key::row::Column::iter().map(|it| sea_orm::IdenStatic::as_str(&it).to_owned()).collect();
    assert_eq!(names(key), rows::key_columns!());
}
