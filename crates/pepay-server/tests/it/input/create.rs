//! `POST /api/v1/invoices`: every field below, above and beside what it may be, and bodies that are none.

use super::{Body, Desk, Refusal, Request};

const PATH: &str = "/api/v1/invoices";
const INVALID: &str = "VALIDATION_ERROR";
const JSON: &str = "INVALID_JSON";
const TOO_LARGE: &str = "BODY_TOO_LARGE";

/// A field, what is sent in it, and the code it is refused with.
type Fault = (&'static str, String, &'static str);

pub(super) async fn refused(desk: &mut Desk<'_>) {
    let fields = [amounts(), texts(), emails(), metadata(), lives(), receivers(), urls(), questions()];
    for (name, json, code) in fields.into_iter().flatten() {
        let param = format!("/{name}");
        // Below a field the pointer goes on; the first part is the field itself.
        let field = name.split('/').next().expect("a field has a name");
        let param = if code == JSON { "" } else { &param };
        field_refused(desk, field, &json, Refusal::new(400, code, param)).await;
    }
    for (what, body, status, code, param) in bodies() {
        body_refused(desk, what, body, Refusal::new(status, code, param)).await;
    }
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jso"]
    {
        let request = create(desk, kind).header("content-type", kind);
        let request = Request { body: Body::Sized(valid()), ..request };
        desk.refuse(&request, Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", ""), kind).await;
    }
    let cut = Request { body: Body::Cut(valid()), ..create(desk, "cut").header("content-type", "application/json") };
    let reply = desk.send(&cut).await;
    assert!([0, 400].contains(&reply.status), "nobody is left to answer: {}", reply.text());
    assert_eq!(desk.rows.count().await, desk.counts, "half a request is none");
    several_at_once(desk).await;
    a_refusal_does_not_use_up_its_key(desk).await;
}

async fn field_refused(desk: &mut Desk<'_>, field: &str, json: &str, refusal: Refusal<'_>) {
    let rest = if field == "amount_usd" { "" } else { "\"amount_usd\":49.99," };
    let body = format!("{{{rest}\"{field}\":{json}}}");
    let what = format!("{body:.120}");
    let request = create(desk, &what).json(body);
    desk.refuse(&request, refusal, &what).await;
}

async fn body_refused(desk: &mut Desk<'_>, what: &str, body: Body, refusal: Refusal<'_>) {
    let request = create(desk, what).header("content-type", "application/json");
    desk.refuse(&Request { body, ..request }, refusal, what).await;
}

// Each with a key of its own: a refusal must not be remembered either.
fn create(desk: &Desk<'_>, what: &str) -> Request {
    let key: String = what.chars().filter(char::is_ascii_graphic).chain("k".chars()).collect();
    desk.asks("POST", PATH).header("idempotency-key", key)
}

fn valid() -> Vec<u8> {
    br#"{"amount_usd":49.99}"#.to_vec()
}

fn faults(name: &'static str, code: &'static str, jsons: &[&str]) -> Vec<Fault> {
    jsons.iter().map(|json| (name, (*json).to_owned(), code)).collect()
}

fn amounts() -> Vec<Fault> {
    let of = |code, jsons| faults("amount_usd", code, jsons);
    let format = of(
        "INVALID_AMOUNT_FORMAT",
        &[
            "0.001",
            "10.001",
            "49.990",
            "0.30000000000000004",
            "0.12345678901234567",
            "1e2",
            "1E2",
            "1.5e1",
            "1e400",
            "1e-400",
            "-0.001",
            "\"10.00\"",
            "\"\"",
            "\"NaN\"",
            "true",
            "false",
            "[]",
            "[1]",
            "{}",
            "{\"a\":1}",
        ],
    );
    let range = of(
        "INVALID_AMOUNT_RANGE",
        &[
            "0",
            "0.0",
            "0.00",
            "-0",
            "-0.01",
            "-1",
            "-1000000",
            "1000000.01",
            "1000001",
            "12345678901234567",
            "99999999999999999",
            "123456789012345678901234567890.12",
            "9223372036854775807",
            "9223372036854776",
        ],
    );
    let json = of(JSON, &["NaN", "Infinity", "-Infinity", "1.", ".5", "01", "+1", "0x10", "1_000", "1,5", "'1'", ""]);
    [format, range, json, of(INVALID, &["null"])].concat()
}

fn texts() -> Vec<Fault> {
    let long = |char: &str| format!("\"{}\"", char.repeat(256));
    ["description", "customer_id", "invoice_title", "invoice_footer"]
        .into_iter()
        .flat_map(|name| {
            let wrong = faults(name, INVALID, &["1", "1.5", "true", "false", "[]", "[\"a\"]", "{}", "\"a\\u0000b\""]);
            let long = [long("x"), long("🦀"), long("\\u00e9")].map(|json| (name, json, INVALID));
            [wrong, long.to_vec()].concat()
        })
        .collect()
}

fn emails() -> Vec<Fault> {
    let long = format!("\"{}@{}.example\"", "a".repeat(64), "b".repeat(184));
    let local = format!("\"{}@b.example\"", "a".repeat(65));
    let wrong = [
        "\"\"",
        "\"nobody\"",
        "\"a@\"",
        "\"@b.example\"",
        "\"a@b@c.example\"",
        "\"a@localhost\"",
        "\"a b@c.example\"",
        "\"a@c..example\"",
        "\"a@-c.example\"",
        "\"a@c.example\\r\\nBcc: d@e.example\"",
        "\"a@c.example,d@e.example\"",
        "1",
        "true",
        "[]",
        "{}",
    ];
    [faults("customer_email", INVALID, &wrong), faults("customer_email", INVALID, &[&long, &local])].concat()
}

fn metadata() -> Vec<Fault> {
    let of = |code, jsons| faults("metadata", code, jsons);
    let bytes = |count: usize| format!("{{\"k\":\"{}\"}}", "x".repeat(count - 8));
    // Four bytes each: 513 bytes in 136 characters.
    let wide = format!("{{\"k\":\"{}x\"}}", "🦀".repeat(126));
    let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    [
        of(INVALID, &["[]", "[1]", "\"{}\"", "1", "true"]),
        of("METADATA_TOO_LARGE", &[&bytes(513), &bytes(20_000), &wide]),
        of(
            JSON,
            &[
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"\\u0062\":2}}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
            ],
        ),
        of(JSON, &[&deep(40), &deep(10_000)]),
    ]
    .concat()
}

fn lives() -> Vec<Fault> {
    let of = |code, jsons| faults("expires_in", code, jsons);
    [
        of("INVALID_EXPIRATION_RANGE", &["0", "-1", "2592000001", "9223372036854775808", "99999999999999999999"]),
        of("INVALID_EXPIRATION_FORMAT", &["1.5", "1.0", "1e3", "\"60000\"", "\"\"", "true", "[]", "{}"]),
        of(JSON, &["NaN", "Infinity", "060"]),
    ]
    .concat()
}

fn receivers() -> Vec<Fault> {
    let enabled = |address: &str| format!("{address},\"receiver_override_enable\":true");
    let of = |address: &str| ("receiver_override_address", enabled(address), INVALID);
    let long = format!("\"0x{}\"", "a".repeat(200));
    [
        faults("receiver_override_enable", INVALID, &["1", "0", "\"true\"", "\"\"", "[]", "{}"]),
        faults("receiver_override_address", INVALID, &["1", "true", "[]", "{}", &long]),
        vec![
            of("null"),
            of("\"\""),
            of("\"0x\""),
            of("\"0x1234\""),
            // One letter's case differs from its checksum.
            of("\"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\""),
            of("\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAez\""),
            of("\"5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\""),
            // A Solana address, while the token to settle in lives on an EVM network or on none.
            of("\"9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM\""),
        ],
    ]
    .concat()
}

fn urls() -> Vec<Fault> {
    let long = format!("\"https://a.example/{}\"", "x".repeat(2_031));
    let wrong = [
        "\"\"",
        "\"/done\"",
        "\"a.example\"",
        "\"http://a.example/\"",
        "\"ftp://a.example/\"",
        "\"javascript:alert(1)\"",
        "\"https://\"",
        "\"https:///done\"",
        "\"https://user@a.example/\"",
        "\"https://user:pass@a.example/\"",
        "\"https://a.example:99999/\"",
        "\"https://a.example:x/\"",
        "\"https://a.example/ b\"",
        "\"https://a.example/\\r\\nx\"",
        "\"https://a.example/\\\"onload=1\"",
        "\"https://ä.example/\"",
        "1",
        "true",
        "[]",
        "{}",
    ];
    [
        faults("payment_return_url", INVALID, &wrong),
        vec![("payment_return_url", long, INVALID)],
        faults("payment_return_url_enabled", INVALID, &["1", "\"true\"", "[]", "{}"]),
        // Enabled without a URL: the URL is what is missing.
        vec![("payment_return_url", "null,\"payment_return_url_enabled\":true".to_owned(), INVALID)],
    ]
    .concat()
}

fn questions() -> Vec<Fault> {
    let one = |id: &str| format!("{{\"id\":\"{id}\",\"question\":\"?\",\"type\":\"text\"}}");
    let all = |list: &[String]| format!("{{\"questions\":[{}]}}", list.join(","));
    let six: Vec<String> = ["a", "b", "c", "d", "e", "f"].into_iter().map(one).collect();
    let asks = |question: &str| all(&[question.to_owned()]);
    let long = format!("{{\"id\":\"a\",\"question\":\"{}\",\"type\":\"text\"}}", "y".repeat(500));
    let at = |name, json: String| vec![(name, json, INVALID)];
    [
        faults("questions", INVALID, &["[]", "1", "true", "\"?\""]),
        faults(
            "questions/questions",
            INVALID,
            &["{}", "{\"questions\":null}", "{\"questions\":{}}", "{\"questions\":1}"],
        ),
        at("questions/questions", all(&six)),
        at("questions", asks(&long)),
        at("questions/questions/0", asks("1")),
        at("questions/questions/0", asks("[]")),
        at("questions/questions/1/id", all(&[one("a"), one("a")])),
        at("questions/questions/0/id", asks("{\"question\":\"?\",\"type\":\"text\"}")),
        at("questions/questions/0/id", asks(&one(""))),
        at("questions/questions/0/id", asks("{\"id\":7,\"question\":\"?\",\"type\":\"text\"}")),
        at("questions/questions/0/id", asks(&one(&"a".repeat(65)))),
        at("questions/questions/0/question", asks("{\"id\":\"a\",\"type\":\"text\"}")),
        at("questions/questions/0/question", asks("{\"id\":\"a\",\"question\":\"\",\"type\":\"text\"}")),
        at("questions/questions/0/type", asks("{\"id\":\"a\",\"question\":\"?\"}")),
        at("questions/questions/0/type", asks("{\"id\":\"a\",\"question\":\"?\",\"type\":\"color\"}")),
        at(
            "questions/questions/0/validation",
            asks("{\"id\":\"a\",\"question\":\"?\",\"type\":\"text\",\"validation\":1}"),
        ),
        at(
            "questions/questions/0/validation/required",
            asks("{\"id\":\"a\",\"question\":\"?\",\"type\":\"text\",\"validation\":{\"required\":1}}"),
        ),
    ]
    .concat()
}

type Shape = (&'static str, Body, u16, &'static str, &'static str);

fn bodies() -> Vec<Shape> {
    let padded = |bytes: usize| {
        let mut body = valid();
        body.resize(bytes, b' ');
        body
    };
    let deep = |open: &str, close: &str| {
        let levels = 10_000;
        format!("{{\"amount_usd\":1,\"x\":{}1{}}}", open.repeat(levels), close.repeat(levels)).into_bytes()
    };
    let none = |what, body: &[u8]| (what, Body::Sized(body.to_vec()), 400, JSON, "");
    let large = |what, body| (what, body, 413, TOO_LARGE, "");
    vec![
        ("no body", Body::None, 400, JSON, ""),
        none("an empty body", b""),
        none("white space", b" \r\n\t "),
        none("null", b"null"),
        none("an array", br#"[{"amount_usd":1}]"#),
        none("a string", br#""amount_usd""#),
        none("a number", b"49.99"),
        none("a form", b"amount_usd=49.99"),
        none("truncated at the brace", br#"{"amount_usd":49.99"#),
        none("truncated in a key", br#"{"amount"#),
        none("truncated in a string", br#"{"amount_usd":1,"description":"a"#),
        none("two objects", br#"{"amount_usd":1}{"amount_usd":1}"#),
        none("a comma too many", br#"{"amount_usd":1,}"#),
        none("single quotes", br"{'amount_usd':1}"),
        none("a comment", br#"{"amount_usd":1/**/}"#),
        none("a byte order mark", b"\xef\xbb\xbf{\"amount_usd\":1}"),
        none("UTF-16", b"{\0\"\0}\0"),
        none("a repeated key", br#"{"amount_usd":1,"amount_usd":1}"#),
        none("a repeated key, escaped", br#"{"amount_usd":1,"\u0061mount_usd":2}"#),
        none("a repeated unknown key", br#"{"amount_usd":1,"x":1,"x":2}"#),
        none("a byte that is no UTF-8", b"{\"amount_usd\":1,\"description\":\"\xff\"}"),
        none("an overlong encoding", b"{\"amount_usd\":1,\"description\":\"\xc0\xaf\"}"),
        none("a surrogate in UTF-8", b"{\"amount_usd\":1,\"description\":\"\xed\xa0\x80\"}"),
        none("half a character", b"{\"amount_usd\":1,\"description\":\"\xf0\x9f\"}"),
        none("a control character in a string", b"{\"amount_usd\":1,\"description\":\"a\nb\"}"),
        none("10 000 arrays deep", &deep("[", "]")),
        none("10 000 objects deep", &deep("{\"a\":", "}")),
        none("65 536 bytes of brackets", &[b'['; 65_536]),
        (
            "half a surrogate",
            Body::Sized(br#"{"amount_usd":1,"description":"\ud800"}"#.to_vec()),
            400,
            JSON,
            "/description",
        ),
        ("no amount", Body::Sized(b"{}".to_vec()), 400, INVALID, "/amount_usd"),
        ("an amount by another name", Body::Sized(br#"{"Amount_USD":1}"#.to_vec()), 400, INVALID, "/amount_usd"),
        large("65 537 bytes", Body::Sized(padded(65_537))),
        large("10 MiB", Body::Sized(padded(10 << 20))),
        large("65 537 bytes in chunks", Body::Chunked(padded(65_537))),
        large("10 MiB in chunks", Body::Chunked(padded(10 << 20))),
    ]
}

async fn several_at_once(desk: &mut Desk<'_>) {
    let request = create(desk, "several").json(r#"{"amount_usd":0,"expires_in":0,"description":1,"metadata":[]}"#);
    let reply = desk.send(&request).await;
    Refusal::new(400, "INVALID_AMOUNT_RANGE", "/amount_usd").check(&reply, "several faults");
    let body = reply.json();
    let details = body["error"]["details"].as_array().expect("several faults are listed");
    let told: Vec<_> = details.iter().filter_map(|it| Some((it["code"].as_str()?, it["param"].as_str()?))).collect();
    let expected = [
        ("INVALID_AMOUNT_RANGE", "/amount_usd"),
        (INVALID, "/description"),
        (INVALID, "/metadata"),
        ("INVALID_EXPIRATION_RANGE", "/expires_in"),
    ];
    assert_eq!(told, expected);
    assert_eq!(desk.rows.count().await, desk.counts);
}

async fn a_refusal_does_not_use_up_its_key(desk: &mut Desk<'_>) {
    let request = create(desk, "several").json(valid());
    let reply = desk.send(&request).await;
    assert_eq!((reply.status, reply.header("idempotent-replayed")), (201, ""), "{}", reply.text());
    let (invoices, events, keys, ..) = desk.rows.count().await;
    let (no_invoices, no_events, no_keys, ..) = desk.counts;
    assert_eq!((invoices, events, keys), (no_invoices + 1, no_events + 1, no_keys + 1));
    desk.recount().await;
}
