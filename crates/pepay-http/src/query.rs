//! Query strings, one parameter at a time: each refusal names its parameter. Unknown ones are ignored.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use pepay_core::page::{self, Page};
use pepay_core::time::Millis;
use pepay_engine::invoice::Expand;
use pepay_wire::Code;

use crate::app::App;
use crate::problem::ApiError;

/// The parameters of a request; of a repeated one the first counts, and an empty one is absent.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl FromRequestParts<App> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        if parts.uri.query().is_none_or(str::is_empty) {
            return Ok(Self::default());
        }
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(pairs)| Self(pairs))
            .map_err(|_| pepay_wire::Problem::new(Code::ValidationError).saying("query string is malformed").into())
    }
}

impl Query {
    /// A parameter as it came.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// A parameter in another form; `message` says what it must be.
    pub(crate) fn parse<T>(
        &self,
        name: &str,
        message: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        read(text).map(Some).ok_or_else(|| invalid(Code::ValidationError, name, format!("{name} must be {message}")))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.parse(name, "true or false", |text| text.parse().ok())
    }

    /// A number from 1 to `max`; `InvalidLimit` for anything else.
    pub(crate) fn limit(&self, name: &str, max: u32) -> Result<Option<u32>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let limit = text.parse().ok().filter(|limit| (1..=max).contains(limit));
        limit.map(Some).ok_or_else(|| invalid(Code::InvalidLimit, name, format!("{name} must be from 1 to {max}")))
    }

    /// `limit`, `starting_after` and `ending_before`.
    pub(crate) fn page<C: std::str::FromStr>(&self) -> Result<Page<C>, ApiError> {
        let cursor = |name: &str| {
            let read = |text: &str| {
                text.parse().map_err(|_| invalid(Code::InvalidCursor, name, Code::InvalidCursor.message()))
            };
            self.get(name).map(read).transpose()
        };
        let limit = self.limit("limit", page::MAX_LIMIT)?;
        Page::new(limit, cursor("starting_after")?, cursor("ending_before")?).map_err(|error| match error {
            page::Error::Limit => invalid(Code::InvalidLimit, "limit", error.to_string()),
            page::Error::BothDirections => invalid(Code::InvalidCursor, "ending_before", error.to_string()),
        })
    }

    /// `expand` and `payments_limit`.
    pub(crate) fn expand(&self) -> Result<Expand, ApiError> {
        let payments_limit = self.limit("payments_limit", page::MAX_LIMIT)?;
        let mut expand = Expand::default();
        for name in self.get("expand").into_iter().flat_map(|list| list.split(',')).map(str::trim) {
            match name {
                "latest_payment" => expand.latest_payment = true,
                "payments" => expand.payments = Some(payments_limit.unwrap_or(page::DEFAULT_LIMIT)),
                _ => return Err(invalid(Code::InvalidExpand, "expand", Code::InvalidExpand.message())),
            }
        }
        Ok(expand)
    }

    /// `customer_id`. No invoice has one with U+0000, and PostgreSQL takes no such text.
    pub(crate) fn customer(&self) -> Result<Option<String>, ApiError> {
        self.get("customer_id").map(|id| customer(id, "customer_id")).transpose()
    }

    /// The instants from and until which something was created, both included.
    pub(crate) fn created(&self, from: &str, until: &str) -> Result<(Option<Millis>, Option<Millis>), ApiError> {
        let read = |name| self.parse(name, "a date-time (RFC 3339) or whole epoch seconds", Moment::parse);
        let (from, until) = (read(from)?, read(until)?);
        Ok((from.map(|moment| moment.first), until.map(|moment| moment.last)))
    }
}

/// A customer's id as a caller names it at `param`.
pub(crate) fn customer(id: &str, param: &str) -> Result<String, ApiError> {
    if id.contains('\0') {
        return Err(invalid(Code::ValidationError, param, format!("{param} must not contain U+0000")));
    }
    Ok(id.to_owned())
}

pub(crate) fn invalid(code: Code, name: &str, message: impl Into<String>) -> ApiError {
    ApiError::at(code, &format!("/{name}"), message)
}

/// What a caller calls a moment: all the milliseconds it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    first: Millis,
    last: Millis,
}

/// Epoch numbers from here on are milliseconds: as seconds they would lie past the year 5000.
const EPOCH_MS_FROM: i64 = 100_000_000_000;

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: i64 = text.parse().ok()?;
            return Some(if number >= EPOCH_MS_FROM { Self::ms(number) } else { Self::second(number) });
        }
        parse_date_time(text)
    }

    const fn ms(ms: i64) -> Self {
        Self { first: Millis(ms), last: Millis(ms) }
    }

    const fn second(secs: i64) -> Self {
        let first = Millis::from_secs(secs);
        Self { first, last: first.plus_ms(999) }
    }
}

