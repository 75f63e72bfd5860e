use Code::{
    InvalidAmountFormat as Format, InvalidAmountRange as Range, InvalidExpirationFormat as LifeFormat,
    InvalidExpirationRange as LifeRange, InvalidJson, MetadataTooLarge, ValidationError as Invalid,
};

use super::*;

/// The code and pointer of the first fault.
fn fault_of(body: &[u8]) -> Option<(Code, Option<String>)> {
    CreateInvoice::parse(body).err().map(|problem| (problem.code, problem.param))
}

/// A body with a valid amount and one more field.
fn with(field: &str, json: &str) -> String {
    format!("{{\"amount_usd\":49.99,\"{field}\":{json}}}")
}

fn text(length: usize) -> String {
    format!("\"{}\"", "é".repeat(length))
}

#[test]
fn amounts_are_read_exactly() {
    for (json, millis) in [
        ("0.01", 10),
        ("0.1", 100),
        ("1", 1_000),
        ("49.99", 49_990),
        ("1.50", 1_500),
        ("1000000", 1_000_000_000),
        ("1000000.00", 1_000_000_000),
    ] {
        let body = format!("{{\"amount_usd\":{json}}}");
        assert_eq!(CreateInvoice::parse(body.as_bytes()).unwrap().amount.get(), millis, "{json}");
    }
    for (json, code) in [
        ("0", Range),
        ("0.0", Range),
        ("0.00", Range),
        ("-0", Range),
        ("-1", Range),
        ("-49.99", Range),
        ("1000000.01", Range),
        ("99999999999999999", Range),
        ("123456789012345678901234567890", Range),
        ("0.001", Format),
        ("49.990", Format),
        ("0.30000000000000004", Format),
        ("1e2", Format),
        ("1E2", Format),
        ("1.5e1", Format),
        ("-0.001", Format),
        ("\"49.99\"", Format),
        ("\"\"", Format),
        ("true", Format),
        ("[]", Format),
        ("[1]", Format),
        ("{}", Format),
        ("null", Invalid),
        ("NaN", InvalidJson),
        ("Infinity", InvalidJson),
        ("1.", InvalidJson),
        (".5", InvalidJson),
        ("01", InvalidJson),
        ("+1", InvalidJson),
        ("0x10", InvalidJson),
    ] {
        let body = format!("{{\"amount_usd\":{json}}}");
        let param = (code != InvalidJson).then(|| "/amount_usd".to_owned());
        assert_eq!(fault_of(body.as_bytes()), Some((code, param)), "{json}");
    }
    assert_eq!(fault_of(b"{}"), Some((Invalid, Some("/amount_usd".to_owned()))));
}

#[test]
fn every_field_at_its_limit_is_taken() {
    let metadata = |length: usize| format!("{{ \"k\" : \"{}\" }}", "x".repeat(length - 8));
    let url = |length: usize| format!("\"https://a.example/{}\"", "x".repeat(length - 18));
    for (field, json) in [
        ("description", text(255)),
        ("customer_id", text(255)),
        ("invoice_title", text(255)),
        ("invoice_footer", text(255)),
        ("customer_email", format!("\"{}@{}.example\"", "a".repeat(64), "b".repeat(182))),
        ("metadata", metadata(512)),
        ("metadata", "{}".to_owned()),
        ("expires_in", "1".to_owned()),
        ("expires_in", "2592000000".to_owned()),
        ("payment_return_url", url(2048)),
        ("payment_return_url", "\"https://shop.example:8443/x?y=1#z\"".to_owned()),
        ("payment_return_url", "\"https://[::1]:1/\"".to_owned()),
        ("questions", "{\"questions\":[]}".to_owned()),
        ("receiver_override_address", "\"not looked at\"".to_owned()),
        ("unknown", "{\"a\":[1,2]}".to_owned()),
        ("description", "null".to_owned()),
        ("metadata", "null".to_owned()),
        ("expires_in", "null".to_owned()),
    ] {
        let body = with(field, &json);
        assert_eq!(fault_of(body.as_bytes()), None, "{field} {json:.80}");
    }
}

