//! Lists and sums: limits, cursors, filters and what is expanded.

use serde_json::{Value, json};

use super::{Desk, Refusal};

const INVALID: &str = "VALIDATION_ERROR";
const NOBODY: &str = "0198b2c4-0000-7000-8000-000000000001";

pub(super) async fn refused(desk: &mut Desk<'_>) {
    let invoices = ["/api/v1/invoices", "/api/v1/invoices/customer/c-1"];
    for path in invoices {
        for (query, code, param) in pages().into_iter().chain(filters()).chain(expansions()) {
            ask(desk, &format!("{path}?{query}"), code, param).await;
        }
    }
    for (query, code, param) in filters().into_iter().filter(|(query, ..)| !query.starts_with("payer")) {
        ask(desk, &format!("/api/v1/invoices/totals?{query}"), code, param).await;
    }
    for (query, code, param) in expansions() {
        ask(desk, &format!("/api/v1/invoices/{NOBODY}?{query}"), code, param).await;
    }
    for (query, code, param) in searches() {
        ask(desk, &format!("/api/v1/merchant/tokens/search?{query}"), code, param).await;
    }
    ask(desk, "/api/v1/merchant/tokens?environment=moon", INVALID, "/environment").await;
    ask(desk, "/api/v1/invoices/customer/%00", INVALID, "/customerId").await;
    ask(desk, "/api/v1/invoices/customer/a%00b", INVALID, "/customerId").await;
    for path in ["x", NOBODY, "%00", "..", "0198b2c4-0000-7000-8000-00000000000g"] {
        for end in ["", "/status", "/explain"] {
            let path = format!("/api/v1/invoices/{path}{end}");
            desk.refuse(&desk.asks("GET", &*path), Refusal::new(404, "INVOICE_NOT_FOUND", ""), &path).await;
        }
    }
    nothing_is_not_an_error(desk).await;
    pages_are_complete(desk).await;
}

async fn ask(desk: &mut Desk<'_>, path: &str, code: &str, param: &str) {
    desk.refuse(&desk.asks("GET", path), Refusal::new(400, code, param), path).await;
}

type Fault = (String, &'static str, &'static str);

fn faults(of: &[(&str, &'static str, &'static str)]) -> Vec<Fault> {
    of.iter().map(|(query, code, param)| ((*query).to_owned(), *code, *param)).collect()
}

fn pages() -> Vec<Fault> {
    let (limit, cursor) = ("INVALID_LIMIT", "INVALID_CURSOR");
    faults(&[
        ("limit=0", limit, "/limit"),
        ("limit=-1", limit, "/limit"),
        ("limit=101", limit, "/limit"),
        ("limit=x", limit, "/limit"),
        ("limit=1.5", limit, "/limit"),
        ("limit=1e1", limit, "/limit"),
        ("limit=%2010", limit, "/limit"),
        ("limit=99999999999999999999", limit, "/limit"),
        ("starting_after=x", cursor, "/starting_after"),
        ("starting_after=in_1", cursor, "/starting_after"),
        ("starting_after=%00", cursor, "/starting_after"),
        ("starting_after=%ff", cursor, "/starting_after"),
        ("starting_after=0198b2c4-0000-7000-8000-00000000000", cursor, "/starting_after"),
        ("ending_before=x", cursor, "/ending_before"),
        (
            "starting_after=0198b2c4-0000-7000-8000-000000000001&ending_before=0198b2c4-0000-7000-8000-000000000002",
            cursor,
            "/ending_before",
        ),
    ])
}

fn filters() -> Vec<Fault> {
    let mut found: Vec<Fault> = ["paid,refunded", "PAID", ",", "paid,,unpaid", "%00"]
        .into_iter()
        .map(|status| (format!("status={status}"), INVALID, "/status"))
        .collect();
    for date in [
        "x",
        "-1",
        "1.5",
        "yesterday",
        "2025-13-01",
        "2025-02-29",
        "2025-1-1",
        "2025-12-21T24:00:00Z",
        "2025-12-21T13:00:00",
        "99999999999999999999",
        "%00",
        "9223372036854775807T",
    ] {
        found.push((format!("created_gte={date}"), INVALID, "/created_gte"));
        found.push((format!("created_lte={date}"), INVALID, "/created_lte"));
    }
    let address = "payer_wallet_address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    found.extend(faults(&[
        ("customer_id=%00", INVALID, "/customer_id"),
        ("customer_id=a%00b", INVALID, "/customer_id"),
        ("environment=moon", INVALID, "/environment"),
        ("environment=%00", INVALID, "/environment"),
        ("invoice_type=recurring", INVALID, "/invoice_type"),
        (address, INVALID, "/payer_wallet_network"),
        ("payer_wallet_network=base", INVALID, "/payer_wallet_address"),
        (&format!("{address}&payer_wallet_network=mars"), "NETWORK_NOT_SUPPORTED", "/payer_wallet_network"),
        ("payer_wallet_address=0x1&payer_wallet_network=base", INVALID, "/payer_wallet_address"),
        ("payer_wallet_address=%00&payer_wallet_network=base", INVALID, "/payer_wallet_address"),
    ]));
    found
}

