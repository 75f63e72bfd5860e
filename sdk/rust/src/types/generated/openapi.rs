//! Written by `cargo xtask openapi` from `openapi/openapi.json`; edit neither.

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::types::Usd;
use crate::types::open_enum::open_enum;

open_enum! {
/// Which tokens a merchant accepts, in one word.
AcceptancePolicy {
AcceptAll = "accept_all",
AcceptNone = "accept_none",
Selective = "selective",
}
}

/// Request: open mainnet with the key the operator issued.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ActivateMainnet {
    /// The key.
    pub access_key: Secret,
}

impl ActivateMainnet {
    /// With what must be given.
    pub fn new(access_key: impl Into<Secret>) -> Self {
        Self { access_key: access_key.into() }
    }
}

/// Request: add a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AddWallet {
    /// The address there.
    pub address: String,
    /// The network.
    pub network: String,
}

impl AddWallet {
    /// With what must be given.
    pub fn new(address: impl Into<String>, network: impl Into<String>) -> Self {
        Self { address: address.into(), network: network.into() }
    }
}

open_enum! {
/// Whether a token can be paid with now.
Availability {
Devnet = "DEVNET",
Available = "AVAILABLE",
Stale = "STALE",
NoLiquidity = "NO_LIQUIDITY",
QuoteRequired = "QUOTE_REQUIRED",
}
}

/// Request: block a token or allow it again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct BlockToken {
    /// Whether payors may no longer choose it.
    pub blocked: bool,
}

impl BlockToken {
    /// With what must be given.
    pub fn new(blocked: bool) -> Self {
        Self { blocked }
    }
}

/// Answer: whether the token is blocked now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Blocked {
    /// Whether payors may no longer choose it.
    pub blocked: bool,
    /// Always `true`.
    pub success: bool,
}

/// How to check that a payor's return from the checkout is genuine.
///
/// The return address gets `invoice_id`, `status`, `ts` and `sig`; `sig` is the lower-case hex HMAC-SHA256 of
/// `<invoice_id>.<status>.<ts>`, keyed with the bytes of `secret` exactly as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CheckoutReturn {
    /// Always `return_secret`.
    pub object: String,
    /// The secret, of this merchant in this environment. Keep it on the server.
    pub secret: Secret,
}

open_enum! {
/// A machine-readable error code; see the error reference.
Code {
ValidationError = "VALIDATION_ERROR",
InvalidJson = "INVALID_JSON",
InvalidAmountFormat = "INVALID_AMOUNT_FORMAT",
InvalidAmountRange = "INVALID_AMOUNT_RANGE",
MetadataTooLarge = "METADATA_TOO_LARGE",
InvalidExpirationFormat = "INVALID_EXPIRATION_FORMAT",
InvalidExpirationRange = "INVALID_EXPIRATION_RANGE",
InvalidCursor = "INVALID_CURSOR",
InvalidLimit = "INVALID_LIMIT",
InvalidExpand = "INVALID_EXPAND",
NetworkNotSupported = "NETWORK_NOT_SUPPORTED",
NetworkNotEnabled = "NETWORK_NOT_ENABLED",
TokenNotSupported = "TOKEN_NOT_SUPPORTED",
WebhookUrlNotAllowed = "WEBHOOK_URL_NOT_ALLOWED",
InvoiceAlreadyPaid = "INVOICE_ALREADY_PAID",
InvoiceCanceled = "INVOICE_CANCELED",
CredentialRequired = "CREDENTIAL_REQUIRED",
ApiKeyInvalid = "API_KEY_INVALID",
TokenInvalid = "TOKEN_INVALID",
SignInRefused = "SIGN_IN_REFUSED",
CodeRequired = "CODE_REQUIRED",
RefreshTokenInvalid = "REFRESH_TOKEN_INVALID",
SessionInvalid = "SESSION_INVALID",
InvalidSignature = "INVALID_SIGNATURE",
CredentialKindNotAllowed = "CREDENTIAL_KIND_NOT_ALLOWED",
InsufficientPermission = "INSUFFICIENT_PERMISSION",
InsufficientRole = "INSUFFICIENT_ROLE",
SignUpClosed = "SIGN_UP_CLOSED",
ApiKeyRevoked = "API_KEY_REVOKED",
ApiKeyExpired = "API_KEY_EXPIRED",
ApiKeySuspended = "API_KEY_SUSPENDED",
EnvironmentNotEnabled = "ENVIRONMENT_NOT_ENABLED",
AccessKeyInvalid = "ACCESS_KEY_INVALID",
NotFound = "NOT_FOUND",
InvoiceNotFound = "INVOICE_NOT_FOUND",
MerchantNotFound = "MERCHANT_NOT_FOUND",
TokenNotFound = "TOKEN_NOT_FOUND",
KeyNotFound = "KEY_NOT_FOUND",
WalletNotFound = "WALLET_NOT_FOUND",
PaymentNotFound = "PAYMENT_NOT_FOUND",
EventNotFound = "EVENT_NOT_FOUND",
VerificationNotFound = "VERIFICATION_NOT_FOUND",
WebhookNotFound = "WEBHOOK_NOT_FOUND",
WebhookDeliveryNotFound = "WEBHOOK_DELIVERY_NOT_FOUND",
SessionNotFound = "SESSION_NOT_FOUND",
SessionExpired = "SESSION_EXPIRED",
MethodNotAllowed = "METHOD_NOT_ALLOWED",
RequestTimeout = "REQUEST_TIMEOUT",
IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED",
IdempotencyInProgress = "IDEMPOTENCY_IN_PROGRESS",
WebhookDisabled = "WEBHOOK_DISABLED",
WebhookLimitReached = "WEBHOOK_LIMIT_REACHED",
InvoiceNotCancelable = "INVOICE_NOT_CANCELABLE",
PaymentNotAcceptable = "PAYMENT_NOT_ACCEPTABLE",
WalletInUse = "WALLET_IN_USE",
WalletExists = "WALLET_EXISTS",
InvoiceExpired = "INVOICE_EXPIRED",
BodyTooLarge = "BODY_TOO_LARGE",
UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
RateLimitExceeded = "RATE_LIMIT_EXCEEDED",
InternalServerError = "INTERNAL_SERVER_ERROR",
ServiceUnavailable = "SERVICE_UNAVAILABLE",
}
}

