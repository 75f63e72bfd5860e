//! Passwords, hashed with Argon2id: slow and large on purpose, off the async threads, few at a time.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use pepay_core::account::{Email, password};
use rand_core::RngCore;
use tokio::sync::Semaphore;

use super::refused;
use crate::{Engine, Error};

/// Hashes made at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
static SLOTS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What is compared when there is no account: as much work as with one, and right for no password.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGVwYXktbm9ib2R5cw$DyQh6gBKrZzjuC3Lb7BwlOQqVrOR2h6Qd3nbp0Iv0bw";

/// Hashes a password that its owner chose, with the defaults of the library (OWASP's): for those who are no node.
pub fn hash_new(password: &str, rng: &mut impl RngCore) -> String {
    let mut salt = [0_u8; 16];
    rng.fill_bytes(&mut salt);
    hashed(password, salt)
}

fn hashed(password: &str, salt: [u8; 16]) -> String {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.expect("a bounded password and a salt of 16 bytes can be hashed").to_string()
}

impl Engine {
    /// The hash of a password that `owner` chose; `Rejected` when it may not be chosen.
    pub(super) async fn hash_password(&self, owner: &Email, chosen: &str) -> Result<String, Error> {
        password::check(chosen, owner).map_err(|weak| refused("/password", weak))?;
        let salt = self.random(|rng| {
            let mut salt = [0_u8; 16];
            rng.fill_bytes(&mut salt);
            salt
        });
        let chosen = chosen.to_owned();
        slowly(move || hashed(&chosen, salt)).await
    }

    /// Whether `typed` is the password of which `hash` is the hash. Without an account the work is the same.
    pub(super) async fn is_password(&self, typed: &str, hash: Option<&str>) -> Result<bool, Error> {
        // Longer than any password: not worth hashing, and the same answer for everybody.
        if typed.len() > password::MAX_BYTES {
            return Ok(false);
        }
        let (known, hash, typed) = (hash.is_some(), hash.unwrap_or(NOBODYS).to_owned(), typed.to_owned());
        let same = slowly(move || Argon2::default().verify_password(typed.as_bytes(), hash.as_str()).is_ok()).await?;
        Ok(same && known)
    }
}

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _slot = SLOTS.acquire().await.map_err(|_| Error::ShuttingDown)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::ShuttingDown)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use rand::SeedableRng;

    use super::*;

    #[test]
    fn hashes_are_salted_and_verify() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let (one, two) = (hash_new("correct horse", &mut rng), hash_new("correct horse", &mut rng));
        assert_ne!(one, two);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(Argon2::default().verify_password(b"correct horse", one.as_str()).is_ok());
        assert!(Argon2::default().verify_password(b"correct house", one.as_str()).is_err());
    }

    #[test]
    fn nobodys_hash_is_as_much_work_and_opens_nothing() {
        let started = Instant::now();
        let refused = Argon2::default().verify_password(b"x", NOBODYS);
        assert_eq!(
            refused,
            Err(argon2::password_hash::Error::PasswordInvalid),
            "it must be hashed, not just unreadable"
        );
        assert!(started.elapsed().as_millis() >= 1);
    }
}
