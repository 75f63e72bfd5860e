//! Secrets that open or prove something: merchant API keys, payor session credentials, signed returns.
//!
//! An API key is random and checksummed; only its SHA-256 is kept. A session credential is derived from the invoice
//! id with the server key, so that nothing secret is stored for it and a replayed create returns the same bytes.
//! Comparison takes the same time whatever differs.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use rand_core::RngCore;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::id::{InvoiceId, MerchantId};
use crate::network::Environment;
use crate::time::Millis;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_CHARS: usize = 32; // 190 bits.
const CHECKSUM_CHARS: usize = 6; // 62^6 > 2^32, so a CRC-32 fits.
const SESSION_PREFIX: &str = "pst_";

/// Why a credential is refused before anything is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not the form of this kind of credential.
    #[error("malformed credential")]
    Malformed,
    /// An API key whose checksum does not match: mistyped or truncated.
    #[error("api key checksum does not match; it is mistyped or incomplete")]
    Checksum,
    /// A well-formed credential this server never issued.
    #[error("unknown credential")]
    Unknown,
    /// A signature that belongs to another session.
    #[error("signature does not belong to this session")]
    Mismatch,
}

/// A merchant API key in the clear. Shown once, never stored; `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    text: String,
    environment: Environment,
}

impl ApiKey {
    /// A fresh key for `environment`: `sk_test_…` or `sk_live_…`, 32 random characters and a 6-character checksum.
    pub fn generate(environment: Environment, rng: &mut impl RngCore) -> Self {
        let mut text = String::from(prefix(environment));
        let wanted = text.len().saturating_add(SECRET_CHARS);
        while text.len() < wanted {
            let mut byte = [0];
            rng.fill_bytes(&mut byte);
            // 248 is the largest multiple of 62 in a byte: taking only what lies below keeps the draw uniform.
            if byte[0] < 248 {
                text.push(digit(u32::from(byte[0])));
            }
        }
        text.push_str(&checksum(&text));
        Self { text, environment }
    }

    /// Reads a presented key; tells a mistyped one (`Checksum`) from something that is no key (`Malformed`).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let environment = [Environment::Devnet, Environment::Mainnet]
            .into_iter()
            .find(|environment| text.starts_with(prefix(*environment)))
            .ok_or(Error::Malformed)?;
        let secret = text.get(prefix(environment).len()..).ok_or(Error::Malformed)?;
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::Malformed);
        }
        if secret.len() != SECRET_CHARS.saturating_add(CHECKSUM_CHARS) {
            return Err(Error::Checksum);
        }
        let (body, sum) = text.split_at(text.len().saturating_sub(CHECKSUM_CHARS));
        if checksum(body) != sum {
            return Err(Error::Checksum);
        }
        Ok(Self { text: text.to_owned(), environment })
    }

    /// The environment it is bound to.
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// The text to show its owner once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the whole text: what is stored and looked up.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}…)", prefix(self.environment))
    }
}

const fn prefix(environment: Environment) -> &'static str {
    match environment {
        Environment::Devnet => "sk_test_",
        Environment::Mainnet => "sk_live_",
    }
}

fn digit(value: u32) -> char {
    let index = usize::try_from(value.rem_euclid(62)).unwrap_or_default();
    ALPHABET.get(index).copied().map_or('0', char::from)
}

fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut out = String::with_capacity(CHECKSUM_CHARS);
    for _ in 0..CHECKSUM_CHARS {
        out.push(digit(rest));
        rest = rest.div_euclid(62);
    }
    out
}

/// The server's own key, from which session credentials (and the keys of the HTTP edge) derive.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// Wraps 32 bytes of secret randomness.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key for one purpose, independent of every other purpose's.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.mac(&[b"derive", purpose.as_bytes()])
    }

    /// What this key is recognised by: kept with what depends on it, and tells nothing of the key.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.mac(&[b"fingerprint"])
    }

    /// Whether `fingerprint` is this key's.
    pub fn has(&self, fingerprint: &[u8; 32]) -> bool {
        same(&self.fingerprint(), fingerprint)
    }

    // Every part is prefixed with its length, so that no two lists of parts give one input.
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