/// The body of a request to create an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreateInvoice {
    /// US dollars, at most two decimals.
    pub amount_usd: Usd,
    /// Where the receipt goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_email: Option<String>,
    /// The merchant's own id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Free text for the payor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How long the invoice lives, in milliseconds; 12 h when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// Foot of the checkout; the merchant's company name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_footer: Option<String>,
    /// Heading of the checkout; the merchant's company name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_title: Option<String>,
    /// Anything the merchant wants back; at most 512 bytes serialised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Value>,
    /// Where the checkout leads back to; https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_return_url: Option<String>,
    /// Whether it does. When absent: true where a URL is given, else what the company's settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_return_url_enabled: Option<bool>,
    /// What the payor is asked; at most 5 questions and 512 bytes serialised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<QuestionsBody>,
    /// Where to, on the settlement token's network; required when enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_override_address: Option<String>,
    /// Whether this invoice settles to `receiver_override_address`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_override_enable: Option<bool>,
}

impl CreateInvoice {
    /// With what must be given.
    pub fn new(amount_usd: Usd) -> Self {
        Self {
            amount_usd,
            customer_email: None,
            customer_id: None,
            description: None,
            expires_in: None,
            invoice_footer: None,
            invoice_title: None,
            metadata: None,
            payment_return_url: None,
            payment_return_url_enabled: None,
            questions: None,
            receiver_override_address: None,
            receiver_override_enable: None,
        }
    }

    /// Where the receipt goes.
    #[must_use]
    pub fn customer_email(mut self, customer_email: impl Into<String>) -> Self {
        self.customer_email = Some(customer_email.into());
        self
    }

    /// The merchant's own id of the customer.
    #[must_use]
    pub fn customer_id(mut self, customer_id: impl Into<String>) -> Self {
        self.customer_id = Some(customer_id.into());
        self
    }

    /// Free text for the payor.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// How long the invoice lives, in milliseconds; 12 h when absent.
    #[must_use]
    pub fn expires_in(mut self, expires_in: i64) -> Self {
        self.expires_in = Some(expires_in);
        self
    }

    /// Foot of the checkout; the merchant's company name when absent.
    #[must_use]
    pub fn invoice_footer(mut self, invoice_footer: impl Into<String>) -> Self {
        self.invoice_footer = Some(invoice_footer.into());
        self
    }

    /// Heading of the checkout; the merchant's company name when absent.
    #[must_use]
    pub fn invoice_title(mut self, invoice_title: impl Into<String>) -> Self {
        self.invoice_title = Some(invoice_title.into());
        self
    }

    /// Anything the merchant wants back; at most 512 bytes serialised.
    #[must_use]
    pub fn metadata(mut self, metadata: serde_json::Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Where the checkout leads back to; https.
    #[must_use]
    pub fn payment_return_url(mut self, payment_return_url: impl Into<String>) -> Self {
        self.payment_return_url = Some(payment_return_url.into());
        self
    }

    /// Whether it does. When absent: true where a URL is given, else what the company's settings say.
    #[must_use]
    pub fn payment_return_url_enabled(mut self, payment_return_url_enabled: bool) -> Self {
        self.payment_return_url_enabled = Some(payment_return_url_enabled);
        self
    }

    /// What the payor is asked; at most 5 questions and 512 bytes serialised.
    #[must_use]
    pub fn questions(mut self, questions: QuestionsBody) -> Self {
        self.questions = Some(questions);
        self
    }

    /// Where to, on the settlement token's network; required when enabled.
    #[must_use]
    pub fn receiver_override_address(mut self, receiver_override_address: impl Into<String>) -> Self {
        self.receiver_override_address = Some(receiver_override_address.into());
        self
    }

    /// Whether this invoice settles to `receiver_override_address`.
    #[must_use]
    pub fn receiver_override_enable(mut self, receiver_override_enable: bool) -> Self {
        self.receiver_override_enable = Some(receiver_override_enable);
        self
    }
}

/// Request: make a key in the environment the dashboard works in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreateKey {
    /// When it stops working by itself, in epoch seconds; null for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// What its owner calls it.
    pub name: String,
    /// `read_write` (the default) or `read_only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
}

impl CreateKey {
    /// With what must be given.
    pub fn new(name: impl Into<String>) -> Self {
        Self { expires_at: None, name: name.into(), permission: None }
    }

    /// When it stops working by itself, in epoch seconds; null for never.
    #[must_use]
    pub fn expires_at(mut self, expires_at: i64) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// `read_write` (the default) or `read_only`.
    #[must_use]
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permission = Some(permission.into());
        self
    }
}

/// The body of a request to create an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreateWebhook {
    /// What you call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Types such as `invoice.updated`, families such as `invoice.*`, or `*`, which is the default; at most 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<String>>,
    /// `devnet` or `mainnet`; null for both, which takes a live key or the dashboard. Absent: the credential's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Option<String>>,
    /// Where to; https unless the operator allows http.
    pub url: String,
}

impl CreateWebhook {
    /// With what must be given.
    pub fn new(url: impl Into<String>) -> Self {
        Self { description: None, enabled_events: None, environment: None, url: url.into() }
    }

    /// What you call it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Types such as `invoice.updated`, families such as `invoice.*`, or `*`, which is the default; at most 20.
    #[must_use]
    pub fn enabled_events(mut self, enabled_events: Vec<String>) -> Self {
        self.enabled_events = Some(enabled_events);
        self
    }

    /// `devnet` or `mainnet`; null for both, which takes a live key or the dashboard. Absent: the credential's own.
    #[must_use]
    pub fn environment(mut self, environment: Option<String>) -> Self {
        self.environment = Some(environment);
        self
    }
}

/// The answer to a created invoice: where to send the payor, and the credentials of embedded checkout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreatedInvoice {
    /// When the invoice ends, in epoch seconds.
    pub expires_at: i64,
    /// The new invoice.
    pub invoice_id: String,
    /// Both as the headers of every payor call.
    pub payment_session_headers: SessionHeaders,
    /// The hosted checkout of this invoice.
    pub payment_url: Secret,
    /// `pst_…`, for `x-session-token`.
    pub session_token: Secret,
    /// For `x-signature`.
    pub signature: Secret,
}

