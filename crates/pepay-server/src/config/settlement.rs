//! `[settlement]`: what merchants start with, and the operator's own share.

use pepay_core::address::Address;
use pepay_core::money::BasisPoints;
use pepay_core::network::Kind;
use serde::Deserialize;

use super::Error;

/// Highest share a forwarder accepts: 10 %. The contracts refuse more.
const MAX_FEE_BPS: u16 = 1_000;

/// `[settlement]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settlement {
    /// `PEPAY__SETTLEMENT__TOLERANCE_BPS`: how much less than the amount still counts as paid, in hundredths of a per
    /// cent, for merchants made from now on. Default 0.
    pub tolerance_bps: u16,
    /// `PEPAY__SETTLEMENT__FEE_BPS`: the operator's share of every payment, in hundredths of a per cent, at most 1000.
    /// Every deposit address commits to it. Default 0.
    pub fee_bps: u16,
    /// `PEPAY__SETTLEMENT__FEE_RECEIVER`: who gets it, on EVM networks; needed when `fee_bps` is not 0. Default none.
    pub fee_receiver: Option<String>,
    /// `PEPAY__SETTLEMENT__DEVNET_TOKEN`: id of the devnet token that merchants settle into unless they chose.
    /// Default none: each payment settles in the token it was paid in.
    pub devnet_token: Option<i64>,
    /// `PEPAY__SETTLEMENT__MAINNET_TOKEN`: the same for mainnet. Default none.
    pub mainnet_token: Option<i64>,
}

impl Settlement {
    /// The tolerance as a share.
    pub fn tolerance(&self) -> Result<BasisPoints, Error> {
        share("settlement.tolerance_bps", self.tolerance_bps, 10_000)
    }

    /// The operator's share and who gets it; `None` when there is none.
    pub fn fee(&self) -> Result<Option<(BasisPoints, Address)>, Error> {
        let fee = share("settlement.fee_bps", self.fee_bps, MAX_FEE_BPS)?;
        let key = "settlement.fee_receiver";
        let receiver = self
            .fee_receiver
            .as_deref()
            .map(|text| Address::parse(Kind::Evm, text).map_err(|error| Error::value(key, format!("{text}: {error}"))));
        match (fee, receiver.transpose()?) {
            (BasisPoints::ZERO, _) => Ok(None),
            (_, None) => Err(Error::value(key, "is missing; the fee needs somebody to go to")),
            (fee, Some(receiver)) => Ok(Some((fee, receiver))),
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.tolerance()?;
        self.fee().map(|_| ())
    }
}

fn share(key: &str, bps: u16, most: u16) -> Result<BasisPoints, Error> {
    let wrong = || Error::value(key, format!("must be from 0 to {most}"));
    if bps > most { Err(wrong()) } else { BasisPoints::new(bps).map_err(|_| wrong()) }
}
