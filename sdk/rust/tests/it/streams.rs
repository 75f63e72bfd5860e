//! Streams that lose their connections in every way there is: nothing is lost, doubled or out of order.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pepay_client::types::Code;
use pepay_client::{Auth, ErrorKind, Event, EventFilter, EventStream, Notice, StreamExt as _};

use crate::server::{Asked, Connection, Server, event};
use crate::sockets::{accept, wants_socket};

/// The log from `after` to `newest`, one page next to the cursor.
async fn log(asked: &Asked, connection: Connection, newest: u64) {
    let number = |id: &str| id.rsplit('-').next().and_then(|text| text.parse::<u64>().ok());
    let (from, to) = match asked.parameter("ending_before").and_then(number) {
        Some(after) => (after + 1, (after + 100).min(newest)),
        None => (newest, newest),
    };
    let data: Vec<String> = (from..=to).rev().map(event).collect();
    let (data, more) = (data.join(","), to < newest);
    let body = format!(r#"{{"success":true,"data":{{"object":"list","data":[{data}],"has_more":{more}}}}}"#);
    connection.answer(200, &body).await;
}

fn since(asked: &Asked) -> u64 {
    let id = asked.parameter("since").expect("a stream says where it begins");
    id.rsplit('-').next().and_then(|text| text.parse().ok()).expect("an event id")
}

/// The numbers of the next events.
async fn take(stream: &mut EventStream<Event>, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let event = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
        let event = event.unwrap_or_else(|_| panic!("no event after {numbers:?}"));
        let event = event.expect("a stream has no end").expect("nothing refuses it");
        numbers.push(event.id.rsplit('-').next().and_then(|text| text.parse().ok()).expect("an event id"));
    }
    numbers
}

/// Collects what a stream tells beside its events.
fn notebook() -> (Arc<Mutex<Vec<String>>>, impl Fn(&Notice) + Send + Sync) {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&notes);
    let write = move |notice: &Notice| {
        let note = match notice {
            Notice::Control(control) => control.kind.clone(),
            Notice::Lost { error, .. } => format!("lost {:?}", error.close_code()),
            _ => String::new(),
        };
        writer.lock().expect("nobody panics with the lock").push(note);
    };
    (notes, write)
}