/// A key just made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreatedKey {
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// The environment it is bound to.
    pub environment: String,
    /// When it stops working by itself, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Its id.
    pub key_id: String,
    /// When it was last used, in epoch seconds, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<i64>,
    /// What its owner calls it.
    pub name: String,
    /// What it may do: `read_write` or `read_only`.
    pub permission: String,
    /// When it was revoked, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
    /// Why it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_reason: Option<String>,
    /// Always `merchant`.
    pub scope: String,
    /// `active`, `revoked`, `expired` or `suspended`.
    pub status: String,
    /// Its secret, shown this once.
    pub api_key: Secret,
}

/// Where the receipt goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CustomerEmail {
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether there is one.
    pub has_email: bool,
}

/// Answer: the address was kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CustomerEmailSet {
    /// The address.
    pub email: String,
    /// What was done.
    pub message: String,
    /// Always `true`.
    pub success: bool,
}

/// Answer: done, and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Done {
    /// What was done.
    pub message: String,
    /// Always `true`.
    pub success: bool,
}

open_enum! {
/// Where money is real and where it is not.
Environment {
Devnet = "devnet",
Mainnet = "mainnet",
}
}

open_enum! {
/// What stands out about an invoice.
Exception {
PaidPartial = "paid_partial",
PaidOver = "paid_over",
PaidLate = "paid_late",
Reverted = "reverted",
}
}

/// An address handed out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExplainedAddress {
    /// The address.
    pub address: String,
    /// Whether the chain's own coin is looked for there.
    pub native: bool,
    /// The network it was handed out for.
    pub network: String,
    /// Who it pays to.
    pub receiver: String,
}

/// What was asked, what came, and what is missing, in `usd_millis`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExplainedAmounts {
    /// What is asked.
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: String,
    /// Always `usd_millis`.
    pub amount_unit: String,
    /// What is confirmed and counts.
    pub confirmed: i64,
    /// The same in dollars.
    pub confirmed_decimal: String,
    /// What of the threshold is still to be confirmed.
    pub missing: i64,
    /// The same in dollars.
    pub missing_decimal: String,
    /// What counts once it is deep enough.
    pub pending: i64,
    /// The same in dollars.
    pub pending_decimal: String,
    /// What must at least be confirmed: the amount less the tolerance.
    pub threshold: i64,
    /// The same in dollars.
    pub threshold_decimal: String,
    /// How much less still counts as paid, in hundredths of a per cent.
    pub tolerance_bps: u32,
}

/// How far a network was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExplainedNetwork {
    /// The last block the chain calls final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finalized_block: Option<u64>,
    /// The network.
    pub network: String,
    /// The last block read; null when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_up_to_block: Option<u64>,
    /// The time the chain gives that block, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_up_to_time: Option<i64>,
    /// When this installation last read it, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
}

/// A price given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExplainedQuote {
    /// What was to be paid, in `usd_millis`.
    pub amount: i64,
    /// The same in base units of the token, rounded up.
    pub amount_base_units: String,
    /// The same in dollars.
    pub amount_decimal: String,
    /// When it was given, in epoch seconds.
    pub created_at: i64,
    /// Dollars per token.
    pub exchange_rate: String,
    /// The network.
    pub network: String,
    /// Where the rate came from.
    pub source: String,
    /// The token's number.
    pub token_id: i64,
    /// Until when it held, in epoch seconds.
    pub valid_until: i64,
}

/// One transfer to one of the invoice's addresses.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ExplainedTransfer {
    /// Its worth in `usd_millis`; null when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// How much, in base units.
    pub amount_base_units: String,
    /// The same in dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_decimal: Option<String>,
    /// The contract or mint it moved; null for the chain's own coin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset_address: Option<String>,
    /// The hash of that block.
    pub block_hash: String,
    /// The block it was read in.
    pub block_number: u64,
    /// How many blocks confirm it, its own included.
    pub confirmations: u64,
    /// How many are missing; null likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmations_left: Option<u64>,
    /// When it was first seen, in epoch seconds.
    pub detected_at: i64,
    /// The same in a sentence.
    pub explanation: String,
    /// The explorer page of the transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explorer_url: Option<String>,
    /// The sender, when the chain tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The network it was seen on.
    pub network: String,
    /// The payment it became, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<String>,
    /// How many it needs; null when it is no payment or the chain itself must call its block final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_confirmations: Option<u32>,
    /// The rule that decided.
    pub rule: Rule,
    /// The address it went to.
    pub to: String,
    /// The token it moved; null when that is not listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<PaymentToken>,
    /// Its transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<String>,
    /// When a reorganisation took it away, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<i64>,
}

/// The explanation of one invoice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Every address handed out for it.
    pub addresses: Vec<ExplainedAddress>,
    /// The arithmetic.
    pub amounts: ExplainedAmounts,
    /// The invoice.
    pub invoice_id: String,
    /// How far each network it can be paid on was read.
    pub networks: Vec<ExplainedNetwork>,
    /// Always `invoice_explanation`.
    pub object: String,
    /// Every price given to its payor, oldest first.
    pub quotes: Vec<ExplainedQuote>,
    /// Whether to ship.
    pub safe_to_fulfill: bool,
    /// Where it stands.
    pub status: InvoiceState,
    /// Why, in a sentence or two.
    pub summary: String,
    /// Every transfer to one of its addresses, on any watched network, oldest first.
    pub transfers: Vec<ExplainedTransfer>,
}

