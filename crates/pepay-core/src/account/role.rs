//! Who may do what: the one table.
//!
//! Every use case names the [`Action`] it is; nothing else decides. API keys are in the same table, so that a new
//! action cannot forget them.

use crate::merchant::Permission;

/// What a user is at a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything.
    Owner,
    /// Keys, webhooks and invoices: whoever integrates.
    Developer,
    /// Invoices, tokens and where the money goes: whoever keeps the books.
    Finance,
    /// Looks.
    ReadOnly,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Developer, Self::Finance, Self::ReadOnly];

    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Developer => "developer",
            Self::Finance => "finance",
            Self::ReadOnly => "read_only",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// What somebody wants to do at a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Look at invoices, payments, tokens, wallets and events.
    Read,
    /// Create and cancel invoices, accept late payments, look at the chain again.
    Invoices,
    /// Make and revoke API keys; look at them.
    Keys,
    /// Manage webhook endpoints and their deliveries.
    Webhooks,
    /// Look at webhook endpoints and what was sent to them.
    WebhookReads,
    /// Choose which tokens payors may use.
    Tokens,
    /// Choose wallets, the settlement token and the preference.
    Settlement,
    /// Request and open mainnet.
    Mainnet,
    /// Choose the environment to work in.
    Environment,
    /// Change the company's profile.
    Profile,
    /// Invite and remove people and change their roles.
    Team,
    /// Read the audit log.
    Audit,
}

/// Whether each may: owner, developer, finance, read-only; then keys that may write, and keys that may read.
type Line = (Action, [bool; 4], [Of; 2]);

/// What an API key may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Yes,
    /// Its permission is too small.
    No,
    /// No key ever may: only people.
    Never,
}

use Of::{Never, No, Yes};

const TABLE: [Line; 12] = [
    (Action::Read, [true, true, true, true], [Yes, Yes]),
    (Action::Invoices, [true, true, true, false], [Yes, No]),
    (Action::Keys, [true, true, false, false], [Never, Never]),
    (Action::Webhooks, [true, true, false, false], [Yes, No]),
    (Action::WebhookReads, [true, true, false, false], [Yes, Yes]),
    (Action::Tokens, [true, false, true, false], [Yes, No]),
    (Action::Settlement, [true, false, true, false], [Never, Never]),
    (Action::Mainnet, [true, false, false, false], [Yes, No]),
    (Action::Environment, [true, true, true, true], [Yes, No]),
    (Action::Profile, [true, false, false, false], [Never, Never]),
    (Action::Team, [true, false, false, false], [Never, Never]),
    (Action::Audit, [true, false, false, false], [Never, Never]),
];

/// Why an API key may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyMayNot {
    /// The key may only read.
    #[error("this key may only read")]
    ReadOnly,
    /// Only a signed-in user may.
    #[error("an api key can not do this; sign in")]
    People,
}

impl Action {
    /// Every action, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(action, ..)| *action)
    }

    fn line(self) -> &'static Line {
        let found = TABLE.iter().find(|(action, ..)| *action == self);
        found.expect("the table has a line for each action, as a test shows")
    }

    /// Whether a user of this role may.
    pub fn by(self, role: Role) -> bool {
        let (_, [owner, developer, finance, read_only], _) = *self.line();
        match role {
            Role::Owner => owner,
            Role::Developer => developer,
            Role::Finance => finance,
            Role::ReadOnly => read_only,
        }
    }

    /// Whether an API key of this permission may.
    pub fn by_key(self, permission: Permission) -> Result<(), KeyMayNot> {
        let (_, _, [write, read]) = *self.line();
        let of = match permission {
            Permission::ReadWrite => write,
            Permission::ReadOnly => read,
        };
        match of {
            Yes => Ok(()),
            No => Err(KeyMayNot::ReadOnly),
            Never => Err(KeyMayNot::People),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_every_action() {
        for action in [
            Action::Read,
            Action::Invoices,
            Action::Keys,
            Action::Webhooks,
            Action::WebhookReads,
            Action::Tokens,
            Action::Settlement,
            Action::Mainnet,
            Action::Environment,
            Action::Profile,
            Action::Team,
            Action::Audit,
        ] {
            assert!(action.by(Role::Owner), "{action:?}");
        }
    }

    #[test]
    fn roles_differ_where_it_matters() {
        assert!(Action::all().filter(|it| it.by(Role::ReadOnly)).eq([Action::Read, Action::Environment]));
        assert!(Action::Keys.by(Role::Developer) && !Action::Keys.by(Role::Finance));
        assert!(Action::Settlement.by(Role::Finance) && !Action::Settlement.by(Role::Developer));
        assert_eq!(Action::Invoices.by_key(Permission::ReadOnly), Err(KeyMayNot::ReadOnly));
        assert_eq!(Action::Settlement.by_key(Permission::ReadWrite), Err(KeyMayNot::People));
    }
}
