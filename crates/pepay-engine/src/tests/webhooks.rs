//! The planner beside others who write, and the key that secrets are sealed with.

use std::time::Duration;

use pepay_core::event::Type;
use pepay_core::id::EndpointId;
use pepay_core::webhook::{Asked, Endpoint, Health, Secret, Status, Subscription};
use pepay_store::webhook::lane::{self, Lane};
use pepay_store::webhook::{endpoint, planner};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::server_key;

const KEY: [u8; 32] = [3; 32];

impl World {
    /// An endpoint that is never reached: loopback is not allowed.
    async fn add_endpoint(&self) {
        let mut rng = StdRng::seed_from_u64(8);
        let id = EndpointId::generate(START, &mut rng);
        let key = ServerKey::new(KEY).derive(crate::webhook::PURPOSE);
        let new = Endpoint {
            id,
            merchant_id: self.caller.merchant,
            environment: None,
            url: "http://127.0.0.1:9/hook".to_owned(),
            description: None,
            subscription: Subscription::all(),
            status: Status::Enabled,
            health: Health::default(),
            secret: Secret::generate(&mut rng).seal(&key, id, &mut rng),
            secret_version: 1,
            previous: None,
            after_seq: 0,
            created_at: START,
            updated_at: START,
            asked: Asked::default(),
        };
        let tx = self.engine.db().begin("test").await.unwrap();
        planner::change(&tx).await.unwrap();
        endpoint::insert(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn events_are_planned_however_often_endpoints_change() {
    let world = World::new().await;
    world.add_endpoint().await;
    let (db, stop) = (world.engine.db().clone(), CancellationToken::new());
    let _stopped = stop.clone().drop_guard();
    let mut tasks = tokio::task::JoinSet::new();
    for worker in world.engine.followers(&stop).into_iter().chain(world.engine.deliverers(&stop)) {
        tasks.spawn(worker.run);
    }
    for _ in 0..8 {
        let db = db.clone();
        tasks.spawn(async move {
            loop {
                let tx = db.begin("test.change").await.unwrap();
                planner::change(&tx).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    world.append(Type::InvoiceCreated, 1).await;
    let planned = async {
        while lane::count(db.read(), Lane::Fresh, 1).await.unwrap()
            + lane::count(db.read(), Lane::Retry, 1).await.unwrap()
            == 0
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), planned).await.expect("the event is planned");
}

#[tokio::test]
async fn a_key_is_noted_that_opens_what_is_sealed() {
    let world = World::new().await;
    world.add_endpoint().await;
    let db = world.engine.db();
    let (right, wrong) = (ServerKey::new(KEY), ServerKey::new([4; 32]));
    assert!(!server_key::admit(db, &wrong, START).await.unwrap());
    assert_eq!(server_key::compare(db, &right).await.unwrap(), server_key::Known::None);
    assert!(server_key::admit(db, &right, START).await.unwrap());
    assert!(!server_key::admit(db, &wrong, START).await.unwrap());
    server_key::accept(db, &wrong, START, &mut StdRng::seed_from_u64(1)).await.unwrap();
    assert!(server_key::admit(db, &wrong, START).await.unwrap());
}
