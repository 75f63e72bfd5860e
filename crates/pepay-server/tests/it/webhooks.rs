//! Webhooks against real receivers: signatures, bad manners, breakers, rotation, kill -9 and two nodes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{Database, Merchant, Options, World, wait_for};

mod bad;
mod manage;
mod receiver;
mod signed;
mod survive;

use receiver::{Got, Manner, Receiver};

crate::on_both_databases! {
    a_payment_is_told_in_order_and_signed_both_ways,
    a_rotation_signs_with_both_secrets,
    bad_receivers_are_handled_and_others_go_on,
    a_repaired_endpoint_drains_its_backlog,
    a_hopeless_endpoint_is_disabled_and_enabled_again,
    what_was_missed_is_recovered_and_replayed,
    endpoints_are_managed,
    nobody_reaches_the_webhooks_of_others,
    nothing_is_lost_to_kill_9,
}

use bad::{
    a_hopeless_endpoint_is_disabled_and_enabled_again, a_repaired_endpoint_drains_its_backlog,
    bad_receivers_are_handled_and_others_go_on,
};
use manage::{endpoints_are_managed, nobody_reaches_the_webhooks_of_others, what_was_missed_is_recovered_and_replayed};
use signed::{a_payment_is_told_in_order_and_signed_both_ways, a_rotation_signs_with_both_secrets};
use survive::nothing_is_lost_to_kill_9;

const OK: Manner = Manner::Status(200, "");
/// Times short enough to be waited for.
const QUICK: &str = "allow = [\"127.0.0.1\"]\ntimeout_ms = 500\nlease_s = 4\nbreaker_ms = [200, 400]";
/// Pauses of the same kind, and enough of them for a busy machine.
const RETRIES: &str = "retry_ms = [0, 50, 100, 200, 200, 400, 400, 400, 400, 400, 400, 400]";

async fn quick_world(database: Database, more: &str) -> World {
    let retries = if more.contains("retry_ms") { "" } else { RETRIES };
    let webhooks = format!("{QUICK}\n{retries}\n{more}");
    World::start_with(database, Options { webhooks, ..Options::default() }).await
}

/// An endpoint, as its owner knows it.
#[derive(Clone, Debug)]
struct Hook {
    id: String,
    secret: String,
}

impl Hook {
    async fn create(merchant: &Merchant, url: &str, events: &[&str]) -> Self {
        let body = json!({ "url": url, "enabled_events": events });
        let answer = merchant.ask("POST", "/api/v1/webhooks", &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let made = answer.json();
        let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("no {name} in {made}")).to_owned();
        Self { id: text("id"), secret: text("secret") }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/webhooks/{}{rest}", self.id)
    }

    async fn read(&self, merchant: &Merchant) -> Value {
        merchant.get(&self.path("")).await.json()
    }

    /// Waits until `wanted` holds of it, and gives it.
    async fn wait(&self, merchant: &Merchant, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_for(format!("{what} of webhook {}", self.id), async || {
            crate::world::until(self.read(merchant).await, |read| wanted(read))
        })
        .await
    }

    /// Every delivery of it, that of the newest event first.
    async fn deliveries(&self, merchant: &Merchant, query: &str) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = merchant.get(&self.path(&format!("/deliveries?limit=100{query}{after}"))).await.json();
            let items = page["data"].as_array().expect("a list").clone();
            after = items.last().map_or(String::new(), |last| format!("&starting_after={}", text(last, "id")));
            all.extend(items);
            if page["has_more"] != true {
                return all;
            }
        }
    }

    /// Waits until all its deliveries have this status, and there are `count`.
    async fn wait_all(&self, merchant: &Merchant, count: usize, status: &str) -> Vec<Value> {
        wait_for(format!("{count} deliveries {status} at webhook {}", self.id), async || {
            let all = self.deliveries(merchant, "").await;
            let right = all.iter().filter(|it| it["status"] == status).count();
            let wrong = all.iter().find(|it| it["status"] != status).cloned().unwrap_or_default();
            if right == count && all.len() == count {
                Ok(all)
            } else {
                Err(format!("{right} of {}, {wrong}", all.len()))
            }
        })
        .await
    }

    /// A delivery with its attempts, once there are `count`.
    async fn attempts(&self, merchant: &Merchant, delivery: &str, count: usize) -> Vec<Value> {
        wait_for(format!("{count} attempts of {delivery}"), async || {
            let read = merchant.get(&format!("/api/v1/webhooks/deliveries/{delivery}")).await.json();
            let attempts = read["attempts"].as_array().expect("a list").clone();
            if attempts.len() >= count { Ok(attempts) } else { Err(read.to_string()) }
        })
        .await
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

fn events_of(got: &[Got]) -> BTreeSet<String> {
    got.iter().map(Got::event).collect()
}

/// What merchants hear of, oldest first.
async fn log(world: &World) -> Vec<pepay_store::event::Stored> {
    let events = pepay_store::event::after(world.books.db.read(), 0, 1_000_000).await.expect("events can be read");
    events.into_iter().filter(|stored| stored.event.kind.is_for_merchants()).collect()
}
