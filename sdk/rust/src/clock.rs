//! The one place that reads the wall clock: the age of a webhook and the date of a `Retry-After` are measured with it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now.
#[expect(clippy::disallowed_methods, reason = "a client runs in somebody else's program, which has no clock to lend")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Now, in milliseconds since 1970; 0 on a machine whose clock is before that.
pub(crate) fn now_ms() -> i64 {
    let since = now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
