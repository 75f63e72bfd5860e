//! Followers of the event log, with the tail at work.

use pepay_core::event::{EventId, Type};
use pepay_store::event::{self, New};
use pepay_store::webhook::planner;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::stream::{Begin, Filter, Lost, Subscription, Told};

impl World {
    fn all(&self) -> Filter {
        let (merchant, environment) = (self.caller.merchant, self.caller.environment);
        Filter { merchant, environment, types: None, customer_id: None, invoice_id: None }
    }

    pub(super) async fn append(&self, kind: Type, count: usize) -> Vec<EventId> {
        let invoice_id = InvoiceId::generate(START, &mut StdRng::seed_from_u64(1));
        let event = New {
            kind,
            merchant_id: self.caller.merchant,
            environment: self.caller.environment,
            invoice_id,
            customer_id: None,
            request_id: None,
            idempotency_key: None,
            data: r#"{"object":{},"previous_attributes":{}}"#.to_owned(),
        };
        let tx = self.engine.db().begin("test").await.unwrap();
        let ids = event::append(&tx, self.engine.now(), &vec![event; count]).await.unwrap();
        tx.commit().await.unwrap();
        ids
    }

    fn follow_log(&self) -> tokio_util::sync::DropGuard {
        let stop = CancellationToken::new();
        #[expect(clippy::disallowed_methods, reason = "the test's runtime ends with the test")]
        tokio::spawn(self.engine.clone().run_tail(stop.clone()));
        stop.drop_guard()
    }
}

/// The numbers of the next `count` events.
async fn next(stream: &mut Subscription, count: usize) -> Vec<i64> {
    let mut seqs = Vec::new();
    while seqs.len() < count {
        match stream.next().await.unwrap() {
            Told::Events(entries) => seqs.extend(entries.iter().map(|entry| entry.id.seq)),
            Told::CaughtUp => {}
        }
    }
    seqs
}

fn range(from: i64, to: i64) -> Vec<i64> {
    (from..=to).collect()
}

#[tokio::test]
async fn a_replay_joins_what_is_new_and_hides_what_is_for_payors() {
    let world = World::new().await;
    world.append(Type::InvoiceCreated, 700).await;
    // Nobody reads the log yet: what is replayed is in the database alone.
    let mut stream = world.engine.follow(world.all(), Some(EventId::BEFORE_ALL), 500).await.unwrap();
    assert_eq!(stream.begin(), Begin::Since(EventId::BEFORE_ALL));
    assert_eq!(next(&mut stream, 700).await, range(1, 700));
    assert!(matches!(stream.next().await.unwrap(), Told::CaughtUp));
    let _tail = world.follow_log();
    world.append(Type::QuoteUpdated, 3).await;
    world.append(Type::InvoiceUpdated, 300).await;
    assert_eq!(next(&mut stream, 300).await, range(704, 1_003));
    assert_eq!(stream.last().seq, 1_003);
    let seen = world.engine.events_after(698, 4).await.unwrap();
    assert_eq!(seen.iter().map(|entry| entry.id.seq).collect::<Vec<_>>(), [699, 700, 704, 705]);
    assert_eq!(world.engine.events_after(1_003, 4).await.unwrap().len(), 0);
    let unknown = EventId { seq: 701, at: START };
    let refused = world.engine.follow(world.all(), Some(unknown), 500).await.map(|_| ()).unwrap_err();
    assert_eq!(refused.code(), pepay_wire::Code::InvalidCursor, "an event of payors is no cursor of merchants");
}

#[tokio::test]
async fn whoever_falls_behind_catches_up_within_the_backlog_and_is_let_go_beyond() {
    let world = World::new().await;
    let _tail = world.follow_log();
    world.append(Type::InvoiceCreated, 1).await;
    let mut patient = world.engine.follow(world.all(), None, 10_000).await.unwrap();
    let mut strict = world.engine.follow(world.all(), None, 500).await.unwrap();
    // More than a feed remembers.
    let ids = world.append(Type::InvoiceUpdated, 3_000).await;
    let newest = ids.last().unwrap().seq;
    world.engine.tail().follow().wait_for(|read| *read >= newest).await.unwrap();
    assert_eq!(next(&mut patient, 3_000).await, range(2, newest));
    assert!(matches!(strict.next().await, Err(Lost::Slow { behind }) if behind >= 3_000));
    world.append(Type::InvoiceUpdated, 1).await;
    assert_eq!(next(&mut patient, 1).await, [newest + 1]);
}

#[tokio::test]
async fn events_are_kept_as_long_as_the_operator_wants() {
    let world = World::new().await;
    world.append(Type::InvoiceCreated, 25_000).await;
    world.clock.advance(86_400_000 * 10);
    let ids = world.append(Type::InvoiceUpdated, 10).await;
    assert_eq!(world.engine.prune_events().await.unwrap(), 0, "for good");
    let prune = async || world.engine.prune_older(10).await.unwrap();
    assert_eq!(prune().await, 0, "ten days are not over yet");
    world.clock.advance(1);
    assert_eq!(prune().await, 0, "their webhooks are not planned yet");
    let tx = world.engine.db().begin("test").await.unwrap();
    let from = planner::position(&*tx).await.unwrap();
    assert!(planner::advance(&tx, from, ids[0].seq).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(prune().await, 20_000, "in bounded steps");
    assert_eq!(prune().await, 5_000);
    assert_eq!(prune().await, 0);
    let stream = world.engine.follow(world.all(), Some(EventId::BEFORE_ALL), 500).await.unwrap();
    assert_eq!(stream.begin(), Begin::Pruned(ids[0]));
}
