//! `POST /api/v1/invoices` just within its limits: what is taken is read back exactly.

use serde_json::{Value, json};

use super::{Body, Desk, Request};

const PATH: &str = "/api/v1/invoices";

pub(super) async fn read_back(desk: &Desk<'_>) {
    amounts(desk).await;
    texts(desk).await;
    metadata(desk).await;
    lives(desk).await;
    others(desk).await;
    bodies(desk).await;
}

/// Creates an invoice with `field` as `json` and reads it back.
async fn created(desk: &Desk<'_>, field: &str, json: &str) -> Value {
    let rest = if field == "amount_usd" { "" } else { "\"amount_usd\":49.99," };
    let request = desk.asks("POST", PATH).json(format!("{{{rest}\"{field}\":{json}}}"));
    read(desk, &request, &format!("{field} {json:.80}")).await.1
}

/// Sends a create and reads the invoice back: its text and its JSON.
async fn read(desk: &Desk<'_>, request: &Request, what: &str) -> (String, Value) {
    let reply = desk.send(request).await;
    assert_eq!(reply.status, 201, "{what}: {}", reply.text());
    let path = format!("{PATH}/{}", reply.json()["invoice_id"].as_str().expect("it has an id"));
    let reply = desk.send(&desk.asks("GET", path)).await;
    assert_eq!(reply.status, 200, "{what}: {}", reply.text());
    (reply.text(), reply.json())
}

async fn amounts(desk: &Desk<'_>) {
    for (json, millis, decimal) in [
        ("0.01", 10, "0.010"),
        ("0.1", 100, "0.100"),
        ("0.29", 290, "0.290"),
        ("1", 1_000, "1.000"),
        ("1.10", 1_100, "1.100"),
        ("49.99", 49_990, "49.990"),
        ("999999.99", 999_999_990, "999999.990"),
        ("1000000", 1_000_000_000, "1000000.000"),
        ("1000000.00", 1_000_000_000, "1000000.000"),
    ] {
        let invoice = created(desk, "amount_usd", json).await;
        assert_eq!((&invoice["amount"], &invoice["amount_decimal"]), (&json!(millis), &json!(decimal)), "{json}");
        assert_eq!(invoice["amount_remaining"], json!(millis), "{json}");
    }
}

async fn texts(desk: &Desk<'_>) {
    let odd = "\u{1}\t\r\n\"\\/</script>'; DROP TABLE invoices;--%s{{7*7}}\u{202e}\u{feff}e\u{301}";
    for (field, shown) in [
        ("description", "description"),
        ("customer_id", "customer_id"),
        ("invoice_title", "title"),
        ("invoice_footer", "footer"),
    ] {
        for text in [&"🦀".repeat(255), &"x".repeat(255), odd, "null"] {
            let invoice = created(desk, field, &json!(text).to_string()).await;
            assert_eq!(invoice[shown], json!(text), "{field}");
        }
    }
    for field in ["description", "customer_id", "customer_email", "payment_return_url"] {
        assert_eq!(created(desk, field, "null").await[field], Value::Null, "null is absent");
    }
    // A customer's name travels in a path and in a query, whatever is in it.
    let customer = "🦀/ä?&=%20+ ";
    created(desk, "customer_id", &json!(customer).to_string()).await;
    let escaped = customer.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"));
    for path in [format!("{PATH}/customer/{escaped}"), format!("{PATH}?customer_id={escaped}")] {
        let list = desk.send(&desk.asks("GET", &*path)).await.json();
        let customers: Vec<_> = list["data"].as_array().expect("a list").iter().map(|it| &it["customer_id"]).collect();
        assert_eq!(customers, [customer], "{path}");
    }
}

async fn metadata(desk: &Desk<'_>) {
    let exact = [
        "{}".to_owned(),
        format!("{{\"k\":\"{}\"}}", "x".repeat(504)),
        format!("{{\"k\":\"{}\"}}", "🦀".repeat(126)),
        // Numbers no float holds, in the order and spelling they came in.
        r#"{"z":12345678901234567890,"a":0.1000,"e":1E2,"n":null,"t":[true,{}],"u":"\u00e9\u0000"}"#.to_owned(),
    ];
    for json in exact {
        // White space between the tokens is not counted and not kept.
        let spaced = json.replacen('{', "{ \n", 1).replacen(':', " :\t", 1);
        let request = desk.asks("POST", PATH).json(format!("{{\"amount_usd\":1,\"metadata\":{spaced}}}"));
        let (text, _) = read(desk, &request, &json).await;
        assert!(text.contains(&format!("\"metadata\":{json}")), "{json} in {text}");
    }
    assert_eq!(created(desk, "metadata", "null").await["metadata"], json!({}), "none is an empty object");
}

async fn lives(desk: &Desk<'_>) {
    let life = |invoice: &Value| {
        let secs = |name: &str| invoice[name].as_i64().expect("epoch seconds");
        secs("expires_at") - secs("created_at")
    };
    assert_eq!(life(&created(desk, "expires_in", "2592000000").await), 2_592_000);
    assert_eq!(life(&created(desk, "expires_in", "60000").await), 60);
    assert_eq!(life(&created(desk, "expires_in", "null").await), 43_200);
    let shortest = life(&created(desk, "expires_in", "1").await);
    assert!((0..=1).contains(&shortest), "a millisecond may end in the next second: {shortest}");
}

async fn others(desk: &Desk<'_>) {
    let email = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
    assert_eq!(created(desk, "customer_email", &json!(email).to_string()).await["customer_email"], json!(email));
    let url = format!("https://a.example/{}", "x".repeat(2_030));
    assert_eq!(url.len(), 2_048);
    assert_eq!(created(desk, "payment_return_url", &json!(url).to_string()).await["payment_return_url"], json!(url));
    let off = format!("{},\"payment_return_url_enabled\":false", json!(url));
    assert_eq!(created(desk, "payment_return_url", &off).await["payment_return_url"], Value::Null, "switched off");
    let question =
        |id: &str| json!({ "id": id, "question": "🦀?", "type": "text", "validation": { "required": false } });
    let five = ["a", "b", "c", "d", "e"].map(question);
    let questions = json!({ "questions": five });
    assert_eq!(created(desk, "questions", &questions.to_string()).await["questions"], questions);
    assert_eq!(created(desk, "questions", "{\"questions\":[]}").await["questions"], Value::Null);
    let ignored = created(desk, "receiver_override_address", "\"not looked at while off\"").await;
    assert_eq!(ignored["receiver_override_address"], Value::Null);
}

async fn bodies(desk: &Desk<'_>) {
    let mut full = br#"{"amount_usd":1,"unknown":{"a":[1e300,{}]}}"#.to_vec();
    full.resize(65_536, b' ');
    let request = || desk.asks("POST", PATH);
    let sized = Request {
        body: Body::Sized(full.clone()),
        ..request().header("content-type", "Application/JSON; charset=utf-8")
    };
    let chunked = Request { body: Body::Chunked(full.clone()), ..request().header("content-type", "application/json") };
    let untold = Request { body: Body::Sized(full), ..request() };
    for (what, request) in [("65 536 bytes", sized), ("65 536 bytes in chunks", chunked), ("no content type", untold)] {
        assert_eq!(read(desk, &request, what).await.1["amount"], 1_000, "{what}");
    }
}
