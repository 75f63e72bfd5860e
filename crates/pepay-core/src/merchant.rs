//! Merchants: who accepts payments, what they accept and where their money goes.

use crate::address::Address;
use crate::id::{KeyId, MerchantId, TokenId, WalletId};
use crate::money::BasisPoints;
use crate::network::{Environment, NetworkId};
use crate::time::Millis;
use crate::token::Token;

/// Which tokens payors may use (contract section 3, `settlement_preference`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SettlementPreference {
    /// Stable coins only.
    StablesOnly,
    /// Anything; converted where a route exists.
    #[default]
    StablesPreferred,
    /// Anything; settled as paid.
    Tokens,
}

impl SettlementPreference {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StablesOnly => "stables_only",
            Self::StablesPreferred => "stables_preferred",
            Self::Tokens => "tokens",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::StablesOnly, Self::StablesPreferred, Self::Tokens].into_iter().find(|it| it.as_str() == text)
    }
}

/// A merchant account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// Its number.
    pub id: MerchantId,
    /// Company name, shown to payors.
    pub name: String,
    /// Contact address, shown to payors.
    pub email: String,
    /// The environment its dashboard works in.
    pub current_environment: Environment,
    /// Whether mainnet is open to it.
    pub mainnet_access: bool,
    /// What payors may use.
    pub settlement_preference: SettlementPreference,
    /// The token everything settles in, per installation default when `None`.
    pub settlement_token: Option<TokenId>,
    /// How much less than the amount still counts as paid.
    pub tolerance: BasisPoints,
    /// When it was made.
    pub created_at: Millis,
}

impl Merchant {
    /// Whether a payor may choose `token`, which `blocked` tells the merchant's own block list about.
    pub fn accepts(&self, token: &Token, blocked: bool) -> bool {
        let preferred = token.stable || self.settlement_preference != SettlementPreference::StablesOnly;
        token.active && !blocked && preferred
    }
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Everything a server needs.
    ReadWrite,
    /// Reads only.
    ReadOnly,
}

impl Permission {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "read_write",
            Self::ReadOnly => "read_only",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ReadWrite, Self::ReadOnly].into_iter().find(|it| it.as_str() == text)
    }
}

/// A stored API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// What its owner calls it.
    pub name: String,
    /// The environment it is bound to.
    pub environment: Environment,
    /// What it may do.
    pub permission: Permission,
    /// When it was made.
    pub created_at: Millis,
    /// When it stops working by itself.
    pub expires_at: Option<Millis>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Millis>,
    /// When and why it was revoked.
    pub revoked: Option<(Millis, String)>,
    /// The operator stopped it for now.
    pub suspended: bool,
}

/// Why a known key is refused (contract section 2: 403).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// Revoked by its owner.
    #[error("api key was revoked")]
    Revoked,
    /// Past its end.
    #[error("api key has expired")]
    Expired,
    /// Stopped by the operator.
    #[error("api key is suspended")]
    Suspended,
}

impl Key {
    /// Whether it opens anything at `now`.
    pub fn check(&self, now: Millis) -> Result<(), KeyRefusal> {
        if self.revoked.is_some() {
            Err(KeyRefusal::Revoked)
        } else if self.suspended {
            Err(KeyRefusal::Suspended)
        } else if self.expires_at.is_some_and(|end| now >= end) {
            Err(KeyRefusal::Expired)
        } else {
            Ok(())
        }
    }

    /// The wire's `status`.
    pub fn status(&self, now: Millis) -> &'static str {
        match self.check(now) {
            Ok(()) => "active",
            Err(KeyRefusal::Revoked) => "revoked",
            Err(KeyRefusal::Expired) => "expired",
            Err(KeyRefusal::Suspended) => "suspended",
        }
    }
}

/// A merchant's own address on one network. One is active per network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Its number.
    pub id: WalletId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// The network.
    pub network: NetworkId,
    /// The address.
    pub address: Address,
    /// Whether settlements go there.
    pub active: bool,
    /// When it was added.
    pub created_at: Millis,
}
