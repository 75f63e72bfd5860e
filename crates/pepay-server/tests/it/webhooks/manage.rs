//! The management API: what it takes, what it refuses, and whom it opens to.

use serde_json::{Value, json};

use super::{Hook, Manner, OK, Receiver, quick_world, text};
use crate::world::{Database, Merchant, World};

const ALL: &str = "/api/v1/webhooks";

pub(super) async fn endpoints_are_managed(database: Database) {
    let world = World::start(database).await;
    let (merchant, receiver) = (&world.merchant, Receiver::start(OK).await);
    let body = json!({ "url": receiver.url(), "enabled_events": ["invoice.*", "invoice.*"] });
    let key = [("idempotency-key", "hook-1")];
    let made = merchant.post(ALL, &key, body.to_string()).await;
    let again = merchant.post(ALL, &key, body.to_string()).await;
    assert_eq!((made.status, again.status, again.header("idempotent-replayed")), (201, 201, "true"));
    assert_eq!(made.body, again.body, "a repeated request shows the same secret");
    merchant
        .post(ALL, &key, json!({ "url": "https://a.example" }).to_string())
        .await
        .refused(409, "IDEMPOTENCY_KEY_REUSED");
    let made = made.json();
    let hook = Hook { id: text(&made, "id"), secret: text(&made, "secret") };
    assert!(hook.secret.starts_with("whsec_"));
    let wanted = json!({
        "object": "webhook_endpoint", "id": hook.id, "url": receiver.url(), "description": null,
        "environment": "devnet", "enabled_events": ["invoice.*"], "enabled": true, "disabled_at": null,
        "disabled_reason": null, "breaker": { "state": "closed", "open_until": null, "failing_since": null },
        "secret_version": 1, "previous_secret_expires_at": null,
        "created_at": made["created_at"], "updated_at": made["created_at"],
    });
    assert_eq!(hook.read(merchant).await, wanted, "and no secret");
    assert_eq!(merchant.get(ALL).await.json()["data"], json!([wanted]));

    let change = json!({ "description": "Shop", "enabled_events": ["*"], "enabled": false });
    let changed = merchant.ask("PATCH", &hook.path(""), &change).await.json();
    assert_eq!((&changed["description"], &changed["disabled_reason"]), (&json!("Shop"), &json!("merchant")));
    bad_input(merchant, &hook).await;
    limits(merchant).await;
    assert_eq!(merchant.ask("DELETE", &hook.path(""), &Value::Null).await.json()["deleted"], true);
    for (method, path) in ROUTES {
        let path = path.replace("{id}", &hook.id);
        merchant.ask(method, &path, &good_body(&path)).await.refused(404, "WEBHOOK_NOT_FOUND");
    }
    world.audit().await;
}

const ROUTES: [(&str, &str); 7] = [
    ("GET", "/api/v1/webhooks/{id}"),
    ("PATCH", "/api/v1/webhooks/{id}"),
    ("DELETE", "/api/v1/webhooks/{id}"),
    ("POST", "/api/v1/webhooks/{id}/rotate-secret"),
    ("POST", "/api/v1/webhooks/{id}/test"),
    ("GET", "/api/v1/webhooks/{id}/deliveries"),
    ("POST", "/api/v1/webhooks/{id}/recover"),
];

fn good_body(path: &str) -> Value {
    if path.ends_with("/recover") { json!({ "since": 0 }) } else { json!({}) }
}

async fn bad_input(merchant: &Merchant, hook: &Hook) {
    let refused = async |method: &str, path: &str, body: Value, code: &str, param: &str| {
        let answer = merchant.ask(method, path, &body).await;
        answer.refused(400, code);
        let said: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(said["error"]["param"], json!(param), "{method} {path} {body}");
    };
    for url in [
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "http://shop.example/",
        "ftp://shop.example/",
        "https://user@shop.example/",
        "https://localhost/",
        "https://127.1/",
        "nonsense",
        "https://shop.example:25/",
    ] {
        refused("POST", ALL, json!({ "url": url }), "WEBHOOK_URL_NOT_ALLOWED", "/url").await;
        refused("PATCH", &hook.path(""), json!({ "url": url }), "WEBHOOK_URL_NOT_ALLOWED", "/url").await;
    }
    let events = json!({ "url": "https://shop.example", "enabled_events": ["invoice.*", "invoice.paid"] });
    refused("POST", ALL, events, "VALIDATION_ERROR", "/enabled_events/1").await;
    refused("POST", ALL, json!({}), "VALIDATION_ERROR", "/url").await;
    refused("PATCH", &hook.path(""), json!({ "environment": "mainnet" }), "VALIDATION_ERROR", "/environment").await;
    refused(
        "POST",
        &hook.path("/rotate-secret"),
        json!({ "overlap_seconds": -1 }),
        "VALIDATION_ERROR",
        "/overlap_seconds",
    )
    .await;
    for since in [json!("yesterday"), json!(null), json!("evt_x"), json!(-1)] {
        refused("POST", &hook.path("/recover"), json!({ "since": since }), "VALIDATION_ERROR", "/since").await;
    }
    for (query, code, param) in [
        ("status=lost", "VALIDATION_ERROR", "/status"),
        ("event_type=invoice.paid", "VALIDATION_ERROR", "/event_type"),
        ("limit=0", "INVALID_LIMIT", "/limit"),
        ("starting_after=x", "INVALID_CURSOR", "/starting_after"),
        ("ending_before=019b3f10-0000-7000-8000-000000000001", "INVALID_CURSOR", "/ending_before"),
    ] {
        refused("GET", &hook.path(&format!("/deliveries?{query}")), Value::Null, code, param).await;
    }
    let read = hook.read(merchant).await;
    assert_eq!((&read["description"], &read["secret_version"]), (&json!("Shop"), &json!(1)), "nothing was changed");
}

