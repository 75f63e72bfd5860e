//! Money: US dollars in thousandths, tokens in base units, and the rate between them.
//!
//! Refuses floats, silent overflow and mixing of tokens. Every conversion names its rounding, and every
//! rounding goes the merchant's way: a payor is asked for the ceiling, and credited with the floor.

use std::fmt;
use std::str::FromStr;

use alloy_primitives::U256;

use crate::id::TokenId;

/// What can be wrong with an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a plain decimal number with at most two decimals.
    #[error("amount must be a plain decimal number with at most two decimals")]
    Format,
    /// A well-formed amount outside the allowed range.
    #[error("amount must be from 0.01 to 1000000")]
    Range,
    /// The result does not fit its type.
    #[error("amount does not fit")]
    Overflow,
    /// Two amounts of different tokens were combined.
    #[error("amounts are of different tokens")]
    AssetMismatch,
}

/// US dollars in thousandths (`usd_millis`, contract section 1). Never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsdMillis(i64);

impl UsdMillis {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// Smallest invoice amount: 0.01 USD (contract section 3).
    pub const MIN_INVOICE: Self = Self(10);
    /// More than any sum of payments that means anything: sums and worths stop here, a trillion dollars.
    pub const CAP: Self = Self(1_000_000_000_000_000);
    /// Largest invoice amount: 1 000 000 USD (contract section 3).
    pub const MAX_INVOICE: Self = Self(1_000_000_000);

    /// Wraps a count of thousandths; `Overflow` when negative.
    pub const fn new(millis: i64) -> Result<Self, Error> {
        if millis < 0 { Err(Error::Overflow) } else { Ok(Self(millis)) }
    }

    /// The count of thousandths.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads an invoice amount from the exact text of a JSON number: digits, optionally a point and one or two
    /// decimals. `Format` for anything else (signs, exponents, a third decimal); `Range` outside the invoice limits.
    pub fn parse_invoice_amount(text: &str) -> Result<Self, Error> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if (1..=2).contains(&fraction.len()) => (whole, fraction),
            Some(_) => return Err(Error::Format),
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(Error::Format);
        }
        // More digits than the largest amount has: out of range whatever they are.
        let whole: i64 = whole.parse().map_err(|_| Error::Range)?;
        let fraction: i64 = format!("{fraction:0<3}").parse().map_err(|_| Error::Format)?;
        let millis = whole.checked_mul(1000).and_then(|w| w.checked_add(fraction)).ok_or(Error::Range)?;
        let amount = Self(millis);
        if (Self::MIN_INVOICE..=Self::MAX_INVOICE).contains(&amount) { Ok(amount) } else { Err(Error::Range) }
    }

    /// The sum; `Overflow` when it does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, Error> {
        self.0.checked_add(other.0).map(Self).ok_or(Error::Overflow)
    }

    /// The sum, at most [`Self::CAP`].
    #[must_use]
    pub fn capped_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0)).min(Self::CAP)
    }

    /// What is left of `self` after taking `other`, at least zero.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// This amount less `tolerance`, which is rounded down: what must at least arrive for an invoice to be paid.
    #[must_use]
    pub fn less_tolerance(self, tolerance: BasisPoints) -> Self {
        let amount = i128::from(self.0);
        let allowed = amount.saturating_mul(i128::from(tolerance.get())).div_euclid(10_000);
        // A tolerance is at most 100 %, so the difference lies within 0..=self.
        Self(i64::try_from(amount.saturating_sub(allowed)).unwrap_or(self.0))
    }

    /// Three decimals, such as `49.990`: the `_decimal` companion of the contract.
    pub fn decimal(self) -> String {
        format!("{}.{:03}", self.0.div_euclid(1000), self.0.rem_euclid(1000))
    }

    /// The shortest decimal text of this amount as a JSON number, such as `49.99` or `10`.
    pub fn json_number(self) -> String {
        let text = self.decimal();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// For people: `$49.99`, `$10.00`; a third decimal only where there is one.
    pub fn dollars(self) -> String {
        let text = self.decimal();
        format!("${}", text.strip_suffix('0').unwrap_or(&text))
    }
}

impl fmt::Display for UsdMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal())
    }
}

/// A share in hundredths of a per cent, from 0 to 10 000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From a count of basis points; `Range` above 10 000.
    pub const fn new(bps: u16) -> Result<Self, Error> {
        if bps > 10_000 { Err(Error::Range) } else { Ok(Self(bps)) }
    }

    /// The count of basis points.
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// An amount in the smallest unit of some token. Which token is said beside it; see [`TokenAmount`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseUnits(U256);

impl BaseUnits {
    /// Nothing.
    pub const ZERO: Self = Self(U256::ZERO);

    /// Wraps a count of base units.
    pub const fn new(units: U256) -> Self {
        Self(units)
    }

    /// From a small count of base units.
    pub fn from_u128(units: u128) -> Self {
        Self(U256::from(units))
    }

    /// The count.
    pub const fn get(self) -> U256 {
        self.0
    }