/// One invoice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Invoice {
    /// What is asked, in `usd_millis` (1/1000 USD).
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: String,
    /// What came above the amount, in `usd_millis`.
    pub amount_overpaid: i64,
    /// The same in dollars.
    pub amount_overpaid_decimal: String,
    /// Confirmed money that counts, in `usd_millis`.
    pub amount_paid: i64,
    /// The same in dollars.
    pub amount_paid_decimal: String,
    /// What is still to be paid, in `usd_millis`; zero once paid.
    pub amount_remaining: i64,
    /// The same in dollars.
    pub amount_remaining_decimal: String,
    /// Always `usd_millis`.
    pub amount_unit: String,
    /// Always null for standard invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commerce_order_id: Option<String>,
    /// When it was created, in epoch seconds.
    pub created_at: i64,
    /// Always `usd`.
    pub currency: String,
    /// Where the receipt goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_email: Option<String>,
    /// The merchant's own id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Free text for the payor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it lives.
    pub environment: Environment,
    /// What stands out about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
    /// When it ends, in epoch seconds.
    pub expires_at: i64,
    /// Foot of the checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Its id.
    pub id: String,
    /// Always `standard` for now.
    pub invoice_type: InvoiceType,
    /// When its latest payment was first seen, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_payment_at: Option<i64>,
    /// Its latest payment; present when expanded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_payment: Option<Payment>,
    /// The merchant it belongs to.
    pub merchant_id: i64,
    /// What the merchant attached.
    pub metadata: serde_json::Value,
    /// Always `invoice`.
    pub object: String,
    /// When it was paid, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<i64>,
    /// Who paid last, when the chain tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_wallet_address: Option<String>,
    /// The network of the latest payment, such as `base`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_wallet_network: Option<String>,
    /// Where the checkout leads back to; null when that is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_return_url: Option<String>,
    /// Its payments, newest first, at most `payments_limit`; present when expanded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments: Option<Vec<Payment>>,
    /// What the payor is asked, as given on create.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<QuestionsBody>,
    /// The address this one invoice settles to, when it is not the merchant's wallet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_override_address: Option<String>,
    /// What the payor answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responses: Option<Vec<Answer>>,
    /// The one signal to ship on: paid, and the money lies as deep as it must.
    pub safe_to_fulfill: bool,
    /// Where it stands.
    pub status: InvoiceState,
    /// Heading of the checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What the payor is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct InvoiceQuestions {
    /// Whether anything is asked.
    pub has_questions: bool,
    /// The questions; absent when nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions: Option<Vec<Question>>,
}

open_enum! {
/// Where an invoice stands.
InvoiceState {
Unpaid = "unpaid",
Underpaid = "underpaid",
Paid = "paid",
Expired = "expired",
Canceled = "canceled",
}
}

/// An invoice and its latest payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct InvoiceStatus {
    /// The invoice.
    pub invoice: Invoice,
    /// Its latest payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_payment: Option<Payment>,
    /// Always `invoice_status`.
    pub object: String,
}

/// Sums of invoices by status.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct InvoiceTotals {
    /// Always `usd_millis`.
    pub amount_unit: String,
    /// Always `usd`.
    pub currency: String,
    /// Always `invoice_totals`.
    pub object: String,
    /// The sums.
    pub totals: Totals,
}

open_enum! {
/// What kind of invoice it is.
InvoiceType {
Standard = "standard",
}
}

/// One key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct KeyInfo {
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// The environment it is bound to.
    pub environment: String,
    /// When it stops working by itself, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Its id.
    pub key_id: String,
    /// When it was last used, in epoch seconds, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<i64>,
    /// What its owner calls it.
    pub name: String,
    /// What it may do: `read_write` or `read_only`.
    pub permission: String,
    /// When it was revoked, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
    /// Why it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_reason: Option<String>,
    /// Always `merchant`.
    pub scope: String,
    /// `active`, `revoked`, `expired` or `suspended`.
    pub status: String,
}

/// Answer: signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct LoggedIn {
    /// Goes into `Authorization: Bearer`.
    pub access_token: Secret,
    /// How long the access token works, in seconds.
    pub expires_in: i64,
    /// Gives the next access token, once.
    pub refresh_token: Secret,
    /// Always `true`.
    pub success: bool,
    /// Always `Bearer`.
    pub token_type: String,
    /// Who is signed in.
    pub user: LoginUser,
}

/// Request: sign in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Login {
    /// The second factor or a recovery code, where the account has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The address.
    pub email: String,
    /// Which company to work for, for who is a member of several; the one joined first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<i64>,
    /// The password.
    pub password: Secret,
}

impl Login {
    /// With what must be given.
    pub fn new(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { code: None, email: email.into(), merchant_id: None, password: password.into() }
    }

    /// The second factor or a recovery code, where the account has one.
    #[must_use]
    pub fn code(mut self, code: impl Into<Secret>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Which company to work for, for who is a member of several; the one joined first when absent.
    #[must_use]
    pub fn merchant_id(mut self, merchant_id: i64) -> Self {
        self.merchant_id = Some(merchant_id);
        self
    }
}

/// A company somebody is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct LoginMerchant {
    /// Its number.
    pub merchant_id: i64,
    /// Its name.
    pub name: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct LoginUser {
    /// Its address.
    pub email: String,
    /// Its id.
    pub id: String,
    /// The merchant it works for.
    pub merchant_id: i64,
    /// Every company it is a member of, this one too: what `merchant_id` of the requests may be.
    pub merchants: Vec<LoginMerchant>,
    /// What it is there: `owner`, `developer`, `finance` or `read_only`.
    pub role: String,
}

/// Request: the end of a login.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Logout {
    /// The newest refresh token.
    pub refresh_token: Secret,
}

impl Logout {
    /// With what must be given.
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self { refresh_token: refresh_token.into() }
    }
}

/// Where a merchant stands with mainnet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct MainnetAccess {
    /// The environment its dashboard works in.
    pub current_environment: Environment,
    /// Whether mainnet is open to it.
    pub has_mainnet_access: bool,
}

/// The tokens a merchant accepts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct MerchantTokens {
    /// Which, in one word.
    pub acceptance_policy: AcceptancePolicy,
    /// The environment they live in.
    pub environment: Environment,
    /// The tokens.
    pub tokens: Vec<Token>,
}

/// The wallets of one network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct NetworkWallets {
    /// The network.
    pub network: String,
    /// Its wallets; at most one is active.
    pub wallets: Vec<Wallet>,
}

