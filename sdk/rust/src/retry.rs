//! When to try again: full jitter, so that clients that failed together do not come back together.

use std::time::{Duration, SystemTime};

use crate::chance;

const BASE: Duration = Duration::from_millis(500);
const MAX: Duration = Duration::from_secs(8);

/// How long to pause before another attempt: any time up to a limit that doubles with each.
pub(crate) fn pause(attempt: u32) -> Duration {
    jitter(attempt, BASE, MAX)
}

/// Any time up to `base` doubled `attempt` times, `max` at most.
pub(crate) fn jitter(attempt: u32, base: Duration, max: Duration) -> Duration {
    chance::up_to(base.saturating_mul(2_u32.saturating_pow(attempt)).min(max))
}

/// What `Retry-After` says: seconds, or a date, which is measured from `now`.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        for (attempt, limit_ms) in [(0, 500), (1, 1_000), (3, 4_000), (10, 8_000), (u32::MAX, 8_000)] {
            let drawn: Vec<Duration> = (0..200).map(|_| pause(attempt)).collect();
            let limit = Duration::from_millis(limit_ms);
            assert!(drawn.iter().all(|pause| *pause <= limit), "{attempt}");
            assert!(drawn.iter().any(|pause| *pause > limit / 2), "{attempt}: the whole range is drawn from");
        }
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), Some(Duration::from_secs(10)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:27 GMT", now), Some(Duration::ZERO), "it is over");
        for bad in ["", "soon", "-1", "1e3"] {
            assert_eq!(retry_after(bad, now), None, "{bad}");
        }
    }
}