fn expansions() -> Vec<Fault> {
    let (expand, limit) = ("INVALID_EXPAND", "INVALID_LIMIT");
    faults(&[
        ("expand=merchant", expand, "/expand"),
        ("expand=payments,merchant", expand, "/expand"),
        ("expand=payments,", expand, "/expand"),
        ("expand=Payments", expand, "/expand"),
        ("expand=%00", expand, "/expand"),
        ("expand=payments&payments_limit=0", limit, "/payments_limit"),
        ("expand=payments&payments_limit=101", limit, "/payments_limit"),
        ("payments_limit=x", limit, "/payments_limit"),
        ("payments_limit=-1", limit, "/payments_limit"),
    ])
}

fn searches() -> Vec<Fault> {
    faults(&[
        ("limit=0", "INVALID_LIMIT", "/limit"),
        ("limit=201", "INVALID_LIMIT", "/limit"),
        ("limit=x", "INVALID_LIMIT", "/limit"),
        ("offset=-1", INVALID, "/offset"),
        ("offset=x", INVALID, "/offset"),
        ("token_type=erc721", INVALID, "/token_type"),
        ("is_active=1", INVALID, "/is_active"),
        ("blocked=yes", INVALID, "/blocked"),
        ("supports_stable_settlement=maybe", INVALID, "/supports_stable_settlement"),
        ("environment=moon", INVALID, "/environment"),
    ])
}

/// What is well asked and matches nothing is an empty list, whatever bytes it is made of.
async fn nothing_is_not_an_error(desk: &mut Desk<'_>) {
    let empty = json!({ "object": "list", "data": [], "has_more": false });
    for path in [
        "/api/v1/invoices".to_owned(),
        "/api/v1/invoices?limit=1".to_owned(),
        "/api/v1/invoices?limit=100&expand=latest_payment,%20payments&payments_limit=100".to_owned(),
        "/api/v1/invoices?limit=&status=&starting_after=&unknown=1".to_owned(),
        format!("/api/v1/invoices?starting_after={NOBODY}"),
        format!("/api/v1/invoices?ending_before={NOBODY}"),
        "/api/v1/invoices?status=paid,unpaid&created_gte=2025-12-21&created_lte=2025-12-21T13:00:00.123%2B02:00"
            .to_owned(),
        "/api/v1/invoices?created_gte=0&created_lte=99999999999".to_owned(),
        "/api/v1/invoices?customer_id=%ff".to_owned(),
        format!("/api/v1/invoices?customer_id={}", "x".repeat(4_000)),
        "/api/v1/invoices/customer/%27%3B--".to_owned(),
    ] {
        let reply = desk.send(&desk.asks("GET", &*path)).await;
        assert_eq!((reply.status, reply.json()), (200, empty.clone()), "{path}");
    }
    let totals = desk.send(&desk.asks("GET", "/api/v1/invoices/totals?customer_id=nobody")).await;
    assert_eq!(totals.json()["totals"]["all"]["count"], 0, "{}", totals.text());
    let found =
        desk.send(&desk.asks("GET", "/api/v1/merchant/tokens/search?limit=200&offset=4294967295&search=%00")).await;
    assert_eq!((found.status, &found.json()["tokens"]), (200, &json!([])), "{}", found.text());
    desk.refuse(
        &desk.asks("GET", "/api/v1/invoices/customer/%ff"),
        Refusal::new(404, "NOT_FOUND", ""),
        "a path that is no text",
    )
    .await;
}

/// Every page size gives every invoice once, in both directions.
async fn pages_are_complete(desk: &mut Desk<'_>) {
    let mut newest_first = Vec::new();
    for _ in 0..7 {
        newest_first.insert(0, desk.merchant.create("1.00").await.id);
    }
    for limit in [1, 2, 3, 7, 100] {
        assert_eq!(walk(desk, limit, "starting_after").await, newest_first, "down by {limit}");
        let up = walk(desk, limit, "ending_before").await;
        assert_eq!(up, newest_first[..6], "up by {limit}");
    }
}

async fn walk(desk: &Desk<'_>, limit: usize, direction: &str) -> Vec<String> {
    let down = direction == "starting_after";
    let first = desk.send(&desk.asks("GET", "/api/v1/invoices?limit=100")).await.json();
    let oldest = ids(&first).pop().expect("there are invoices");
    let mut cursor = if down { String::new() } else { format!("&ending_before={oldest}") };
    let mut all: Vec<String> = Vec::new();
    loop {
        let page = desk.send(&desk.asks("GET", format!("/api/v1/invoices?limit={limit}{cursor}"))).await.json();
        let found = ids(&page);
        assert!(found.len() <= limit);
        let next = if down { found.last() } else { found.first() };
        cursor = next.map(|id| format!("&{direction}={id}")).unwrap_or_default();
        if down {
            all.extend(found);
        } else {
            all = [found, all].concat();
        }
        if page["has_more"] == json!(false) {
            return all;
        }
    }
}

fn ids(page: &Value) -> Vec<String> {
    let objects = page["data"].as_array().expect("a page is a list");
    objects.iter().map(|object| object["id"].as_str().expect("an object has an id").to_owned()).collect()
}
