use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};

use pepay_core::page::{Page, Slice};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_orm_migration::prelude::async_trait;

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

fn everything(merchant: MerchantId) -> Filter {
    Filter { merchant, environment: Environment::Devnet, types: None, customer_id: None, invoice_id: None }
}

/// A connection on which somebody else commits before every read, a hundred times.
struct Raced<'a> {
    db: &'a Db,
    events: Vec<New>,
    left: AtomicU32,
}

#[async_trait::async_trait]
impl ConnectionTrait for Raced<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.read().execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.read().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.read().query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
            write(self.db, NOW, &self.events).await;
        }
        self.db.read().query_all_raw(statement).await
    }
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
        let all = everything(merchant);
        let page = |starting_after, ending_before| {
            list(db.read(), &all, (None, None), Page::new(Some(3), starting_after, ending_before).unwrap())
        };
        let got = |slice: Slice<Stored>| (seqs(&slice.items), slice.has_more);
        assert_eq!(got(page(None, None).await.unwrap()), (vec![13, 11, 9], true));
        assert_eq!(got(page(Some(ids[4]), None).await.unwrap()), (vec![7, 5, 3], true));
        assert_eq!(got(page(Some(ids[1]), None).await.unwrap()), (vec![1], false));
        assert_eq!(got(page(None, Some(ids[1])).await.unwrap()), (vec![9, 7, 5], true));
        assert_eq!(got(page(None, Some(ids[3])).await.unwrap()), (vec![13, 11, 9], false));
    }

    async fn filters_choose_by_type_customer_invoice_and_time(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        // Three of each type, a second apart, of customers 0 to 2, each followed by one of somebody else.
        for n in 0..15 {
            let at = NOW.plus_ms(1_000 * i64::try_from(n).unwrap());
            let kind = Type::OF_PAYORS[usize::try_from(n).unwrap() % 5];
            let customer = invoice(merchant, n / 5);
            write(&db, at, &[New { kind, ..event_of(&customer) }, event_of(&invoice(other, 100 + n / 5))]).await;
        }
        let all = everything(merchant);
        let page = || Page::new(Some(100), None, None).unwrap();
        let got = async |filter: &Filter, created| seqs(&list(db.read(), filter, created, page()).await.unwrap().items);
        // What only payors hear of (9, 19, 29) is on no list of merchants.
        assert_eq!(got(&all, (None, None)).await, [27, 25, 23, 21, 17, 15, 13, 11, 7, 5, 3, 1]);
        let of = |types: &str| Filter { types: Some(types.parse().unwrap()), ..all.clone() };
        assert_eq!(got(&of("invoice.updated"), (None, None)).await, [23, 13, 3]);
        assert_eq!(got(&of("invoice.*,invoice_payment.updated"), (None, None)).await, [27, 23, 21, 17, 13, 11, 7, 3, 1]);
        assert_eq!(got(&of("test.ping"), (None, None)).await, [0_i64; 0]);
        let customer = Filter { customer_id: Some("customer-1".to_owned()), ..all.clone() };
        assert_eq!(got(&customer, (None, None)).await, [17, 15, 13, 11]);
        let both = Filter { types: of("invoice_payment.*").types, ..customer };
        assert_eq!(got(&both, (None, None)).await, [17, 15]);
        let one = Filter { invoice_id: Some(invoice(merchant, 2).id), ..all.clone() };
        assert_eq!(got(&one, (None, None)).await, [27, 25, 23, 21]);
        assert_eq!(got(&Filter { merchant: other, ..one }, (None, None)).await, [0_i64; 0], "another's invoice");
        assert_eq!(got(&Filter { environment: Environment::Mainnet, ..all.clone() }, (None, None)).await, [0_i64; 0]);
        let second = |n: i64| Some(NOW.plus_ms(1_000 * n));
        assert_eq!(got(&all, (second(10), None)).await, [27, 25, 23, 21]);
        assert_eq!(got(&all, (None, second(1))).await, [3, 1]);
        assert_eq!(got(&all, (second(1), second(2))).await, [5, 3]);
        assert_eq!(got(&all, (second(99), None)).await, [0_i64; 0]);
        assert_eq!(got(&all, (None, Some(NOW.plus_ms(-1)))).await, [0_i64; 0]);
        let after = Page::new(Some(2), None, Some(EventId { seq: 3, at: NOW })).unwrap();
        let slice = list(db.read(), &of("invoice.*"), (second(1), None), after).await.unwrap();
        assert_eq!((seqs(&slice.items), slice.has_more), (vec![13, 11], true));
    }

    async fn a_cursor_over_some_types_skips_none_that_commits_between_their_reads(db: Db) {
        let merchant = add_merchant(&db).await;
        let created = event_of(&invoice(merchant, 1));
        let updated = New { kind: Type::InvoiceUpdated, ..created.clone() };
        let raced = Raced { db: &db, events: vec![updated.clone(), created, updated], left: AtomicU32::new(100) };
        let types = Some("invoice.created,invoice.updated".parse().unwrap());
        let scope = Scope::Merchant(Filter { types, ..everything(merchant) });
        let (mut seq, mut told) = (0, Vec::new());
        while told.len() < 300 {
            let all_written = raced.left.load(Ordering::Relaxed) == 0;
            let events = following(&raced, &scope, seq, 10).await.unwrap();
            assert!(!(all_written && events.is_empty()), "one was skipped: {told:?}");
            seq = events.last().map_or(seq, |last| last.id.seq);
            told.extend(seqs(&events));
        }
        assert_eq!(told, (1..=300).collect::<Vec<_>>());
    }

    async fn payors_follow_their_invoice_and_merchants_theirs(db: Db) {
        let merchant = add_merchant(&db).await;
        let (one, two) = (invoice(merchant, 1), invoice(merchant, 2));
        let quoted = New { kind: Type::QuoteUpdated, ..event_of(&one) };
        let events = [event_of(&one), quoted.clone(), event_of(&two), quoted, event_of(&one)];
        let ids = write(&db, NOW, &events).await;
        let (payor, all) = (Scope::Payor(one.id), Scope::Merchant(everything(merchant)));
        let read = async |scope: &Scope, seq, limit| seqs(&following(db.read(), scope, seq, limit).await.unwrap());
        assert_eq!(read(&payor, 0, 10).await, [1, 2, 4, 5]);
        assert_eq!(read(&payor, 1, 2).await, [2, 4]);
        assert_eq!(read(&all, 0, 10).await, [1, 3, 5]);
        assert_eq!(read(&all, 1, 1).await, [3]);
        assert_eq!(seqs(&newest(db.read(), &all, 2).await.unwrap()), [3, 5]);
        assert_eq!(seqs(&newest(db.read(), &payor, 3).await.unwrap()), [2, 4, 5]);
        let held = async |scope: &Scope, id| holds(db.read(), scope, id).await.unwrap();
        assert!(held(&payor, ids[1]).await && held(&all, ids[2]).await);
        assert!(!held(&payor, ids[2]).await, "of another invoice");
        assert!(!held(&all, ids[1]).await, "for payors only");
        assert!(!held(&all, EventId { at: NOW.plus_ms(1), ..ids[2] }).await, "of another time");
        assert!(!held(&all, EventId { seq: 6, at: NOW }).await, "not there yet");
        assert_eq!(get(db.read(), merchant, None, ids[1]).await.unwrap(), None);
        assert_eq!(seqs(&by_invoice(db.read(), one.id, 10).await.unwrap()), [1, 5]);
    }

    async fn old_events_go_and_the_newest_stays(db: Db) {
        let merchant = add_merchant(&db).await;
        let event = event_of(&invoice(merchant, 1));
        let at = |n: i64| NOW.plus_ms(10 * n);
        assert_eq!((first_at(db.read(), NOW).await.unwrap(), oldest(db.read()).await.unwrap()), (1, None));
        for n in 0..10 {
            write(&db, at(n), &[event.clone(), event.clone()]).await;
        }
        let prune_up_to = async |before, up_to, limit| {
            let tx = db.begin("test").await.unwrap();
            let gone = prune(&tx, before, up_to, limit).await.unwrap();
            tx.commit().await.unwrap();
            (gone, oldest(db.read()).await.unwrap().unwrap().seq)
        };
        let prune = async |before, limit| prune_up_to(before, i64::MAX, limit).await;
        assert_eq!(prune_up_to(at(3), 0, 100).await, (0, 1), "nothing that is still needed");
        assert_eq!(prune(at(0), 100).await, (0, 1));
        assert_eq!(prune_up_to(at(3), 2, 100).await, (2, 3), "nor after what is");
        assert_eq!(prune(at(3), 2).await, (2, 5), "in steps");
        assert_eq!(prune(at(3), 4).await, (2, 7));
        assert_eq!(prune(at(3), 4).await, (0, 7));
        for (instant, first) in [(NOW, 7), (at(3), 7), (at(3).plus_ms(1), 9), (at(9), 19), (at(10), 21)] {
            assert_eq!(first_at(db.read(), instant).await.unwrap(), first);
        }
        assert_eq!(prune(at(1_000), 100).await, (13, 20), "numbers go on from the newest");
        assert_eq!(write(&db, at(1_000), std::slice::from_ref(&event)).await[0].seq, 21);
    }

    async fn the_past_is_found_by_number_time_and_owner(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        assert_eq!(first_at(db.read(), NOW).await.unwrap(), 1);
        for n in 0..9 {
            let mut event = event_of(&invoice(if n % 3 == 2 { other } else { merchant }, n));
            event.environment = if n % 2 == 0 { Environment::Devnet } else { Environment::Mainnet };
            write(&db, NOW.plus_ms(i64::try_from(n).unwrap() / 2 * 10), &[event]).await;
        }
        let ats: Vec<i64> = after(db.read(), 0, 20).await.unwrap().iter().map(|it| it.id.at.since(NOW)).collect();
        assert_eq!(ats, [0, 0, 10, 10, 20, 20, 30, 30, 40]);
        for (at, wanted) in [(-1, 1), (0, 1), (1, 3), (10, 3), (11, 5), (40, 9), (41, 10), (999, 10)] {
            assert_eq!(first_at(db.read(), NOW.plus_ms(at)).await.unwrap(), wanted, "{at}");
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
