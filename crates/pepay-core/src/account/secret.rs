//! Random secrets of logins, links and recovery codes. Shown to one person, kept as hashes.

use std::fmt;

use rand_core::RngCore;
use sha2::{Digest, Sha256};

/// Recovery codes given out together.
pub const CODE_COUNT: usize = 10;

/// 32 random bytes as text; what a cookie or a link holds. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh one.
    pub fn generate(rng: &mut impl RngCore) -> Self {
        let mut bytes = [0_u8; 32];
        rng.fill_bytes(&mut bytes);
        Self(bs58::encode(bytes).into_string())
    }

    /// Reads a presented one; `None` for what can be none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let formed = (32..=44).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        formed.then(|| Self(text.to_owned()))
    }

    /// The text to hand out.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the text: what is stored and looked up.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// One of the codes that stand in for a lost second factor: `xxxxx-xxxxx`, 50 bits. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

// Crockford's: without letters that look like digits; 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS: usize = 10;

impl RecoveryCode {
    /// A fresh one.
    pub fn generate(rng: &mut impl RngCore) -> Self {
        let mut bytes = [0_u8; LETTERS];
        rng.fill_bytes(&mut bytes);
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).map_or('0', |it| char::from(*it));
        Self(bytes.iter().map(letter).collect())
    }

    /// Reads what somebody typed; blanks, hyphens and case do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        (letters.len() == LETTERS).then(|| Self(letters.to_lowercase()))
    }

    /// As shown to its owner.
    pub fn reveal(&self) -> String {
        let (left, right) = self.0.split_at(LETTERS / 2);
        format!("{left}-{right}")
    }

    /// SHA-256 of it; an attacker who reads the hashes needs 2⁵⁰ guesses for one code.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn secrets_round_trip_and_hide() {
        let mut rng = StdRng::seed_from_u64(1);
        let secret = Secret::generate(&mut rng);
        assert_eq!(Secret::parse(secret.reveal()).unwrap().hash(), secret.hash());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for bad in ["", "short", &"a".repeat(45), &"é".repeat(20), &format!("{} ", "a".repeat(39))] {
            assert!(Secret::parse(bad).is_none(), "{bad}");
        }
        let code = RecoveryCode::generate(&mut rng);
        let typed = code.reveal().to_uppercase().replace('-', " ");
        assert_eq!(RecoveryCode::parse(&typed).unwrap().hash(), code.hash());
        assert!(RecoveryCode::parse("12345").is_none());
    }
}