#[tokio::test]
async fn every_way_to_lose_a_connection_is_resumed_from() {
    let connections = AtomicU32::new(0);
    let server = Server::start(move |_, asked: Asked, connection: Connection| {
        let number = if wants_socket(&asked) { connections.fetch_add(1, Ordering::SeqCst) } else { 0 };
        async move {
            if !wants_socket(&asked) {
                return log(&asked, connection, 10).await;
            }
            let after = since(&asked);
            match number {
                1 => return connection.answer_with(503, "retry-after: 0\r\n", "{}").await,
                2 => return drop(connection),
                _ => {}
            }
            let mut socket = accept(&asked, connection).await;
            socket.ready(after).await;
            // Repeats what was told, as at-least-once may.
            socket.events([after - 1, after, after + 1, after + 1, after + 2]).await;
            match number {
                0 => drop(socket),
                3 => socket.close(1_012, None).await,
                4 => socket.close(4_408, None).await,
                5 => socket.text("{\"object\":\"eve").await,
                6 => socket.close(1_011, Some("INTERNAL_SERVER_ERROR")).await,
                // Half-closed: it looks alive and brings nothing, not even a ping.
                7 => socket.stay(None).await,
                _ => socket.stay(Some(Duration::from_millis(100))).await,
            }
        }
    })
    .await;
    let (notes, write) = notebook();
    let stream = server.client().ws().connect_merchant_events().idle_timeout(Duration::from_secs(1)).on_notice(write);
    let mut stream = stream.open().unwrap();
    assert_eq!(take(&mut stream, 14).await, (11..=24).collect::<Vec<_>>());
    assert_eq!(stream.last_event_id().as_deref(), Some("evt_1766322000123-24"));
    // The last connection is pinged and therefore kept.
    let quiet = tokio::time::timeout(Duration::from_millis(1_500), stream.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    let lost: Vec<String> = notes.lock().unwrap().iter().filter(|it| it.starts_with("lost")).cloned().collect();
    assert_eq!(
        lost,
        ["None", "None", "None", "Some(1012)", "Some(4408)", "None", "Some(1011)", "None"]
            .map(|it| format!("lost {it}"))
    );
    let sockets: Vec<Asked> = server.asked().into_iter().filter(wants_socket).collect();
    assert_eq!(sockets[0].header("x-api-key"), Some("sk_test_hidden"), "no credential is in a URL");
    assert_eq!(sockets[0].parameter("token"), None);
}

#[tokio::test]
async fn what_the_socket_can_not_tell_is_read_from_the_log_while_live_events_wait() {
    let server = Server::start(async |_, asked: Asked, connection: Connection| {
        if !wants_socket(&asked) {
            // The log knows of some of what the socket tells meanwhile.
            tokio::time::sleep(Duration::from_millis(100)).await;
            return log(&asked, connection, 352).await;
        }
        let mut socket = accept(&asked, connection).await;
        socket.ready(5).await;
        socket.control("resync_required", 5, r#","reason":"retention""#).await;
        // A bounded snapshot of the newest, and then what happens.
        socket.events(341..=360).await;
        socket.stay(None).await;
    })
    .await;
    let filter = EventFilter { types: vec!["invoice.*".to_owned()], ..EventFilter::default() };
    let stream = server.client().ws().connect_merchant_events().since("evt_1766322000123-5").filter(filter);
    let mut stream = stream.open().unwrap();
    assert_eq!(take(&mut stream, 355).await, (6..=360).collect::<Vec<_>>());
    let asked = server.asked();
    assert_eq!(asked[0].line, "GET /ws/merchant/events?format=event_v1&types=invoice.*&since=evt_1766322000123-5");
    assert!(asked[1].line.ends_with("&type=invoice.*"), "the log is asked for the same events: {}", asked[1].line);
}

#[tokio::test]
async fn where_no_socket_gets_through_the_log_is_followed() {
    let looks = AtomicU32::new(0);
    let server = Server::start(move |_, asked: Asked, connection: Connection| {
        let looked = looks.fetch_add(u32::from(!wants_socket(&asked)), Ordering::SeqCst);
        async move {
            if wants_socket(&asked) {
                return connection.answer(404, "{}").await;
            }
            log(&asked, connection, 5 + u64::from(looked)).await;
        }
    })
    .await;
    let mut stream = server.client().ws().connect_merchant_events().open().unwrap();
    assert_eq!(take(&mut stream, 3).await, [6, 7, 8]);
}

#[tokio::test]
async fn a_refused_key_or_filter_ends_the_stream() {
    for (code, fault, kind) in [
        (4_400, "VALIDATION_ERROR", ErrorKind::Validation),
        (4_401, "API_KEY_REVOKED", ErrorKind::Authentication),
        (4_403, "ENVIRONMENT_NOT_ENABLED", ErrorKind::Permission),
    ] {
        let server = Server::start(move |_, asked: Asked, connection: Connection| async move {
            if !wants_socket(&asked) {
                return log(&asked, connection, 10).await;
            }
            let mut socket = accept(&asked, connection).await;
            socket.ready(10).await;
            socket.events([11]).await;
            socket.close(code, Some(fault)).await;
        })
        .await;
        let mut stream = server.client().ws().connect_merchant_events().open().unwrap();
        assert_eq!(take(&mut stream, 1).await, [11]);
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.code().as_str(), error.close_code()), (kind, fault, Some(code)));
        assert_eq!(error.message(), "because");
        assert!(stream.next().await.is_none(), "it has ended");
    }
}

#[tokio::test]
async fn an_upgrade_is_refused_with_the_words_of_the_server() {
    let server = Server::start(async |_, asked: Asked, connection: Connection| {
        if !wants_socket(&asked) {
            return log(&asked, connection, 10).await;
        }
        let body = r#"{"success":false,"error":{"code":"INVALID_CURSOR","message":"no","param":"/since"}}"#;
        connection.answer(400, body).await;
    })
    .await;
    let mut stream = server.client().ws().connect_merchant_events().since("nonsense").open().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.param(), error.status()), (&Code::InvalidCursor, Some("/since"), Some(400)));
    assert_eq!(error.request_id(), Some("req_400"));
}

