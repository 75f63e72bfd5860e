//! The one place that draws from a generator: jitter and idempotency keys.

use std::time::Duration;

use rand::Rng as _;

/// A duration up to `limit`, each as likely as another.
pub(crate) fn up_to(limit: Duration) -> Duration {
    let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(generator().random_range(0..=limit_ms))
}

/// A key nobody used before: 16 random bytes in hex.
pub(crate) fn idempotency_key() -> String {
    hex::encode(generator().random::<[u8; 16]>())
}

/// 16 random bytes for a WebSocket handshake.
pub(crate) fn nonce() -> [u8; 16] {
    generator().random()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client runs in somebody else's program, which has no generator to lend"
)]
fn generator() -> rand::rngs::ThreadRng {
    rand::rng()
}
