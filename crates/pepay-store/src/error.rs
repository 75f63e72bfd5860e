//! What can go wrong in the store. Constraint violations are told apart by the name of the constraint.

use std::fmt;
use std::sync::Arc;

use pepay_core::network::NetworkId;
use sea_orm::{DbErr, RuntimeErr};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database could not be reached or refused a statement.
    #[error("database failed")]
    Db {
        /// What it said.
        #[source]
        source: DbErr,
    },
    /// The embedded database failed on the hot path.
    #[error("database failed")]
    Sqlite {
        /// What it said.
        #[source]
        source: rusqlite::Error,
    },
    /// The database address is of no supported kind.
    #[error("database url must be sqlite://PATH or postgres://…")]
    Url,
    /// A row that is no domain value.
    #[error("{table}.{column} of {id} is not valid")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        id: String,
    },
    /// A row that must exist was not there to change.
    #[error("{table} {id} was not there to change")]
    Missing {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
    },
    /// The idempotency key is in use.
    #[error("idempotency key is in use")]
    KeyReused,
    /// There is no such merchant.
    #[error("merchant does not exist")]
    UnknownMerchant,
    /// There is no such invoice.
    #[error("invoice does not exist")]
    UnknownInvoice,
    /// The merchant has this wallet already.
    #[error("wallet exists")]
    WalletExists,
    /// Another invoice has this deposit address.
    #[error("deposit address belongs to another invoice")]
    AddressTaken,
    /// This transfer is recorded already.
    #[error("transfer is recorded")]
    TransferExists,
    /// Somebody signed up with this address already.
    #[error("e-mail address is in use")]
    EmailTaken,
    /// The user is a member of this merchant already.
    #[error("user is a member")]
    MemberExists,
    /// The merchant's last request for mainnet is still open.
    #[error("access request is open")]
    AccessRequestOpen,
    /// A verification of this invoice is waiting already.
    #[error("verification is waiting")]
    VerificationOpen,
    /// Another node moved the cursor of this network.
    #[error("cursor of {network} was moved by another node")]
    CursorMoved {
        /// The network.
        network: NetworkId,
    },
    /// Any other constraint.
    #[error("constraint {name} is violated")]
    Constraint {
        /// Its name, or what SQLite says in its place.
        name: String,
    },
    /// The batch this was part of could not be written.
    #[error("batch could not be written")]
    Batch {
        /// Why.
        #[source]
        source: Arc<Error>,
    },
    /// The blocking work of the writer was cut off by shutdown.
    #[error("writer was shut down")]
    ShutDown,
}

impl Error {
    pub(crate) fn corrupt(table: &'static str, column: &'static str, id: impl fmt::Display) -> Self {
        Self::Corrupt { table, column, id: id.to_string() }
    }

    /// SQLite does not say which foreign key failed: `error` names the only one of the table at hand.
    pub(crate) fn or_foreign_key(self, error: Self) -> Self {
        match self {
            Self::Constraint { name } if name == FOREIGN_KEY => error,
            other => other,
        }
    }

    /// Whether the statement itself was refused, so that others may still succeed.
    pub(crate) fn is_refusal(&self) -> bool {
        !matches!(self, Self::Db { .. } | Self::Sqlite { .. } | Self::Batch { .. } | Self::ShutDown)
    }

    /// The same failure for each of `count` callers.
    pub(crate) fn for_all<T>(self, count: usize) -> Vec<Result<T, Self>> {
        let source = Arc::new(self);
        (0..count).map(|_| Err(Self::Batch { source: Arc::clone(&source) })).collect()
    }

    /// Checks that exactly one row was changed.
    pub(crate) fn unless_one(rows: u64, table: &'static str, id: impl fmt::Display) -> Result<(), Self> {
        if rows == 1 { Ok(()) } else { Err(Self::Missing { table, id: id.to_string() }) }
    }
}

/// Constraint by its PostgreSQL name and by what SQLite says instead: it names columns, or expression indexes.
struct Named {
    postgres: &'static str,
    sqlite: &'static str,
    error: fn() -> Error,
}

