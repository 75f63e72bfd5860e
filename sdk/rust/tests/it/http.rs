//! One request: what is sent, what is tried again, and what failures look like.

use std::time::{Duration, Instant};

use pepay_client::types::{Code, CreateWebhook, UpdateWebhook, WebhookDeliveryState};
use pepay_client::{Auth, CreateInvoice, ErrorKind, Expand, ListDeliveries, ListInvoices, ListPage, Pepay, Usd};
use tokio::io::AsyncWriteExt as _;

use crate::server::{Asked, Connection, Server, invoice};

const CREATED: &str = r#"{"invoice_id":"0199","payment_url":"https://pay.example.com/pay?session=pst_hidden&signature=a.1",
    "expires_at":1766322000,"session_token":"pst_hidden","signature":"a.1",
    "payment_session_headers":{"x-session-token":"pst_hidden","x-signature":"a.1"}}"#;
const UNAVAILABLE: &str = r#"{"success":false,"error":{"code":"SERVICE_UNAVAILABLE","message":"later"}}"#;
const LIMITED: &str = r#"{"success":false,"message":"slow","error_code":"RATE_LIMIT_EXCEEDED","retry_after":"1"}"#;

fn order() -> CreateInvoice {
    CreateInvoice::new(Usd::from_cents(4_999)).description("Order 7").expires_in(60_000)
}

#[tokio::test]
async fn a_write_survives_every_kind_of_bad_luck_under_one_key() {
    let server = Server::start(async |number, _: Asked, mut connection: Connection| match number {
        0 => connection.answer(503, UNAVAILABLE).await,
        1 => connection.answer(500, "<html>").await,
        2 => drop(connection),
        // Cut in the middle of the answer.
        3 => connection.raw("HTTP/1.1 201 X\r\ncontent-length: 500\r\n\r\n{\"invoice_id\":").await,
        4 => connection.answer(201, "{\"invoice_id\":").await,
        5 => {
            let busy = r#"{"success":false,"error":{"code":"IDEMPOTENCY_IN_PROGRESS","message":"wait"}}"#;
            connection.answer(409, busy).await;
        }
        _ => connection.answer(201, CREATED).await,
    })
    .await;
    let created = server.client().invoices().create(&order()).max_retries(6).await.unwrap();
    assert_eq!(created.invoice_id, "0199");
    assert_eq!(&*created.session_token, "pst_hidden");
    assert!(!format!("{created:?}").contains("hidden"), "{created:?}");

    let asked = server.asked();
    assert_eq!(asked.len(), 7);
    let key = asked[0].header("idempotency-key").unwrap();
    assert_eq!(key.len(), 32);
    for one in &asked {
        assert_eq!(one.line, "POST /api/v1/invoices");
        assert_eq!(one.header("idempotency-key"), Some(key));
        assert_eq!(one.header("x-api-key"), Some("sk_test_hidden"));
        assert_eq!(one.body, r#"{"amount_usd":49.99,"description":"Order 7","expires_in":60000}"#);
    }
}

#[tokio::test]
async fn retry_after_is_waited_for_and_too_long_a_wait_is_the_callers_choice() {
    let server = Server::start(async |number, _: Asked, connection: Connection| match number {
        0 => connection.answer_with(429, "retry-after: 1\r\n", LIMITED).await,
        1 => connection.answer(200, &invoice("inv", "paid").to_string()).await,
        _ => connection.answer_with(429, "retry-after: 120\r\n", LIMITED).await,
    })
    .await;
    let began = Instant::now();
    let read = server.client().invoices().retrieve("inv", &Expand::default()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!((read.amount, read.metadata["order"].as_str()), (49_990, Some("7")));

    let error = server.client().invoices().retrieve("inv", &Expand::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimit, &Code::RateLimitExceeded));
    assert_eq!(error.retry_after(), Some(Duration::from_mins(2)));
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_typed_and_not_repeated() {
    let server = Server::start(async |_, _: Asked, connection: Connection| {
        let body = r#"{"success":false,"error":{"code":"INVALID_AMOUNT_RANGE","message":"too much","param":"/amount_usd",
            "doc_url":"https://docs.example.com/errors#INVALID_AMOUNT_RANGE"}}"#;
        connection.answer(400, body).await;
    })
    .await;
    let error = server.client().invoices().create(&order()).idempotency_key("order-7").await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, &Code::InvalidAmountRange));
    assert_eq!((error.status(), error.param()), (Some(400), Some("/amount_usd")));
    assert_eq!(error.request_id(), Some("req_400"));
    assert_eq!(error.message(), "too much");
    assert!(!format!("{error} {error:?}").contains("hidden"));
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].header("idempotency-key"), Some("order-7"));
}

