use pepay_core::address::Address;
use pepay_core::id::TokenId;
use pepay_core::invoice::{Lock, Payer, State};
use pepay_core::money::UsdMillis;
use pepay_core::network::NetworkId;
use pepay_core::page::Page;

use super::*;
use crate::db::Db;
use crate::testing::{NOW, add_invoices, add_merchant, address, base, invoice, on_both, rng, save, usd};

fn everything(merchant: MerchantId) -> Filter {
    Filter::of(merchant, Environment::Devnet)
}

async fn numbers(db: &Db, filter: &Filter, page: Page<InvoiceId>) -> (Vec<i64>, bool) {
    let slice = list(db.read(), filter, page).await.unwrap();
    (slice.items.iter().map(|invoice| invoice.created_at.since(NOW)).collect(), slice.has_more)
}

fn full(merchant: MerchantId) -> Invoice {
    let mut full = invoice(merchant, 1);
    full.terms.title = Some("Title".to_owned());
    full.terms.footer = Some("Footer".to_owned());
    full.terms.customer_email = Some("payor@example.com".to_owned());
    full.terms.payment_return_url = Some("https://shop.example/done".to_owned());
    full.terms.payment_return_url_enabled = true;
    full.terms.receiver_override = Some(Address::Solana([7; 32]));
    full.terms.questions = Some("[]".to_owned());
    full.terms.responses = Some("[]".to_owned());
    full.state = State::Paid { at: NOW.plus_ms(9) };
    full.amount_paid = usd(10_001);
    full.lock = Some(Lock { network: base(), token: TokenId(3), address: address(4) });
    full.late = true;
    full.payer = Some(Payer { address: Some(address(5)), network: base() });
    full.last_payment_at = Some(NOW.plus_ms(8));
    full
}

