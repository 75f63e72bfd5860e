//! The secret that a merchant and we share: shown once, sealed wherever it is kept.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand_core::RngCore;

use crate::id::EndpointId;

const PREFIX: &str = "whsec_";
const NONCE_BYTES: usize = 24;

/// A stored secret cannot be opened: the server key changed, or the row was tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("webhook secret cannot be opened with this server key")]
pub struct SecretError;

/// `whsec_` and base64 of 32 random bytes. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    bytes: [u8; 32],
}

impl Secret {
    /// A fresh one.
    pub fn generate(rng: &mut impl RngCore) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self::of(bytes)
    }

    fn of(bytes: [u8; 32]) -> Self {
        Self { text: format!("{PREFIX}{}", STANDARD.encode(bytes)), bytes }
    }

    /// The text to show its owner once: what the Pepay signature is keyed with.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What the Standard Webhooks signature is keyed with.
    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Sealed for `endpoint` alone: put into another endpoint's row it does not open.
    ///
    /// # Panics
    /// Never: 32 bytes can always be sealed.
    pub fn seal(&self, key: &[u8; 32], endpoint: EndpointId, rng: &mut impl RngCore) -> Sealed {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let id = endpoint.uuid();
        let payload = Payload { msg: &self.bytes, aad: id.as_bytes() };
        let sealed = XChaCha20Poly1305::new(&Key::from(*key)).encrypt(&XNonce::from(nonce), payload);
        Sealed([nonce.to_vec(), sealed.expect("a short secret can be sealed")].concat())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A secret as it is stored: nonce and ciphertext (XChaCha20-Poly1305).
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Wraps what was stored.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What to store.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret, if it was sealed with this key for this endpoint.
    pub fn open(&self, key: &[u8; 32], endpoint: EndpointId) -> Result<Secret, SecretError> {
        let (nonce, sealed) = self.0.split_first_chunk::<NONCE_BYTES>().ok_or(SecretError)?;
        let id = endpoint.uuid();
        let payload = Payload { msg: sealed, aad: id.as_bytes() };
        let opened = XChaCha20Poly1305::new(&Key::from(*key)).decrypt(&XNonce::from(*nonce), payload);
        let bytes = opened.ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Secret::of).ok_or(SecretError)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::time::Millis;

    #[test]
    fn secrets_have_the_form_of_the_standard_and_print_nothing() {
        let secret = Secret::generate(&mut StdRng::seed_from_u64(1));
        let body = secret.reveal().strip_prefix("whsec_").unwrap();
        assert_eq!(STANDARD.decode(body).unwrap(), secret.bytes());
        assert!(!format!("{secret:?}").contains(&body[..8]));
    }

    #[test]
    fn a_sealed_secret_opens_with_its_key_at_its_endpoint_only() {
        let mut rng = StdRng::seed_from_u64(2);
        let (key, other) = ([1; 32], [2; 32]);
        let id = EndpointId::generate(Millis(1), &mut rng);
        let elsewhere = EndpointId::generate(Millis(2), &mut rng);
        let secret = Secret::generate(&mut rng);
        let sealed = secret.seal(&key, id, &mut rng);
        assert_eq!(sealed.open(&key, id), Ok(secret.clone()));
        assert_ne!(sealed, secret.seal(&key, id, &mut rng), "a nonce is never used twice");
        assert!(!sealed.bytes().windows(8).any(|it| it == &secret.bytes()[..8]));
        assert_eq!([sealed.open(&other, id), sealed.open(&key, elsewhere)], [Err(SecretError), Err(SecretError)]);
        for place in [0, 30, sealed.bytes().len() - 1] {
            let mut bytes = sealed.bytes().to_vec();
            bytes[place] ^= 1;
            assert_eq!(Sealed::from_bytes(bytes).open(&key, id), Err(SecretError));
        }
        for short in [0, 10, 24, 30] {
            assert_eq!(Sealed::from_bytes(sealed.bytes()[..short].to_vec()).open(&key, id), Err(SecretError));
        }
    }
}
