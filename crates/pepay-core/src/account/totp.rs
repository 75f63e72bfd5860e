//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30 seconds, what every authenticator app speaks.

use hmac::{Hmac, KeyInit, Mac};
use rand_core::RngCore;
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::time::Millis;

/// Seconds a code is shown.
const STEP_SECS: i64 = 30;
/// Steps a clock may be off, either way.
const SLACK_STEPS: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Bytes of a secret: as many as SHA-1 gives.
pub const SECRET_BYTES: usize = 20;

/// A fresh secret.
pub fn generate(rng: &mut impl RngCore) -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    rng.fill_bytes(&mut secret);
    secret
}

/// The time step whose code `typed` is, around `now`; `None` when it is none, or of a step up to `last_step`, for a
/// code works once.
pub fn verify(secret: &[u8], typed: &str, now: Millis, last_step: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let current = now.secs().div_euclid(STEP_SECS);
    let mut found = None;
    for step in current.saturating_sub(SLACK_STEPS)..=current.saturating_add(SLACK_STEPS) {
        let equal: bool = code(secret, step).as_bytes().ct_eq(digits.as_bytes()).into();
        if equal && step > last_step {
            found = Some(step);
        }
    }
    found
}

/// The code of the moment `at`.
pub fn code_at(secret: &[u8], at: Millis) -> String {
    code(secret, at.secs().div_euclid(STEP_SECS))
}

fn code(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = digest.last().map_or(0, |byte| usize::from(byte & 15));
    let word = digest.get(offset..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
    let number = (u32::from_be_bytes(word) & 0x7fff_ffff).rem_euclid(1_000_000);
    format!("{number:06}")
}

/// A secret as people type it into an app.
pub fn base32(secret: &[u8]) -> String {
    let mut text = String::new();
    for chunk in secret.chunks(5) {
        let mut word = [0_u8; 8];
        for (to, from) in word.iter_mut().skip(3).zip(chunk) {
            *to = *from;
        }
        let bits = u64::from_be_bytes(word);
        for place in 0..chunk.len().saturating_mul(8).div_ceil(5) {
            let shift = u32::try_from(35_usize.saturating_sub(place.saturating_mul(5))).unwrap_or_default();
            let index = usize::try_from(bits.checked_shr(shift).unwrap_or_default() & 31).unwrap_or_default();
            text.push(BASE32.get(index).copied().map_or('A', char::from));
        }
    }
    text
}

/// What an app reads from a QR code.
pub fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (escaped(issuer), escaped(account));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&digits=6&period=30", base32(secret))
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    // RFC 6238, appendix B, the last six of eight digits.
    #[test]
    fn codes_are_the_standards() {
        for (secs, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code_at(SECRET, Millis::from_secs(secs)), expected, "{secs}");
        }
    }

    #[test]
    fn a_code_works_once_and_for_a_minute_or_so() {
        let at = Millis::from_secs(1_111_111_109);
        let step = verify(SECRET, "081 804", at, 0).unwrap();
        assert_eq!(verify(SECRET, "081804", at, step), None);
        assert_eq!(verify(SECRET, "081804", at.plus_ms(30_000), 0), Some(step));
        assert_eq!(verify(SECRET, "081804", at.plus_ms(61_000), 0), None);
        for bad in ["", "81804", "0818040", "nonsense", "０８１８０４"] {
            assert_eq!(verify(SECRET, bad, at, 0), None, "{bad}");
        }
    }

    #[test]
    fn secrets_are_written_in_base32() {
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        let uri = uri(SECRET, "Acme & Co", "a b@c.d");
        assert!(uri.starts_with("otpauth://totp/Acme%20%26%20Co:a%20b@c.d?secret=GEZD"), "{uri}");
    }
}