/// `2025-12-21`, `2025-12-21T13:00:00Z`, `2025-12-21T13:00:00.123+02:00`. A date is the whole day in UTC.
fn parse_date_time(text: &str) -> Option<Moment> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let is = |at: usize, wanted: &[u8]| text.as_bytes().get(at).is_some_and(|byte| wanted.contains(byte));
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let real = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day) && is(4, b"-") && is(7, b"-");
    if !real {
        return None;
    }
    let midnight = days_from_epoch(year, month, day) * 86_400;
    if text.len() == 10 {
        let (first, last) = (Millis::from_secs(midnight), Millis::from_secs(midnight + 86_400).plus_ms(-1));
        return Some(Moment { first, last });
    }
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(is(10, b"Tt ") && is(13, b":") && is(16, b":") && hour < 24 && minute < 60 && second < 60) {
        return None;
    }
    let secs = midnight + hour * 3_600 + minute * 60 + second;
    let rest = text.get(19..)?;
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = if rest.starts_with('.') { rest.split_at(digits + 1) } else { ("", rest) };
    let offset_secs = offset_secs(zone)?;
    if fraction.is_empty() {
        return Some(Moment::second(secs - offset_secs));
    }
    let ms: i64 = format!("{:0<3}", fraction.get(1..)?).get(..3)?.parse().ok()?;
    Some(Moment::ms((secs - offset_secs) * 1_000 + ms))
}

fn offset_secs(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    // A plus sign that was not escaped arrives as a blank.
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+" | " ", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let plain = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(hours) || !plain(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let leaps = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let years = (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

#[cfg(test)]
mod tests {
    use pepay_core::id::InvoiceId;

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Query {
        Query(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn refusal<T>(result: Result<T, ApiError>) -> Option<(Code, Option<String>)> {
        result.err().map(|error| (error.problem.code, error.problem.param))
    }

    #[test]
    fn moments_are_read_in_every_form() {
        let read = |text| Moment::parse(text).map(|moment| (moment.first.0, moment.last.0));
        assert_eq!(read("0"), Some((0, 999)));
        assert_eq!(read("1766322000"), Some((1_766_322_000_000, 1_766_322_000_999)));
        assert_eq!(read("1766322000123"), Some((1_766_322_000_123, 1_766_322_000_123)));
        assert_eq!(read("2025-12-21T13:00:00Z"), Some((1_766_322_000_000, 1_766_322_000_999)));
        assert_eq!(read("2025-12-21T15:00:00+02:00"), Some((1_766_322_000_000, 1_766_322_000_999)));
        assert_eq!(read("2025-12-21T15:00:00 02:00"), Some((1_766_322_000_000, 1_766_322_000_999)));
        assert_eq!(read("2025-12-21T13:00:00.12Z"), Some((1_766_322_000_120, 1_766_322_000_120)));
        assert_eq!(read("1970-01-01"), Some((0, 86_399_999)));
        assert_eq!(read("2024-02-29"), Some((1_709_164_800_000, 1_709_251_199_999)));
        assert_eq!(read("2000-03-01T00:00:00z").map(|moment| moment.0), Some(951_868_800_000));
        for bad in [
            "yesterday",
            "-1",
            "1.5",
            "2025-13-01",
            "2025-02-29",
            "2025-1-1",
            "2025-12-21T13:00",
            "2025-12-21T24:00:00Z",
            "2025-12-21T13:00:00",
            "2025-12-21T13:00:00+0200",
            "2025-12-21T13:00:00.Z+",
            "2025-12-2é",
            "99999999999999999999",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn pages_are_bounded_and_one_way() {
        let id = "019b3f10-0000-7000-8000-000000000001";
        let page = |pairs: &[(&str, &str)]| query(pairs).page::<InvoiceId>();
        assert_eq!(page(&[]).unwrap().limit, 10);
        assert_eq!(page(&[("limit", "100"), ("starting_after", id)]).unwrap().limit, 100);
        for (pairs, code, param) in [
            (&[("limit", "0")][..], Code::InvalidLimit, "/limit"),
            (&[("limit", "101")], Code::InvalidLimit, "/limit"),
            (&[("limit", "ten")], Code::InvalidLimit, "/limit"),
            (&[("limit", "-1")], Code::InvalidLimit, "/limit"),
            (&[("starting_after", "x")], Code::InvalidCursor, "/starting_after"),
            (&[("ending_before", "in_1")], Code::InvalidCursor, "/ending_before"),
            (&[("starting_after", id), ("ending_before", id)], Code::InvalidCursor, "/ending_before"),
        ] {
            assert_eq!(refusal(page(pairs)), Some((code, Some(param.to_owned()))), "{pairs:?}");
        }
    }

    #[test]
    fn only_payments_can_be_expanded() {
        let expand = |pairs: &[(&str, &str)]| query(pairs).expand();
        assert_eq!(expand(&[]).unwrap(), Expand::default());
        let both = Expand { latest_payment: true, payments: Some(10) };
        assert_eq!(expand(&[("expand", "latest_payment, payments")]).unwrap(), both);
        assert_eq!(expand(&[("expand", "payments"), ("payments_limit", "3")]).unwrap().payments, Some(3));
        assert_eq!(refusal(expand(&[("expand", "merchant")])).unwrap().0, Code::InvalidExpand);
        assert_eq!(refusal(expand(&[("payments_limit", "101")])).unwrap().0, Code::InvalidLimit);
    }
}