/// The pair a payor presents: `x-session-token` and `x-signature`.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// `pst_` and base58 of the invoice id and its MAC.
    pub token: String,
    /// 64 lower-case hex digits, a point, and the 13-digit issue time in milliseconds.
    pub signature: String,
}

impl Session {
    /// The credentials of `invoice`, issued when it was created. The same arguments always give the same bytes.
    pub fn issue(key: &ServerKey, invoice: InvoiceId, created_at: Millis) -> Self {
        let token = session_token(key, invoice);
        let signature = signature(key, &token, &format!("{:013}", created_at.0));
        Self { token, signature }
    }

    /// Which invoice a token opens. `Malformed` when it is no token, `Unknown` when this server did not issue it.
    pub fn invoice_of(key: &ServerKey, token: &str) -> Result<InvoiceId, Error> {
        let body = token.strip_prefix(SESSION_PREFIX).ok_or(Error::Malformed)?;
        let mut bytes = [0_u8; 32];
        let written = bs58::decode(body).onto(&mut bytes).map_err(|_| Error::Malformed)?;
        if written != bytes.len() {
            return Err(Error::Malformed);
        }
        let (id, _) = bytes.split_at(16);
        let id = Uuid::from_slice(id).map(InvoiceId::from_uuid).map_err(|_| Error::Malformed)?;
        if same(session_token(key, id).as_bytes(), token.as_bytes()) { Ok(id) } else { Err(Error::Unknown) }
    }

    /// Checks that `signature` was issued with `token`. `Malformed` by form, `Mismatch` when it is another session's.
    pub fn verify(key: &ServerKey, token: &str, presented: &str) -> Result<(), Error> {
        let (hash, issued) = presented.split_once('.').ok_or(Error::Malformed)?;
        let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let formed = hash.len() == 64
            && hash.bytes().all(lower_hex)
            && issued.len() == 13
            && issued.bytes().all(|byte| byte.is_ascii_digit());
        if !formed {
            return Err(Error::Malformed);
        }
        let expected = signature(key, token, issued);
        if same(expected.as_bytes(), presented.as_bytes()) { Ok(()) } else { Err(Error::Mismatch) }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

/// The secret by which one merchant, in one environment, tells a genuine return from the checkout from a forged one.
///
/// Derived, so that nothing is stored for it; `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnSecret(String);

impl ReturnSecret {
    /// The secret of `merchant` in `environment`: `rs_test_…` or `rs_live_…`, and 64 lower-case hex digits.
    pub fn derive(key: &ServerKey, merchant: MerchantId, environment: Environment) -> Self {
        let word = match environment {
            Environment::Devnet => "rs_test_",
            Environment::Mainnet => "rs_live_",
        };
        let mac = key.mac(&[b"return secret", word.as_bytes(), merchant.to_string().as_bytes()]);
        Self(format!("{word}{}", hex::encode(mac)))
    }

    /// The text to show its merchant.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The signature of a return: lower-case hex HMAC-SHA256 of `<invoice id>.<status>.<epoch seconds>`, keyed with
    /// the bytes of the secret exactly as it is shown.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    pub fn sign(&self, invoice: InvoiceId, status: &str, at: Millis) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(format!("{invoice}.{status}.{}", at.secs()).as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for ReturnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnSecret(…)")
    }
}

fn session_token(key: &ServerKey, invoice: InvoiceId) -> String {
    let id = invoice.uuid();
    let mac = key.mac(&[b"session token", id.as_bytes()]);
    let (mac, _) = mac.split_at(16);
    format!("{SESSION_PREFIX}{}", bs58::encode([id.as_bytes().as_slice(), mac].concat()).into_string())
}

fn signature(key: &ServerKey, token: &str, issued: &str) -> String {
    let mac = key.mac(&[b"session signature", token.as_bytes(), issued.as_bytes()]);
    format!("{}.{issued}", hex::encode(mac))
}

fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn key() -> ServerKey {
        ServerKey::new([7; 32])
    }

