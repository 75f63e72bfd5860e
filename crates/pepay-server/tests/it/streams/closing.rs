//! How streams end, and how they begin again.

use pepay_engine::clock::{Clock as _, SystemClock};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::socket::{Frame, Socket, token};
use super::source;
use crate::access::keys;
use crate::world::{Database, World, wait_for};

pub(super) async fn a_stopped_server_sends_clients_away_and_a_killed_one_loses_nothing(database: Database) {
    let mut world = World::start(database).await;
    let first = world.merchant.create("1.00").await;
    let mut socket = Socket::merchant(&world, &world.merchant, "since=evt_0-0").await;
    assert_eq!(socket.control().await["type"], "replay_started");
    let (last, _) = socket.event().await;
    assert_eq!(
        socket.control().await,
        json!({
            "object": "ws_control", "type": "replay_completed", "last_event_id": last, "replayed": 1,
        })
    );
    world.stop_server().await;
    assert_eq!(
        socket.control().await,
        json!({
            "object": "ws_control", "type": "resync_required", "last_event_id": last, "reason": "restart",
        })
    );
    assert_eq!(socket.next().await, Frame::Closed(1012));

    world.restart_server().await;
    let mut socket = Socket::merchant(&world, &world.merchant, &format!("since={last}")).await;
    assert_eq!(socket.control().await["type"], "replay_started");
    assert_eq!(socket.control().await["type"], "replay_completed");
    let second = world.merchant.create("1.00").await;
    let (last, text) = socket.event().await;
    assert!(text.contains(&second.id) && !text.contains(&first.id));
    world.kill_server().await;
    assert_eq!(socket.next().await, Frame::Gone);

    world.restart_server().await;
    let third = world.merchant.create("1.00").await;
    let mut socket = Socket::merchant(&world, &world.merchant, &format!("since={last}")).await;
    assert_eq!(socket.control().await["type"], "replay_started");
    assert!(socket.event().await.1.contains(&third.id));
    world.audit().await;
}

/// As a node of the version before sees an event of a type that is written since.
pub(super) async fn a_node_that_can_not_read_on_sends_clients_away(database: Database) {
    let world = World::start(database).await;
    let (db, merchant) = (&world.books.db, &world.merchant);
    let before = source::append(db, &[source::event(merchant.id, 0)]).await[0];
    let since = format!("since={before}");
    let mut socket = Socket::merchant(&world, merchant, &since).await;
    assert_eq!(socket.control().await["type"], "replay_started");
    assert_eq!(socket.control().await["type"], "replay_completed");
    let unheard = source::append_of_type(db, &source::event(merchant.id, 1), "invoice.unheard_of").await;
    let error = socket.control().await;
    assert_eq!((&error["object"], &error["code"]), (&json!("ws_error"), &json!("INTERNAL_SERVER_ERROR")), "{error}");
    assert_eq!(socket.next().await, Frame::Closed(1011));
    let headers = [("x-api-key", merchant.key.as_str())];
    let path = format!("/ws/merchant/events?{since}");
    let refused = Socket::open(&world.files.address, &path, &headers).await;
    assert_eq!(refused.expect_err("nobody is let in").code, "SERVICE_UNAVAILABLE");

    source::set_type(db, unheard, "invoice.updated").await;
    let mut socket = wait_for("a node that reads on", async || {
        Socket::open(&world.files.address, &path, &headers).await.map_err(|refused| refused.code)
    })
    .await;
    assert_eq!(socket.control().await["type"], "ready");
    assert_eq!(socket.control().await["type"], "replay_started");
    assert_eq!(socket.event().await.0, unheard.to_string());
    world.end();
}

