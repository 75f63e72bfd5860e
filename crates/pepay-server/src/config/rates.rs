//! `[rates]`: what tokens are worth.

use std::collections::BTreeMap;
use std::fmt;

use pepay_core::money::Rate;
use serde::de::{self, Deserialize, Deserializer};

use super::Error;

/// A public price source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Coinbase spot prices.
    Coinbase,
    /// Kraken tickers.
    Kraken,
}

/// `[rates]`
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// `PEPAY__RATES__SOURCES`: whom to ask, any of `coinbase` and `kraken`; the median of their answers counts.
    /// Default both.
    pub sources: Vec<Source>,
    /// `PEPAY__RATES__REFRESH_S`: seconds between questions. A rate older than 300 s is not used. Default 30.
    pub refresh_s: u64,
    /// `PEPAY__RATES__MIN_ANSWERS`: how many sources must agree for a rate. Default 1.
    pub min_answers: usize,
    /// `PEPAY__RATES__MAX_SPREAD_BPS`: how far an answer may lie from the median before it is dropped, in hundredths of
    /// a per cent. Default 200.
    pub max_spread_bps: u16,
    /// `PEPAY__RATES__MAX_DEPEG_BPS`: how far a stable coin may lie from one dollar before it is not accepted, in
    /// hundredths of a per cent. Default 200.
    pub max_depeg_bps: u16,
    /// `PEPAY__RATES__FIXED__<SYMBOL>`: a price in US dollars as text, such as `"2500.50"`, instead of asking. For test
    /// networks. Default none.
    pub fixed: BTreeMap<String, Price>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            sources: vec![Source::Coinbase, Source::Kraken],
            refresh_s: 30,
            min_answers: 1,
            max_spread_bps: 200,
            max_depeg_bps: 200,
            fixed: BTreeMap::new(),
        }
    }
}

impl Rates {
    /// The fixed prices, by symbol in upper case.
    pub fn fixed(&self) -> BTreeMap<String, Rate> {
        self.fixed.iter().map(|(symbol, price)| (symbol.to_uppercase(), price.0)).collect()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if !(5..=240).contains(&self.refresh_s) {
            return Err(Error::value("rates.refresh_s", "must be from 5 to 240"));
        }
        if self.min_answers == 0 || self.min_answers > self.sources.len().max(1) {
            return Err(Error::value("rates.min_answers", "must be at least 1, and at most the number of sources"));
        }
        for (key, bps) in [("rates.max_spread_bps", self.max_spread_bps), ("rates.max_depeg_bps", self.max_depeg_bps)] {
            if bps > 10_000 {
                return Err(Error::value(key, "must be from 0 to 10000"));
            }
        }
        Ok(())
    }
}

/// A price in US dollars, written as text so that no float comes near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price(pub Rate);

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Price;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a price in quotes, such as \"2500.50\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Price, E> {
                Rate::parse(text).map(Price).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Price, E> {
                self.visit_str(&whole.to_string())
            }

            fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Price, E> {
                self.visit_str(&whole.to_string())
            }
        }
        deserializer.deserialize_any(Text)
    }
}
