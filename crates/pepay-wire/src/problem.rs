//! What is answered when a request fails (contract section 1).

use serde::Serialize;
use utoipa::ToSchema;

use crate::Code;

/// Why a request is refused, before it has an id or a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The code of the first fault.
    pub code: Code,
    /// JSON pointer (RFC 6901) of the field at fault, such as `/amount_usd`.
    pub param: Option<String>,
    /// A sentence for the caller's developer.
    pub message: String,
    /// Every fault, when there is more than one.
    pub details: Vec<Detail>,
}

impl Problem {
    /// A problem of the whole request, in the words of the code table.
    pub fn new(code: Code) -> Self {
        Self { code, param: None, message: code.message().to_owned(), details: Vec::new() }
    }

    /// A problem of the field at `param`, a JSON pointer.
    pub fn at(code: Code, param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, param: Some(param.into()), message: message.into(), details: Vec::new() }
    }

    /// The same problem in other words.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }
}

/// One fault among several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Detail {
    /// Its code.
    pub code: Code,
    /// JSON pointer of the field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// A sentence for the caller's developer.
    pub message: String,
}

/// The error envelope.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorEnvelope<'a> {
    /// Always `false`.
    pub success: bool,
    /// What went wrong.
    pub error: ErrorBody<'a>,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody<'a> {
    /// Machine-readable code; match on this, not on the message.
    pub code: Code,
    /// A sentence for the caller's developer.
    pub message: &'a str,
    /// JSON pointer of the field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<&'a str>,
    /// Every fault, when there is more than one.
    #[serde(skip_serializing_if = "<[Detail]>::is_empty")]
    pub details: &'a [Detail],
    /// The id of the request; quote it when reporting a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
    /// Where the code is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_url: Option<&'a str>,
}

impl<'a> ErrorEnvelope<'a> {
    /// The envelope of `problem`.
    pub fn new(problem: &'a Problem, request_id: Option<&'a str>, doc_url: Option<&'a str>) -> Self {
        let Problem { code, param, message, details } = problem;
        let (code, param) = (*code, param.as_deref());
        Self { success: false, error: ErrorBody { code, message, param, details, request_id, doc_url } }
    }
}

/// The body of 429, which differs from every other error's.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateLimited<'a> {
    /// Always `false`.
    pub success: bool,
    /// A sentence for the caller's developer.
    pub message: &'a str,
    /// Always `RATE_LIMIT_EXCEEDED`.
    pub error_code: Code,
    /// Seconds to wait, as text; the same as the `Retry-After` header.
    #[schema(example = "3")]
    pub retry_after: &'a str,
}

impl<'a> RateLimited<'a> {
    /// The body of a 429 that asks to wait for `retry_after` seconds.
    pub fn new(retry_after: &'a str) -> Self {
        let error_code = Code::RateLimitExceeded;
        Self { success: false, message: error_code.message(), error_code, retry_after }
    }
}
