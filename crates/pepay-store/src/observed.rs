//! What was seen on a chain, as the columns that transfers and payments share.

use pepay_core::time::Millis;
use pepay_core::transfer::{Anchor, Observed};

use crate::Error;
use crate::read::{Row, asset_bytes, height};

/// The shared columns.
pub(crate) struct Columns {
    pub(crate) block_number: i64,
    pub(crate) block_hash: Vec<u8>,
    pub(crate) block_time: i64,
    pub(crate) log_index: Option<i64>,
    pub(crate) tx_hash: Option<String>,
    pub(crate) asset: Vec<u8>,
    pub(crate) from_address: Option<Vec<u8>>,
    pub(crate) to_address: Vec<u8>,
    pub(crate) units: String,
}

impl From<&Observed> for Columns {
    fn from(observed: &Observed) -> Self {
        Self {
            block_number: height(observed.anchor.block_number),
            block_hash: observed.anchor.block_hash.to_vec(),
            block_time: observed.anchor.block_time.0,
            log_index: observed.anchor.log_index.map(i64::from),
            tx_hash: observed.tx_hash.clone(),
            asset: asset_bytes(observed.asset),
            from_address: observed.from.map(|address| address.bytes().to_vec()),
            to_address: observed.to.bytes().to_vec(),
            units: observed.units.to_string(),
        }
    }
}

impl Columns {
    pub(crate) fn read(self, row: &Row<'_>) -> Result<Observed, Error> {
        Ok(Observed {
            anchor: Anchor {
                block_number: row.int("block_number", self.block_number)?,
                block_hash: row.hash("block_hash", &self.block_hash)?,
                block_time: Millis(self.block_time),
                log_index: self.log_index.map(|index| row.int("log_index", index)).transpose()?,
            },
            tx_hash: self.tx_hash,
            asset: row.asset("asset", &self.asset)?,
            from: row.address_opt("from_address", self.from_address.as_deref())?,
            to: row.address("to_address", &self.to_address)?,
            units: row.units("units", &self.units)?,
        })
    }
}
