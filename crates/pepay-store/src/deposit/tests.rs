use super::*;
use crate::testing::{NOW, add_invoices, add_merchant, address, base, deposit, on_both, save};
use pepay_core::invoice::State;

async fn hand_out(db: &crate::db::Db, deposits: &[Deposit]) {
    let tx = db.begin("test").await.unwrap();
    for deposit in deposits {
        insert(&tx, deposit).await.unwrap();
    }
    tx.commit().await.unwrap();
}

on_both! {
    async fn an_address_belongs_to_one_invoice(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..2).await;
        let mine = deposit(invoices[0].id, 1, false);
        let there = Deposit { network: NetworkId::new(Environment::Devnet, "bsc"), ..mine.clone() };
        hand_out(&db, &[mine.clone(), there.clone(), Deposit { native: true, ..mine.clone() }, mine.clone()]).await;
        let native = Deposit { native: true, ..mine.clone() };
        assert_eq!(by_invoice(db.read(), invoices[0].id).await.unwrap(), [native.clone(), there.clone()]);
        assert_eq!(by_invoice(db.read(), invoices[1].id).await.unwrap(), []);
        let other = deposit(invoices[1].id, 2, false);
        hand_out(&db, std::slice::from_ref(&other)).await;
        let mut of_both = by_invoices(db.read(), &[invoices[0].id, invoices[1].id]).await.unwrap();
        of_both.sort_by_key(|it| (it.address, it.network.clone()));
        let mut wanted = [native.clone(), there.clone(), other.clone()];
        wanted.sort_by_key(|it| (it.address, it.network.clone()));
        assert_eq!(of_both, wanted);
        assert_eq!(by_invoices(db.read(), &[invoices[1].id]).await.unwrap(), [other]);
        let tx = db.begin("test").await.unwrap();
        let stolen = insert(&tx, &Deposit { invoice_id: invoices[1].id, ..mine.clone() }).await;
        assert!(matches!(stolen, Err(Error::AddressTaken)));
        drop(tx);
        let tx = db.begin("test").await.unwrap();
        let unknown = crate::testing::invoice(merchant, 99).id;
        assert!(matches!(insert(&tx, &deposit(unknown, 5, false)).await, Err(Error::UnknownInvoice)));
    }

    async fn addresses_are_looked_up_in_their_environment(db: Db) {
        let merchant = add_merchant(&db).await;
        let invoices = add_invoices(&db, merchant, 0..1).await;
        let all: Vec<Deposit> = (0..1_200).map(|n| deposit(invoices[0].id, n, false)).collect();
        hand_out(&db, &all).await;
        let asked: Vec<Address> = (1_000..2_500).map(address).collect();
        let mut found = by_addresses(db.read(), Environment::Devnet, &asked).await.unwrap();
        found.sort_by_key(|deposit| deposit.address);
        let mut wanted = all[1_000..].to_vec();
        wanted.sort_by_key(|deposit| deposit.address);
        assert_eq!(found, wanted);
        assert_eq!(by_addresses(db.read(), Environment::Mainnet, &asked).await.unwrap(), []);
        assert_eq!(by_addresses(db.read(), Environment::Devnet, &[]).await.unwrap(), []);
    }

    async fn watched_balances_go_round_and_end(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut invoices = add_invoices(&db, merchant, 0..6).await;
        let mut deposits: Vec<Deposit> = (0..).zip(&invoices).map(|(n, it)| deposit(it.id, n, n != 5)).collect();
        hand_out(&db, &deposits).await;
        deposits.pop();
        // One ended long ago, one lately.
        for (place, at) in [(0, NOW), (1, NOW.plus_ms(10))] {
            invoices[place].state = State::Canceled { at };
            save(&db, &invoices[place]).await;
        }
        let mut wanted: Vec<Address> = deposits[1..].iter().map(|it| it.address).collect();
        wanted.sort_unstable();
        let since = NOW.plus_ms(5);
        let first = native_open(db.read(), &base(), None, since, 3).await.unwrap();
        let rest = native_open(db.read(), &base(), first.last().copied(), since, 3).await.unwrap();
        assert_eq!([first, rest].concat(), wanted);
        let bsc = NetworkId::new(Environment::Devnet, "bsc");
        assert_eq!(native_open(db.read(), &bsc, None, since, 3).await.unwrap(), []);

        let mut open: Vec<Address> = deposits[2..].iter().map(|it| it.address).collect();
        open.sort_unstable();
        let mut due = native_due(db.read(), &base(), invoices[5].expires_at).await.unwrap();
        due.sort_unstable();
        assert_eq!(due, open);
        assert_eq!(native_due(db.read(), &base(), NOW).await.unwrap(), []);

        let tx = db.begin("test").await.unwrap();
        assert_eq!(retire_native(&tx, &base(), NOW.plus_ms(5), 10).await.unwrap(), 1);
        assert_eq!(retire_native(&tx, &base(), NOW.plus_ms(5), 10).await.unwrap(), 0);
        assert_eq!(native_open(&*tx, &base(), None, NOW.plus_ms(-1), 10).await.unwrap(), wanted);
    }
}
