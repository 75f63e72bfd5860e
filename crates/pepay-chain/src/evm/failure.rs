//! Reading a provider's refusal: whether to wait, to ask for less, or to ask somebody else.
//!
//! Providers agree on no codes, so this goes by the words they are known to use. What it cannot place is a plain
//! refusal, which is passed on rather than retried.

use std::time::Duration;

use serde::Deserialize;

/// The longest a provider may send us away, in seconds. A provider that asks for more is asked again after this.
const MAX_RETRY_AFTER_SECS: u64 = 60;

/// The most text of a provider's answer that is kept, in characters.
const MAX_MESSAGE_CHARS: usize = 200;

/// The `error` of a JSON-RPC answer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ErrorObject {
    #[serde(default)]
    pub(super) code: i64,
    #[serde(default)]
    pub(super) message: String,
}

/// Why one provider gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It cannot be used now: no connection, a timeout, too many requests, nonsense.
    Down { message: String, retry_after: Option<Duration> },
    /// It works, but the answer would be too large or take too long: ask for less.
    TooMuch { message: String },
    /// It does not know this block, or no longer has its state.
    Missing { message: String },
    /// It understood and says no: an unknown method, a revert, bad parameters.
    Refused { message: String },
    /// It serves another chain and is never used.
    WrongChain { found: u64 },
}

impl Failure {
    pub(super) fn down(message: impl Into<String>) -> Self {
        Self::Down { message: message.into(), retry_after: None }
    }

    pub(super) fn message(&self) -> String {
        match self {
            Self::Down { message, .. }
            | Self::TooMuch { message }
            | Self::Missing { message }
            | Self::Refused { message } => message.clone(),
            Self::WrongChain { found } => format!("serves chain {found}"),
        }
    }

    /// An answer with an HTTP status that is no success and without a JSON-RPC error.
    pub(super) fn from_status(status: u16, retry_after_secs: Option<u64>) -> Self {
        match status {
            413 => Self::TooMuch { message: "HTTP 413".to_owned() },
            _ => Self::Down {
                message: format!("HTTP {status}"),
                retry_after: retry_after_secs.map(|secs| Duration::from_secs(secs.min(MAX_RETRY_AFTER_SECS))),
            },
        }
    }

    /// A JSON-RPC error; `retry_after_secs` is what the HTTP header beside it said.
    pub(super) fn from_error(error: &ErrorObject, status: u16, retry_after_secs: Option<u64>) -> Self {
        let message: String = error.message.chars().take(MAX_MESSAGE_CHARS).collect();
        let words = error.message.to_lowercase();
        let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
        if status == 429 || error.code == 429 || has(RATE) {
            let retry_after = retry_after_secs.map(|secs| Duration::from_secs(secs.min(MAX_RETRY_AFTER_SECS)));
            return Self::Down { message, retry_after };
        }
        // Before the sizes: "method not found" and a pruned state say nothing about size.
        if has(MISSING) {
            return Self::Missing { message };
        }
        if matches!(error.code, METHOD_NOT_FOUND | METHOD_NOT_SUPPORTED) || has(UNSUPPORTED) {
            return Self::Refused { message };
        }
        if error.code == LIMIT_EXCEEDED || has(SIZE) {
            return Self::TooMuch { message };
        }
        if status == 401 || status == 403 || status >= 500 || error.code == INTERNAL_ERROR {
            return Self::Down { message, retry_after: None };
        }
        Self::Refused { message }
    }
}

const METHOD_NOT_FOUND: i64 = -32601;
const METHOD_NOT_SUPPORTED: i64 = -32004;
const INTERNAL_ERROR: i64 = -32603;
/// EIP-1474 "limit exceeded": providers use it for results rather than rates, which [`RATE`] catches first.
const LIMIT_EXCEEDED: i64 = -32005;

const RATE: &[&str] = &[
    "rate limit",
    "rate exceeded",
    "too many requests",
    "request limit",
    "requests per",
    "calls per second",
    "throughput",
    "credits limited",
    "compute units",
    "daily request count",
    "capacity exceeded",
    "concurrent requests",
];

const MISSING: &[&str] = &[
    "header not found",
    "block not found",
    "unknown block",
    "missing trie node",
    "state not available",
    "state is not available",
    "state unavailable",
    "historical state",
    "archive",
    "pruned",
    "blockoutofrange",
    "block out of range",
    "cannot query unfinalized",
    "is not canonical",
    "hash is not currently canonical",
    "distance to target block exceeds",
    "beyond current head",
    "after last accepted block",
    "requested block not found",
    "invalid block range params", // what Erigon and BSC nodes say of blocks above their head
];

const UNSUPPORTED: &[&str] = &["method not found", "not supported", "does not exist/is not available", "unsupported"];

const SIZE: &[&str] = &[
    "range",
    "too many results",
    "too many logs",
    "too many blocks",
    "too large",
    "too big",
    "too wide",
    "more than",
    "limit exceeded",
    "limited to",
    "up to a",
    "max results",
    "exceeds max",
    "exceed max",
    "size exceeded",
    "response size",
    "query timeout",
    "timed out",
    "timeout",
    "limit the query",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: i64, message: &str) -> &'static str {
        match Failure::from_error(&ErrorObject { code, message: message.to_owned() }, 200, None) {
            Failure::Down { .. } => "down",
            Failure::TooMuch { .. } => "too much",
            Failure::Missing { .. } => "missing",
            Failure::Refused { .. } => "refused",
            Failure::WrongChain { .. } => "wrong chain",
        }
    }

    /// Messages as providers really send them.
    #[test]
    fn the_words_of_providers_are_understood() {
        let cases = [
            (-32005, "query returned more than 10000 results", "too much"),
            (
                -32602,
                "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range",
                "too much",
            ),
            (-32614, "eth_getLogs is limited to a 10,000 range", "too much"),
            (-32600, "exceed maximum block range: 5000", "too much"),
            (-32000, "block range is too wide", "too much"),
            (-32005, "limit exceeded", "too much"),
            (-32000, "query timeout exceeded", "too much"),
            (
                -32701,
                "Please specify an address in your request or, to remove restrictions, order a dedicated full node here",
                "refused",
            ),
            (-32007, "100/second request limit reached - reduce calls per second or upgrade your account", "down"),
            (-32005, "daily request count exceeded, request rate limited", "down"),
            (429, "You have exceeded your compute units per second capacity", "down"),
            (-32005, "rate limited, try again in 4ms", "down"),
            (-32603, "Internal error", "down"),
            (-32000, "header not found", "missing"),
            (-32000, "missing trie node 1c3a (path )", "missing"),
            (-32601, "the method trace_block does not exist/is not available", "refused"),
            (-32601, "Method not found", "refused"),
            (3, "execution reverted", "refused"),
        ];
        for (code, message, expected) in cases {
            assert_eq!(kind(code, message), expected, "{code} {message}");
        }
    }

    #[test]
    fn a_provider_sends_nobody_away_for_long() {
        let Failure::Down { retry_after, .. } = Failure::from_status(429, Some(86_400)) else { panic!() };
        assert_eq!(retry_after, Some(Duration::from_mins(1)));
        assert_eq!(Failure::from_status(503, None), Failure::down("HTTP 503"));
    }
}
