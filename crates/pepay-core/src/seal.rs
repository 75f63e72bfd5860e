//! Secrets at rest that must be read again: sealed with a key derived from the server's own.
//!
//! XChaCha20-Poly1305 with a random nonce in front. What a sealed text is for is authenticated with it, so that one
//! cannot be put in the place of another. Opening gives `None` for anything that was not sealed here for that.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::RngCore;

use crate::credential::ServerKey;

const NONCE_BYTES: usize = 24;
const PURPOSE: &str = "secrets at rest";

fn cipher(key: &ServerKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.derive(PURPOSE).into())
}

/// Seals `plain`; `about` names what it is, such as `totp 019b…`, and is needed to open it.
///
/// # Panics
/// Never for less than gigabytes.
pub fn seal(key: &ServerKey, about: &str, plain: &[u8], rng: &mut impl RngCore) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let payload = Payload { msg: plain, aad: about.as_bytes() };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.expect("only a text of gigabytes can not be sealed");
    [nonce.as_slice(), &sealed].concat()
}

/// Opens what [`seal`] made for the same `about`.
pub fn open(key: &ServerKey, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload { msg: rest, aad: about.as_bytes() };
    cipher(key).decrypt(&XNonce::from(*nonce), payload).ok()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn only_the_same_key_and_purpose_open() {
        let mut rng = StdRng::seed_from_u64(1);
        let key = ServerKey::new([7; 32]);
        let sealed = seal(&key, "totp 1", b"secret", &mut rng);
        assert_eq!(open(&key, "totp 1", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(open(&key, "totp 2", &sealed), None);
        assert_eq!(open(&ServerKey::new([8; 32]), "totp 1", &sealed), None);
        let mut bent = sealed.clone();
        bent[30] ^= 1;
        assert_eq!(open(&key, "totp 1", &bent), None);
        assert_eq!(open(&key, "totp 1", &sealed[..20]), None);
        assert_ne!(seal(&key, "totp 1", b"secret", &mut rng), sealed);
    }
}
