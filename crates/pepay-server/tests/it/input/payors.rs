//! The payor's endpoints: what a browser, or whoever took the link from one, may get wrong.

use serde_json::json;

use super::{Body, Desk, Refusal, Request};
use crate::world::{Invoice, Token};

const INVALID: &str = "VALIDATION_ERROR";
const JSON: &str = "INVALID_JSON";
const ADDRESSES: &str = "/api/v1/payments/payment-addresses";
const EMAIL: &str = "/api/v1/payments/customer-email";
const FORM: &str = "/api/v1/payments/submit-form";

type Fault = (String, Refusal<'static>);

pub(super) async fn refused(desk: &mut Desk<'_>) {
    let questions = json!({ "questions": [
        { "id": "name", "question": "Your name?", "type": "text", "validation": { "required": true } },
        { "id": "age", "question": "Your age?", "type": "number" },
        { "id": "news", "question": "News?", "type": "boolean" },
        { "id": "mail", "question": "Mail?", "type": "email" },
    ]});
    let invoice = desk.merchant.create_with("10.00", &json!({ "questions": questions })).await;
    desk.recount().await;
    for path in [ADDRESSES, EMAIL, FORM] {
        shapes(desk, &invoice, path).await;
    }
    for (path, faults) in [(ADDRESSES, addresses()), (EMAIL, emails()), (FORM, forms())] {
        for (body, refusal) in faults {
            let request = payor("POST", &invoice, path).json(body.as_str());
            desk.refuse(&request, refusal, &format!("{path} {body:.120}")).await;
        }
    }
    queries(desk, &invoice).await;
    verifications(desk, &invoice).await;
    too_late(desk).await;
    taken(desk, &invoice).await;
}

fn payor(method: &'static str, invoice: &Invoice, path: impl Into<String>) -> Request {
    let request = Request::new(method, path).header("x-session-token", invoice.session_token.as_str());
    request.header("x-signature", invoice.signature.as_str())
}

/// Bodies that are none, at an endpoint that needs one.
async fn shapes(desk: &mut Desk<'_>, invoice: &Invoice, path: &str) {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [&b""[..], b"null", b"[]", b"{", b"{\"a\":1,\"a\":1}", b"\xff", b"{\"a\":\"\xff\"}", deep.as_bytes()] {
        let what = format!("{path} {}", body.escape_ascii());
        desk.refuse(&payor("POST", invoice, path).json(body), Refusal::new(400, JSON, ""), &what).await;
    }
    let large = Refusal::new(413, "BODY_TOO_LARGE", "");
    for body in [Body::Sized(vec![b' '; 65_537]), Body::Chunked(vec![b' '; 65_537]), Body::Sized(vec![b' '; 10 << 20])]
    {
        let request = payor("POST", invoice, path).header("content-type", "application/json");
        desk.refuse(&Request { body, ..request }, large, path).await;
    }
    let kind = payor("POST", invoice, path).header("content-type", "text/plain");
    let request = Request { body: Body::Sized(b"{}".to_vec()), ..kind };
    desk.refuse(&request, Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", ""), path).await;
}

fn addresses() -> Vec<Fault> {
    let usdc = Token::Usdc.id("base");
    let at = |code, param| Refusal::new(400, code, param);
    let networks = ["\"\"", "null", "1", "true", "[]", "{}", "\"a\\u0000b\""].map(|json| (json.to_owned(), INVALID));
    let long = format!("\"{}\"", "x".repeat(65));
    let unknown = ["\"mars\"", "\"Base\"", "\" base\"", "\"devnet:base\"", "\"🦀\""]
        .map(|json| (json.to_owned(), "NETWORK_NOT_SUPPORTED"));
    let networks = networks.into_iter().chain([(long, INVALID)]).chain(unknown);
    let networks =
        networks.map(|(json, code)| (format!("{{\"network\":{json},\"tokenId\":{usdc}}}"), at(code, "/network")));
    let tokens =
        ["null", "\"100001\"", "1.5", "1e5", "true", "[]", "{}", "9223372036854775808", "-9223372036854775809"];
    let tokens = tokens.map(|json| (json.to_owned(), INVALID));
    // A number, but of no token that can be had there.
    let elsewhere = Token::Usdc.id("bsc").to_string();
    let none =
        ["0", "-1", "99", "9223372036854775807", &elsewhere].map(|json| (json.to_owned(), "TOKEN_NOT_SUPPORTED"));
    let tokens = tokens.into_iter().chain(none);
    let tokens =
        tokens.map(|(json, code)| (format!("{{\"network\":\"base\",\"tokenId\":{json}}}"), at(code, "/tokenId")));
    let missing = [
        ("{}", "/network"),
        ("{\"network\":\"base\"}", "/tokenId"),
        ("{\"network\":\"base\",\"token_id\":1}", "/tokenId"),
    ];
    let missing = missing.map(|(json, param)| (json.to_owned(), at(INVALID, param)));
    networks.chain(tokens).chain(missing).collect()
}

fn emails() -> Vec<Fault> {
    let long = format!("\"{}@{}.example\"", "a".repeat(64), "b".repeat(184));
    let wrong = [
        "null",
        "\"\"",
        "1",
        "true",
        "[]",
        "{}",
        "\"nobody\"",
        "\"@b.example\"",
        "\"a@b\"",
        "\"a@b@c.example\"",
        "\"a b@c.example\"",
        "\"a@c.example\\nBcc: x\"",
        "\"a\\u0000@c.example\"",
        &long,
    ];
    let fault = |json: &str| (format!("{{\"email\":{json}}}"), Refusal::new(400, INVALID, "/email"));
    let missing = ("{}".to_owned(), Refusal::new(400, INVALID, "/email"));
    wrong.into_iter().map(fault).chain([missing]).collect()
}

fn forms() -> Vec<Fault> {
    let answers = |list: &str| format!("{{\"responses\":[{list}]}}");
    let with_name = |more: &str| answers(&format!("{{\"question_id\":\"name\",\"response\":\"Ada\"}},{more}"));
    let name = |json: &str| answers(&format!("{{\"question_id\":\"name\",\"response\":{json}}}"));
    let other = |id: &str, json: &str| with_name(&format!("{{\"question_id\":\"{id}\",\"response\":{json}}}"));
    let long = format!("\"{}\"", "x".repeat(1_001));
    let (first, second) = ("/responses/0/response", "/responses/1/response");
    let faults = [
        ("{}".to_owned(), "/responses"),
        ("{\"responses\":null}".to_owned(), "/responses"),
        ("{\"responses\":{}}".to_owned(), "/responses"),
        ("{\"responses\":\"name\"}".to_owned(), "/responses"),
        (answers(""), "/responses"),
        (answers("1"), "/responses/0"),
        (answers("[]"), "/responses/0"),
        (answers("{\"response\":\"Ada\"}"), "/responses/0/question_id"),
        (answers("{\"question_id\":1,\"response\":\"Ada\"}"), "/responses/0/question_id"),
        (answers("{\"question_id\":\"nobody\",\"response\":\"Ada\"}"), "/responses/0/question_id"),
        (name("null"), "/responses"),
        (name("\"\""), "/responses"),
        (name("7"), first),
        (name("true"), first),
        (name("[\"Ada\"]"), first),
        (name("{}"), first),
        (name(&long), first),
        (other("age", "\"41\""), second),
        (other("age", "true"), second),
        (other("news", "\"yes\""), second),
        (other("news", "1"), second),
        (other("mail", "\"nobody\""), second),
        (other("mail", "1"), second),
    ];
    faults.into_iter().map(|(body, param)| (body, Refusal::new(400, INVALID, param))).collect()
}

async fn queries(desk: &mut Desk<'_>, invoice: &Invoice) {
    let tokens = "/api/v1/payments/available-tokens";
    let details = "/api/v1/payments/session-details";
    for (path, refusal) in [
        (format!("{tokens}?mode=some"), Refusal::new(400, INVALID, "/mode")),
        (format!("{tokens}?mode=network"), Refusal::new(400, INVALID, "/network")),
        (format!("{tokens}?network=mars"), Refusal::new(400, "NETWORK_NOT_SUPPORTED", "/network")),
        (format!("{tokens}?mode=network&network=%00"), Refusal::new(400, "NETWORK_NOT_SUPPORTED", "/network")),
        (format!("{tokens}?available_only=yes"), Refusal::new(400, INVALID, "/available_only")),
        (format!("{details}?invoice_id=x"), Refusal::new(404, "INVOICE_NOT_FOUND", "")),
        (
            format!("{details}?invoice_id=0198b2c4-0000-7000-8000-000000000001"),
            Refusal::new(404, "INVOICE_NOT_FOUND", ""),
        ),
        ("/api/v1/invoice/x/verify".to_owned(), Refusal::new(404, "INVOICE_NOT_FOUND", "")),
    ] {
        desk.refuse(&payor("GET", invoice, &*path), refusal, &path).await;
    }
}

async fn verifications(desk: &mut Desk<'_>, invoice: &Invoice) {
    let path = format!("/api/v1/invoice/{}/verify", invoice.id);
    desk.refuse(&payor("GET", invoice, &*path), Refusal::new(404, "VERIFICATION_NOT_FOUND", ""), "never asked for")
        .await;
    let early = Refusal::new(400, INVALID, "");
    desk.refuse(&payor("POST", invoice, &*path), early, "nothing to look at yet").await;
    desk.world.payor.choose(invoice, "base", Token::Usdc).await;
    desk.recount().await;
    for (body, code, param) in [
        ("[]", JSON, ""),
        ("{", JSON, ""),
        ("{\"network\":1}", INVALID, "/network"),
        ("{\"network\":true}", INVALID, "/network"),
        ("{\"network\":\"\"}", INVALID, "/network"),
        ("{\"network\":\"mars\"}", INVALID, "/network"),
        ("{\"network\":\"bsc\"}", INVALID, "/network"),
    ] {
        desk.refuse(&payor("POST", invoice, &*path).json(body), Refusal::new(400, code, param), body).await;
    }
    for body in ["", "{}", "{\"network\":null}", "{\"network\":\"base\"}"] {
        let request = payor("POST", invoice, &*path).json(body);
        let reply = desk.send(&request).await;
        assert_eq!((reply.status, &reply.json()["data"]["network"]), (202, &json!("base")), "{body} {}", reply.text());
    }
}

/// An invoice that ended takes nothing more.
async fn too_late(desk: &mut Desk<'_>) {
    let canceled = desk.merchant.create("10.00").await;
    desk.merchant.cancel(&canceled).await.json();
    let expired = desk.merchant.create_for("10.00", 1).await;
    desk.merchant.wait_status(&expired, "expired").await;
    desk.recount().await;
    let posts = [
        (ADDRESSES, json!({ "network": "base", "tokenId": Token::Usdc.id("base") })),
        (EMAIL, json!({ "email": "a@shop.example" })),
        (FORM, json!({ "responses": [] })),
    ];
    for (path, body) in posts {
        let refusal = Refusal::new(400, "INVOICE_CANCELED", "");
        desk.refuse(&payor("POST", &canceled, path).json(body.to_string()), refusal, &format!("canceled {path}")).await;
        let refusal = match path {
            ADDRESSES => Refusal::new(404, "SESSION_EXPIRED", ""),
            _ => Refusal::new(410, "INVOICE_EXPIRED", ""),
        };
        desk.refuse(&payor("POST", &expired, path).json(body.to_string()), refusal, &format!("expired {path}")).await;
    }
}

async fn taken(desk: &Desk<'_>, invoice: &Invoice) {
    let email = json!({ "email": format!("{}@{}.example", "a".repeat(64), "b".repeat(60)) });
    let reply = desk.send(&payor("POST", invoice, EMAIL).json(email.to_string())).await;
    assert_eq!((reply.status, &reply.json()["email"]), (200, &email["email"]), "{}", reply.text());
    let read = desk.send(&payor("GET", invoice, EMAIL)).await.json();
    assert_eq!(read, json!({ "email": email["email"], "has_email": true }));
    let name = "🦀".repeat(1_000);
    let form = json!({ "responses": [
        { "question_id": "news", "response": false },
        { "question_id": "name", "response": name },
        { "question_id": "age", "response": -1.5 },
    ]});
    let reply = desk.send(&payor("POST", invoice, FORM).json(form.to_string())).await;
    assert_eq!((reply.status, reply.json()), (200, json!({ "success": true })), "{}", reply.text());
    let responses = desk.merchant.read(invoice).await["responses"].clone();
    let expected = json!([
        { "question_id": "name", "response": name },
        { "question_id": "age", "response": -1.5 },
        { "question_id": "news", "response": false },
    ]);
    assert_eq!(responses, expected, "in the order of the questions");
}