/// One payment of an invoice: a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Payment {
    /// Its worth at its quote, in `usd_millis`, rounded down.
    pub amount: i64,
    /// The same in base units.
    pub amount_base_units: String,
    /// The same in dollars.
    pub amount_decimal: String,
    /// How much of the token, in whole tokens with all its decimals.
    pub amount_token: String,
    /// Always `usd_millis`.
    pub amount_unit: String,
    /// The hash of that block.
    pub block_hash: String,
    /// The block it is in.
    pub block_number: u64,
    /// How many blocks confirm it, its own included; zero once reverted.
    pub confirmations: u64,
    /// When it was deep enough, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<i64>,
    /// When it was recorded, in epoch seconds.
    pub created_at: i64,
    /// When it was first seen, in epoch seconds.
    pub detected_at: i64,
    /// Where money is real and where it is not.
    pub environment: Environment,
    /// Dollars per token by its quote.
    pub exchange_rate: String,
    /// The explorer page of the transaction, where an explorer is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explorer_url: Option<String>,
    /// Its id.
    pub id: String,
    /// The invoice it pays.
    pub invoice_id: String,
    /// Whether it arrived after the end of the invoice.
    pub late: bool,
    /// The index of its log in the block; null for the chain's own coin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_index: Option<u32>,
    /// The merchant it belongs to.
    pub merchant_id: i64,
    /// The network it was made on.
    pub network: String,
    /// Always `invoice_payment`.
    pub object: String,
    /// The sender, when the chain tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_address: Option<String>,
    /// The address it was made to.
    pub payment_address: String,
    /// How many it needs; null when the chain itself must call its block final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_confirmations: Option<u32>,
    /// Whether a chain reorganisation took it away.
    pub reverted: bool,
    /// How far its settlement is.
    pub settlement: Settlement,
    /// Where its settlement stands.
    pub settlement_status: SettlementState,
    /// Where it stands.
    pub status: PaymentState,
    /// The token it was made in.
    pub token: PaymentToken,
    /// Its transaction; null when a balance grew and no transaction explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<String>,
    /// When anything about it last changed, in epoch seconds.
    pub updated_at: i64,
}

/// Where to pay, how much, and where to listen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct PaymentAddress {
    /// The same in base units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_base_units: Option<String>,
    /// How much, in whole tokens with all their decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_token_amount: Option<String>,
    /// Dollars per token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_rate: Option<String>,
    /// The same in a sentence; null when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// On which network.
    pub network: String,
    /// How long that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_expires_in_seconds: Option<i64>,
    /// When the price was made, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_last_updated_at: Option<i64>,
    /// Whether the price can be relied on.
    pub quote_status: QuoteStatus,
    /// Until when it holds, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_valid_until: Option<i64>,
    /// How long to wait before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<i64>,
    /// Whether asking again may help; null when there is no need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retryable: Option<bool>,
    /// Why, or why not.
    pub status_code: QuoteStatusCode,
    /// Always `true`.
    pub success: bool,
    /// In which token.
    pub supported_token_id: i64,
    /// Where to pay. Every address ever given for the invoice stays watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_address: Option<String>,
    /// What is to be paid, in dollars.
    pub usd_amount: Usd,
    /// Where to listen for progress.
    pub ws_connection: WsConnection,
}

/// Request: an address and a price for one token on one network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct PaymentAddressRequest {
    /// The network.
    pub network: String,
    /// The token's number.
    #[serde(rename = "tokenId")]
    pub token_id: i64,
}

impl PaymentAddressRequest {
    /// With what must be given.
    pub fn new(network: impl Into<String>, token_id: i64) -> Self {
        Self { network: network.into(), token_id }
    }
}

open_enum! {
/// Where a payment stands.
PaymentState {
Pending = "pending",
Underpaid = "underpaid",
Confirmed = "confirmed",
ManualRetry = "manual_retry",
}
}

/// Where the invoice stands, in short.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct PaymentStatus {
    /// When it was paid, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<i64>,
    /// Where it stands.
    pub status: InvoiceState,
}

/// The token a payment was made in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct PaymentToken {
    /// Its number.
    pub id: i64,
    /// Its contract or mint; null for the chain's own coin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u32,
    /// Its ticker.
    pub token_symbol: String,
}

/// A market price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Price {
    /// When it was fetched, in epoch seconds.
    pub last_updated_at: i64,
    /// Where it came from: `fixed` or `market`.
    pub provider_type: String,
    /// Dollars per token.
    pub usd: String,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Question {
    /// Its id, unique in its invoice.
    pub id: String,
    /// The question.
    pub question: String,
    /// What kind of answer it wants.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// What the answer must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
}

impl Question {
    /// With what must be given.
    pub fn new(id: impl Into<String>, question: impl Into<String>, kind: QuestionType) -> Self {
        Self { id: id.into(), question: question.into(), kind, validation: None }
    }

    /// What the answer must satisfy.
    #[must_use]
    pub fn validation(mut self, validation: Validation) -> Self {
        self.validation = Some(validation);
        self
    }
}

open_enum! {
/// What kind of answer a question wants.
QuestionType {
Text = "text",
Textarea = "textarea",
Email = "email",
Phone = "phone",
Date = "date",
Number = "number",
Boolean = "boolean",
}
}

/// The questions of an invoice, as they are given and shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct QuestionsBody {
    /// At most five.
    pub questions: Vec<Question>,
}

impl QuestionsBody {
    /// With what must be given.
    pub fn new(questions: Vec<Question>) -> Self {
        Self { questions }
    }
}

open_enum! {
/// Whether a price can be relied on.
QuoteStatus {
Available = "available",
Unavailable = "unavailable",
Expired = "expired",
}
}

open_enum! {
/// Why a price can or can not be relied on.
QuoteStatusCode {
Ok = "ok",
QuoteUnavailable = "quote_unavailable",
QuoteExpired = "quote_expired",
SettlementUnavailable = "settlement_unavailable",
}
}

/// The body of a request to send past events again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RecoverWebhook {
    /// The last event that arrived (`evt_…`), a date-time (RFC 3339) or epoch seconds: everything after it is sent.
    pub since: String,
}

impl RecoverWebhook {
    /// With what must be given.
    pub fn new(since: impl Into<String>) -> Self {
        Self { since: since.into() }
    }
}

/// Request: the next tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Refresh {
    /// The company to work for from now on; the same as before when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_id: Option<i64>,
    /// The newest refresh token.
    pub refresh_token: Secret,
}

impl Refresh {
    /// With what must be given.
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self { merchant_id: None, refresh_token: refresh_token.into() }
    }

    /// The company to work for from now on; the same as before when absent.
    #[must_use]
    pub fn merchant_id(mut self, merchant_id: i64) -> Self {
        self.merchant_id = Some(merchant_id);
        self
    }
}

/// Request: look again, perhaps on a named network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RequestVerification {
    /// The network; when given it must be the one the invoice is being paid on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

impl RequestVerification {
    /// With what must be given.
    pub fn new() -> Self {
        Self { network: None }
    }

