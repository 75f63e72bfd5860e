//! `GET /events` by every filter, page after page, and one by one.

use serde_json::Value;

use super::source;
use crate::world::{Database, World};

const EVENTS: u64 = 84;

pub(super) async fn events_are_listed_by_every_filter(database: Database) {
    let world = World::start(database).await;
    let (db, mine, rival) = (&world.books.db, &world.merchant, world.another_merchant().await);
    let events: Vec<_> =
        (0..EVENTS).flat_map(|number| [source::event(mine.id, number), source::event(rival.id, number)]).collect();
    let ids = source::append(db, &events).await;
    let mine_at = |number: u64| ids[usize::try_from(2 * number).expect("small")].to_string();
    let newest_first = |wanted: &dyn Fn(u64) -> bool| -> Vec<String> {
        (0..EVENTS).rev().filter(|number| wanted(*number)).map(mine_at).collect()
    };
    let invoice = events[6].invoice_id;
    let by_invoice = format!("invoice_id={invoice}");
    for (query, wanted) in [
        ("environment=devnet", &(|_| true) as &dyn Fn(u64) -> bool),
        ("type=invoice.updated", &|n| n % 4 == 1),
        ("type=invoice.*", &|n| n % 4 < 2),
        ("type=invoice.created,invoice_payment.updated", &|n| n % 4 == 0 || n % 4 == 3),
        ("type=test.ping", &|_| false),
        ("customer_id=c-2", &|n| n % 3 == 2),
        ("customer_id=c-2&type=invoice_payment.*", &|n| n % 3 == 2 && n % 4 > 1),
        ("customer_id=nobody", &|_| false),
        (by_invoice.as_str(), &|n| n % 7 == 3),
        ("created%5Bgte%5D=1790000000", &|_| true),
        ("created[gte]=1790000001", &|_| false),
        ("created[lte]=1789999999", &|_| false),
        ("created[gte]=2026-01-01&created[lte]=2027-01-01&type=*", &|_| true),
    ] {
        let wanted = newest_first(wanted);
        assert_eq!(walk(mine, query, "starting_after").await, wanted, "{query}");
        let mut forward = walk(mine, &format!("{query}&ending_before=evt_0-0"), "ending_before").await;
        forward
            .sort_unstable_by_key(|id| std::cmp::Reverse(id.parse::<pepay_core::event::EventId>().expect("an id").seq));
        assert_eq!(forward, wanted, "{query}, forward");
    }
    refusals(&world, &rival, &mine_at(0)).await;
    world.end();
}

/// Every page, following its last id on, or its first.
async fn walk(merchant: &crate::world::Merchant, query: &str, cursor: &str) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let query = if next.is_empty() { query.to_owned() } else { query.replace("&ending_before=evt_0-0", "") };
        let body = merchant.get(&format!("/api/v1/events?{query}&limit=9{next}")).await.json();
        let list = &body["data"];
        assert_eq!((&body["success"], &list["object"]), (&Value::Bool(true), &Value::from("list")));
        let ids: Vec<String> = list["data"].as_array().expect("a list").iter().map(id_of).collect();
        let edge = if cursor == "starting_after" { ids.last() } else { ids.first() };
        next = edge.map(|id| format!("&{cursor}={id}")).unwrap_or_default();
        found.extend(ids);
        if list["has_more"] == false {
            return found;
        }
    }
}

fn id_of(event: &Value) -> String {
    event["id"].as_str().expect("an id").to_owned()
}

async fn refusals(world: &World, rival: &crate::world::Merchant, id: &str) {
    let mine = &world.merchant;
    for (query, status, code) in [
        ("type=invoice.deleted", 400, "VALIDATION_ERROR"),
        ("type=payment_quote.updated", 400, "VALIDATION_ERROR"),
        ("invoice_id=x", 400, "VALIDATION_ERROR"),
        ("customer_id=%00", 400, "VALIDATION_ERROR"),
        ("environment=x", 400, "VALIDATION_ERROR"),
        ("environment=mainnet", 403, "ENVIRONMENT_NOT_ENABLED"),
        ("created[gte]=yesterday", 400, "VALIDATION_ERROR"),
        ("limit=0", 400, "INVALID_LIMIT"),
        ("starting_after=x", 400, "INVALID_CURSOR"),
        ("starting_after=evt_1-1&ending_before=evt_1-1", 400, "INVALID_CURSOR"),
    ] {
        mine.get(&format!("/api/v1/events?{query}")).await.refused(status, code);
    }
    assert_eq!(id_of(&mine.get(&format!("/api/v1/events/{id}")).await.json()["data"]), id);
    for (who, id) in [(rival, id), (mine, "evt_1-1"), (mine, "x"), (mine, "evt_1790000000000-999999")] {
        who.get(&format!("/api/v1/events/{id}")).await.refused(404, "EVENT_NOT_FOUND");
    }
    for body in ["{}", "{\"scope\":\"payor\"}", "{\"scope\":\"merchant\",\"ttl_seconds\":9}"] {
        mine.post("/api/v1/ws/token", &[], body.to_owned()).await.refused(400, "VALIDATION_ERROR");
    }
    let token = super::socket::token(mine, 60).await;
    let said = (&token["scope"], &token["network_environment"], &token["ws_url"]);
    assert_eq!(said, (&"merchant".into(), &"devnet".into(), &"/ws/merchant/events?format=event_v1".into()));
    assert_eq!(token["merchant_id"], mine.id.0);
}
