use pepay_core::event::{EventId, Type};
use pepay_core::id::{AttemptId, DeliveryId};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_core::webhook::{Message, Secret as Signer};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

const NOW_MS: i64 = 1_766_322_000_456;
const BODY: &[u8] = br#"{"id":"evt_1766322000123-42","object":"event","api_version":"2025-12-16","type":"test.ping",
    "created":1766322000,"livemode":false,"pending_webhooks":0,"request":{"id":null,"idempotency_key":null},
    "data":{"object":{"object":"ping","status":"ok"},"previous_attributes":{}}}"#;

fn secrets() -> [Signer; 2] {
    let mut rng = StdRng::seed_from_u64(7);
    [Signer::generate(&mut rng), Signer::generate(&mut rng)]
}

/// The headers the server itself would send.
fn sent(body: &[u8], secret: &Signer, previous: Option<&Signer>) -> Vec<(&'static str, String)> {
    let mut rng = StdRng::seed_from_u64(1);
    let message = Message {
        event: EventId { seq: 42, at: Millis(1_766_322_000_123) },
        kind: Type::TestPing,
        environment: Environment::Devnet,
        delivery: DeliveryId::generate(Millis(1), &mut rng),
        attempt: AttemptId::generate(Millis(2), &mut rng),
        at: Millis(NOW_MS),
    };
    message.headers().into_iter().chain(message.signatures(body, secret, previous)).collect()
}

