//! Links sent by e-mail: each does one thing, once, for a while.

use super::{Email, Role};
use crate::id::{MerchantId, UserId};
use crate::time::Millis;

/// A link to choose a new password works this long.
pub const RESET_MS: i64 = 3_600_000;
/// A link to finish signing up works this long.
pub const SIGN_UP_MS: i64 = 24 * 3_600_000;
/// An invitation stands this long.
pub const INVITATION_MS: i64 = 7 * 24 * 3_600_000;

/// What a link does.
#[derive(Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Lets the user choose a new password.
    Reset {
        /// Whose.
        user: UserId,
    },
    /// Makes an account and its merchant.
    SignUp {
        /// The hash of the password chosen.
        password: String,
        /// The company's name.
        company: String,
    },
    /// Makes its holder a member of a merchant.
    Invitation {
        /// Which merchant.
        merchant: MerchantId,
        /// What the holder becomes there.
        role: Role,
    },
}

impl Purpose {
    /// How long the link works, in milliseconds.
    pub const fn life_ms(&self) -> i64 {
        match self {
            Self::Reset { .. } => RESET_MS,
            Self::SignUp { .. } => SIGN_UP_MS,
            Self::Invitation { .. } => INVITATION_MS,
        }
    }
}

/// One link.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// What it does.
    pub purpose: Purpose,
    /// Where it was sent.
    pub email: Email,
    /// When it was made.
    pub created_at: Millis,
    /// From when on it does nothing.
    pub expires_at: Millis,
    /// When it was used or taken back.
    pub used_at: Option<Millis>,
}

impl Link {
    /// Whether it still does something.
    pub fn works(&self, now: Millis) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}
