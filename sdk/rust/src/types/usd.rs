//! US dollars, exactly: an integer of 1/1000 USD that is written as a JSON number without ever being a float.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount of US dollars with at most three decimals.
///
/// ```
/// use pepay_client::Usd;
///
/// let price: Usd = "49.99".parse()?;
/// assert_eq!(price, Usd::from_cents(4_999));
/// assert_eq!(price.millis(), 49_990);
/// assert_eq!(price.to_string(), "49.99");
/// # Ok::<(), pepay_client::types::ParseUsdError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(i64);

/// A text is no amount of dollars with at most three decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of dollars with at most three decimals")]
pub struct ParseUsdError;

impl Usd {
    /// From `usd_millis`: 1/1000 USD, the unit of every integer amount of the API.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole cents.
    ///
    /// # Panics
    /// Above 92 trillion dollars.
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents.checked_mul(10).expect("fewer than 92 trillion dollars"))
    }

    /// In `usd_millis`.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, millis) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, part) = (millis / 1_000, millis % 1_000);
        match part {
            0 => write!(f, "{sign}{whole}"),
            part => write!(f, "{sign}{whole}.{}", format!("{part:03}").trim_end_matches('0')),
        }
    }
}

impl FromStr for Usd {
    type Err = ParseUsdError;

    fn from_str(text: &str) -> Result<Self, ParseUsdError> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(part) {
            return Err(ParseUsdError);
        }
        // Zeros behind the third decimal change nothing.
        let part = if part.len() > 3 { part.trim_end_matches('0') } else { part };
        if part.len() > 3 {
            return Err(ParseUsdError);
        }
        let millis = format!("{whole}{part:0<3}").parse::<i64>().map_err(|_| ParseUsdError)?;
        Ok(Self(sign * millis))
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // RawValue writes the digits as they are; a number type would round them.
        RawValue::from_string(self.to_string()).expect("a decimal text is JSON").serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = <Box<RawValue>>::deserialize(deserializer)?;
        number.get().parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_kept() {
        for (millis, text) in
            [(10, "0.01"), (49_990, "49.99"), (10_000, "10"), (-1_500, "-1.5"), (100_001, "100.001"), (0, "0")]
        {
            let amount = Usd::from_millis(millis);
            assert_eq!(serde_json::to_string(&amount).unwrap(), text);
            assert_eq!(serde_json::from_str::<Usd>(text).unwrap(), amount);
        }
        assert_eq!("9007199254740.993".parse(), Ok(Usd::from_millis(9_007_199_254_740_993)), "more than a float holds");
        assert_eq!("1.50000".parse(), Ok(Usd::from_millis(1_500)));
        assert_eq!("1.0000".parse(), Ok(Usd::from_millis(1_000)));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", ".", "1.", ".5", "1.0001", "1e3", "+1", "--1", "1,5", "NaN", "99999999999999999999", " 1"] {
            assert_eq!(bad.parse::<Usd>(), Err(ParseUsdError), "{bad}");
        }
        assert!(serde_json::from_str::<Usd>("\"1\"").is_err(), "an amount is a number");
    }
}
