use std::collections::HashSet;

use super::*;
use crate::db::Db;
use crate::testing::{NOW, add_invoices, add_merchant, another, event_of, invoice, new_invoice, on_both};
use tokio::task::JoinSet;

async fn write(db: &Db, now: Millis, events: &[New]) -> Vec<EventId> {
    let tx = db.begin("test").await.unwrap();
    let ids = append(&tx, now, events).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

fn seqs(events: &[Stored]) -> Vec<i64> {
    events.iter().map(|event| event.id.seq).collect()
}

on_both! {
    async fn ids_grow_without_gaps_even_when_the_clock_runs_back(db: Db) {
        let merchant = add_merchant(&db).await;
        let event = event_of(&invoice(merchant, 1));
        let ids = write(&db, NOW, &[event.clone(), event.clone()]).await;
        assert_eq!(ids, [EventId { seq: 1, at: NOW }, EventId { seq: 2, at: NOW }]);
        let ids = write(&db, NOW.plus_ms(-5), std::slice::from_ref(&event)).await;
        assert_eq!(ids, [EventId { seq: 3, at: NOW }]);
        add_invoices(&db, merchant, [7]).await;
        let ids = write(&db, NOW, std::slice::from_ref(&event)).await;
        assert_eq!(ids, [EventId { seq: 5, at: NOW.plus_ms(7) }]);
        assert_eq!(last(db.read()).await.unwrap(), Some(ids[0]));
        assert_eq!(seqs(&after(db.read(), 2, 2).await.unwrap()), [3, 4]);
        let many = vec![event; 1_100];
        assert_eq!(write(&db, NOW, &many).await.last().unwrap().seq, 1_105);
    }

    async fn one_is_found_by_its_whole_id_and_owner(db: Db) {
        let merchant = add_merchant(&db).await;
        let event = event_of(&invoice(merchant, 1));
        let id = write(&db, NOW, std::slice::from_ref(&event)).await[0];
        let stored = Stored { id, event: event.clone() };
        assert_eq!(get(db.read(), merchant, None, id).await.unwrap(), Some(stored.clone()));
        let found = |environment| get(db.read(), merchant, Some(environment), id);
        assert_eq!(found(Environment::Devnet).await.unwrap(), Some(stored.clone()));
        assert_eq!(found(Environment::Mainnet).await.unwrap(), None);
        assert_eq!(get(db.read(), MerchantId(99), None, id).await.unwrap(), None);
        let wrong = EventId { at: NOW.plus_ms(1), ..id };
        assert_eq!(get(db.read(), merchant, None, wrong).await.unwrap(), None);
        assert_eq!(by_invoice(db.read(), event.invoice_id, 10).await.unwrap(), [stored]);
    }

    async fn lists_are_newest_first_both_ways(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let mut ids = Vec::new();
        for n in 0..7 {
            ids.extend(write(&db, NOW, &[event_of(&invoice(merchant, n))]).await);
            write(&db, NOW, &[event_of(&invoice(other, 100 + n))]).await;
        }
        let page = |starting_after, ending_before| {
            let page = Page::new(Some(3), starting_after, ending_before).unwrap();
            list(db.read(), merchant, Environment::Devnet, page)
        };
        let got = |slice: Slice<Stored>| (seqs(&slice.items), slice.has_more);
        assert_eq!(got(page(None, None).await.unwrap()), (vec![13, 11, 9], true));
        assert_eq!(got(page(Some(ids[4]), None).await.unwrap()), (vec![7, 5, 3], true));
        assert_eq!(got(page(Some(ids[1]), None).await.unwrap()), (vec![1], false));
        assert_eq!(got(page(None, Some(ids[1])).await.unwrap()), (vec![9, 7, 5], true));
        assert_eq!(got(page(None, Some(ids[3])).await.unwrap()), (vec![13, 11, 9], false));
    }

    async fn the_past_is_found_by_number_time_and_owner(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        assert_eq!(past::last_before(db.read(), NOW).await.unwrap(), 0);
        for n in 0..9 {
            let mut event = event_of(&invoice(if n % 3 == 2 { other } else { merchant }, n));
            event.environment = if n % 2 == 0 { Environment::Devnet } else { Environment::Mainnet };
            write(&db, NOW.plus_ms(i64::try_from(n).unwrap() / 2 * 10), &[event]).await;
        }
        let ats: Vec<i64> = after(db.read(), 0, 20).await.unwrap().iter().map(|it| it.id.at.since(NOW)).collect();
        assert_eq!(ats, [0, 0, 10, 10, 20, 20, 30, 30, 40]);
        for (at, wanted) in [(-1, 0), (0, 0), (1, 2), (10, 2), (11, 4), (40, 8), (41, 9), (999, 9)] {
            assert_eq!(past::last_before(db.read(), NOW.plus_ms(at)).await.unwrap(), wanted, "{at}");
        }
        assert_eq!(seqs(&past::by_seqs(db.read(), &[7, 2, 99]).await.unwrap()), [2, 7]);
        let of = |environment, range, limit| past::of_merchant(db.read(), merchant, environment, range, limit);
        assert_eq!(seqs(&of(None, (0, 99), 10).await.unwrap()), [1, 2, 4, 5, 7, 8]);
        assert_eq!(seqs(&of(None, (1, 7), 3).await.unwrap()), [2, 4, 5]);
        assert_eq!(seqs(&of(Some(Environment::Devnet), (0, 7), 10).await.unwrap()), [1, 5, 7]);
    }

    // Many writers on two nodes, some of which give up; the reader follows by cursor alone.
    async fn a_cursor_skips_no_event_of_concurrent_writers(db: Db) {
        const WRITERS: u64 = 12;
        const ROUNDS: u64 = 15;
        let merchant = add_merchant(&db).await;
        let other = another(&db).await;
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let node = if writer % 2 == 0 { db.clone() } else { other.clone() };
            writers.spawn(async move {
                for round in 0..ROUNDS {
                    let numbered = invoice(merchant, 1_000 * writer + round);
                    if round % 3 == 0 {
                        node.hot().create(vec![new_invoice(numbered)]).await.remove(0).unwrap();
                        continue;
                    }
                    let tx = node.begin("test").await.unwrap();
                    append(&tx, NOW, &[event_of(&numbered)]).await.unwrap();
                    tx.commit().await.unwrap();
                    let tx = node.begin("test").await.unwrap();
                    append(&tx, NOW, &[event_of(&invoice(merchant, 1_000_000))]).await.unwrap();
                    drop(tx);
                }
            });
        }
        let wanted = usize::try_from(WRITERS * ROUNDS).unwrap();
        let (mut cursor, mut seen) = (0, Vec::new());
        while seen.len() < wanted {
            for event in after(db.read(), cursor, 7).await.unwrap() {
                assert!(event.id.seq > cursor);
                cursor = event.id.seq;
                seen.push(event.event.invoice_id);
            }
            if let Some(done) = writers.try_join_next() {
                done.unwrap();
            }
            tokio::task::yield_now().await;
        }
        while let Some(done) = writers.join_next().await {
            done.unwrap();
        }
        assert_eq!(after(db.read(), cursor, 7).await.unwrap(), []);
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), wanted, "each once");
    }
}
