use super::*;
use crate::testing::{NOW, add_invoices, add_merchant, address, base, block, observed, on_both, transfer};

async fn record(db: &crate::db::Db, transfers: &[Transfer]) {
    let tx = db.begin("test").await.unwrap();
    for transfer in transfers {
        insert(&tx, transfer).await.unwrap();
    }
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_block_read_twice_gives_each_transfer_once(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoice = add_invoices(&db, merchant, 0..1).await.remove(0).id;
        let refused = Transfer {
            verdict: Verdict::Refused(Refusal::TokenNotListed),
            token: None,
            ..transfer(invoice, 3, observed(block(10, 0), Some(1), address(1)))
        };
        // A balance that grew by itself has neither transaction nor log.
        let unexplained = Observed { tx_hash: None, from: None, ..observed(block(10, 0), None, address(2)) };
        let all = [
            transfer(invoice, 1, observed(block(10, 0), Some(0), address(1))),
            refused,
            transfer(invoice, 4, observed(block(10, 0), None, address(1))),
            transfer(invoice, 5, unexplained),
        ];
        record(&db, &all).await;
        let mut found = by_invoice(db.read(), invoice).await.unwrap();
        let mut wanted = all.to_vec();
        for list in [&mut found, &mut wanted] {
            list.sort_by_key(|it| it.id);
        }
        assert_eq!(found, wanted);
        for (n, known) in (10..).zip(&all) {
            let anchored = find_anchored(db.read(), &base(), &known.observed).await.unwrap();
            assert_eq!(anchored.as_ref(), Some(known));
            let tx = db.begin("test").await.unwrap();
            let again = insert(&tx, &transfer(invoice, n, known.observed.clone())).await;
            assert!(matches!(again, Err(Error::TransferExists)), "{again:?}");
        }
        let mut known = places(db.read(), &base(), address(1)).await.unwrap();
        known.extend(places(db.read(), &base(), address(2)).await.unwrap());
        assert_eq!(known, all.iter().map(|it| Place::from(&it.observed)).collect());
        let elsewhere = observed(block(10, 1), Some(0), address(1));
        assert!(!known.contains(&Place::from(&elsewhere)));
        assert_eq!(find_anchored(db.read(), &base(), &elsewhere).await.unwrap(), None);
    }

    async fn the_newest_that_do_not_count_are_few(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..2).await;
        let id = invoices[0].id;
        assert!(!any(db.read(), id).await.unwrap());
        let at = |n: u64, log| transfer(id, n, observed(block(10, 0), Some(log), address(1)));
        let refused_at = |n, log| Transfer { verdict: Verdict::Refused(Refusal::TokenNotQuoted), ..at(n, log) };
        let all = [refused_at(1, 0), refused_at(2, 1), at(3, 2), refused_at(4, 3)];
        let gone = Transfer { withdrawn_at: Some(NOW), ..refused_at(5, 4) };
        record(&db, &all).await;
        record(&db, std::slice::from_ref(&gone)).await;
        let mut wanted = [all[0].clone(), all[1].clone(), all[3].clone()];
        wanted.sort_by_key(|it| it.id);
        assert_eq!(refused(db.read(), id, 2).await.unwrap(), wanted[1..]);
        assert_eq!(refused(db.read(), id, 10).await.unwrap().len(), 3);
        assert!(any(db.read(), id).await.unwrap());
        assert!(!any(db.read(), invoices[1].id).await.unwrap());
    }

    async fn a_transaction_leads_to_the_invoices_of_one_merchant_counted_or_not(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..3).await;
        let foreign = add_invoices(&db, add_merchant(&db).await, 10..11).await;
        let sent = |n, log| Observed { tx_hash: Some("0xfeed".to_owned()), ..observed(block(10, 0), Some(log), address(n)) };
        let refused = |transfer| Transfer { verdict: Verdict::Refused(Refusal::TokenNotQuoted), ..transfer };
        let elsewhere = transfer(invoices[2].id, 5, observed(block(10, 0), Some(9), address(3)));
        let all = [
            transfer(invoices[0].id, 1, sent(1, 0)),
            refused(transfer(invoices[0].id, 2, sent(1, 1))),
            refused(transfer(invoices[1].id, 3, sent(2, 2))),
            transfer(foreign[0].id, 4, sent(4, 3)),
            elsewhere,
        ];
        record(&db, &all).await;
        let of = |merchant, environment| invoices_of_tx(db.read(), merchant, environment, "0xfeed", 10);
        let mut found = of(merchant, Environment::Devnet).await.unwrap();
        found.sort_unstable();
        assert_eq!(found, [invoices[0].id, invoices[1].id]);
        assert_eq!(of(foreign[0].merchant_id, Environment::Devnet).await.unwrap(), [foreign[0].id]);
        assert_eq!(of(merchant, Environment::Mainnet).await.unwrap(), []);
    }

    async fn a_reorganisation_withdraws_and_a_new_block_anchors_again(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoice = add_invoices(&db, merchant, 0..1).await.remove(0).id;
        let deep = transfer(invoice, 1, observed(block(10, 0), None, address(1)));
        let high = transfer(invoice, 2, observed(block(11, 0), None, address(1)));
        record(&db, &[deep.clone(), high.clone()]).await;
        let units = |n: u128| HashMap::from([(address(1), BaseUnits::from_u128(n))]);
        let asked = [address(1), address(2)];
        assert_eq!(native_totals(db.read(), &base(), &asked, u64::MAX >> 1).await.unwrap(), units(20_000_000));

        let tx = db.begin("test").await.unwrap();
        let gone = withdraw_above(&tx, &base(), 10, NOW.plus_ms(7)).await.unwrap();
        let withdrawn = Transfer { withdrawn_at: Some(NOW.plus_ms(7)), ..high.clone() };
        assert_eq!(gone, std::slice::from_ref(&withdrawn));
        let standing = places(&*tx, &base(), address(1)).await.unwrap();
        assert_eq!(standing, HashSet::from([Place::from(&deep.observed)]));
        assert_eq!(withdraw_above(&tx, &base(), 10, NOW.plus_ms(8)).await.unwrap(), []);
        assert_eq!(native_totals(&*tx, &base(), &asked, u64::MAX >> 1).await.unwrap(), units(10_000_000));
        assert_eq!(native_standing(&*tx, &base(), address(1)).await.unwrap(), std::slice::from_ref(&deep));
        assert_eq!(native_standing(&*tx, &base(), address(2)).await.unwrap(), []);
        let hashes = [high.observed.tx_hash.clone().unwrap(), deep.observed.tx_hash.clone().unwrap()];
        assert_eq!(withdrawn_with_tx(&*tx, &base(), &hashes).await.unwrap(), [withdrawn]);

        let anew = Observed { tx_hash: high.observed.tx_hash.clone(), ..observed(block(12, 1), None, address(1)) };
        reanchor(&tx, high.id, &anew).await.unwrap();
        let standing = Transfer { observed: anew.clone(), ..high.clone() };
        assert_eq!(find_anchored(&*tx, &base(), &anew).await.unwrap(), Some(standing));
        assert_eq!(withdrawn_with_tx(&*tx, &base(), &hashes).await.unwrap(), []);
        let unknown = transfer(invoice, 9, anew.clone()).id;
        assert!(matches!(reanchor(&tx, unknown, &anew).await, Err(Error::Missing { .. })));
    }
}