const NAMED: &[Named] = &[
    Named {
        postgres: "idempotency_keys_key",
        sqlite: "idempotency_keys.merchant_id, idempotency_keys.environment, idempotency_keys.endpoint, \
                 idempotency_keys.key",
        error: || Error::KeyReused,
    },
    Named { postgres: "invoices_merchant_fkey", sqlite: "", error: || Error::UnknownMerchant },
    Named { postgres: "api_keys_merchant_fkey", sqlite: "", error: || Error::UnknownMerchant },
    Named { postgres: "wallets_merchant_fkey", sqlite: "", error: || Error::UnknownMerchant },
    Named { postgres: "token_blocks_merchant_fkey", sqlite: "", error: || Error::UnknownMerchant },
    Named { postgres: "webhook_endpoints_merchant_fkey", sqlite: "", error: || Error::UnknownMerchant },
    Named { postgres: "deposits_invoice_fkey", sqlite: "", error: || Error::UnknownInvoice },
    Named { postgres: "quotes_invoice_fkey", sqlite: "", error: || Error::UnknownInvoice },
    Named { postgres: "transfers_invoice_fkey", sqlite: "", error: || Error::UnknownInvoice },
    Named { postgres: "payments_invoice_fkey", sqlite: "", error: || Error::UnknownInvoice },
    Named { postgres: "verifications_invoice_fkey", sqlite: "", error: || Error::UnknownInvoice },
    Named {
        postgres: "wallets_address_key",
        sqlite: "wallets.merchant_id, wallets.network, wallets.address",
        error: || Error::WalletExists,
    },
    Named { postgres: "transfers_anchor_key", sqlite: "index 'transfers_anchor_key'", error: || Error::TransferExists },
    Named { postgres: "users_email_key", sqlite: "users.email", error: || Error::EmailTaken },
    Named { postgres: "members_pkey", sqlite: "members.user_id, members.merchant_id", error: || Error::MemberExists },
    Named {
        postgres: "access_requests_open_key",
        sqlite: "access_requests.merchant_id",
        error: || Error::AccessRequestOpen,
    },
    Named { postgres: "verifications_open_key", sqlite: "verifications.invoice_id", error: || Error::VerificationOpen },
];

const SQLITE_UNIQUE: &str = "UNIQUE constraint failed: ";
const SQLITE_CHECK: &str = "CHECK constraint failed: ";
const FOREIGN_KEY: &str = "foreign key";
const SQLITE_FOREIGN_KEY: &str = "FOREIGN KEY constraint failed";

/// The violated constraint that a message of SQLite tells of.
pub(crate) fn sqlite_constraint(message: &str) -> Option<Error> {
    if let Some(columns) = message.strip_prefix(SQLITE_UNIQUE) {
        let named = NAMED.iter().find(|named| named.sqlite == columns);
        return Some(named.map_or_else(|| Error::Constraint { name: columns.to_owned() }, |named| (named.error)()));
    }
    if let Some(name) = message.strip_prefix(SQLITE_CHECK) {
        return Some(Error::Constraint { name: name.to_owned() });
    }
    (message == SQLITE_FOREIGN_KEY).then(|| Error::Constraint { name: FOREIGN_KEY.to_owned() })
}

fn postgres_constraint(name: &str) -> Error {
    let named = NAMED.iter().find(|named| named.postgres == name);
    named.map_or_else(|| Error::Constraint { name: name.to_owned() }, |named| (named.error)())
}

fn constraint_of(error: &sqlx::Error) -> Option<Error> {
    let error = error.as_database_error()?;
    match error.constraint() {
        Some(name) => Some(postgres_constraint(name)),
        None => sqlite_constraint(error.message()),
    }
}

impl From<DbErr> for Error {
    fn from(source: DbErr) -> Self {
        let constraint = match &source {
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => constraint_of(error),
            _ => None,
        };
        constraint.unwrap_or(Self::Db { source })
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        constraint_of(&source)
            .unwrap_or_else(|| Self::Db { source: DbErr::Query(RuntimeErr::SqlxError(source.into())) })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        let constraint = match &source {
            rusqlite::Error::SqliteFailure(failure, Some(message))
                if failure.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                sqlite_constraint(message)
            }
            _ => None,
        };
        constraint.unwrap_or(Self::Sqlite { source })
    }
}
