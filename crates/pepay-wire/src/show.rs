//! How core values are written: ids and addresses by their `Display`, without an intermediate string.

#![expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde fixes these signatures")]

use std::fmt::Display;

use pepay_core::address::Address;
use pepay_core::money::Rate;
use pepay_core::network::{Environment as CoreEnvironment, NetworkId};
use pepay_core::time::Millis;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// Writes anything by its `Display`.
pub(crate) fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Writes an optional value by its `Display`, `null` when there is none.
pub(crate) fn text_or_null<S: Serializer>(value: &Option<impl Display>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

/// Writes an instant as whole epoch seconds, rounded down.
pub(crate) fn secs<S: Serializer>(value: &Millis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(value.secs())
}

/// Writes an optional instant as whole epoch seconds, `null` when there is none.
pub(crate) fn secs_or_null<S: Serializer>(value: &Option<Millis>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_i64(value.secs()),
        None => serializer.serialize_none(),
    }
}

/// Writes a rate with at least six decimals.
pub(crate) fn rate<S: Serializer>(value: &Rate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.decimal())
}

/// Writes an optional rate, `null` when there is none.
pub(crate) fn rate_or_null<S: Serializer>(value: &Option<Rate>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_str(&value.decimal()),
        None => serializer.serialize_none(),
    }
}

/// Writes the wire name of a network, such as `base`.
pub(crate) fn network<S: Serializer>(value: &NetworkId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.name())
}

/// Writes the wire name of an optional network.
pub(crate) fn network_or_null<S: Serializer>(value: &Option<NetworkId>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_str(value.name()),
        None => serializer.serialize_none(),
    }
}

/// Writes a 32-byte block hash as its chain does: `0x` and hex on EVM, base58 on Solana.
pub(crate) fn block_hash(kind: pepay_core::network::Kind, hash: &[u8; 32]) -> String {
    match kind {
        pepay_core::network::Kind::Solana => Address::Solana(*hash).to_string(),
        pepay_core::network::Kind::Evm => {
            let mut out = String::with_capacity(66);
            out.push_str("0x");
            for byte in hash {
                for nibble in [byte >> 4, byte & 15] {
                    out.push(char::from_digit(u32::from(nibble), 16).expect("a nibble is below 16"));
                }
            }
            out
        }
    }
}

/// Where money is real and where it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Test networks.
    Devnet,
    /// Real money.
    Mainnet,
}

impl From<CoreEnvironment> for Environment {
    fn from(environment: CoreEnvironment) -> Self {
        match environment {
            CoreEnvironment::Devnet => Self::Devnet,
            CoreEnvironment::Mainnet => Self::Mainnet,
        }
    }
}
