use pepay_core::event::{EventId, Type};
use pepay_core::id::{AttemptId, DeliveryId, EndpointId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::page::Page;
use pepay_core::time::Millis;
use pepay_core::webhook::{
    Asked, Breaker, Delivery, DeliveryState, DisabledReason, Endpoint, Health, Previous, Sealed, Status, Subscription,
};
use tokio::task::JoinSet;

use super::attempt::Attempt;
use super::delivery::{Filter, Missed};
use super::lane::Lane;
use super::recovery::Recovery;
use super::{attempt, delivery, endpoint, lane, planner, recovery};
use crate::Error;
use crate::db::{Db, Tx};
use crate::event;
use crate::testing::{NOW, add_merchant, another, event_of, invoice, on_both, rng};

const LEASED: Millis = Millis(NOW.0 + 30_000);

pub(crate) fn new_endpoint(merchant: MerchantId, n: u64) -> Endpoint {
    Endpoint {
        id: EndpointId::generate(NOW, &mut rng(n)),
        merchant_id: merchant,
        environment: Some(Environment::Devnet),
        url: format!("https://shop.example/{n}"),
        description: None,
        subscription: Subscription::all(),
        status: Status::Enabled,
        health: Health::default(),
        secret: Sealed::from_bytes(vec![1, 2, 3]),
        secret_version: 1,
        previous: None,
        after_seq: 0,
        created_at: NOW,
        updated_at: NOW,
        asked: Asked::default(),
    }
}

pub(crate) fn new_delivery(endpoint: &Endpoint, seq: i64) -> Delivery {
    let seed = u64::try_from(seq).unwrap() ^ endpoint.id.uuid().as_u64_pair().1;
    Delivery {
        id: DeliveryId::generate(NOW, &mut rng(seed)),
        endpoint_id: endpoint.id,
        merchant_id: endpoint.merchant_id,
        environment: Environment::Devnet,
        event: EventId { seq, at: NOW },
        kind: if seq % 2 == 0 { Type::InvoiceUpdated } else { Type::InvoiceCreated },
        state: DeliveryState::Pending,
        attempts: 0,
        tries: 0,
        due_at: Some(NOW),
        leased_until: None,
        created_at: NOW,
        completed_at: None,
    }
}

async fn write<T>(db: &Db, act: impl AsyncFnOnce(&Tx) -> Result<T, Error>) -> T {
    let tx = db.begin("test").await.unwrap();
    let done = act(&tx).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn add_endpoint(db: &Db, merchant: MerchantId, n: u64) -> Endpoint {
    let one = new_endpoint(merchant, n);
    write(db, async |tx| endpoint::insert(tx, &one).await).await;
    one
}

async fn add_deliveries(db: &Db, to: &Endpoint, seqs: impl IntoIterator<Item = i64>) -> Vec<Delivery> {
    let all: Vec<Delivery> = seqs.into_iter().map(|seq| new_delivery(to, seq)).collect();
    write(db, async |tx| delivery::insert(tx, &all).await).await;
    all
}

async fn claim(db: &Db, from: &Endpoint, lane: Lane, now: Millis, limit: u64) -> Vec<i64> {
    let claimed = write(db, async |tx| lane::claim(tx, from.id, lane, (now, now.plus_ms(30_000)), limit).await).await;
    claimed.iter().map(|it| it.event.seq).collect()
}

fn filter(of: &Endpoint) -> Filter {
    Filter { merchant: of.merchant_id, endpoint: of.id, environment: None, state: None, kind: None }
}

async fn one(db: &Db, delivery: &Delivery) -> Delivery {
    delivery::get(db.read(), delivery.merchant_id, None, delivery.id).await.unwrap().unwrap()
}

on_both! {
    async fn endpoints_round_trip_and_belong_to_one_merchant(db: Db) {
        let (merchant, other) = (add_merchant(&db).await, add_merchant(&db).await);
        let mut whole = new_endpoint(merchant, 1);
        whole.environment = None;
        whole.description = Some("ü".to_owned());
        whole.subscription = Subscription::new(&["invoice.*".to_owned(), "test.ping".to_owned()]).unwrap();
        whole.status = Status::Disabled { at: NOW, reason: DisabledReason::Gone };
        whole.health = Health { breaker: Breaker::Open { until: LEASED, trips: 3 }, failing_since: Some(NOW) };
        whole.previous = Some(Previous { sealed: Sealed::from_bytes(vec![9]), until: LEASED });
        whole.asked = Asked { created_by: Some([1; 32]), rotated_by: Some([2; 32]) };
        write(&db, async |tx| endpoint::insert(tx, &whole).await).await;
        assert_eq!(endpoint::get(db.read(), merchant, whole.id).await.unwrap(), Some(whole.clone()));
        assert_eq!(endpoint::get(db.read(), other, whole.id).await.unwrap(), None);
        let made = |merchant, since| endpoint::made_by(db.read(), merchant, &[1; 32], since);
        assert_eq!(made(merchant, NOW.plus_ms(-1)).await.unwrap(), Some(whole.clone()));
        assert_eq!((made(merchant, NOW).await.unwrap(), made(other, Millis(0)).await.unwrap()), (None, None));
        let tx = db.begin("test").await.unwrap();
        assert!(matches!(endpoint::delete(&tx, other, whole.id).await, Err(Error::Missing { .. })));
        let orphan = new_endpoint(MerchantId(99), 2);
        assert!(matches!(endpoint::insert(&tx, &orphan).await, Err(Error::UnknownMerchant)));
    }

    async fn owners_and_deliveries_write_different_columns(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut stale = add_endpoint(&db, merchant, 1).await;
        let health = Health { breaker: Breaker::Open { until: LEASED, trips: 2 }, failing_since: Some(NOW) };
        write(&db, async |tx| endpoint::set_health(tx, stale.id, &health).await).await;
        stale.url = "https://new.example".to_owned();
        write(&db, async |tx| endpoint::update(tx, &stale).await).await;
        let now = endpoint::get(db.read(), merchant, stale.id).await.unwrap().unwrap();
        assert_eq!((now.url.as_str(), now.health), ("https://new.example", health));
        assert_eq!(endpoint::failing(db.read()).await.unwrap(), [(stale.id, health)]);
        let off = async || write(&db, async |tx| endpoint::disable(tx, stale.id, NOW, DisabledReason::Failing).await).await;
        assert!(off().await && !off().await);
    }

    async fn lists_hold_one_environment_and_those_of_both(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut ids = Vec::new();
        for (n, environment) in [Some(Environment::Devnet), Some(Environment::Mainnet), None].into_iter().enumerate() {
            let mut new = new_endpoint(merchant, u64::try_from(n).unwrap());
            new.id = EndpointId::generate(NOW.plus_ms(i64::try_from(n).unwrap()), &mut rng(1));
            new.environment = environment;
            write(&db, async |tx| endpoint::insert(tx, &new).await).await;
            ids.push(new.id);
        }
        let page = Page::new(None, None, None).unwrap();
        let list = async |environment| {
            let slice = endpoint::list(db.read(), merchant, environment, page).await.unwrap();
            slice.items.iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(list(Environment::Devnet).await, [ids[2], ids[0]]);
        assert_eq!(list(Environment::Mainnet).await, [ids[2], ids[1]]);
        assert_eq!(endpoint::count(db.read(), merchant).await.unwrap(), 3);
        assert_eq!(endpoint::all(db.read(), Some(ids[0]), 9).await.unwrap().len(), 2);
    }

    async fn a_plan_is_made_by_one_node_and_for_the_present_endpoints(db: Db) {
        let start = planner::position(db.read()).await.unwrap();
        let other = another(&db).await;
        assert!(write(&db, async |tx| planner::advance(tx, start, 5).await).await);
        assert!(!write(&other, async |tx| planner::advance(tx, start, 6).await).await, "moved by the first");
        let moved = planner::position(db.read()).await.unwrap();
        let changed = write(&db, async |tx| planner::change(tx).await).await;
        assert_eq!((changed.seq, changed.version), (5, start.version + 1));
        assert!(!write(&other, async |tx| planner::advance(tx, moved, 6).await).await, "made for other endpoints");
        assert!(write(&other, async |tx| planner::advance(tx, changed, 6).await).await);
    }

    async fn an_event_is_delivered_to_an_endpoint_once(db: Db) {
        let merchant = add_merchant(&db).await;
        let to = add_endpoint(&db, merchant, 1).await;
        let first = add_deliveries(&db, &to, 1..=3).await;
        let mut again: Vec<Delivery> = (2..=4).map(|seq| new_delivery(&to, seq)).collect();
        for it in &mut again {
            it.id = DeliveryId::generate(NOW.plus_ms(1), &mut rng(it.event.seq.unsigned_abs() + 900));
        }
        assert_eq!(write(&db, async |tx| delivery::insert(tx, &again).await).await, 1);
        assert_eq!(one(&db, &first[1]).await, first[1]);
        let pending = delivery::pending(db.read(), &[to.id], &[2, 4, 9]).await.unwrap();
        assert_eq!((pending.get(&2), pending.get(&4), pending.get(&9)), (Some(&1), Some(&1), None));
    }

    async fn claims_lease_fresh_ones_in_order_and_retries_apart(db: Db) {
        let merchant = add_merchant(&db).await;
        let (to, other) = (add_endpoint(&db, merchant, 1).await, add_endpoint(&db, merchant, 2).await);
        let all = add_deliveries(&db, &to, (1..=5).rev()).await;
        add_deliveries(&db, &other, 1..=2).await;
        assert_eq!(claim(&db, &to, Lane::Fresh, NOW.plus_ms(-1), 9).await, [] as [i64; 0], "not due");
        assert_eq!(claim(&db, &to, Lane::Fresh, NOW, 2).await, [1, 2]);
        assert_eq!(claim(&db, &to, Lane::Fresh, NOW, 9).await, [3, 4, 5]);
        assert_eq!(claim(&db, &to, Lane::Fresh, NOW, 9).await, [] as [i64; 0], "leased");
        let missed = Missed { id: all[0].id, leased_until: LEASED, due_at: Some(NOW.plus_ms(5_000)) };
        write(&db, async |tx| delivery::miss(tx, &missed, NOW).await).await;
        let now = one(&db, &all[0]).await;
        assert_eq!((now.attempts, now.tries, now.due_at, now.leased_until), (1, 1, missed.due_at, None));
        assert_eq!(claim(&db, &to, Lane::Retry, NOW.plus_ms(4_999), 9).await, [] as [i64; 0]);
        assert_eq!(claim(&db, &to, Lane::Retry, NOW.plus_ms(5_000), 9).await, [5]);
        // A node that died gives back what it had when its lease ends.
        assert_eq!(claim(&db, &to, Lane::Fresh, LEASED, 9).await, [1, 2, 3, 4]);
    }

    async fn what_is_claimed_at_once_is_claimed_by_one(db: Db) {
        let merchant = add_merchant(&db).await;
        let to = add_endpoint(&db, merchant, 1).await;
        add_deliveries(&db, &to, 1..=200).await;
        let other = another(&db).await;
        let mut nodes = JoinSet::new();
        for node in [db.clone(), other.clone(), db.clone(), other] {
            let to = to.clone();
            nodes.spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let some = claim(&node, &to, Lane::Fresh, NOW, 7).await;
                    if some.is_empty() {
                        return mine;
                    }
                    mine.extend(some);
                }
            });
        }
        let mut all: Vec<i64> = nodes.join_all().await.into_iter().flatten().collect();
        // Somebody may have found everything left locked by the others, and ended early.
        all.extend(claim(&db, &to, Lane::Fresh, NOW, 500).await);
        all.sort_unstable();
        assert_eq!(all, (1..=200).collect::<Vec<_>>());
    }

    async fn outcomes_count_once_and_a_late_failure_undoes_nothing(db: Db) {
        let merchant = add_merchant(&db).await;
        let to = add_endpoint(&db, merchant, 1).await;
        let all = add_deliveries(&db, &to, 1..=3).await;
        claim(&db, &to, Lane::Fresh, NOW, 3).await;
        write(&db, async |tx| delivery::succeed(tx, &[all[0].id, all[1].id], NOW.plus_ms(7)).await).await;
        let late = Missed { id: all[0].id, leased_until: LEASED, due_at: Some(NOW) };
        write(&db, async |tx| delivery::miss(tx, &late, NOW).await).await;
        let done = one(&db, &all[0]).await;
        assert_eq!((done.state, done.attempts, done.completed_at), (DeliveryState::Succeeded, 1, Some(NOW.plus_ms(7))));
        // The lease has ended and another node has it: the first one's failure is not the last word.
        claim(&db, &to, Lane::Fresh, LEASED, 3).await;
        let late = Missed { id: all[2].id, leased_until: LEASED, due_at: None };
        write(&db, async |tx| delivery::miss(tx, &late, NOW).await).await;
        assert_eq!(one(&db, &all[2]).await.attempts, 0);
        let given_up = Missed { leased_until: LEASED.plus_ms(30_000), ..late };
        write(&db, async |tx| delivery::miss(tx, &given_up, NOW).await).await;
        let failed = one(&db, &all[2]).await;
        assert_eq!((failed.state, failed.due_at, failed.completed_at), (DeliveryState::Failed, None, Some(NOW)));
        write(&db, async |tx| delivery::again(tx, merchant, failed.id, NOW).await).await;
        let again = one(&db, &all[2]).await;
        assert_eq!((again.state, again.attempts, again.tries, again.due_at), (DeliveryState::Pending, 1, 0, Some(NOW)));
        let tx = db.begin("test").await.unwrap();
        assert!(matches!(delivery::again(&tx, MerchantId(99), failed.id, NOW).await, Err(Error::Missing { .. })));
    }

    async fn heads_tell_each_endpoint_that_something_waits_for(db: Db) {
        let merchant = add_merchant(&db).await;
        let mut wanted = Vec::new();
        for n in 1..=4 {
            let to = add_endpoint(&db, merchant, n).await;
            add_deliveries(&db, &to, 1..=i64::try_from(n).unwrap()).await;
            wanted.push((to.id, NOW));
            if n == 4 {
                claim(&db, &to, Lane::Fresh, NOW, 9).await;
                wanted.last_mut().unwrap().1 = LEASED;
            }
        }
        wanted.sort_unstable();
        assert_eq!(lane::heads(db.read(), Lane::Fresh).await.unwrap(), wanted);
        assert_eq!(lane::heads(db.read(), Lane::Retry).await.unwrap(), []);
    }

    async fn a_repaired_endpoint_does_not_wait_for_its_schedule(db: Db) {
        let merchant = add_merchant(&db).await;
        let to = add_endpoint(&db, merchant, 1).await;
        let all = add_deliveries(&db, &to, 1..=3).await;
        claim(&db, &to, Lane::Fresh, NOW, 3).await;
        for delivery in &all[..2] {
            let missed = Missed { id: delivery.id, leased_until: LEASED, due_at: Some(NOW.plus_ms(9_000_000)) };
            write(&db, async |tx| delivery::miss(tx, &missed, NOW).await).await;
        }
        assert_eq!(write(&db, async |tx| lane::hasten(tx, to.id, NOW, 1).await).await, 1);
        assert_eq!(write(&db, async |tx| lane::hasten(tx, to.id, NOW, 9).await).await, 1);
        assert_eq!(claim(&db, &to, Lane::Retry, NOW, 9).await, [1, 2]);
        assert_eq!(write(&db, async |tx| lane::hasten(tx, to.id, NOW, 9).await).await, 0, "leases are left alone");
        write(&db, async |tx| delivery::give_back(tx, &[all[2].id], NOW).await).await;
        assert_eq!(claim(&db, &to, Lane::Fresh, NOW, 9).await, [3]);
    }

    async fn deliveries_are_listed_by_event_both_ways_and_filtered(db: Db) {
        let merchant = add_merchant(&db).await;
        let (to, other) = (add_endpoint(&db, merchant, 1).await, add_endpoint(&db, merchant, 2).await);
        let all = add_deliveries(&db, &to, 1..=7).await;
        let foreign = add_deliveries(&db, &other, 1..=2).await;
        let list = async |filter: Filter, older, newer| {
            let page = Page::new(Some(3), older, newer).unwrap();
            let slice = delivery::list(db.read(), &filter, page).await.unwrap();
            slice.map(|slice| (slice.items.iter().map(|it| it.event.seq).collect::<Vec<_>>(), slice.has_more))
        };
        let base = filter(&to);
        assert_eq!(list(base.clone(), None, None).await, Some((vec![7, 6, 5], true)));
        assert_eq!(list(base.clone(), Some(all[1].id), None).await, Some((vec![1], false)));
        assert_eq!(list(base.clone(), None, Some(all[2].id)).await, Some((vec![6, 5, 4], true)));
        assert_eq!(list(base.clone(), Some(foreign[0].id), None).await, None);
        let created = Filter { kind: Some(Type::InvoiceCreated), ..base.clone() };
        assert_eq!(list(created, None, None).await, Some((vec![7, 5, 3], true)));
        write(&db, async |tx| delivery::succeed(tx, &[all[3].id], NOW).await).await;
        let done = Filter { state: Some(DeliveryState::Succeeded), ..base.clone() };
        assert_eq!(list(done, None, None).await, Some((vec![4], false)));
        let mainnet = Filter { environment: Some(Environment::Mainnet), ..base.clone() };
        assert_eq!(list(mainnet, None, None).await, Some((vec![], false)));
        let stranger = Filter { merchant: MerchantId(99), ..base };
        assert_eq!(list(stranger, None, None).await, Some((vec![], false)));
    }

    async fn what_is_old_goes_with_its_attempts_and_what_nobody_takes_is_called_off(db: Db) {
        let merchant = add_merchant(&db).await;
        let to = add_endpoint(&db, merchant, 1).await;
        let all = add_deliveries(&db, &to, 1..=3).await;
        let tried = Attempt {
            id: AttemptId::generate(NOW, &mut rng(1)),
            delivery_id: all[1].id,
            started_at: NOW,
            answered_ms: Some(3),
            took_ms: 4,
            status: Some(500),
            head: Some("server: x".to_owned()),
            excerpt: Some("no".to_owned()),
            error: Some("status".to_owned()),
            detail: None,
        };
        for _again in 0..2 {
            write(&db, async |tx| attempt::insert(tx, std::slice::from_ref(&tried)).await).await;
        }
        assert_eq!(attempt::list(db.read(), all[1].id, 5).await.unwrap(), [tried]);
        assert_eq!(write(&db, async |tx| delivery::call_off(tx, to.id, NOW, 2).await).await, 2);
        assert_eq!(one(&db, &all[0]).await.state, DeliveryState::Canceled);
        assert_eq!(write(&db, async |tx| delivery::again_failed(tx, to.id, &[1, 3], NOW).await).await, 1);
        assert_eq!(write(&db, async |tx| delivery::prune(tx, NOW, 9).await).await, 0);
        assert_eq!(write(&db, async |tx| delivery::prune(tx, NOW.plus_ms(1), 1).await).await, 1);
        assert_eq!(write(&db, async |tx| delivery::prune(tx, NOW.plus_ms(1), 9).await).await, 0, "the others wait");
        assert_eq!(attempt::list(db.read(), all[1].id, 5).await.unwrap(), []);
        let events = vec![event_of(&invoice(merchant, 1)); 4];
        write(&db, async |tx| event::append(tx, NOW, &events).await).await;
        assert_eq!(write(&db, async |tx| delivery::prune(tx, NOW.plus_ms(1), 9).await).await, 0, "for these events");
        assert_eq!(write(&db, async |tx| event::prune(tx, NOW.plus_ms(1), 3, 9).await).await, 3);
        assert_eq!(write(&db, async |tx| delivery::prune(tx, NOW.plus_ms(1), 9).await).await, 2, "in vain");
    }

    async fn a_recovery_is_worked_off_once_and_can_grow(db: Db) {
        let id = EndpointId::generate(NOW, &mut rng(1));
        let ask = async |after_seq, until_seq| {
            write(&db, async |tx| recovery::ask(tx, Recovery { endpoint: id, after_seq, until_seq }).await).await;
        };
        assert!(!recovery::any(db.read()).await.unwrap());
        ask(10, 20).await;
        ask(5, 15).await;
        let take = async |after| write(&db, async |tx| recovery::take(tx, after).await).await;
        let taken = take(None).await.unwrap();
        assert_eq!(taken, Recovery { endpoint: id, after_seq: 5, until_seq: 20 });
        write(&db, async |tx| recovery::advance(tx, taken, 12).await).await;
        assert_eq!(take(None).await.unwrap().after_seq, 12);
        assert_eq!(take(Some(id)).await, None, "others have their turn");
        write(&db, async |tx| recovery::advance(tx, taken, 20).await).await;
        assert_eq!(take(None).await, None);
    }
}
