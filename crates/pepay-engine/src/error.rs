//! One error for all use cases: what the caller did wrong, or what failed behind it.

use pepay_core::account::KeyMayNot;
use pepay_core::{credential, invoice, merchant, money, payment};
use pepay_wire::{Code, Problem};

/// Why a use case did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something the caller sent breaks a rule; the HTTP edge shows all of it.
    #[error("{}", .0.message)]
    Rejected(Problem),
    /// The API key is no key, mistyped, or unknown.
    #[error("{reason}")]
    KeyInvalid {
        /// Which of these.
        reason: credential::Error,
    },
    /// The API key is known and refused.
    #[error("{0}")]
    KeyRefused(#[from] merchant::KeyRefusal),
    /// The payor's credentials are refused.
    #[error("{0}")]
    Session(credential::Error),
    /// The session's invoice has ended.
    #[error("the payment session has expired")]
    SessionExpired,
    /// No such invoice for this caller.
    #[error("invoice not found")]
    InvoiceNotFound,
    /// No such event for this caller.
    #[error("event not found")]
    EventNotFound,
    /// No such token in this environment.
    #[error("token not found")]
    TokenNotFound,
    /// No such webhook endpoint for this caller.
    #[error("webhook endpoint not found")]
    WebhookNotFound,
    /// No such webhook delivery for this caller.
    #[error("webhook delivery not found")]
    WebhookDeliveryNotFound,
    /// Nothing is sent to a disabled endpoint.
    #[error("webhook endpoint is disabled")]
    WebhookDisabled,
    /// The merchant has as many webhook endpoints as it may.
    #[error("too many webhook endpoints")]
    WebhookLimit,
    /// A stored webhook secret cannot be opened.
    #[error("could not open a webhook secret")]
    WebhookSecret(#[from] pepay_core::webhook::SecretError),
    /// No such merchant.
    #[error("merchant not found")]
    MerchantNotFound,
    /// The environment is closed to the merchant.
    #[error("this environment is not enabled for the merchant")]
    EnvironmentNotEnabled,
    /// The user's role does not allow it.
    #[error("your role does not allow this")]
    RoleNotAllowed,
    /// No API key may, or not this one.
    #[error("{0}")]
    KeyNotAllowed(#[from] KeyMayNot),
    /// Address, password or code is wrong; which is not told.
    #[error("e-mail address, password or code is wrong")]
    SignInRefused,
    /// The password is right and the second factor is missing.
    #[error("the second factor is missing")]
    CodeRequired,
    /// Too many attempts.
    #[error("too many attempts")]
    LockedOut {
        /// How long to wait.
        wait_ms: i64,
    },
    /// The login opens nothing (any more).
    #[error("not signed in")]
    NotSignedIn,
    /// The refresh token opens nothing (any more).
    #[error("the refresh token is not valid")]
    RefreshInvalid,
    /// The link of a letter does nothing (any more).
    #[error("this link does not work any more")]
    LinkInvalid,
    /// Nobody may sign up.
    #[error("nobody can sign up here")]
    SignUpClosed,
    /// No such object of the caller's.
    #[error("not found")]
    NotFound,
    /// No such API key of the caller's.
    #[error("api key not found")]
    KeyNotFound,
    /// No such wallet of the caller's.
    #[error("wallet not found")]
    WalletNotFound,
    /// No such payment of the invoice.
    #[error("payment not found")]
    PaymentNotFound,
    /// The payment does not wait for a decision.
    #[error("{0}")]
    NotAcceptable(#[from] payment::NotAcceptable),
    /// The wallet is the active one.
    #[error("the active wallet can not be removed")]
    WalletInUse,
    /// The merchant has this wallet.
    #[error("this wallet exists already")]
    WalletExists,
    /// The invoice has ended and takes no payment.
    #[error("the invoice has expired")]
    InvoiceExpired,
    /// The invoice is paid already.
    #[error("the invoice is already paid")]
    InvoiceAlreadyPaid,
    /// The invoice cannot be canceled any more.
    #[error("{0}")]
    NotCancelable(#[from] invoice::NotCancelable),
    /// The idempotency key was used with another request.
    #[error("this idempotency key was used with a different request")]
    KeyReused,
    /// The first request with this idempotency key is still running.
    #[error("the first request with this idempotency key is still running")]
    InProgress,
    /// Amounts left the range a sum can hold.
    #[error("an amount does not fit")]
    Money(#[from] money::Error),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] pepay_store::Error),
    /// A stored event is no JSON.
    #[error("event {id} is stored damaged")]
    EventDamaged {
        /// Which.
        id: pepay_core::event::EventId,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A chain node failed.
    #[error("a chain node failed")]
    Chain(#[from] pepay_chain::Error),
    /// The program is shutting down.
    #[error("the server is shutting down")]
    ShuttingDown,
}

impl Error {
    pub(crate) fn rejected(code: Code, param: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Rejected(if param.is_empty() {
            Problem { message, ..Problem::new(code) }
        } else {
            Problem::at(code, param, message)
        })
    }

    /// The public code of contract section 1.
    pub fn code(&self) -> Code {
        match self {
            Self::Rejected(problem) => problem.code,
            Self::KeyInvalid { .. } => Code::ApiKeyInvalid,
            Self::KeyRefused(merchant::KeyRefusal::Revoked) => Code::ApiKeyRevoked,
            Self::KeyRefused(merchant::KeyRefusal::Expired) => Code::ApiKeyExpired,
            Self::KeyRefused(merchant::KeyRefusal::Suspended) => Code::ApiKeySuspended,
            Self::Session(credential::Error::Malformed | credential::Error::Checksum) => Code::SessionInvalid,
            Self::Session(credential::Error::Mismatch) => Code::InvalidSignature,
            Self::Session(credential::Error::Unknown) => Code::SessionNotFound,
            Self::SessionExpired => Code::SessionExpired,
            Self::InvoiceNotFound => Code::InvoiceNotFound,
            Self::EventNotFound => Code::EventNotFound,
            Self::TokenNotFound => Code::TokenNotFound,
            Self::WebhookNotFound => Code::WebhookNotFound,
            Self::WebhookDeliveryNotFound => Code::WebhookDeliveryNotFound,
            Self::WebhookDisabled => Code::WebhookDisabled,
            Self::WebhookLimit => Code::WebhookLimitReached,
            Self::MerchantNotFound => Code::MerchantNotFound,
            Self::EnvironmentNotEnabled => Code::EnvironmentNotEnabled,
            Self::KeyNotAllowed(KeyMayNot::ReadOnly) => Code::InsufficientPermission,
            Self::RoleNotAllowed => Code::InsufficientRole,
            Self::KeyNotAllowed(KeyMayNot::People) => Code::CredentialKindNotAllowed,
            Self::SignInRefused => Code::SignInRefused,
            Self::CodeRequired => Code::CodeRequired,
            Self::LockedOut { .. } => Code::RateLimitExceeded,
            Self::NotSignedIn => Code::TokenInvalid,
            Self::RefreshInvalid => Code::RefreshTokenInvalid,
            Self::LinkInvalid | Self::NotFound => Code::NotFound,
            Self::SignUpClosed => Code::SignUpClosed,
            Self::KeyNotFound => Code::KeyNotFound,
            Self::WalletNotFound => Code::WalletNotFound,
            Self::PaymentNotFound => Code::PaymentNotFound,
            Self::NotAcceptable(_) => Code::PaymentNotAcceptable,
            Self::WalletInUse => Code::WalletInUse,
            Self::WalletExists => Code::WalletExists,
            Self::InvoiceExpired => Code::InvoiceExpired,
            Self::InvoiceAlreadyPaid => Code::InvoiceAlreadyPaid,
            Self::NotCancelable(_) => Code::InvoiceNotCancelable,
            Self::KeyReused => Code::IdempotencyKeyReused,
            Self::InProgress => Code::IdempotencyInProgress,
            Self::ShuttingDown => Code::ServiceUnavailable,
            Self::Money(_) | Self::Store(_) | Self::WebhookSecret(_) | Self::EventDamaged { .. } | Self::Chain(_) => {
                Code::InternalServerError
            }
        }
    }
}