async fn limits(merchant: &Merchant) {
    let url = json!({ "url": crate::world::dead_url() });
    let have = merchant.get(&format!("{ALL}?limit=100")).await.json()["data"].as_array().map_or(0, Vec::len);
    for _ in have..50 {
        assert_eq!(merchant.ask("POST", ALL, &url).await.status, 201);
    }
    merchant.ask("POST", ALL, &url).await.refused(409, "WEBHOOK_LIMIT_REACHED");
}

pub(super) async fn nobody_reaches_the_webhooks_of_others(database: Database) {
    let world = World::start(database).await;
    let (merchant, receiver) = (&world.merchant, Receiver::start(OK).await);
    let hook = Hook::create(merchant, &receiver.url(), &["*"]).await;
    merchant.create("1.00").await;
    let delivery = text(&hook.wait_all(merchant, 1, "succeeded").await[0], "id");
    let live = merchant.on_mainnet(&world.books).await;
    for stranger in [&world.another_merchant().await, &live] {
        for (method, path) in ROUTES {
            let path = path.replace("{id}", &hook.id);
            stranger.ask(method, &path, &good_body(&path)).await.refused(404, "WEBHOOK_NOT_FOUND");
        }
        let path = format!("{ALL}/deliveries/{delivery}");
        stranger.get(&path).await.refused(404, "WEBHOOK_DELIVERY_NOT_FOUND");
        stranger.ask("POST", &format!("{path}/replay"), &Value::Null).await.refused(404, "WEBHOOK_DELIVERY_NOT_FOUND");
        assert_eq!(stranger.get(ALL).await.json()["data"], json!([]));
    }
    assert_eq!((receiver.got().len(), hook.read(merchant).await["enabled"].clone()), (1, json!(true)));

    // An endpoint of both environments: a test key may look at it, but not bend it, nor read what is live.
    merchant
        .ask("POST", ALL, &json!({ "url": receiver.url(), "environment": null }))
        .await
        .refused(403, "ENVIRONMENT_NOT_ENABLED");
    merchant
        .ask("POST", ALL, &json!({ "url": receiver.url(), "environment": "mainnet" }))
        .await
        .refused(403, "ENVIRONMENT_NOT_ENABLED");
    let both = live.ask("POST", ALL, &json!({ "url": receiver.url(), "environment": null })).await.json();
    let both = Hook { id: text(&both, "id"), secret: text(&both, "secret") };
    assert_eq!(both.read(merchant).await["environment"], Value::Null);
    merchant.ask("PATCH", &both.path(""), &json!({ "enabled": false })).await.refused(403, "ENVIRONMENT_NOT_ENABLED");
    merchant.ask("POST", &both.path("/rotate-secret"), &Value::Null).await.refused(403, "ENVIRONMENT_NOT_ENABLED");
    live.ask("POST", &both.path("/test"), &Value::Null).await;
    merchant.create("1.00").await;
    both.wait_all(&live, 1, "succeeded").await;
    let seen = both.wait_all(merchant, 1, "succeeded").await;
    assert_eq!(seen[0]["environment"], "devnet");
    receiver
        .wait("a live ping", |got| got.iter().any(|got| got.header("x-pepay-network-environment") == "mainnet"))
        .await;
    world.audit().await;
}

pub(super) async fn what_was_missed_is_recovered_and_replayed(database: Database) {
    let world = quick_world(database, "retry_ms = [0, 1]\nbreaker_failures = 100").await;
    let merchant = &world.merchant;
    for _ in 0..5 {
        merchant.create("1.00").await;
    }
    let receiver = Receiver::start(OK).await;
    let hook = Hook::create(merchant, &receiver.url(), &["*"]).await;
    merchant.create("1.00").await;
    let first = hook.wait_all(merchant, 1, "succeeded").await.remove(0);
    receiver.behave(Manner::Refusing("not this one"));
    merchant.create_with("1.00", &json!({ "description": "not this one" })).await;
    merchant.create("1.00").await;
    super::wait_for("a delivery given up", async || {
        let failed = hook.deliveries(merchant, "&status=failed").await;
        if failed.len() == 1 { Ok(()) } else { Err(failed.len()) }
    })
    .await;
    receiver.behave(OK);
    // Everything after the third event: two never sent, two taken, one given up.
    let third = super::log(&world).await[2].id.to_string();
    let answer = merchant.ask("POST", &hook.path("/recover"), &json!({ "since": third })).await;
    assert_eq!((answer.status, &answer.json()["status"]), (202, &json!("scheduled")));
    let all = hook.wait_all(merchant, 5, "succeeded").await;
    let taken = all.iter().find(|it| it["id"] == first["id"]).expect("it is listed");
    assert_eq!(taken["attempt_count"], 1, "what was taken is not sent again");
    assert_eq!(hook.deliveries(merchant, "&event_type=invoice.updated").await.len(), 0);

    let path = format!("/api/v1/webhooks/deliveries/{}", text(&first, "id"));
    assert_eq!(merchant.ask("POST", &format!("{path}/replay"), &Value::Null).await.status, 202);
    hook.attempts(merchant, &text(&first, "id"), 2).await;
    let same = receiver.got().iter().filter(|got| got.event() == text(&first, "event_id")).count();
    assert_eq!(same, 2);
    world.audit().await;
}
