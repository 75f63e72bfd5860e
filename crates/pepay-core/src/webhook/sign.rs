//! What goes out with a delivery: whose it is, and both signatures of it (contract section 5).
//!
//! The Pepay signature covers `<timestamp ms>.<raw body>` and is keyed with the secret's text; the Standard Webhooks
//! one covers `<id>.<timestamp s>.<raw body>` and is keyed with the secret's bytes. While a rotation lasts, both are
//! made with the previous secret too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Secret;
use crate::event::{EventId, Type};
use crate::id::{AttemptId, DeliveryId};
use crate::network::Environment;
use crate::time::Millis;

/// How old a delivery a receiver should accept at most, in milliseconds: 5 min.
pub const TOLERANCE_MS: i64 = 300_000;

/// The headers of a delivery that say nothing of its signature, in the order of [`Message::headers`].
pub const HEADERS: [&str; 8] = [
    "X-Pepay-Event",
    "X-Pepay-Event-ID",
    "X-Pepay-Delivery-ID",
    "X-Pepay-Attempt-ID",
    "X-Pepay-Timestamp",
    "X-Pepay-Network-Environment",
    "webhook-id",
    "webhook-timestamp",
];

/// One delivery, about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// The event: the same on every attempt, so that receivers can tell repetitions.
    pub event: EventId,
    /// What happened.
    pub kind: Type,
    /// Where.
    pub environment: Environment,
    /// The delivery.
    pub delivery: DeliveryId,
    /// This attempt.
    pub attempt: AttemptId,
    /// When it is sent.
    pub at: Millis,
}

impl Message {
    /// The headers that say what it is.
    pub fn headers(&self) -> [(&'static str, String); 8] {
        let [kind, event, delivery, attempt, timestamp, environment, id, seconds] = HEADERS;
        [
            (kind, self.kind.as_str().to_owned()),
            (event, self.event.to_string()),
            (delivery, self.delivery.to_string()),
            (attempt, self.attempt.to_string()),
            (timestamp, self.at.to_string()),
            (environment, self.environment.as_str().to_owned()),
            (id, self.event.to_string()),
            (seconds, self.at.secs().to_string()),
        ]
    }

    /// The headers that prove it. `previous` is the secret before, while a rotation lasts.
    pub fn signatures(&self, body: &[u8], secret: &Secret, previous: Option<&Secret>) -> Vec<(&'static str, String)> {
        let standard = |secret| format!("v1,{}", STANDARD.encode(self.standard(body, secret)));
        let pepay = |secret| hex::encode(self.pepay(body, secret));
        let mut headers = vec![("X-Pepay-Signature", pepay(secret))];
        let mut all = standard(secret);
        if let Some(previous) = previous {
            headers.push(("X-Pepay-Signature-Previous", pepay(previous)));
            all.push(' ');
            all.push_str(&standard(previous));
        }
        headers.push(("webhook-signature", all));
        headers
    }

    fn pepay(&self, body: &[u8], secret: &Secret) -> [u8; 32] {
        mac(secret.reveal().as_bytes(), &[self.at.to_string().as_bytes(), b".", body])
    }

    fn standard(&self, body: &[u8], secret: &Secret) -> [u8; 32] {
        let (id, seconds) = (self.event.to_string(), self.at.secs().to_string());
        mac(secret.bytes(), &[id.as_bytes(), b".", seconds.as_bytes(), b".", body])
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use sha2::Digest;

    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1766322000123-42"}"#;

    fn message() -> Message {
        let mut rng = StdRng::seed_from_u64(1);
        Message {
            event: EventId { seq: 42, at: Millis(1_766_322_000_123) },
            kind: Type::InvoiceUpdated,
            environment: Environment::Mainnet,
            delivery: DeliveryId::generate(Millis(1), &mut rng),
            attempt: AttemptId::generate(Millis(2), &mut rng),
            at: Millis(1_766_322_000_456),
        }
    }

    fn secrets() -> (Secret, Secret) {
        let mut rng = StdRng::seed_from_u64(2);
        (Secret::generate(&mut rng), Secret::generate(&mut rng))
    }

    /// RFC 2104, written out: another implementation than the one that signs.
    fn hmac_by_hand(key: &[u8], text: &[u8]) -> String {
        let mut block = [0_u8; 64];
        block[..key.len()].copy_from_slice(key);
        let padded = |pad: u8| block.map(|byte| byte ^ pad);
        let inner = Sha256::digest([&padded(0x36)[..], text].concat());
        hex::encode(Sha256::digest([&padded(0x5c)[..], &inner].concat()))
    }

    #[test]
    fn the_pepay_signature_is_that_of_the_contract() {
        let (secret, previous) = secrets();
        let headers = message().signatures(BODY, &secret, Some(&previous));
        let text = [b"1766322000456.", BODY].concat();
        assert_eq!(headers[0], ("X-Pepay-Signature", hmac_by_hand(secret.reveal().as_bytes(), &text)));
        assert_eq!(headers[1], ("X-Pepay-Signature-Previous", hmac_by_hand(previous.reveal().as_bytes(), &text)));
        assert_eq!(message().signatures(BODY, &secret, None).len(), 2, "outside a rotation nothing else signs");
    }

    #[test]
    fn the_standard_signature_is_that_of_the_standard() {
        let (secret, previous) = secrets();
        let (_, signed) = message().signatures(BODY, &secret, Some(&previous)).pop().unwrap();
        for secret in [&secret, &previous] {
            let theirs = standardwebhooks::Webhook::new(secret.reveal()).unwrap();
            let wanted = theirs.sign("evt_1766322000123-42", 1_766_322_000, BODY).unwrap();
            assert!(signed.split(' ').any(|one| one == wanted), "{signed} has no {wanted}");
        }
        assert_eq!(signed.split(' ').count(), 2);
    }

    #[test]
    fn the_headers_say_what_it_is() {
        let headers = message().headers();
        let value = |name: &str| headers.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_str());
        assert_eq!(value("X-Pepay-Event"), Some("invoice.updated"));
        assert_eq!(value("X-Pepay-Event-ID"), value("webhook-id"));
        assert_eq!(value("X-Pepay-Timestamp"), Some("1766322000456"));
        assert_eq!(value("webhook-timestamp"), Some("1766322000"));
        assert_eq!(value("X-Pepay-Network-Environment"), Some("mainnet"));
    }
}
