//! What a receiver answered, cut to size.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, Version, header::RETRY_AFTER};
use pepay_core::time::Millis;

/// The longest wait a receiver can ask for: a week. What is longer is an outage, for which the caller has its own rules.
const MAX_WAIT: Duration = Duration::from_hours(7 * 24);

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
    /// How long to wait from `now` on: zero when the instant has passed, and at most a week.
    pub fn wait(self, now: Millis) -> Duration {
        let wait = match self {
            Self::After(wait) => wait,
            Self::At(then) => Duration::from_millis(u64::try_from(then.since(now)).unwrap_or(0)),
        };
        wait.min(MAX_WAIT)
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

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const NOW: Millis = Millis(1_445_412_400_000); // 80 s before the date below.

    fn wait_ms(text: &'static str) -> Option<u128> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]);
        Some(RetryAfter::of(&headers)?.wait(NOW).as_millis())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_at_most_a_week() {
        let cases = [
            ("0", Some(0)),
            (" 120 ", Some(120_000)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(80_000)),
            ("Wednesday, 21-Oct-15 07:28:00 GMT", Some(80_000)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(MAX_WAIT.as_millis())),
            ("99999999999999999999999", Some(MAX_WAIT.as_millis())),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("Thu, 01 Jan 1960 00:00:00 GMT", None),
        ];
        for (text, expected) in cases {
            assert_eq!(wait_ms(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_head_ends_where_its_bytes_do() {
        let mut headers = HeaderMap::new();
        headers.append("a", HeaderValue::from_static("12345"));
        headers.append("a", HeaderValue::from_bytes(b"\xff").unwrap());
        headers.append("b", HeaderValue::from_static("no room"));
        let expected = [("a".to_owned(), "12345".to_owned()), ("a".to_owned(), "\u{fffd}".to_owned())];
        assert_eq!(head(&headers, 14), expected);
    }
}