#[tokio::test]
async fn tokens_are_renewed_and_given_up_when_none_is_good() {
    let server = Server::start(async |_, asked: Asked, connection: Connection| {
        if asked.line.starts_with("POST /api/v1/ws/token") {
            assert_eq!(asked.body, r#"{"scope":"merchant","ttl_seconds":3600}"#);
            let token = r#"{"token":"minted","scope":"merchant","merchant_id":1,"network_environment":"devnet",
                "expires_at":1,"ws_url":"/ws/merchant/events"}"#;
            return connection.answer(200, &format!(r#"{{"success":true,"data":{token}}}"#)).await;
        }
        if !wants_socket(&asked) {
            return log(&asked, connection, 10).await;
        }
        match asked.parameter("token") {
            Some("given") => connection.answer(401, "{}").await,
            Some("minted") => {
                let mut socket = accept(&asked, connection).await;
                let after = since(&asked);
                socket.ready(after).await;
                socket.events([after + 1]).await;
                // Tokens end, and their sockets with them.
                socket.close(4_401, Some("TOKEN_INVALID")).await;
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
    let client = server.client().with_auth(Auth::new().bearer_token("jwt")).unwrap();
    let mut stream = client.ws().connect_merchant_events().token("given").open().unwrap();
    assert_eq!(take(&mut stream, 3).await, [11, 12, 13]);

    // Without a credential of its own the client has nothing but what it is given.
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let stranger = client.with_auth(Auth::new()).unwrap();
    let stream = stranger.ws().connect_merchant_events().token_from(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, std::io::Error>("given".to_owned()) }
    });
    let error = stream.open().unwrap().next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), asked.load(Ordering::SeqCst)), (ErrorKind::Authentication, 3));
    let mut fixed = stranger.ws().connect_merchant_events().token("given").open().unwrap();
    assert_eq!(fixed.next().await.unwrap().unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn a_token_that_never_comes_is_given_up() {
    let server = Server::start(async |_, asked: Asked, connection: Connection| {
        let mut socket = accept(&asked, connection).await;
        socket.ready(3).await;
        socket.events([4]).await;
        socket.stay(None).await;
    })
    .await;
    let client = server.builder().timeout(Duration::from_millis(300)).build().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (notices, asked) = (Arc::clone(&told), AtomicU32::new(0));
    let stream = client.with_auth(Auth::new()).unwrap().ws().connect_merchant_events().on_notice(move |notice| {
        if let Notice::Lost { error, .. } = notice {
            notices.lock().unwrap().push(error.code().to_string());
        }
    });
    let stream = stream.token_from(move || {
        let hangs = asked.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if hangs {
                std::future::pending::<()>().await;
            }
            Ok::<_, std::io::Error>("given".to_owned())
        }
    });
    assert_eq!(take(&mut stream.open().unwrap(), 1).await, [4]);
    assert_eq!(told.lock().unwrap()[0], "TOKEN_UNAVAILABLE");
}

#[tokio::test]
async fn a_payor_hears_of_its_invoice() {
    let server = Server::start(async |number, asked: Asked, connection: Connection| {
        assert!(asked.line.starts_with("GET /ws/payment?format=event_v1"), "{}", asked.line);
        assert_eq!(asked.parameter("token"), Some("payor"));
        if number == 1 {
            assert_eq!(asked.parameter("since"), Some("evt_1-7"), "it resumes, without any log to read");
        }
        let mut socket = accept(&asked, connection).await;
        socket.ready(3).await;
        if number == 0 {
            let quote = r#"{"object":"payment_quote","invoice_id":"inv","quote_status":"available","status_code":"ok",
                "temp_address":"0xabc","network":"base","supported_token_id":7,"estimated_token_amount":"49.990000",
                "exchange_rate":"1.000000","usd_amount":49.99,"quote_valid_until":1766322300}"#;
            socket.text(envelope("evt_1-7", "payment_quote.updated", quote)).await;
        } else {
            let invoice = r#"{"object":"invoice","id":"inv","status":"paid","amount":49990,"amount_paid":49990,
                "amount_remaining":0,"amount_overpaid":0,"expires_at":1766322000,"paid_at":1766321000}"#;
            socket.text(envelope("evt_1-8", "invoice.updated", invoice)).await;
            socket.stay(None).await;
        }
    })
    .await;
    let client = server.client();
    let mut stream = client.ws().connect_payment_session("payor").open().unwrap();
    let quoted = stream.next().await.unwrap().unwrap();
    let pepay_client::types::PayorObject::Quote(quote) = quoted.object else { panic!("{quoted:?}") };
    assert_eq!((quote.usd_amount.millis(), quote.temp_address.as_deref()), (49_990, Some("0xabc")));
    let paid = stream.next().await.unwrap().unwrap();
    let pepay_client::types::PayorObject::Invoice(invoice) = paid.object else { panic!("{paid:?}") };
    assert_eq!((invoice.status, invoice.amount_paid), (pepay_client::InvoiceState::Paid, 49_990));
}

fn envelope(id: &str, kind: &str, object: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"event","api_version":"2025-12-16","type":"{kind}","created":1766322000,
        "livemode":false,"pending_webhooks":0,"request":{{"id":null,"idempotency_key":null}},
        "data":{{"object":{object},"previous_attributes":{{}}}}}}"#
    )
}