#[tokio::test]
async fn a_write_that_failed_tells_the_key_it_can_be_repeated_with() {
    let server = Server::start(async |number, _: Asked, connection: Connection| match number {
        0 => drop(connection),
        1 => connection.answer(503, "").await,
        2 => connection.answer(201, CREATED).await,
        _ => connection.answer(404, "").await,
    })
    .await;
    let client = server.builder().max_retries(0).build().unwrap();
    let lost = client.invoices().create(&order()).await.unwrap_err();
    let key = lost.idempotency_key().expect("a write has one").to_owned();
    let failed = client.invoices().create(&order()).idempotency_key(&key).await.unwrap_err();
    assert_eq!(failed.idempotency_key(), Some(key.as_str()));
    client.invoices().create(&order()).idempotency_key(&key).await.unwrap();
    assert!(server.asked().iter().all(|asked| asked.header("idempotency-key") == Some(&key)));
    let read = client.invoices().status("inv").await.unwrap_err();
    assert_eq!(read.idempotency_key(), None);
}

#[tokio::test]
async fn silence_and_absence_are_told_apart() {
    let server = Server::start(async |_, _: Asked, mut connection: Connection| {
        // Until the client gives up.
        let _gone = tokio::io::copy(&mut connection.0, &mut tokio::io::sink()).await;
        let _gone = connection.0.shutdown().await;
    })
    .await;
    let patience = Duration::from_millis(50);
    let silent = server.client().invoices().status("inv").timeout(patience).max_retries(1).await.unwrap_err();
    assert_eq!((silent.kind(), silent.code().as_str()), (ErrorKind::Timeout, "TIMEOUT"));
    assert_eq!(server.asked().len(), 2);

    let url = server.url.clone();
    drop(server);
    let gone = Pepay::builder(url).api_key("sk_test_1").max_retries(0).build().unwrap();
    let absent = gone.invoices().status("inv").await.unwrap_err();
    assert_eq!((absent.kind(), absent.code().as_str()), (ErrorKind::Connection, "CONNECTION_FAILED"));
}

#[tokio::test]
async fn a_redirect_takes_no_credential_anywhere() {
    let thief = Server::start(async |_, _: Asked, connection: Connection| connection.answer(200, "{}").await).await;
    let location = format!("location: {}/api/v1/invoices/inv\r\n", thief.url);
    let server = Server::start(move |_, _, connection: Connection| {
        let location = location.clone();
        async move { connection.answer_with(307, &location, "").await }
    })
    .await;
    let error = server.client().invoices().retrieve("inv", &Expand::default()).await.unwrap_err();
    assert_eq!(error.status(), Some(307));
    assert!(thief.asked().is_empty());
}