    /// The network; when given it must be the one the invoice is being paid on.
    #[must_use]
    pub fn network(mut self, network: impl Into<String>) -> Self {
        self.network = Some(network.into());
        self
    }
}

impl Default for RequestVerification {
    fn default() -> Self {
        Self::new()
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// The question it answers.
    pub question_id: String,
    /// A string, number or boolean, as the question's type wants.
    pub response: serde_json::Value,
}

impl Answer {
    /// With what must be given.
    pub fn new(question_id: impl Into<String>, response: serde_json::Value) -> Self {
        Self { question_id: question_id.into(), response }
    }
}

/// The body of a request for a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct RotateWebhookSecret {
    /// How long the present secret signs too, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<u64>,
}

impl RotateWebhookSecret {
    /// With what must be given.
    pub fn new() -> Self {
        Self { overlap_seconds: None }
    }

    /// How long the present secret signs too, in seconds.
    #[must_use]
    pub fn overlap_seconds(mut self, overlap_seconds: u64) -> Self {
        self.overlap_seconds = Some(overlap_seconds);
        self
    }
}

impl Default for RotateWebhookSecret {
    fn default() -> Self {
        Self::new()
    }
}

open_enum! {
/// The rule that decided about a transfer.
Rule {
Counted = "counted",
AwaitingConfirmations = "awaiting_confirmations",
Withdrawn = "withdrawn",
Late = "late",
OffLock = "off_lock",
Unpriced = "unpriced",
WrongNetwork = "wrong_network",
TokenNotQuoted = "token_not_quoted",
TokenNotListed = "token_not_listed",
}
}

/// The invoice behind a session, as its payor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionDetails {
    /// What is still to be paid, in dollars.
    pub amount_remaining_usd: Usd,
    /// What is asked, in dollars.
    pub amount_usd: Usd,
    /// Free text of the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it ends, in epoch seconds.
    pub expires_at: i64,
    /// The invoice.
    pub invoice_id: String,
    /// Where it stands.
    pub invoice_status: InvoiceState,
    /// The network the rest must be paid on, after a partial payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_network: Option<String>,
    /// The address the rest must be paid to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_payment_address: Option<String>,
    /// The token the rest must be paid in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_token_id: Option<i64>,
    /// How to reach the merchant.
    pub merchant_email: String,
    /// The merchant.
    pub merchant_name: String,
    /// Whether the money is real.
    pub network_environment: Environment,
    /// Whole seconds until it ends, at least zero.
    pub remaining_seconds: i64,
    /// Milliseconds until it ends, at least zero.
    pub remaining_time: i64,
}

/// The headers of every payor call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionHeaders {
    /// The session token.
    #[serde(rename = "x-session-token")]
    pub x_session_token: Secret,
    /// Its signature.
    #[serde(rename = "x-signature")]
    pub x_signature: Secret,
}

/// Request: where the receipt goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SetCustomerEmail {
    /// The address.
    pub email: String,
}

impl SetCustomerEmail {
    /// With what must be given.
    pub fn new(email: impl Into<String>) -> Self {
        Self { email: email.into() }
    }
}

/// Request: let the dashboard work in another environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SetEnvironment {
    /// The environment.
    pub environment: Environment,
}

impl SetEnvironment {
    /// With what must be given.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }
}

/// How far the settlement of a payment is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Settlement {
    /// The number of the settlement, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_settlement_id: Option<i64>,
    /// The network it settles on.
    pub network: String,
    /// The transaction that paid the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_tx_hash: Option<String>,
    /// Which step it has reached.
    pub stage: SettlementStage,
    /// The same as `summary_status`.
    pub status: SettlementState,
    /// Where it stands, in one word.
    pub summary_status: SettlementState,
}

open_enum! {
/// What payors may use, and what becomes of it.
SettlementMode {
StablesOnly = "stables_only",
StablesPreferred = "stables_preferred",
Tokens = "tokens",
}
}

/// What a merchant accepts and settles in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SettlementPreference {
    /// The stable coins it may be.
    pub available_stable_tokens: Vec<StableToken>,
    /// What that means, in a sentence.
    pub description: String,
    /// The token everything settles in; null when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_settlement_token: Option<SettlementToken>,
    /// What payors may use.
    pub settlement_preference: SettlementMode,
    /// When it was last changed, in epoch seconds.
    pub updated_at: i64,
}

open_enum! {
/// Which step of its settlement a payment has reached.
SettlementStage {
AwaitingConfirmations = "awaiting_confirmations",
Queued = "queued",
Sweeping = "sweeping",
Swapping = "swapping",
Bridging = "bridging",
PayingOut = "paying_out",
Final = "final",
}
}

open_enum! {
/// Where the settlement of a payment stands.
SettlementState {
Pending = "pending",
Processing = "processing",
Manual = "manual",
Failed = "failed",
Settled = "settled",
}
}

/// A token money settles in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SettlementToken {
    /// Its number.
    pub id: i64,
    /// Whether it is the installation's default rather than the merchant's choice.
    pub is_default: bool,
    /// The network it lives on.
    pub network: String,
    /// Where its picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_uri: Option<String>,
    /// Its contract or mint; null for the chain's own coin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u32,
    /// Its full name.
    pub token_name: String,
    /// Its ticker.
    pub token_symbol: String,
}

/// Answer: the settlement token now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SettlementTokenUpdated {
    /// What was done.
    pub message: String,
    /// The token; null when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_token: Option<SettlementToken>,
    /// Always `true`.
    pub success: bool,
    /// When it was changed, in epoch seconds.
    pub updated_at: i64,
}

/// A stable coin money can settle in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct StableToken {
    /// Its number.
    pub id: i64,
    /// Whether it is the installation's default.
    pub is_default_settlement: bool,
    /// The network it lives on.
    pub network: String,
    /// Where its picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_uri: Option<String>,
    /// Its contract or mint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u32,
    /// Its full name.
    pub token_name: String,
    /// Its ticker.
    pub token_symbol: String,
}

/// The body of a payor's answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SubmitForm {
    /// The answers.
    pub responses: Vec<Answer>,
}

impl SubmitForm {
    /// With what must be given.
    pub fn new(responses: Vec<Answer>) -> Self {
        Self { responses }
    }
}