pub(super) async fn sockets_end_with_their_credentials(database: Database) {
    let world = World::start(database).await;
    let (id, key) = keys::with_id(&world, world.merchant.id).await;
    let revoked = crate::world::Merchant { key, ..world.merchant.clone() };
    let by_token = token(&revoked, 60).await["token"].as_str().expect("a token").to_owned();
    let brief = token(&world.merchant, 10).await;
    let open = async |token: &str| {
        let path = format!("/ws/merchant/events?token={token}");
        let mut socket = Socket::open(&world.files.address, &path, &[]).await.expect("the token opens it");
        assert_eq!(socket.control().await["type"], "ready");
        socket
    };
    let mut ending = open(brief["token"].as_str().expect("a token")).await;
    let expiring = ending.control().await;
    assert_eq!((&expiring["type"], &expiring["expires_at"]), (&json!("token_expiring"), &brief["expires_at"]));

    let mut sockets = [Socket::merchant(&world, &revoked, "").await, open(&by_token).await];
    keys::revoke(&world, world.merchant.id, id).await;
    for socket in &mut sockets {
        let error = socket.next().await;
        let Frame::Other(error) = error else { panic!("{error:?}") };
        // A token that is about to end says so first.
        let error = if error["type"] == "token_expiring" { socket.control().await } else { error };
        assert_eq!((&error["object"], &error["code"]), (&json!("ws_error"), &json!("API_KEY_REVOKED")), "{error}");
        assert_eq!(socket.next().await, Frame::Closed(4401));
    }
    let error = ending.control().await;
    assert_eq!((&error["object"], &error["code"]), (&json!("ws_error"), &json!("TOKEN_INVALID")), "{error}");
    assert_eq!(ending.next().await, Frame::Closed(4401));
    world.audit().await;
}

pub(super) async fn a_closed_environment_ends_its_sockets(database: Database) {
    let world = World::start(database).await;
    let real = world.merchant.on_mainnet(&world.books).await;
    let mut play = Socket::merchant(&world, &world.merchant, "").await;
    let mut socket = Socket::merchant(&world, &real, "").await;
    let (db, now, mut rng) = (&world.books.db, SystemClock.now(), StdRng::from_os_rng());
    pepay_engine::operator::revoke_mainnet(db, world.merchant.id, now, &mut rng).await.expect("mainnet can be closed");
    let error = socket.control().await;
    assert_eq!((&error["object"], &error["code"]), (&json!("ws_error"), &json!("ENVIRONMENT_NOT_ENABLED")), "{error}");
    assert_eq!(socket.next().await, Frame::Closed(4403));
    // The other environment stays open.
    let invoice = world.merchant.create("1.00").await;
    assert!(play.event().await.1.contains(&invoice.id));
    world.audit().await;
}

/// More than the newest that are replayed to somebody who was away too long.
const EVENTS: u64 = 1_500;

pub(super) async fn an_old_cursor_is_told_to_resynchronise(database: Database) {
    let world = World::start(database).await;
    let (db, merchant) = (&world.books.db, &world.merchant);
    let events: Vec<_> = (0..EVENTS).map(|number| source::event(merchant.id, number)).collect();
    let ids = source::append(db, &events).await;
    let tx = db.begin("test.prune").await.expect("a transaction can begin");
    let long_after = pepay_core::time::Millis(i64::MAX / 2);
    assert_eq!(pepay_store::event::prune(&tx, long_after, i64::MAX, 100).await.expect("events can be removed"), 100);
    tx.commit().await.expect("and that committed");

    // One event before the oldest that is kept everything is still there.
    let mut socket = Socket::merchant(&world, merchant, &format!("since={}", ids[99])).await;
    assert_eq!(socket.control().await["type"], "replay_started");
    assert_eq!(socket.event().await.0, ids[100].to_string());

    let mut socket = Socket::merchant(&world, merchant, &format!("since={}", ids[98])).await;
    let told = socket.control().await;
    assert_eq!(
        told,
        json!({
            "object": "ws_control", "type": "resync_required", "last_event_id": ids[98].to_string(),
            "reason": "retention", "oldest_event_id": ids[100].to_string(),
        })
    );
    assert_eq!(socket.control().await["type"], "replay_started");
    for id in &ids[500..] {
        assert_eq!(socket.event().await.0, id.to_string(), "the newest thousand");
    }
    let done = socket.control().await;
    assert_eq!((&done["type"], &done["replayed"]), (&json!("replay_completed"), &json!(1_000)));
    let new = source::append(db, &[source::event(merchant.id, 1)]).await;
    assert_eq!(socket.event().await.0, new[0].to_string());
    world.end();
}
