//! Merchants' own wallets (contract section 3).

use pepay_core::merchant;
use pepay_core::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Problem, show};

/// The wallets of one network.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NetworkWallets {
    /// The network.
    #[schema(example = "base")]
    pub network: String,
    /// Its wallets; at most one is active.
    pub wallets: Vec<Wallet>,
}

/// One wallet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Wallet {
    /// Its number.
    pub id: i64,
    /// Its address.
    pub address: String,
    /// The family of its network: `evm` or `solana`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "evm")]
    pub kind: &'static str,
    /// Whether settlements go there.
    pub is_active: bool,
    /// When it was added, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
}

impl Wallet {
    /// Presents `wallet`.
    pub fn new(wallet: &merchant::Wallet) -> Self {
        Self {
            id: wallet.id.0,
            address: wallet.address.to_string(),
            kind: wallet.address.kind().as_str(),
            is_active: wallet.active,
            created_at: wallet.created_at,
        }
    }
}

/// Request: add a wallet.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct AddWallet {
    /// The network.
    #[schema(example = "base")]
    pub network: String,
    /// The address there.
    pub address: String,
}

impl AddWallet {
    /// Reads the request. Whether the address fits the network is the engine's to say.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        Ok(Self { network: object.required_text("network", 64)?, address: object.required_text("address", 128)? })
    }
}