on_both! {
    async fn every_column_comes_back(db: Db) {
        let merchant = add_merchant(&db).await;
        let plain = add_invoices(&db, merchant, [1]).await.remove(0);
        let full = full(merchant);
        assert_eq!(plain.id, full.id);
        assert_eq!(find(db.read(), plain.id).await.unwrap(), Some(plain.clone()));
        save(&db, &full).await;
        assert_eq!(find(db.read(), full.id).await.unwrap(), Some(full.clone()));
        assert_eq!(db.hot().invoice(merchant, Environment::Devnet, full.id).await.unwrap(), Some(full.clone()));
        // What is written full at once comes back as well.
        let again = Invoice { id: InvoiceId::generate(NOW, &mut rng(77)), ..full };
        db.hot().create(vec![crate::testing::new_invoice(again.clone())]).await.remove(0).unwrap();
        assert_eq!(find(db.read(), again.id).await.unwrap(), Some(again));
    }

    async fn nobody_sees_what_is_not_theirs(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let mine = add_invoices(&db, merchant, [1]).await.remove(0);
        let (here, there) = (Environment::Devnet, Environment::Mainnet);
        assert_eq!(get(db.read(), merchant, here, mine.id).await.unwrap(), Some(mine.clone()));
        assert_eq!(get(db.read(), other, here, mine.id).await.unwrap(), None);
        assert_eq!(get(db.read(), merchant, there, mine.id).await.unwrap(), None);
        assert_eq!(db.hot().invoice(other, here, mine.id).await.unwrap(), None);
        assert_eq!(db.hot().invoice(merchant, there, mine.id).await.unwrap(), None);
        assert_eq!(db.hot().invoice(merchant, here, invoice(merchant, 9).id).await.unwrap(), None);
    }

    async fn changing_what_is_not_there_is_an_error(db: Db) {
        let merchant = add_merchant(&db).await;
        let tx = db.begin("test").await.unwrap();
        let ghost = invoice(merchant, 5);
        assert_eq!(lock(&tx, ghost.id).await.unwrap(), None);
        let error = update(&tx, &ghost).await.unwrap_err();
        assert_eq!(error.to_string(), format!("invoices {} was not there to change", ghost.id));
    }

    async fn a_row_that_is_no_invoice_names_its_place(db: Db) {
        let merchant = add_merchant(&db).await;
        let id = add_invoices(&db, merchant, [1]).await[0].id;
        for (column, sql) in [
            ("lock_address", "UPDATE invoices SET lock_network = 'devnet:base'"),
            ("environment", "UPDATE invoices SET environment = 'moon'"),
        ] {
            let tx = db.begin("test").await.unwrap();
            tx.execute_unprepared(sql).await.unwrap();
            let error = find(&*tx, id).await.unwrap_err();
            assert_eq!(error.to_string(), format!("invoices.{column} of {id} is not valid"));
        }
    }

    async fn lists_page_both_ways_and_filter(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let mut all = add_invoices(&db, merchant, 0..30).await;
        add_invoices(&db, other, 100..105).await;
        for place in (0..30).step_by(3) {
            all[place].state = State::Expired { at: NOW };
            all[place].payer = Some(Payer { address: Some(address(1)), network: base() });
            save(&db, &all[place]).await;
        }
        let page = |after: Option<usize>, before: Option<usize>| {
            Page::new(Some(4), after.map(|n| all[n].id), before.map(|n| all[n].id)).unwrap()
        };
        let plain = everything(merchant);
        assert_eq!(numbers(&db, &plain, page(None, None)).await, (vec![29, 28, 27, 26], true));
        assert_eq!(numbers(&db, &plain, page(Some(4), None)).await, (vec![3, 2, 1, 0], false));
        assert_eq!(numbers(&db, &plain, page(None, Some(25))).await, (vec![29, 28, 27, 26], false));
        assert_eq!(numbers(&db, &plain, page(None, Some(3))).await, (vec![7, 6, 5, 4], true));

        let expired = Filter { statuses: vec!["expired"], ..plain.clone() };
        assert_eq!(numbers(&db, &expired, page(Some(20), None)).await, (vec![18, 15, 12, 9], true));
        let several = Filter { statuses: vec!["unpaid", "expired", "paid", "unpaid"], ..plain.clone() };
        assert_eq!(numbers(&db, &several, page(Some(20), None)).await, (vec![19, 18, 17, 16], true));
        assert_eq!(numbers(&db, &several, page(None, Some(3))).await, (vec![7, 6, 5, 4], true));

        let customer = Filter { customer_id: Some("customer-5".to_owned()), ..plain.clone() };
        assert_eq!(numbers(&db, &customer, page(None, None)).await, (vec![25, 15, 5], false));
        let both = Filter { statuses: vec!["expired"], ..customer };
        assert_eq!(numbers(&db, &both, page(None, None)).await, (vec![15], false));
        let created = Filter { created: (Some(NOW.plus_ms(3)), Some(NOW.plus_ms(5))), ..plain.clone() };
        assert_eq!(numbers(&db, &created, page(None, None)).await, (vec![5, 4, 3], false));
        let payer = Filter { payer: Some((address(1), base())), ..plain.clone() };
        assert_eq!(numbers(&db, &payer, page(None, None)).await, (vec![27, 24, 21, 18], true));
        let bsc = NetworkId::new(Environment::Devnet, "bsc");
        let elsewhere = Filter { payer: Some((address(1), bsc)), ..plain.clone() };
        assert_eq!(numbers(&db, &elsewhere, page(None, None)).await, (vec![], false));
        let never = Filter { created: (Some(Millis(i64::MAX)), Some(Millis(i64::MIN))), ..plain };
        assert_eq!(numbers(&db, &never, page(None, None)).await, (vec![], false));
    }

    async fn totals_add_up_by_status(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let mut all = add_invoices(&db, merchant, 0..20).await;
        add_invoices(&db, other, 100..105).await;
        all[3].state = State::Canceled { at: NOW };
        save(&db, &all[3]).await;
        let sorted = |mut totals: Vec<(&'static str, u64, UsdMillis)>| {
            totals.sort_unstable();
            totals
        };
        let plain = everything(merchant);
        let found = sorted(totals(db.read(), &plain).await.unwrap());
        assert_eq!(found, [("canceled", 1, usd(10_000)), ("unpaid", 19, usd(190_000))]);
        let customer = Filter { customer_id: Some("customer-3".to_owned()), ..plain.clone() };
        let found = sorted(totals(db.read(), &customer).await.unwrap());
        assert_eq!(found, [("canceled", 1, usd(10_000)), ("unpaid", 1, usd(10_000))]);
        let some = Filter { statuses: vec!["unpaid"], created: (None, Some(NOW.plus_ms(4))), ..plain };
        assert_eq!(totals(db.read(), &some).await.unwrap(), [("unpaid", 4, usd(40_000))]);
        assert_eq!(totals(db.read(), &everything(MerchantId(99))).await.unwrap(), []);
    }

    async fn due_invoices_come_in_order_of_their_end(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut all = add_invoices(&db, merchant, 0..6).await;
        let end = NOW.plus_ms(1_000);
        for (place, at) in [(0, end), (1, end), (2, NOW), (3, end.plus_ms(1)), (4, NOW)] {
            all[place].expires_at = at;
            save(&db, &all[place]).await;
        }
        all[4].state = State::Canceled { at: NOW };
        save(&db, &all[4]).await;
        let entry = |n: usize| (all[n].expires_at, all[n].id);
        assert_eq!(due(db.read(), end, None, 2).await.unwrap(), [entry(2), entry(0)]);
        assert_eq!(due(db.read(), end, Some(entry(2)), 9).await.unwrap(), [entry(0), entry(1)]);
        assert_eq!(due(db.read(), end, Some(entry(0)), 9).await.unwrap(), [entry(1)]);
        assert_eq!(due(db.read(), end, Some(entry(1)), 9).await.unwrap(), []);
    }
}