/// Answer: done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Success {
    /// Always `true`.
    pub success: bool,
}

/// A token on one network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "the contract names each")]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Whether payors may choose it now.
    pub is_active: bool,
    /// Whether this merchant blocked it.
    pub is_blocked: bool,
    /// Whether payments in it are looked for.
    pub is_monitored: bool,
    /// The network it lives on.
    pub network: String,
    /// The environment of that network.
    pub network_environment: Environment,
    /// Where its picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_uri: Option<String>,
    /// Its price, when there is a fresh one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Whether a payment needs a memo; never, here.
    pub requires_memo: bool,
    /// Whether it can settle in a stable coin.
    pub supports_stable_settlement: bool,
    /// Always false for now.
    pub supports_subscriptions: bool,
    /// Its contract or mint; null for the chain's own coin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u32,
    /// Its full name.
    pub token_name: String,
    /// Its ticker.
    pub token_symbol: String,
    /// Its standard.
    pub token_type: TokenType,
}

/// One token a payor may choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "the contract names each")]
pub struct TokenOption {
    /// Whether it can be paid with now.
    pub availability_status: Availability,
    /// Whether there is somewhere for it to settle to.
    pub has_settlement_route: bool,
    /// Its number.
    pub id: i64,
    /// Whether payments in it are looked for.
    pub is_monitored: bool,
    /// Whether the merchant settles in this very token.
    pub is_same_token_settlement: bool,
    /// The network it lives on.
    pub network: String,
    /// Where its picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_uri: Option<String>,
    /// When its rate was fetched, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_updated_at: Option<i64>,
    /// Whether a payment needs a memo; never, here.
    pub requires_memo: bool,
    /// What settling costs the payor, in dollars; null when nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_cost_usd: Option<Usd>,
    /// Dollars per token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_rate: Option<String>,
    /// Whether it can settle in a stable coin.
    pub supports_stable_settlement: bool,
    /// Fee tier; null when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Fee of that tier; null when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier_fee: Option<String>,
    /// Its contract or mint; null for the chain's own coin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u32,
    /// Its full name.
    pub token_name: String,
    /// Its ticker.
    pub token_symbol: String,
    /// Its standard.
    pub token_type: TokenType,
    /// Why it can not be paid with, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable_reason: Option<String>,
}

/// One page of the token search.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct TokenSearch {
    /// Which tokens the merchant accepts, in one word.
    pub acceptance_policy: AcceptancePolicy,
    /// The environment they live in.
    pub environment: Environment,
    /// Most tokens a page gives.
    pub limit: u32,
    /// How many matches this page skips.
    pub offset: u32,
    /// The tokens of this page.
    pub tokens: Vec<Token>,
    /// How many match altogether.
    pub total: u64,
}

open_enum! {
/// The standard of a token.
TokenType {
Native = "native",
Erc20 = "erc20",
Spl = "spl",
}
}

/// A sum of invoice amounts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Total {
    /// The sum of what was asked, in `usd_millis`.
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: String,
    /// How many.
    pub count: u64,
}

/// One sum per status.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// Every invoice.
    pub all: Total,
    /// Canceled ones.
    pub canceled: Total,
    /// Expired ones.
    pub expired: Total,
    /// Paid ones.
    pub paid: Total,
    /// Underpaid ones.
    pub underpaid: Total,
    /// Unpaid ones.
    pub unpaid: Total,
}

/// Request: choose what payors may use.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct UpdateSettlementPreference {
    /// What payors may use.
    pub settlement_preference: SettlementMode,
}

impl UpdateSettlementPreference {
    /// With what must be given.
    pub fn new(settlement_preference: SettlementMode) -> Self {
        Self { settlement_preference }
    }
}

/// Request: choose the settlement token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct UpdateSettlementToken {
    /// Its number; null for the installation's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement_token_id: Option<i64>,
}

impl UpdateSettlementToken {
    /// With what must be given.
    pub fn new() -> Self {
        Self { settlement_token_id: None }
    }

    /// Its number; null for the installation's default.
    #[must_use]
    pub fn settlement_token_id(mut self, settlement_token_id: i64) -> Self {
        self.settlement_token_id = Some(settlement_token_id);
        self
    }
}

impl Default for UpdateSettlementToken {
    fn default() -> Self {
        Self::new()
    }
}

/// The body of a request to change an endpoint; what is absent stays.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct UpdateWebhook {
    /// What you call it; null takes the description away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// Whether it is told. Enabling forgives past failures and sends what waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Types, families or `*`; replaces the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<String>>,
    /// Where to; https unless the operator allows http.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl UpdateWebhook {
    /// With what must be given.
    pub fn new() -> Self {
        Self { description: None, enabled: None, enabled_events: None, url: None }
    }

    /// What you call it; null takes the description away.
    #[must_use]
    pub fn description(mut self, description: Option<String>) -> Self {
        self.description = Some(description);
        self
    }

    /// Whether it is told. Enabling forgives past failures and sends what waited.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Types, families or `*`; replaces the whole list.
    #[must_use]
    pub fn enabled_events(mut self, enabled_events: Vec<String>) -> Self {
        self.enabled_events = Some(enabled_events);
        self
    }

    /// Where to; https unless the operator allows http.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

impl Default for UpdateWebhook {
    fn default() -> Self {
        Self::new()
    }
}

/// What an answer must satisfy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Validation {
    /// Whether there must be an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
}

impl Validation {
    /// With what must be given.
    pub fn new() -> Self {
        Self { required: None }
    }

    /// Whether there must be an answer.
    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.required = Some(required);
        self
    }
}

impl Default for Validation {
    fn default() -> Self {
        Self::new()
    }
}

/// One request to look again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Attempts made.
    pub attempt_count: u32,
    /// When it ended, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// When it was asked for, in epoch seconds.
    pub created_at: i64,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Its id.
    pub id: String,
    /// The invoice to look for.
    pub invoice_id: String,
    /// Where the work stands.
    pub job_status: VerificationState,
    /// Attempts before it is given up.
    pub max_attempts: u32,
    /// The network to look on.
    pub network: String,
    /// When the next attempt is due, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<i64>,
    /// Always `invoice_manual_verification`.
    pub object: String,
    /// What was found, such as `found` or `nothing_new`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The same as `job_status`.
    pub status: VerificationState,
    /// When anything last changed, in epoch seconds.
    pub updated_at: i64,
}

