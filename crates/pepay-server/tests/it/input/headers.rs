//! Headers: idempotency keys and request ids have their limits, and every answer carries an id.

use super::{Desk, Refusal, Request};

const PATH: &str = "/api/v1/invoices";

pub(super) async fn limited(desk: &mut Desk<'_>) {
    idempotency_keys(desk).await;
    request_ids(desk).await;
}

async fn idempotency_keys(desk: &mut Desk<'_>) {
    let refusal = Refusal::new(400, "VALIDATION_ERROR", "/Idempotency-Key");
    let bad: [(&str, Vec<u8>); 7] = [
        ("no character", Vec::new()),
        ("256 characters", vec![b'k'; 256]),
        ("4 096 characters", vec![b'k'; 4_096]),
        ("UTF-8", "ключ".into()),
        ("bytes that are no text", vec![b'k', 0xff]),
        ("a blank", b"two words".to_vec()),
        ("a tab", b"tab\tbed".to_vec()),
    ];
    for (what, key) in bad {
        let body = r#"{"amount_usd":49.99}"#;
        desk.refuse(&desk.asks("POST", PATH).header("idempotency-key", key.clone()).json(body), refusal, what).await;
        let block = desk.asks("POST", "/api/v1/merchant/tokens/100001/block").json(r#"{"blocked":true}"#);
        desk.refuse(&block.header("idempotency-key", key), refusal, what).await;
    }
    for key in ["k".to_owned(), "~!@#$%^&*()[]{}<>,.?/\\|'\"`=+-_;:".to_owned(), "k".repeat(255)] {
        let request = desk.asks("POST", PATH).header("idempotency-key", key.as_str()).json(r#"{"amount_usd":49.99}"#);
        let (first, second) = (desk.send(&request).await, desk.send(&request).await);
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""), "{key}: {}", first.text());
        assert_eq!((second.status, second.header("idempotent-replayed")), (201, "true"), "{key}: {}", second.text());
        assert_eq!(first.body, second.body, "{key}");
    }
}

async fn request_ids(desk: &mut Desk<'_>) {
    desk.recount().await;
    let read =
        |id: &[u8]| Request { headers: vec![("x-request-id", id.to_vec())], ..Request::new("GET", "/health/live") };
    let longest = "x".repeat(128);
    for echoed in ["a", "req-1_2.3", "0198b2c4-0000-7000-8000-000000000001", "<script>\"", &longest] {
        assert_eq!(desk.send(&read(echoed.as_bytes())).await.header("x-request-id"), echoed);
    }
    let long = "x".repeat(129);
    let mut given = vec![String::new()];
    for replaced in [&b""[..], b"with blank", b"tab\tbed", long.as_bytes(), "ид".as_bytes(), b"\xff\xfe"] {
        let reply = desk.send(&read(replaced)).await;
        let id = reply.header("x-request-id").to_owned();
        assert!(id.starts_with("req_") && id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
        assert!(!given.contains(&id), "every request has an id of its own: {id}");
        given.push(id);
    }
    // Refusals of every kind carry the caller's id in header and body.
    for (request, refusal) in [
        (desk.asks("GET", "/api/v1/nowhere"), Refusal::new(404, "NOT_FOUND", "")),
        (desk.asks("DELETE", PATH), Refusal::new(405, "METHOD_NOT_ALLOWED", "")),
        (Request::new("GET", PATH), Refusal::new(401, "CREDENTIAL_REQUIRED", "")),
        (desk.asks("POST", PATH).json("{"), Refusal::new(400, "INVALID_JSON", "")),
    ] {
        let request = request.header("x-request-id", "mine-7");
        desk.refuse(&request, refusal, refusal.code).await;
        assert_eq!(desk.send(&request).await.header("x-request-id"), "mine-7", "{}", refusal.code);
    }
}