    /// The sum; `Overflow` past 256 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, Error> {
        self.0.checked_add(other.0).map(Self).ok_or(Error::Overflow)
    }

    /// The difference; `Overflow` when `other` is larger.
    pub fn checked_sub(self, other: Self) -> Result<Self, Error> {
        self.0.checked_sub(other.0).map(Self).ok_or(Error::Overflow)
    }

    /// Whether there is none.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The shortest decimal text in whole tokens, such as `49.99` or `5`.
    pub fn shortest(self, decimals: u8) -> String {
        trimmed(&self.decimal(decimals)).to_owned()
    }

    /// Decimal text in whole tokens with all `decimals` places, such as `49.990000`.
    pub fn decimal(self, decimals: u8) -> String {
        let digits = format!("{:0>width$}", self.0, width = usize::from(decimals).saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(usize::from(decimals)));
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }
}

/// The same decimal text without trailing zeros: `49.990000` is `49.99`, `5.000000` is `5`.
pub fn trimmed(decimal: &str) -> &str {
    if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { decimal }
}

impl fmt::Display for BaseUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for BaseUnits {
    type Err = Error;

    /// Reads decimal digits, as stored.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Format);
        }
        U256::from_str_radix(text, 10).map(Self).map_err(|_| Error::Overflow)
    }
}

/// Base units together with the token they are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenAmount {
    /// The token.
    pub token: TokenId,
    /// How much of it.
    pub units: BaseUnits,
}

impl TokenAmount {
    /// The sum of two amounts of one token; `AssetMismatch` when the tokens differ.
    pub fn checked_add(self, other: Self) -> Result<Self, Error> {
        if self.token != other.token {
            return Err(Error::AssetMismatch);
        }
        Ok(Self { token: self.token, units: self.units.checked_add(other.units)? })
    }
}

/// A price: US dollars per whole token, in units of 10⁻¹² USD. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u128);

/// Decimal places a [`Rate`] keeps.
pub const RATE_DECIMALS: u8 = 12;

impl Rate {
    /// One dollar per token.
    pub const ONE: Self = Self(1_000_000_000_000);

    /// From units of 10⁻¹² USD per whole token; `Range` for zero.
    pub const fn from_e12(rate_e12: u128) -> Result<Self, Error> {
        if rate_e12 == 0 { Err(Error::Range) } else { Ok(Self(rate_e12)) }
    }

    /// Units of 10⁻¹² USD per whole token.
    pub const fn e12(self) -> u128 {
        self.0
    }

    /// Reads decimal text such as `2500.5`; places past the twelfth are refused rather than dropped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > usize::from(RATE_DECIMALS) || !digits(whole) || !digits(fraction) {
            return Err(Error::Format);
        }
        let e12 = format!("{whole}{fraction:0<12}").parse().map_err(|_| Error::Overflow)?;
        Self::from_e12(e12)
    }

    /// Decimal text with at least six decimals, such as `1.000000`: `exchange_rate` on the wire.
    pub fn decimal(self) -> String {
        let text = BaseUnits::from_u128(self.0).decimal(RATE_DECIMALS);
        let keep = text.find('.').map_or(text.len(), |point| point.saturating_add(7));
        let (kept, rest) = text.split_at(keep.min(text.len()));
        format!("{kept}{}", rest.trim_end_matches('0'))
    }

    /// How many base units of a token with `decimals` places buy `usd`, rounded up (in the merchant's favour).
    pub fn units_for_ceil(self, usd: UsdMillis, decimals: u8) -> Result<BaseUnits, Error> {
        let scale = U256::from(10).checked_pow(U256::from(decimals)).ok_or(Error::Overflow)?;
        let millis = U256::from(u64::try_from(usd.0).map_err(|_| Error::Overflow)?);
        // millis/1000 USD ÷ (rate/10¹² USD per token) × 10^decimals units per token.
        let numerator = millis
            .checked_mul(U256::from(1_000_000_000_u64))
            .and_then(|n| n.checked_mul(scale))
            .ok_or(Error::Overflow)?;
        Ok(BaseUnits(numerator.div_ceil(U256::from(self.0))))
    }
}

/// `units × usd ÷ of_units`, rounded down: what `units` are worth when `of_units` were quoted at `usd`.
/// Never more than [`UsdMillis::CAP`], so that no transfer, however large, is more than the books can hold.
/// `Overflow` when `of_units` is zero.
pub fn proportional_floor(units: BaseUnits, usd: UsdMillis, of_units: BaseUnits) -> Result<UsdMillis, Error> {
    let millis = U256::from(u64::try_from(usd.0).map_err(|_| Error::Overflow)?);
    let whole = units.0.checked_div(of_units.0).ok_or(Error::Overflow)?;
    let worth = match units.0.checked_mul(millis).and_then(|product| product.checked_div(of_units.0)) {
        Some(worth) => worth,
        // Dividing first rounds down further: still a floor.
        None => whole.saturating_mul(millis),
    };
    Ok(i64::try_from(worth).map_or(UsdMillis::CAP, UsdMillis).min(UsdMillis::CAP))
}

#[cfg(test)]
mod tests;