open_enum! {
/// Where a verification stands.
VerificationState {
Queued = "queued",
Completed = "completed",
Failed = "failed",
}
}

/// One wallet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Wallet {
    /// Its address.
    pub address: String,
    /// When it was added, in epoch seconds.
    pub created_at: i64,
    /// Its number.
    pub id: i64,
    /// Whether settlements go there.
    pub is_active: bool,
    /// The family of its network: `evm` or `solana`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Where a merchant is told of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Webhook {
    /// How it does.
    pub breaker: WebhookBreaker,
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Since when it is told nothing, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<i64>,
    /// Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// Whether it is told.
    pub enabled: bool,
    /// The types it is told of: names, families such as `invoice.*`, or `*`.
    pub enabled_events: Vec<String>,
    /// The environment whose events it gets; both when null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Its id.
    pub id: String,
    /// Always `webhook_endpoint`.
    pub object: String,
    /// Until when the previous secret signs too, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_expires_at: Option<i64>,
    /// How often its secret was made: 1 at creation, one more with each rotation.
    pub secret_version: u32,
    /// When its owner last changed it, or it was disabled, in epoch seconds.
    pub updated_at: i64,
    /// Where to.
    pub url: String,
}

/// One try to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WebhookError>,
    /// Its id: the `X-Pepay-Attempt-ID` that was sent.
    pub id: String,
    /// The headers that were sent, without the signatures.
    pub request_headers: Vec<WebhookHeader>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<WebhookResponse>,
    /// When it began, in epoch seconds.
    pub started_at: i64,
}

/// How an endpoint does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookBreaker {
    /// The first failure since the last success, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<i64>,
    /// When it is tried again, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<i64>,
    /// `closed`: deliveries flow; `open`: nothing is sent until `open_until`; `half_open`: one at a time is tried.
    pub state: String,
}

/// An endpoint that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookDeleted {
    /// Always `true`.
    pub deleted: bool,
    /// Its id.
    pub id: String,
    /// Always `webhook_endpoint`.
    pub object: String,
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// Attempts made.
    pub attempt_count: u32,
    /// The newest attempts, newest first; only where one delivery is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<Vec<WebhookAttempt>>,
    /// When it came to its end, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// Where it happened.
    pub environment: Environment,
    /// The event; get it for the body that is sent.
    pub event_id: String,
    /// What happened, such as `invoice.updated`.
    pub event_type: String,
    /// Its id.
    pub id: String,
    /// When the next attempt begins, in epoch seconds; null when there is none, or one is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<i64>,
    /// Always `webhook_delivery`.
    pub object: String,
    /// Where it stands.
    pub status: WebhookDeliveryState,
    /// The endpoint.
    pub webhook_id: String,
}

open_enum! {
/// Where a delivery stands.
WebhookDeliveryState {
Pending = "pending",
Succeeded = "succeeded",
Failed = "failed",
Canceled = "canceled",
}
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookError {
    /// One of `status`, `redirect`, `timeout`, `timeout_connect`, `connect`, `closed`, `tls`, `dns`, `protocol`,
    /// `refused`.
    pub code: String,
    /// The same as a sentence.
    pub message: String,
}

/// A header line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Past events on their way again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookRecovery {
    /// Always `webhook_recovery`.
    pub object: String,
    /// What was asked for.
    pub since: String,
    /// Always `scheduled`: the deliveries follow in the background.
    pub status: String,
    /// The endpoint.
    pub webhook_id: String,
}

/// What an endpoint answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookResponse {
    /// Milliseconds until the head of the answer was there.
    pub answered_ms: i64,
    /// The beginning of the body, at most 1 024 characters.
    pub body_excerpt: String,
    /// The header lines, cut after 2 048 characters.
    pub headers: String,
    /// The HTTP status.
    pub status: u32,
}

/// An endpoint with its secret, which is shown at creation and rotation only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WebhookWithSecret {
    /// How it does.
    pub breaker: WebhookBreaker,
    /// When it was made, in epoch seconds.
    pub created_at: i64,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Since when it is told nothing, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<i64>,
    /// Why: `merchant` turned it off, it kept `failing` for days, or it answered 410 and is `gone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// Whether it is told.
    pub enabled: bool,
    /// The types it is told of: names, families such as `invoice.*`, or `*`.
    pub enabled_events: Vec<String>,
    /// The environment whose events it gets; both when null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Its id.
    pub id: String,
    /// Always `webhook_endpoint`.
    pub object: String,
    /// Until when the previous secret signs too, in epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_expires_at: Option<i64>,
    /// How often its secret was made: 1 at creation, one more with each rotation.
    pub secret_version: u32,
    /// When its owner last changed it, or it was disabled, in epoch seconds.
    pub updated_at: i64,
    /// Where to.
    pub url: String,
    /// What signatures are made with. Keep it; it is not shown again. Null in a repeated answer when the secret was
    /// made anew since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

/// Where a payor listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WsConnection {
    /// Always `/ws/payment`.
    pub endpoint: String,
    /// Always `event_v1`.
    pub format: String,
    /// A token for this invoice's stream.
    pub token: Secret,
    /// Endpoint and format.
    pub ws_url: String,
}

/// A token for a stream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WsToken {
    /// When it and every socket opened with it end, in epoch seconds.
    pub expires_at: i64,
    /// Whose events.
    pub merchant_id: i64,
    /// Where.
    pub network_environment: Environment,
    /// What it opens.
    pub scope: String,
    /// The token; `token=` in the query of the socket.
    pub token: Secret,
    /// Path and format of the socket, relative to this server.
    pub ws_url: String,
}

/// Request: a token for a stream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct WsTokenRequest {
    /// Always `merchant`.
    pub scope: String,
    /// How long the token and every socket opened with it live, from 10 to 3600 seconds; 60 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<i64>,
}

impl WsTokenRequest {
    /// With what must be given.
    pub fn new(scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ttl_seconds: None }
    }

    /// How long the token and every socket opened with it live, from 10 to 3600 seconds; 60 when absent.
    #[must_use]
    pub fn ttl_seconds(mut self, ttl_seconds: i64) -> Self {
        self.ttl_seconds = Some(ttl_seconds);
        self
    }
}
