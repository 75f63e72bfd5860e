//! Whether a webhook delivery is from the server that shares a secret, and recent.
//!
//! A delivery is signed in two ways: by Pepay's own headers, and by those of Standard Webhooks. One that a secret makes
//! is enough. Signatures are compared in constant time, and what is handed out is what was signed: the body, and no
//! header.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::types::Event;
use crate::{Error, Result, Secret, clock};

#[cfg(feature = "axum")]
mod extract;

#[cfg(feature = "axum")]
pub use extract::{Rejection, VerifiedWebhook};

/// How far the time of a delivery may be from now.
const TOLERANCE: Duration = Duration::from_mins(5);

/// Why a delivery is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It is not signed.
    #[error("the delivery is not signed")]
    SignatureMissing,
    /// Its signature or time is not of the form that signatures and times have.
    #[error("the signature of the delivery is malformed")]
    SignatureMalformed,
    /// It is too old, or from the future.
    #[error("the delivery is too old, or from the future")]
    TimestampOutOfTolerance,
    /// No secret makes its signature.
    #[error("the delivery was signed with another secret, or changed on its way")]
    SignatureMismatch,
    /// It is signed and is no event.
    #[error("the delivery is signed and is no event")]
    NotAnEvent,
}

/// Verifies deliveries of one endpoint.
#[derive(Clone, Debug)]
pub struct WebhookVerifier {
    secrets: Vec<Secret>,
    tolerance: Duration,
}

/// Headers of a request, looked up by their name in lower case.
pub trait Headers {
    /// The first value of a header.
    fn header(&self, name: &str) -> Option<&str>;
}

impl Headers for http::HeaderMap {
    fn header(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str().ok()
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Headers for [(K, V)] {
    fn header(&self, name: &str) -> Option<&str> {
        self.iter().find(|(it, _)| it.as_ref().eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }
}

impl<K: AsRef<str>, V: AsRef<str>, const N: usize> Headers for [(K, V); N] {
    fn header(&self, name: &str) -> Option<&str> {
        self.as_slice().header(name)
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Headers for Vec<(K, V)> {
    fn header(&self, name: &str) -> Option<&str> {
        self.as_slice().header(name)
    }
}

/// The keys that a secret stands for.
struct Keys {
    /// The text as it is shown.
    pepay: Vec<u8>,
    /// What its base64 says, where it is base64.
    standard: Option<Vec<u8>>,
}

/// What a delivery says it was signed with.
struct Claim {
    key: fn(&Keys) -> Option<&[u8]>,
    /// What stands before the body.
    prefix: String,
    at_ms: Option<i64>,
    signatures: Vec<Vec<u8>>,
}

impl WebhookVerifier {
    /// A verifier with the secrets of the endpoint, as shown: `whsec_…`. Several while one replaces another.
    ///
    /// ```
    /// use pepay_client::WebhookVerifier;
    ///
    /// let verifier = WebhookVerifier::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
    /// let refused = verifier.verify(&[("x-pepay-event", "test.ping")], b"{}");
    /// assert_eq!(refused.unwrap_err().to_string(), "the delivery is not signed");
    /// # Ok::<(), pepay_client::Error>(())
    /// ```
    pub fn new<S: Into<String>>(secrets: impl IntoIterator<Item = S>) -> Result<Self> {
        let secrets: Vec<Secret> = secrets.into_iter().map(|secret| Secret::from(secret.into())).collect();
        if secrets.is_empty() || secrets.iter().any(|secret| secret.is_empty()) {
            return Err(Error::misuse("a verifier needs one or more webhook secrets"));
        }
        Ok(Self { secrets, tolerance: TOLERANCE })
    }

    /// How far the time of a delivery may be from now; five minutes unless said.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The event of a delivery: its headers, and its body as it came, not parsed and written again.
    pub fn verify(&self, headers: &(impl Headers + ?Sized), body: &[u8]) -> Result<Event, Refusal> {
        self.verify_at(headers, body, clock::now_ms())
    }

    /// The same at another time, in milliseconds since 1970.
    pub fn verify_at(&self, headers: &(impl Headers + ?Sized), body: &[u8], now_ms: i64) -> Result<Event, Refusal> {
        let keys: Vec<Keys> = self.secrets.iter().map(Keys::of).collect();
        let mut refused = Refusal::SignatureMissing;
        // The first claim to fail says why.
        for claim in claims(headers) {
            match self.judge(&claim, body, &keys, now_ms) {
                Ok(()) => return serde_json::from_slice(body).map_err(|_| Refusal::NotAnEvent),
                Err(why) if refused == Refusal::SignatureMissing => refused = why,
                Err(_) => {}
            }
        }
        Err(refused)
    }

    fn judge(&self, claim: &Claim, body: &[u8], keys: &[Keys], now_ms: i64) -> Result<(), Refusal> {
        let Some(at_ms) = claim.at_ms.filter(|_| !claim.signatures.is_empty()) else {
            return Err(Refusal::SignatureMalformed);
        };
        if u128::from(now_ms.abs_diff(at_ms)) > self.tolerance.as_millis() {
            return Err(Refusal::TimestampOutOfTolerance);
        }
        let matching = keys.iter().filter_map(claim.key).filter(|key| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
            mac.update(claim.prefix.as_bytes());
            mac.update(body);
            // Every signature is looked at, each in constant time.
            claim.signatures.iter().filter(|signature| mac.clone().verify_slice(signature).is_ok()).count() > 0
        });
        if matching.count() > 0 { Ok(()) } else { Err(Refusal::SignatureMismatch) }
    }
}

impl Keys {
    fn of(secret: &Secret) -> Self {
        let encoded = secret.strip_prefix("whsec_").unwrap_or(secret.as_str());
        let standard = STANDARD.decode(encoded).ok().filter(|key| !key.is_empty());
        Self { pepay: secret.as_bytes().to_vec(), standard }
    }
}

fn claims(headers: &(impl Headers + ?Sized)) -> Vec<Claim> {
    let own = ["x-pepay-signature", "x-pepay-signature-previous"].map(|name| headers.header(name));
    let own = own.iter().any(Option::is_some).then(|| {
        let time = headers.header("x-pepay-timestamp").unwrap_or_default();
        Claim {
            key: |keys| Some(&keys.pepay),
            prefix: format!("{time}."),
            at_ms: number(time),
            signatures: own.into_iter().flatten().filter_map(|text| hex::decode(text).ok()).collect(),
        }
    });
    let standard = headers.header("webhook-signature").map(|all| {
        let [id, time] = ["webhook-id", "webhook-timestamp"].map(|name| headers.header(name).unwrap_or_default());
        let decoded = |one: &str| STANDARD.decode(one.strip_prefix("v1,")?).ok();
        Claim {
            key: |keys| keys.standard.as_deref(),
            prefix: format!("{id}.{time}."),
            at_ms: number(time).and_then(|seconds| seconds.checked_mul(1_000)),
            signatures: all.split(' ').filter_map(decoded).collect(),
        }
    });
    own.into_iter().chain(standard).collect()
}

fn number(digits: &str) -> Option<i64> {
    let plain = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