    #[test]
    fn api_keys_round_trip_and_tell_typos() {
        let mut rng = StdRng::seed_from_u64(1);
        for environment in [Environment::Devnet, Environment::Mainnet] {
            let made = ApiKey::generate(environment, &mut rng);
            let read = ApiKey::parse(made.reveal()).unwrap();
            assert_eq!((read.environment(), read.hash()), (environment, made.hash()));
            let mut typo = made.reveal().to_owned().into_bytes();
            typo[12] = if typo[12] == b'x' { b'y' } else { b'x' };
            assert_eq!(ApiKey::parse(std::str::from_utf8(&typo).unwrap()), Err(Error::Checksum));
            assert!(!format!("{made:?}").contains(&made.reveal()[8..]));
        }
        for bad in ["", "sk_", "pk_test_x", "sk_test_ü", "sk_test_-------"] {
            assert_eq!(ApiKey::parse(bad), Err(Error::Malformed), "{bad}");
        }
        assert_eq!(ApiKey::parse("sk_test_short"), Err(Error::Checksum));
    }

    #[test]
    fn sessions_open_their_invoice_only() {
        let mut rng = StdRng::seed_from_u64(2);
        let id = |rng: &mut StdRng| InvoiceId::generate(Millis(1_766_322_000_000), rng);
        let (one, two) = (id(&mut rng), id(&mut rng));
        let at = Millis(1_766_322_000_123);
        let (first, second) = (Session::issue(&key(), one, at), Session::issue(&key(), two, at));
        assert_eq!(Session::invoice_of(&key(), &first.token), Ok(one));
        assert_eq!(Session::verify(&key(), &first.token, &first.signature), Ok(()));
        assert_eq!(Session::verify(&key(), &first.token, &second.signature), Err(Error::Mismatch));
        let other = ServerKey::new([8; 32]);
        assert_eq!(Session::invoice_of(&other, &first.token), Err(Error::Unknown));
        let upper = first.signature.to_uppercase();
        for bad in ["", "abc", "abc.123", &upper, &first.signature[1..], &format!("{}0", first.signature)] {
            assert_eq!(Session::verify(&key(), &first.token, bad), Err(Error::Malformed), "{bad}");
        }
    }

    #[test]
    fn a_return_is_signed_for_one_merchant_in_one_environment() {
        let secret = |merchant, environment| ReturnSecret::derive(&key(), MerchantId(merchant), environment);
        let mine = secret(1, Environment::Devnet);
        assert!(mine.reveal().starts_with("rs_test_") && mine.reveal().len() == 72);
        assert_ne!(mine, secret(2, Environment::Devnet));
        assert_ne!(mine, secret(1, Environment::Mainnet));
        assert_eq!(format!("{mine:?}"), "ReturnSecret(…)");
        let invoice = "019b3f10-0000-7000-8000-000000000001".parse().unwrap();
        let signed = mine.sign(invoice, "paid", Millis(1_766_322_000_999));
        assert_eq!(signed, mine.sign(invoice, "paid", Millis(1_766_322_000_000)));
        assert_ne!(signed, mine.sign(invoice, "unpaid", Millis(1_766_322_000_000)));
        // Computed apart from this program, as a merchant would.
        let fixed = ReturnSecret("rs_test_00".to_owned());
        let expected = "0a9ecf5238f259e50390a2a6380b1c2eee1f29ebf81f4aae73c64d95970ed6d9";
        assert_eq!(fixed.sign(invoice, "paid", Millis(1_766_322_000_000)), expected);
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_never_a_credential(text in ".{0,80}") {
            prop_assert!(ApiKey::parse(&text).is_err());
            prop_assert!(Session::invoice_of(&key(), &text).is_err());
            prop_assert!(Session::invoice_of(&key(), &["pst_", &text].concat()).is_err());
            prop_assert!(Session::verify(&key(), "pst_x", &text).is_err());
        }
    }
}