#[tokio::test]
async fn what_can_not_work_is_not_sent() {
    let server = Server::start(async |_, _: Asked, connection: Connection| connection.answer(200, "{}").await).await;
    let client = server.client();
    for id in ["", ".", ".."] {
        let error = client.invoices().cancel(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{id}");
    }
    let missing = client.payment_sessions().get_session_details().await.unwrap_err();
    assert_eq!((missing.kind(), missing.code()), (ErrorKind::Authentication, &Code::CredentialRequired));
    let settlement = client.settlement().get_preferences().await.unwrap_err();
    assert_eq!(settlement.code(), &Code::CredentialRequired, "a server key does not redirect money");
    let key = client.invoices().cancel("inv").idempotency_key("a b").await.unwrap_err();
    assert_eq!(key.kind(), ErrorKind::Configuration);
    assert!(client.with_auth(Auth::new().bearer_token("")).is_err());
    assert!(client.ws().connect_payment_session("").open().is_err());
    assert!(client.with_auth(Auth::new()).unwrap().ws().connect_merchant_events().open().is_err());
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn ids_and_filters_are_encoded() {
    let server = Server::start(async |_, _: Asked, connection: Connection| {
        connection.answer(404, r#"{"success":false,"error":{"code":"INVOICE_NOT_FOUND","message":"no"}}"#).await;
    })
    .await;
    let client = server.client();
    let error = client.invoices().retrieve("../a?b#c d", &Expand::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, &Code::InvoiceNotFound));
    let which = ListInvoices { payer_wallet_address: Some("0x&=".to_owned()), ..ListInvoices::default() };
    client.invoices().list_by_customer("ä/1", &which).await.unwrap_err();
    client.invoices().accept_payment("a/b", "c?d").await.unwrap_err();
    let payor = client.with_auth(Auth::new().session("pst_hidden", "a.1")).unwrap();
    payor.payment_sessions().get_session_details_of("a&b").await.unwrap_err();
    let lines: Vec<String> = server.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(lines[2], "POST /api/v1/invoices/a%2Fb/payments/c%3Fd/accept");
    assert_eq!(lines[3], "GET /api/v1/payments/session-details?invoice_id=a%26b");
    assert_eq!(lines[0], "GET /api/v1/invoices/..%2Fa%3Fb%23c%20d");
    assert_eq!(lines[1], "GET /api/v1/invoices/customer/%C3%A4%2F1?payer_wallet_address=0x%26%3D");
}

#[tokio::test]
async fn webhook_endpoints_are_managed() {
    let endpoint = r#""object":"webhook_endpoint","id":"w","url":"https://shop.example/","enabled_events":["*"],
        "enabled":true,"breaker":{"state":"closed"},"secret_version":1,"environment":null,"created_at":1,"updated_at":1"#;
    let delivery = r#"{"object":"webhook_delivery","id":"d","webhook_id":"w","event_id":"evt_1-1",
        "event_type":"invoice.updated","environment":"devnet","status":"succeeded","attempt_count":1,"created_at":1}"#;
    let server = Server::start(move |_, asked: Asked, connection: Connection| async move {
        let (line, _) = asked.line.split_once('?').unwrap_or((&asked.line, ""));
        let body = match line.replace("/api/v1/webhooks", "").as_str() {
            "POST " | "POST /w/rotate-secret" => format!(r#"{{{endpoint},"secret":"whsec_hidden"}}"#),
            "GET /w" | "PATCH /w" => format!("{{{endpoint}}}"),
            "GET " => format!(r#"{{"object":"list","data":[{{{endpoint}}}],"has_more":false}}"#),
            "DELETE /w" => r#"{"object":"webhook_endpoint","id":"w","deleted":true}"#.to_owned(),
            "GET /w/deliveries" => format!(r#"{{"object":"list","data":[{delivery}],"has_more":false}}"#),
            "POST /w/test" | "POST /deliveries/d/replay" | "GET /deliveries/d" => delivery.to_owned(),
            "POST /w/recover" => {
                r#"{"object":"webhook_recovery","webhook_id":"w","since":"7","status":"scheduled"}"#.to_owned()
            }
            other => panic!("{other}"),
        };
        connection.answer(200, &body).await;
    })
    .await;
    let webhooks = server.client().webhooks();
    let made = webhooks.create(&CreateWebhook::new("https://shop.example/").environment(None)).await.unwrap();
    assert_eq!(made.secret.as_deref(), Some("whsec_hidden"));
    assert!(!format!("{made:?}").contains("hidden"));
    let page = ListPage::default();
    assert_eq!(webhooks.list(&page).await.unwrap().data[0].id, "w");
    assert_eq!(webhooks.retrieve("w").await.unwrap().breaker.state, "closed");
    let changes = UpdateWebhook::new().description(None).enabled(false);
    assert_eq!(webhooks.update("w", &changes).await.unwrap().id, "w");
    assert!(webhooks.rotate_secret("w", Some(0)).await.unwrap().secret.is_some());
    assert_eq!(webhooks.test("w").await.unwrap().id, "d");
    let (status, event_type) = (Some(WebhookDeliveryState::Succeeded), Some("invoice.updated".to_owned()));
    let which = ListDeliveries { status, event_type, page };
    assert_eq!(webhooks.list_deliveries("w", &which).await.unwrap().data[0].event_id, "evt_1-1");
    assert_eq!(webhooks.retrieve_delivery("d").await.unwrap().attempt_count, 1);
    assert_eq!(webhooks.replay_delivery("d").await.unwrap().id, "d");
    assert_eq!(webhooks.recover("w", "7").await.unwrap().status, "scheduled");
    assert!(webhooks.delete("w").await.unwrap().deleted);
    let bodies: Vec<String> = server.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies[0], r#"{"environment":null,"url":"https://shop.example/"}"#);
    assert_eq!(bodies[3], r#"{"description":null,"enabled":false}"#);
    assert_eq!((bodies[4].as_str(), bodies[9].as_str()), (r#"{"overlap_seconds":0}"#, r#"{"since":"7"}"#));
    let lines: Vec<String> = server.asked().into_iter().map(|asked| asked.line).collect();
    let deliveries = "GET /api/v1/webhooks/w/deliveries?status=succeeded&event_type=invoice.updated";
    assert!(lines.iter().any(|line| line == deliveries), "{lines:?}");
    let writes = server.asked().into_iter().filter(|asked| !asked.line.starts_with("GET"));
    assert!(writes.into_iter().all(|asked| asked.header("idempotency-key").is_some()));
}
