//! What a receiver answered, cut to size.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, Version, header::RETRY_AFTER};
use pepay_core::time::Millis;

/// The answer to a request. Its status decides; the rest is for the delivery log.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status. Redirects are not followed: a 301 is the answer.
    pub status: StatusCode,
    /// The protocol that was spoken.
    pub version: Version,
    /// Header lines in order, at most `max_head_bytes` together; bytes that are no UTF-8 are replaced.
    pub head: Vec<(String, String)>,
    /// The first `max_excerpt_bytes` of the body.
    pub excerpt: Vec<u8>,
    /// Whether there was or may have been more of the body: it was longer, stalled or broke off.
    pub truncated: bool,
    /// When the receiver wants to be asked again, if it said so.
    pub retry_after: Option<RetryAfter>,
    /// How long it took.
    pub timing: Timing,
}

/// Durations from the call on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Until the head of the answer was there, connecting included.
    pub to_head: Duration,
    /// Until the body had been read, or given up.
    pub total: Duration,
}

/// A `Retry-After` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// That long after the answer.
    After(Duration),
    /// At that instant.
    At(Millis),
}

impl RetryAfter {
    /// How long to wait from `now` on; zero when the instant has passed. Unbounded: the caller caps it.
    pub fn wait(self, now: Millis) -> Duration {
        match self {
            Self::After(wait) => wait,
            Self::At(then) => Duration::from_millis(u64::try_from(then.since(now)).unwrap_or(0)),
        }
    }

    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // More seconds than fit are for ever, which is what was meant.
            return Some(Self::After(Duration::from_secs(text.parse().unwrap_or(u64::MAX))));
        }
        let then = httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Self::At(Millis(i64::try_from(then.as_millis()).ok()?)))
    }
}

/// Header lines until `max_bytes` are full.
pub(crate) fn head(headers: &HeaderMap, max_bytes: usize) -> Vec<(String, String)> {
    let mut left = max_bytes;
    let lines = headers.iter().map_while(|(name, value)| {
        left = left.checked_sub(name.as_str().len() + value.len())?;
        Some((name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
    });
    lines.collect()
}
