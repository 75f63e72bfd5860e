//! kill -9 loses nothing, and a second node takes over.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Hook, Manner, OK, Receiver, events_of, log, quick_world};
use crate::world::{Database, Server};

/// Deliveries while the program is killed over and over, unless `PEPAY_TEST_DELIVERIES` says otherwise.
const USUAL: usize = 300;
/// Kills.
const KILLS: usize = 3;
/// Invoices created at once.
const AT_ONCE: usize = 50;

pub(super) async fn nothing_is_lost_to_kill_9(database: Database) {
    let mut world = quick_world(database, "").await;
    let receiver = Receiver::start(Manner::Slow(Duration::from_millis(20))).await;
    let hook = Hook::create(&world.merchant, &receiver.url(), &["*"]).await;
    let many = std::env::var("PEPAY_TEST_DELIVERIES").map_or(USUAL, |many| many.parse().expect("a number"));
    let wave_of = many / KILLS;
    for wave in 1..=KILLS {
        for _ in 0..wave_of / AT_ONCE {
            futures_util::future::join_all((0..AT_ONCE).map(|_| world.merchant.create("1.00"))).await;
        }
        // Killed with about half of the wave under way or waiting.
        receiver.wait("some of a wave", |got| got.len() >= wave * wave_of - wave_of / 2).await;
        world.kill_server().await;
        world.restart_server().await;
    }
    let wanted: Vec<String> = log(&world).await.iter().map(|it| it.id.to_string()).collect();
    let got =
        receiver.wait("everything", |got| got.len() >= wanted.len() && events_of(got).len() == wanted.len()).await;
    let arrived = events_of(&got);
    assert!(wanted.iter().all(|id| arrived.contains(id)), "each of {} events came at least once", wanted.len());
    hook.wait_all(&world.merchant, wanted.len(), "succeeded").await;
    world.audit().await;
}

#[tokio::test]
async fn a_second_node_takes_over_within_the_lease() {
    let mut world = quick_world(Database::Postgres, "").await;
    let second = world.files.second();
    let _server = Server::start(&second, "second").await;
    let there = world.merchant.at(second.api());
    let receiver = Receiver::start(OK).await;
    let hook = Hook::create(&there, &receiver.url(), &["*"]).await;
    futures_util::future::join_all((0..40).map(|_| there.create("1.00"))).await;
    receiver.wait("the first wave", |got| events_of(got).len() == 40).await;
    receiver.behave(Manner::Slow(Duration::from_millis(300)));
    futures_util::future::join_all((0..40).map(|_| there.create("1.00"))).await;
    world.kill_server().await;
    let killed = Instant::now();
    receiver.behave(OK);
    receiver.wait("the second wave", |got| events_of(got).len() == 80).await;
    // The lease of 4 s, the pauses between two looks, and a busy machine.
    assert!(killed.elapsed() < Duration::from_secs(12), "taken over after {:?}", killed.elapsed());
    hook.wait_all(&there, 80, "succeeded").await;
    world.restart_server().await;
    world.audit().await;
}

#[tokio::test]
async fn under_another_server_key_deliveries_wait_for_a_new_secret() {
    let mut world = quick_world(Database::Sqlite, "").await;
    let (sealed, late) = (Receiver::start(OK).await, Receiver::start(Manner::Status(500, "")).await);
    let hook = Hook::create(&world.merchant, &sealed.url(), &["*"]).await;
    world.stop_server().await;
    world.files.change_server_key(&"7a".repeat(32));
    world.restart_server().await;
    let other = Hook::create(&world.merchant, &late.url(), &["*"]).await;
    world.merchant.create("1.00").await;
    // Looks for what is due, which retries need, have gone over the delivery that cannot be signed.
    late.wait("retries", |got| got.len() >= 5).await;
    late.behave(OK);
    other.wait_all(&world.merchant, 1, "succeeded").await;
    hook.wait_all(&world.merchant, 1, "pending").await;
    assert_eq!(sealed.got().len(), 0);
    let rotated = world.merchant.ask("POST", &hook.path("/rotate-secret"), &json!({})).await;
    assert_eq!(rotated.status, 200, "{rotated:?}");
    hook.wait_all(&world.merchant, 1, "succeeded").await;
    world.audit().await;
}

#[tokio::test]
async fn a_dead_endpoint_delays_nobody() {
    let world = quick_world(Database::Sqlite, "total_concurrency = 16\nconcurrency = 8").await;
    let merchant = &world.merchant;
    let (good, dead) = (Receiver::start(OK).await, Receiver::start(Manner::Silent).await);
    let hook = Hook::create(merchant, &good.url(), &["*"]).await;
    for number in 0..4 {
        let body = json!({ "url": dead.url(), "description": format!("dead {number}") });
        assert_eq!(merchant.ask("POST", "/api/v1/webhooks", &body).await.status, 201);
    }
    let mut slowest = Duration::ZERO;
    for number in 1..=40 {
        let began = Instant::now();
        merchant.create("1.00").await;
        good.wait("the event", |got| events_of(got).len() == number).await;
        slowest = slowest.max(began.elapsed());
    }
    hook.wait_all(merchant, 40, "succeeded").await;
    // Four dead ones have half a second each, and no slots to spare after their first failures.
    assert!(slowest < Duration::from_millis(1_500), "{slowest:?}");
    world.audit().await;
}