fn only(headers: &[(&'static str, String)], scheme: &str) -> Vec<(&'static str, String)> {
    headers.iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with(scheme)).cloned().collect()
}

fn with(headers: &[(&'static str, String)], name: &str, value: &str) -> Vec<(&'static str, String)> {
    let change = |(it, old): &(&'static str, String)| (*it, if *it == name { value.to_owned() } else { old.clone() });
    headers.iter().map(change).collect()
}

#[test]
fn what_the_server_signs_is_verified_by_either_scheme() {
    let [secret, _] = secrets();
    let verifier = WebhookVerifier::new([secret.reveal()]).unwrap();
    let headers = sent(BODY, &secret, None);
    for headers in [headers.clone(), only(&headers, "x-pepay"), only(&headers, "webhook-")] {
        let event = verifier.verify_at(&headers, BODY, NOW_MS).unwrap();
        assert_eq!(event.id, "evt_1766322000123-42");
    }
    let map: http::HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<Vec<(http::HeaderName, http::HeaderValue)>>()
        .into_iter()
        .collect();
    assert!(verifier.verify_at(&map, BODY, NOW_MS).is_ok());
}

#[test]
fn either_secret_will_do_during_a_rotation() {
    let [new, old] = secrets();
    let headers = sent(BODY, &new, Some(&old));
    for (known, scheme) in [(&new, "x-pepay"), (&old, "x-pepay"), (&new, "webhook-"), (&old, "webhook-")] {
        let verifier = WebhookVerifier::new([known.reveal()]).unwrap();
        assert!(verifier.verify_at(&only(&headers, scheme), BODY, NOW_MS).is_ok(), "{scheme}");
    }
    let both = WebhookVerifier::new([new.reveal(), old.reveal()]).unwrap();
    assert!(both.verify_at(&sent(BODY, &old, None), BODY, NOW_MS).is_ok(), "the receiver may be ahead");
}

#[test]
fn anything_else_is_refused_with_its_reason() {
    let [secret, other] = secrets();
    let verifier = WebhookVerifier::new([secret.reveal()]).unwrap();
    let headers = sent(BODY, &secret, None);
    let refusal = |headers: &[(&'static str, String)], body: &[u8], now_ms| {
        verifier.verify_at(headers, body, now_ms).unwrap_err()
    };
    assert_eq!(refusal(&[], BODY, NOW_MS), Refusal::SignatureMissing);
    assert_eq!(refusal(&sent(BODY, &other, None), BODY, NOW_MS), Refusal::SignatureMismatch);
    assert_eq!(refusal(&headers, &[BODY, b" "].concat(), NOW_MS), Refusal::SignatureMismatch);
    assert_eq!(refusal(&sent(b"{}", &secret, None), b"{}", NOW_MS), Refusal::NotAnEvent);
    let pepay = only(&headers, "x-pepay");
    for (name, value) in [
        ("X-Pepay-Signature", "zz"),
        ("X-Pepay-Timestamp", "soon"),
        ("X-Pepay-Timestamp", "-1"),
        ("X-Pepay-Timestamp", ""),
    ] {
        assert_eq!(refusal(&with(&pepay, name, value), BODY, NOW_MS), Refusal::SignatureMalformed, "{name} {value}");
    }
    let later = (NOW_MS + 1).to_string();
    assert_eq!(refusal(&with(&pepay, "X-Pepay-Timestamp", &later), BODY, NOW_MS), Refusal::SignatureMismatch);
    let standard = only(&headers, "webhook-");
    let id = with(&standard, "webhook-id", "evt_1766322000123-43");
    assert_eq!(refusal(&id, BODY, NOW_MS), Refusal::SignatureMismatch);
    assert_eq!(refusal(&with(&standard, "webhook-signature", "v2,abc"), BODY, NOW_MS), Refusal::SignatureMalformed);
}

#[test]
fn five_minutes_are_tolerated_in_either_direction() {
    let [secret, _] = secrets();
    let verifier = WebhookVerifier::new([secret.reveal()]).unwrap();
    let pepay = only(&sent(BODY, &secret, None), "x-pepay");
    for off_ms in [-300_000, 300_000] {
        assert!(verifier.verify_at(&pepay, BODY, NOW_MS + off_ms).is_ok());
        let outside = verifier.verify_at(&pepay, BODY, NOW_MS + off_ms + off_ms.signum());
        assert_eq!(outside.unwrap_err(), Refusal::TimestampOutOfTolerance);
    }
    let strict = verifier.tolerance(Duration::from_millis(1));
    assert_eq!(strict.verify_at(&pepay, BODY, NOW_MS + 2).unwrap_err(), Refusal::TimestampOutOfTolerance);
}

#[test]
fn a_verifier_prints_no_secret_and_needs_one() {
    let [secret, _] = secrets();
    let verifier = WebhookVerifier::new([secret.reveal()]).unwrap();
    assert!(!format!("{verifier:?}").contains(&secret.reveal()[6..14]));
    assert!(WebhookVerifier::new(Vec::<String>::new()).is_err());
    assert!(WebhookVerifier::new([""]).is_err());
}

#[cfg(feature = "axum")]
mod in_axum {
    use axum::Router;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::routing::post;
    use tower::ServiceExt as _;

    use super::*;

    async fn delivered(headers: &[(&'static str, String)], body: Vec<u8>) -> StatusCode {
        let [secret, _] = secrets();
        // The extractor reads the wall clock, and the delivery is of another day.
        let verifier = WebhookVerifier::new([secret.reveal()]).unwrap().tolerance(Duration::MAX);
        let handler = |VerifiedWebhook(event): VerifiedWebhook| async move {
            assert_eq!(event.id, "evt_1766322000123-42");
            StatusCode::NO_CONTENT
        };
        let app = Router::new().route("/", post(handler)).with_state(verifier);
        let mut request = Request::post("/");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        app.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn only_what_is_verified_reaches_a_handler() {
        let [secret, other] = secrets();
        assert_eq!(delivered(&sent(BODY, &secret, None), BODY.to_vec()).await, StatusCode::NO_CONTENT);
        assert_eq!(delivered(&sent(BODY, &other, None), BODY.to_vec()).await, StatusCode::UNAUTHORIZED);
        assert_eq!(delivered(&[], BODY.to_vec()).await, StatusCode::UNAUTHORIZED);
        assert_eq!(delivered(&sent(b"{}", &secret, None), b"{}".to_vec()).await, StatusCode::BAD_REQUEST);
        let long = vec![b' '; 3 << 20];
        assert_eq!(delivered(&sent(&long, &secret, None), long).await, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
