//! From stored columns to domain values. What does not fit is [`Error::Corrupt`] with its table, column and id.

use std::fmt::Display;

use pepay_core::address::Address;
use pepay_core::money::{BaseUnits, BasisPoints, Rate, UsdMillis};
use pepay_core::network::{Environment, NetworkId};
use pepay_core::token::Asset;

use crate::Error;

/// Reads the columns of one row.
pub(crate) struct Row<'a> {
    pub(crate) table: &'static str,
    pub(crate) id: &'a dyn Display,
}

impl Row<'_> {
    /// The value of `column`, or the error that names it.
    pub(crate) fn need<T>(&self, column: &'static str, value: Option<T>) -> Result<T, Error> {
        value.ok_or_else(|| Error::corrupt(self.table, column, self.id))
    }

    pub(crate) fn environment(&self, column: &'static str, text: &str) -> Result<Environment, Error> {
        self.need(column, text.parse().ok())
    }

    pub(crate) fn network(&self, column: &'static str, text: &str) -> Result<NetworkId, Error> {
        self.need(column, text.parse().ok())
    }

    pub(crate) fn address(&self, column: &'static str, bytes: &[u8]) -> Result<Address, Error> {
        self.need(column, Address::from_bytes(bytes).ok())
    }

    pub(crate) fn address_opt(&self, column: &'static str, bytes: Option<&[u8]>) -> Result<Option<Address>, Error> {
        bytes.map(|bytes| self.address(column, bytes)).transpose()
    }

    pub(crate) fn asset(&self, column: &'static str, bytes: &[u8]) -> Result<Asset, Error> {
        if bytes.is_empty() { Ok(Asset::Native) } else { self.address(column, bytes).map(Asset::Contract) }
    }

    pub(crate) fn hash(&self, column: &'static str, bytes: &[u8]) -> Result<[u8; 32], Error> {
        self.need(column, bytes.try_into().ok())
    }

    pub(crate) fn usd(&self, column: &'static str, millis: i64) -> Result<UsdMillis, Error> {
        self.need(column, UsdMillis::new(millis).ok())
    }

    pub(crate) fn units(&self, column: &'static str, text: &str) -> Result<BaseUnits, Error> {
        self.need(column, text.parse().ok())
    }

    pub(crate) fn rate(&self, column: &'static str, text: &str) -> Result<Rate, Error> {
        self.need(column, text.parse().ok().and_then(|e12| Rate::from_e12(e12).ok()))
    }

    pub(crate) fn bps(&self, column: &'static str, value: i64) -> Result<BasisPoints, Error> {
        self.need(column, u16::try_from(value).ok().and_then(|bps| BasisPoints::new(bps).ok()))
    }

    /// Any narrower integer.
    pub(crate) fn int<T: TryFrom<i64>>(&self, column: &'static str, value: i64) -> Result<T, Error> {
        self.need(column, T::try_from(value).ok())
    }
}

/// The stored form of an asset: empty for the chain's own coin.
pub(crate) fn asset_bytes(asset: Asset) -> Vec<u8> {
    match asset {
        Asset::Native => Vec::new(),
        Asset::Contract(address) => address.bytes().to_vec(),
    }
}

/// The stored form of a height. No chain reaches 2⁶³ blocks; a value above is held at the end of the range.
pub(crate) fn height(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
