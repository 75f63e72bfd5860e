//! Every error code, once: its word, its HTTP status, its default message and what to do about it.
//!
//! The table feeds the HTTP status of an answer, the error reference and the SDKs. A code is never renamed or
//! given another status: clients match on it.

use std::fmt::{self, Write as _};

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $status:literal, $message:literal, $doc:literal;)*) => {
        /// A machine-readable error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $doc] $name,)*
        }

        impl Code {
            /// Every code, in the order of the error reference.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The HTTP status it is answered with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// What to say when nothing more exact is known.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }

            /// What it means and what to do about it.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$name => $doc,)* }
            }
        }
    };
}

codes! {
    ValidationError = "VALIDATION_ERROR", 400, "request is not valid",
        "A field is missing or malformed; `param` points at it. Correct the request, do not retry it unchanged.";
    InvalidJson = "INVALID_JSON", 400, "body is not valid JSON",
        "The body is not one UTF-8 JSON object, repeats a key, or nests too deep.";
    InvalidAmountFormat = "INVALID_AMOUNT_FORMAT", 400, "amount_usd must be a JSON number with at most two decimals",
        "`amount_usd` is not a plain JSON number with at most two decimals and no exponent.";
    InvalidAmountRange = "INVALID_AMOUNT_RANGE", 400, "amount_usd must be from 0.01 to 1000000",
        "`amount_usd` is below 0.01 or above 1 000 000.";
    MetadataTooLarge = "METADATA_TOO_LARGE", 400, "metadata must be at most 512 bytes when serialised",
        "`metadata` exceeds 512 bytes when serialised without white space.";
    InvalidExpirationFormat = "INVALID_EXPIRATION_FORMAT", 400, "expires_in must be a whole number of milliseconds",
        "`expires_in` is not an integer.";
    InvalidExpirationRange = "INVALID_EXPIRATION_RANGE", 400, "expires_in must be from 1 to 2592000000 milliseconds",
        "`expires_in` is below 1 or above 2 592 000 000 milliseconds (30 days).";
    InvalidCursor = "INVALID_CURSOR", 400, "cursor is not the id of an object in this list",
        "`starting_after`, `ending_before` or `since` is no object id of this list, or both of the former were given.";
    InvalidLimit = "INVALID_LIMIT", 400, "limit is out of range",
        "`limit` or `payments_limit` is not an integer from 1 to 100 (1 to 200 in the token search).";
    InvalidExpand = "INVALID_EXPAND", 400, "expand may name latest_payment and payments",
        "`expand` names something that can not be expanded.";
    NetworkNotSupported = "NETWORK_NOT_SUPPORTED", 400, "network is not supported",
        "The network is unknown to this installation in this environment.";
    NetworkNotEnabled = "NETWORK_NOT_ENABLED", 400, "network is not enabled for this invoice",
        "The network exists but this invoice can not be paid on it: it is locked to another one, or nobody could \
         receive the money there.";
    TokenNotSupported = "TOKEN_NOT_SUPPORTED", 400, "token can not be used for this invoice",
        "The token is inactive, blocked or not accepted by the merchant, or the invoice is locked to another one.";
    WebhookUrlNotAllowed = "WEBHOOK_URL_NOT_ALLOWED", 400, "url is not one that webhooks may be sent to",
        "The URL is not https, leads into a private network, or is written in a way that hides where it leads.";
    InvoiceAlreadyPaid = "INVOICE_ALREADY_PAID", 400, "invoice is already paid",
        "The invoice is paid; nothing more is asked of the payor.";
    InvoiceCanceled = "INVOICE_CANCELED", 400, "invoice was canceled",
        "The merchant canceled the invoice; it can no longer be paid.";
    CredentialRequired = "CREDENTIAL_REQUIRED", 401, "credential is missing",
        "The route needs a credential and none was sent.";
    ApiKeyInvalid = "API_KEY_INVALID", 401, "api key is not valid",
        "The API key is mistyped or unknown. The message tells which: keys carry a checksum.";
    TokenInvalid = "TOKEN_INVALID", 401, "bearer token is not valid",
        "The bearer token is malformed, expired or was not issued here.";
    SignInRefused = "SIGN_IN_REFUSED", 401, "e-mail address, password or code is wrong",
        "One of e-mail address, password and second factor is wrong; which is not told.";
    CodeRequired = "CODE_REQUIRED", 401, "the second factor is missing",
        "The password is right and the account has a second factor: send `code` too.";
    RefreshTokenInvalid = "REFRESH_TOKEN_INVALID", 401, "refresh token is not valid",
        "The refresh token is malformed, ended or was used before, which ends the login: sign in again.";
    SessionInvalid = "SESSION_INVALID", 401, "session headers are missing or malformed",
        "`x-session-token` or `x-signature` is missing or malformed.";
    InvalidSignature = "INVALID_SIGNATURE", 403, "signature does not belong to this session",
        "`x-signature` was not issued together with `x-session-token`.";
    CredentialKindNotAllowed = "CREDENTIAL_KIND_NOT_ALLOWED", 403, "this kind of credential does not open this route",
        "A valid kind of credential for another part of the API was sent, such as an API key on a payor route.";
    InsufficientPermission = "INSUFFICIENT_PERMISSION", 403, "credential may only read",
        "The API key is read-only and the route writes.";
    InsufficientRole = "INSUFFICIENT_ROLE", 403, "your role does not allow this",
        "The user's role at the merchant does not allow it. Ask an owner.";
    SignUpClosed = "SIGN_UP_CLOSED", 403, "nobody can sign up here",
        "The operator of this installation makes the accounts.";
    ApiKeyRevoked = "API_KEY_REVOKED", 403, "api key was revoked",
        "The key was revoked. Use another key.";
    ApiKeyExpired = "API_KEY_EXPIRED", 403, "api key has expired",
        "The key is past its end. Use another key.";
    ApiKeySuspended = "API_KEY_SUSPENDED", 403, "api key is suspended",
        "The operator stopped the key. Ask the operator.";
    EnvironmentNotEnabled = "ENVIRONMENT_NOT_ENABLED", 403, "environment is not enabled for this merchant",
        "Mainnet is not open to this merchant yet. Request access first.";
    AccessKeyInvalid = "ACCESS_KEY_INVALID", 403, "access key is not valid",
        "The mainnet access key is not the one that was issued to this merchant.";
    NotFound = "NOT_FOUND", 404, "no such resource",
        "No route or object of that name.";
    InvoiceNotFound = "INVOICE_NOT_FOUND", 404, "no such invoice",
        "The invoice does not exist, or belongs to another merchant or environment.";
    MerchantNotFound = "MERCHANT_NOT_FOUND", 404, "no such merchant",
        "The merchant of the credential does not exist any more.";
    TokenNotFound = "TOKEN_NOT_FOUND", 404, "no such token",
        "No token of that number in this environment.";
    KeyNotFound = "KEY_NOT_FOUND", 404, "no such api key",
        "The API key does not exist, is revoked already, or belongs to another merchant.";
    WalletNotFound = "WALLET_NOT_FOUND", 404, "no such wallet",
        "The wallet does not exist or belongs to another merchant.";
    PaymentNotFound = "PAYMENT_NOT_FOUND", 404, "no such payment",
        "The payment does not exist or belongs to another invoice.";
    EventNotFound = "EVENT_NOT_FOUND", 404, "event not found",
        "The event does not exist, is older than what is kept, or belongs to another merchant or environment.";
    VerificationNotFound = "VERIFICATION_NOT_FOUND", 404, "no verification was requested for this invoice",
        "Nobody has asked for a manual verification of the invoice.";
    WebhookNotFound = "WEBHOOK_NOT_FOUND", 404, "webhook endpoint not found",
        "The webhook endpoint does not exist, or belongs to another merchant or environment.";
    WebhookDeliveryNotFound = "WEBHOOK_DELIVERY_NOT_FOUND", 404, "webhook delivery not found",
        "The webhook delivery does not exist, is kept no longer, or belongs to another merchant or environment.";
    SessionNotFound = "SESSION_NOT_FOUND", 404, "no such payment session",
        "The session token was not issued here.";
    SessionExpired = "SESSION_EXPIRED", 404, "payment session has expired",
        "The invoice of the session has ended, and the session with it.";
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405, "method is not allowed here",
        "The path exists but not with this method; `Allow` names those that do.";
    RequestTimeout = "REQUEST_TIMEOUT", 408, "request took too long to arrive",
        "The body did not arrive in time.";
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", 409, "idempotency key was used with another request",
        "The same `Idempotency-Key` came with another body. Use a fresh key for a new request.";
    IdempotencyInProgress = "IDEMPOTENCY_IN_PROGRESS", 409, "the first request with this idempotency key still runs",
        "Wait for `Retry-After` seconds and send the same request again.";
    WebhookDisabled = "WEBHOOK_DISABLED", 409, "webhook endpoint is disabled",
        "Nothing is sent to a disabled endpoint. Enable it first: `PATCH` it with `enabled: true`.";
    WebhookLimitReached = "WEBHOOK_LIMIT_REACHED", 409, "too many webhook endpoints",
        "A merchant has at most 50 webhook endpoints. Delete one that is no longer needed.";
    InvoiceNotCancelable = "INVOICE_NOT_CANCELABLE", 409, "invoice can not be canceled",
        "Only an unpaid invoice of which nothing was seen on chain can be canceled.";
    PaymentNotAcceptable = "PAYMENT_NOT_ACCEPTABLE", 409, "payment can not be accepted",
        "Only a payment that waits for the merchant's decision (`manual_retry`), stands on the chain and lies deep enough \
         can be accepted.";
    WalletInUse = "WALLET_IN_USE", 409, "the active wallet can not be removed",
        "Activate another wallet of the network first.";
    WalletExists = "WALLET_EXISTS", 409, "this wallet exists already",
        "The merchant has this address on this network already.";
    InvoiceExpired = "INVOICE_EXPIRED", 410, "invoice has expired",
        "The time of the invoice has ended. Create a new one.";
    BodyTooLarge = "BODY_TOO_LARGE", 413, "body exceeds 64 KiB",
        "The request body is larger than 65 536 bytes.";
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415, "content-type must be application/json",
        "A body came with another `Content-Type` than `application/json`.";
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED", 429, "too many requests",
        "Wait for `Retry-After` seconds.";
    InternalServerError = "INTERNAL_SERVER_ERROR", 500, "something went wrong on our side",
        "Retry later with the same `Idempotency-Key`; report `request_id` if it stays.";
    ServiceUnavailable = "SERVICE_UNAVAILABLE", 503, "service is temporarily unavailable",
        "Overloaded, starting or shutting down. Retry after `Retry-After` seconds with the same `Idempotency-Key`.";
}

impl Code {
    /// Whether the same request may succeed later.
    pub const fn is_transient(self) -> bool {
        matches!(self.status(), 408 | 429 | 500..) || matches!(self, Self::IdempotencyInProgress)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A machine-readable error code; see the error reference."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl utoipa::ToSchema for Code {}

/// The error reference as a Markdown table, for `docs/errors.md`.
///
/// # Panics
/// Never: writing to a string does not fail.
pub fn error_reference() -> String {
    let mut out = String::from("| Code | HTTP | Meaning |\n|---|---|---|\n");
    for code in Code::ALL {
        let (word, status, doc) = (code.as_str(), code.status(), code.doc());
        writeln!(out, "| <span id=\"{word}\"></span>`{word}` | {status} | {doc} |")
            .expect("writing to a string does not fail");
    }
    out
}
