//! `[accounts]`: who may sign up for the dashboard.

use serde::Deserialize;

/// `[accounts]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// `PEPAY__ACCOUNTS__SIGN_UP`: whether anybody may sign up; otherwise `pepay admin users put` makes the accounts.
    /// Default true.
    pub sign_up: bool,
    /// `PEPAY__ACCOUNTS__VERIFY_EMAIL`: whether a letter must confirm an address before its account exists, where
    /// `[mail]` can send one. Default true.
    pub verify_email: bool,
}

impl Default for Accounts {
    fn default() -> Self {
        Self { sign_up: true, verify_email: true }
    }
}