#[test]
fn every_fault_has_its_code_and_pointer() {
    let question = "{\"id\":\"a\",\"question\":\"Why?\",\"type\":\"text\"}";
    let many = format!("{{\"questions\":[{}]}}", [question; 6].join(","));
    let twice = format!("{{\"questions\":[{question},{question}]}}");
    let long = format!("{{\"questions\":[{}]}}", question.replace("Why?", &"y".repeat(500)));
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    for (field, json, code, param) in [
        ("description", text(256).as_str(), Invalid, "/description"),
        ("description", "7", Invalid, "/description"),
        ("description", "\"a\\u0000b\"", Invalid, "/description"),
        ("description", "\"\\ud800\"", InvalidJson, "/description"),
        ("customer_id", &text(256), Invalid, "/customer_id"),
        ("customer_id", "12", Invalid, "/customer_id"),
        ("invoice_title", &text(256), Invalid, "/invoice_title"),
        ("invoice_footer", &text(256), Invalid, "/invoice_footer"),
        ("invoice_footer", "[]", Invalid, "/invoice_footer"),
        ("customer_email", "\"nobody\"", Invalid, "/customer_email"),
        ("customer_email", "\"a@b@c.example\"", Invalid, "/customer_email"),
        ("customer_email", "\"a@localhost\"", Invalid, "/customer_email"),
        ("customer_email", "\"a b@c.example\"", Invalid, "/customer_email"),
        ("customer_email", "\"@c.example\"", Invalid, "/customer_email"),
        ("customer_email", "\"a@c.example\\r\\nBcc: x\"", Invalid, "/customer_email"),
        ("metadata", "[]", Invalid, "/metadata"),
        ("metadata", "\"{}\"", Invalid, "/metadata"),
        ("metadata", &format!("{{\"k\":\"{}\"}}", "x".repeat(505)), MetadataTooLarge, "/metadata"),
        ("metadata", "{\"a\":1,\"a\":2}", InvalidJson, ""),
        ("metadata", &format!("{{\"a\":{deep}}}"), InvalidJson, ""),
        ("unknown", &deep, InvalidJson, ""),
        ("expires_in", "0", LifeRange, "/expires_in"),
        ("expires_in", "-1", LifeRange, "/expires_in"),
        ("expires_in", "2592000001", LifeRange, "/expires_in"),
        ("expires_in", "99999999999999999999", LifeRange, "/expires_in"),
        ("expires_in", "1.5", LifeFormat, "/expires_in"),
        ("expires_in", "1e3", LifeFormat, "/expires_in"),
        ("expires_in", "\"60000\"", LifeFormat, "/expires_in"),
        ("receiver_override_enable", "true", Invalid, "/receiver_override_address"),
        ("receiver_override_enable", "\"true\"", Invalid, "/receiver_override_enable"),
        ("payment_return_url", "\"http://a.example/\"", Invalid, "/payment_return_url"),
        ("payment_return_url", "\"javascript:alert(1)\"", Invalid, "/payment_return_url"),
        ("payment_return_url", "\"https://\"", Invalid, "/payment_return_url"),
        ("payment_return_url", "\"https://user@a.example/\"", Invalid, "/payment_return_url"),
        ("payment_return_url", "\"https://a.example:99999/\"", Invalid, "/payment_return_url"),
        ("payment_return_url", "\"https://a.example/ x\"", Invalid, "/payment_return_url"),
        ("payment_return_url", "\"/relative\"", Invalid, "/payment_return_url"),
        ("payment_return_url_enabled", "true", Invalid, "/payment_return_url"),
        ("payment_return_url_enabled", "1", Invalid, "/payment_return_url_enabled"),
        ("questions", "[]", Invalid, "/questions"),
        ("questions", "{}", Invalid, "/questions/questions"),
        ("questions", "{\"questions\":{}}", Invalid, "/questions/questions"),
        ("questions", "{\"questions\":[1]}", Invalid, "/questions/questions/0"),
        ("questions", "{\"questions\":[{\"id\":\"a\",\"question\":\"?\"}]}", Invalid, "/questions/questions/0/type"),
        (
            "questions",
            "{\"questions\":[{\"id\":\"a\",\"question\":\"?\",\"type\":\"color\"}]}",
            Invalid,
            "/questions/questions/0/type",
        ),
        ("questions", "{\"questions\":[{\"question\":\"?\",\"type\":\"text\"}]}", Invalid, "/questions/questions/0/id"),
        ("questions", &many, Invalid, "/questions/questions"),
        ("questions", &twice, Invalid, "/questions/questions/1/id"),
        ("questions", &long, Invalid, "/questions"),
    ] {
        let param = (!param.is_empty()).then(|| param.to_owned());
        assert_eq!(fault_of(with(field, json).as_bytes()), Some((code, param)), "{field} {json:.80}");
    }
}

#[test]
fn bodies_that_are_no_json_object_are_refused() {
    for body in [&b""[..], b"[]", b"null", b"{", b"{\"amount_usd\":1,\"amount_usd\":2}", b"{\"description\":\"\xff\"}"]
    {
        assert_eq!(fault_of(body), Some((Code::InvalidJson, None)), "{}", body.escape_ascii());
    }
}

#[test]
fn all_faults_are_listed_and_the_first_leads() {
    let problem = CreateInvoice::parse(br#"{"amount_usd":0,"expires_in":0,"description":1}"#).unwrap_err();
    assert_eq!(problem.code, Code::InvalidAmountRange);
    let params: Vec<_> = problem.details.iter().filter_map(|detail| detail.param.as_deref()).collect();
    assert_eq!(params, ["/amount_usd", "/description", "/expires_in"]);
}

#[test]
fn a_whole_request_is_read() {
    let body = br#"{
        "amount_usd": 49.99, "description": "Pro plan", "customer_id": "cus_1", "metadata": { "order": 12345678901234567890 },
        "expires_in": 60000, "invoice_title": "Acme", "invoice_footer": "Thanks", "customer_email": "ada@shop.example",
        "receiver_override_enable": true, "receiver_override_address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "payment_return_url": "https://shop.example/done", "payment_return_url_enabled": false,
        "questions": {"questions":[{"id":"size","question":"Size?","type":"text","validation":{"required":true}}]}
    }"#;
    let read = CreateInvoice::parse(body).unwrap();
    assert_eq!((read.amount.get(), read.life_ms), (49_990, 60_000));
    let terms = read.terms;
    assert_eq!(terms.metadata.as_deref(), Some(r#"{"order":12345678901234567890}"#));
    assert_eq!(terms.receiver_override.unwrap().to_string(), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    assert!(!terms.payment_return_url_enabled && terms.payment_return_url.is_some());
    assert_eq!(
        terms.questions.as_deref(),
        Some(r#"{"questions":[{"id":"size","question":"Size?","type":"text","validation":{"required":true}}]}"#)
    );
    let typo = String::from_utf8_lossy(body).replace("5aAeb", "5AAeb");
    assert_eq!(fault_of(typo.as_bytes()), Some((Code::ValidationError, Some("/receiver_override_address".to_owned()))));
}
