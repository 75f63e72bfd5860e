//! Brute force and enumeration.

use pepay_core::account::Role;

use super::people::PASSWORD;
use super::{Browser, user};
use crate::world::{Database, World};

pub(super) async fn guessing_is_slowed_and_tells_nothing(database: Database) {
    let world = World::start(database).await;
    user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let (known, known_last) = guess(&world, "ada@shop.example").await;
    let (unknown, unknown_last) = guess(&world, "nobody@shop.example").await;
    assert_eq!(known, [401, 401, 401, 401, 401, 401, 429, 429]);
    assert_eq!(unknown, known, "an address that nobody has is treated the same");
    assert_eq!(known_last.0, unknown_last.0, "and told the same");
    for (_, wait) in [known_last, unknown_last] {
        assert!((1..=16).contains(&wait), "{wait}");
    }
    let mut owner = Browser::new(&world);
    let locked = owner.sign_in("ada@shop.example", PASSWORD).await;
    assert_eq!(locked.status, 429, "not even the right password helps before the wait is over");

    let login = |email: &str| serde_json::json!({ "email": email, "password": "wrong" }).to_string();
    for email in ["ada@shop.example", "nobody@shop.example"] {
        let answer = world.merchant.api.send("POST", "/api/v1/auth/login", &[], Some(login(email))).await;
        assert_eq!(answer.status, 429, "the API is no way around it");
        assert!(!answer.header("retry-after").is_empty());
    }
    reset_tells_nothing(&world).await;
    world.audit().await;
}

/// Statuses of guesses, and the last page without what differs in every page.
async fn guess(world: &World, email: &str) -> (Vec<u16>, (String, u64)) {
    let mut browser = Browser::new(world);
    let (mut statuses, mut last) = (Vec::new(), (String::new(), 0));
    for _ in 0..8 {
        let shown = browser.sign_in(email, "not the password").await;
        statuses.push(shown.status);
        let wait = shown.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let words: String = shown.body.chars().filter(|c| !c.is_ascii_digit()).collect();
        last = (words, wait.unwrap_or_default());
    }
    (statuses, last)
}

async fn reset_tells_nothing(world: &World) {
    let mut pages = Vec::new();
    for email in ["ada@shop.example", "nobody@shop.example"] {
        let mut browser = Browser::new(world);
        browser.get("/dashboard/reset").await;
        let shown = browser.post("/dashboard/reset", &[("email", email)]).await;
        pages.push((shown.status, shown.body));
    }
    assert_eq!(pages[0], pages[1]);
}

pub(super) async fn guesses_at_once_are_counted_one_by_one(database: Database) {
    let world = World::start(database).await;
    user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    for email in ["ada@shop.example", "nobody@shop.example"] {
        let guess = |_| {
            let body = serde_json::json!({ "email": email, "password": "not the password" }).to_string();
            world.merchant.api.send("POST", "/api/v1/auth/login", &[], Some(body))
        };
        let answers = futures_util::future::join_all((0..20).map(guess)).await;
        let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((of(401), of(429)), (6, 14), "{email}");
    }
    world.audit().await;
}
