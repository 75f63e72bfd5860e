//! People who sign in: users, what they may do at which merchant, and the logins they opened.
//!
//! A *login* is one browser or API client a user signed in with; a *session* is a payor's and something else. Secrets
//! of a login are random and only their hashes are kept. Nothing here hashes a password: that takes long on purpose
//! and is done outside.

use std::fmt;

use crate::id::{LoginId, MerchantId, UserId};
use crate::network::Environment;
use crate::time::Millis;

mod email;
pub mod link;
pub mod lockout;
pub mod password;
mod role;
mod secret;
pub mod totp;

pub use email::Email;
pub use role::{Action, KeyMayNot, Role};
pub use secret::{CODE_COUNT, RecoveryCode, Secret};

/// A page's login ends after this long without a request.
pub const IDLE_MS: i64 = 12 * 3_600_000;
/// A page's login ends this long after it began, whatever happened since.
pub const LIFE_MS: i64 = 7 * 24 * 3_600_000;
/// An API client's login ends after this long without a refresh.
pub const API_IDLE_MS: i64 = 7 * 24 * 3_600_000;
/// An API client's login ends this long after it began.
pub const API_LIFE_MS: i64 = 30 * 24 * 3_600_000;
/// Between the password and the second factor this much time may pass.
pub const CODE_MS: i64 = 10 * 60_000;

/// A person who signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The address signed in with.
    pub email: Email,
    /// The password's hash, in the PHC string format.
    pub password: String,
    /// When the password was last set.
    pub password_set_at: Millis,
    /// The second factor, when there is one.
    pub totp: Option<SecondFactor>,
    /// Whether the user may use the operator's console.
    pub operator: bool,
    /// When the account was made.
    pub created_at: Millis,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("operator", &self.operator).finish_non_exhaustive()
    }
}

impl User {
    /// Whether a password alone is not enough.
    pub fn wants_code(&self) -> bool {
        self.totp.as_ref().is_some_and(|factor| factor.enabled_at.is_some())
    }
}

/// A time-based second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// Its secret, sealed.
    pub sealed: Vec<u8>,
    /// Since when it is asked for; `None` while it is being set up.
    pub enabled_at: Option<Millis>,
    /// The last time step a code was taken of: each works once.
    pub last_step: i64,
}

/// What a user is at a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Where.
    pub merchant: MerchantId,
    /// What it may do there.
    pub role: Role,
    /// The environment its dashboard works in.
    pub environment: Environment,
    /// Since when.
    pub since: Millis,
}

/// What kind of client a login is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A browser, by cookie.
    Page,
    /// An API client, by refresh token.
    Api,
}

impl Kind {
    /// The storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Page, Self::Api].into_iter().find(|it| it.as_str() == text)
    }

    const fn limits_ms(self) -> (i64, i64) {
        match self {
            Self::Page => (IDLE_MS, LIFE_MS),
            Self::Api => (API_IDLE_MS, API_LIFE_MS),
        }
    }
}

/// How far a sign-in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is still asked for. Opens nothing.
    Code,
    /// Signed in.
    Open,
}

impl Stage {
    /// The storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Open => "open",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Code, Self::Open].into_iter().find(|it| it.as_str() == text)
    }
}

/// One client a user signed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub id: LoginId,
    /// Whose.
    pub user: UserId,
    /// The merchant it works for; `None` for an operator who is no merchant's member.
    pub merchant: Option<MerchantId>,
    /// What kind of client it is.
    pub kind: Kind,
    /// How far it has come.
    pub stage: Stage,
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// The address it was opened from.
    pub ip: String,
    /// What the client calls itself, cut to a bounded length.
    pub agent: String,
    /// When it was opened.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub seen_at: Millis,
    /// When it was ended before its time.
    pub ended_at: Option<Millis>,
}

impl Login {
    /// Whether it still opens anything at `now`, for the stage it is in.
    pub fn is_live(&self, now: Millis) -> bool {
        let (idle_ms, life_ms) = match self.stage {
            Stage::Code => (CODE_MS, CODE_MS),
            Stage::Open => self.kind.limits_ms(),
        };
        self.ended_at.is_none() && now.since(self.seen_at) < idle_ms && now.since(self.created_at) < life_ms
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_login_ends_by_idleness_by_age_and_by_hand() {
        let mut rng = StdRng::seed_from_u64(1);
        let login = Login {
            id: LoginId::generate(Millis(0), &mut rng),
            user: UserId::generate(Millis(0), &mut rng),
            merchant: None,
            kind: Kind::Page,
            stage: Stage::Open,
            hash: [0; 32],
            ip: String::new(),
            agent: String::new(),
            created_at: Millis(0),
            seen_at: Millis(0),
            ended_at: None,
        };
        assert!(login.is_live(Millis(IDLE_MS - 1)));
        assert!(!login.is_live(Millis(IDLE_MS)));
        let busy = Login { seen_at: Millis(LIFE_MS - 1), ..login.clone() };
        assert!(busy.is_live(Millis(LIFE_MS - 1)));
        assert!(!busy.is_live(Millis(LIFE_MS)));
        assert!(!Login { ended_at: Some(Millis(1)), ..login.clone() }.is_live(Millis(2)));
        let half = Login { stage: Stage::Code, ..login };
        assert!(half.is_live(Millis(CODE_MS - 1)) && !half.is_live(Millis(CODE_MS)));
    }
}
