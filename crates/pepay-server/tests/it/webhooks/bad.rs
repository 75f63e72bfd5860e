//! Receivers that misbehave: each is handled as documented, and the others do not notice.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Hook, Manner, OK, Receiver, quick_world, text};
use crate::world::Database;

/// Manner, header lines of a header attempt, and what the delivery log says of each attempt.
const MANNERS: [(&str, Manner, &str); 9] = [
    ("500", Manner::Status(500, ""), "status"),
    ("404", Manner::Status(404, ""), "status"),
    ("301", Manner::Status(301, "location: http://127.0.0.1:1/\r\n"), "redirect"),
    ("429", Manner::Status(429, "retry-after: 1\r\n"), "status"),
    ("silent", Manner::Silent, "timeout"),
    ("reset", Manner::Reset, "closed"),
    ("stall", Manner::Stall, ""),
    ("endless", Manner::Endless, ""),
    ("slow", Manner::Slow(Duration::from_millis(100)), ""),
];

pub(super) async fn bad_receivers_are_handled_and_others_go_on(database: Database) {
    let world = quick_world(database, "").await;
    let merchant = &world.merchant;
    let good = Receiver::start(OK).await;
    let good_hook = Hook::create(merchant, &good.url(), &["*"]).await;
    let mut bad = Vec::new();
    for (name, manner, error) in MANNERS {
        let receiver = Receiver::start(manner).await;
        let hook = Hook::create(merchant, &receiver.url(), &["*"]).await;
        bad.push((name, error, hook, receiver));
    }
    // Somebody there says who it is, but nobody vouches for it; and nobody is there at all.
    let impostor = Receiver::start_unvouched().await;
    let tls = Hook::create(merchant, &impostor.https_url(), &["*"]).await;
    let nobody = Hook::create(merchant, &crate::world::dead_url(), &["*"]).await;

    merchant.create("10.00").await;
    good.wait("the event", |got| got.len() == 1).await;
    for (name, error, hook, receiver) in &bad {
        let wanted = if error.is_empty() { 1 } else { 2 };
        let delivery = super::wait_for(format!("a delivery to {name}"), async || {
            hook.deliveries(merchant, "").await.pop().ok_or("none")
        })
        .await;
        let attempts = hook.attempts(merchant, &text(&delivery, "id"), wanted).await;
        for attempt in &attempts {
            if error.is_empty() {
                assert_eq!((&attempt["error"], &attempt["response"]["status"]), (&Value::Null, &json!(200)), "{name}");
            } else {
                assert_eq!(attempt["error"]["code"], json!(error), "{name}: {attempt}");
            }
        }
        let ids: Vec<_> = receiver.got().iter().map(|got| got.header("x-pepay-attempt-id").to_owned()).collect();
        assert!(ids.len() >= wanted, "{name}: {ids:?}");
        assert!(ids.iter().all(|id| ids.iter().filter(|it| *it == id).count() == 1), "each attempt has an id: {ids:?}");
        if *name == "429" {
            let got = receiver.got();
            let pause = got[1].at - got[0].at;
            assert!(pause >= Duration::from_millis(950), "Retry-After is honoured, not {pause:?}");
        }
    }
    for (hook, code) in [(&tls, "tls"), (&nobody, "connect")] {
        let delivery = hook.deliveries(merchant, "").await.pop().expect("it was planned");
        let attempts = hook.attempts(merchant, &text(&delivery, "id"), 1).await;
        assert_eq!(attempts[0]["error"]["code"], code);
    }
    assert_eq!(impostor.got().len(), 0, "nothing was sent to it");
    // Everybody fails; the good one still gets everything at once.
    for _ in 0..20 {
        merchant.create("1.00").await;
    }
    good.wait("all events", |got| got.len() == 21).await;
    good_hook.wait_all(merchant, 21, "succeeded").await;
    world.audit().await;
}

pub(super) async fn a_repaired_endpoint_drains_its_backlog(database: Database) {
    let world = quick_world(database, "breaker_failures = 3\nconcurrency = 4").await;
    let merchant = &world.merchant;
    let receiver = Receiver::start(Manner::Status(503, "")).await;
    let hook = Hook::create(merchant, &receiver.url(), &["*"]).await;
    for _ in 0..30 {
        merchant.create("1.00").await;
    }
    hook.wait(merchant, "an open breaker", |read| read["breaker"]["state"] != "closed").await;
    // Spared: of thirty, each tried a few times, but not each one's whole schedule.
    hook.wait(merchant, "a second probe", |_| receiver.got().len() >= 5).await;
    assert!(receiver.got().len() < 30, "a dead endpoint is spared, not asked {} times", receiver.got().len());
    receiver.behave(OK);
    let all = hook.wait_all(merchant, 30, "succeeded").await;
    assert_eq!(all.len(), 30);
    let read = hook.wait(merchant, "a closed breaker", |read| read["breaker"]["state"] == "closed").await;
    assert_eq!((&read["enabled"], &read["breaker"]["failing_since"]), (&json!(true), &Value::Null));
    world.audit().await;
}

pub(super) async fn a_hopeless_endpoint_is_disabled_and_enabled_again(database: Database) {
    let world = quick_world(database, "disable_after_s = 1\nbreaker_failures = 2").await;
    let merchant = &world.merchant;
    let (dying, gone) =
        (Receiver::start(Manner::Status(500, "")).await, Receiver::start(Manner::Status(410, "")).await);
    let hopeless = Hook::create(merchant, &dying.url(), &["*"]).await;
    let left = Hook::create(merchant, &gone.url(), &["*"]).await;
    merchant.create("1.00").await;
    let read = left.wait(merchant, "the end", |read| read["enabled"] == false).await;
    assert_eq!((&read["disabled_reason"], gone.got().len()), (&json!("gone"), 1));
    let read = hopeless.wait(merchant, "the end", |read| read["enabled"] == false).await;
    assert_eq!(read["disabled_reason"], "failing");
    // While it is off nothing is planned for it, and nothing can be asked of it.
    merchant.create("1.00").await;
    merchant.ask("POST", &hopeless.path("/test"), &Value::Null).await.refused(409, "WEBHOOK_DISABLED");
    dying.behave(OK);
    merchant.ask("PATCH", &hopeless.path(""), &json!({ "enabled": true })).await.json();
    hopeless.wait_all(merchant, 1, "succeeded").await;
    let since = json!({ "since": "2020-01-01T00:00:00Z" });
    assert_eq!(merchant.ask("POST", &hopeless.path("/recover"), &since).await.status, 202);
    hopeless.wait_all(merchant, 2, "succeeded").await;
    world.audit().await;
}
