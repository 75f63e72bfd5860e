//! What can go wrong: a kind to branch on, the server's code to match on, and what to quote when asking for help.
//!
//! No error holds a credential or a URL.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::types::{Code, Invoice, InvoiceStatus};

/// The cause of an error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up or called in a way that can not work; nothing was sent.
    Configuration,
    /// 400, 413, 415 and other refusals of what was asked: the same request fails again.
    Validation,
    /// 401: the credential is missing or not valid.
    Authentication,
    /// 403: the credential is known and may not do this.
    Permission,
    /// 404: no such object for this credential.
    NotFound,
    /// 409: the state of the object, or an earlier use of the idempotency key, does not allow it.
    Conflict,
    /// 410: the invoice has ended.
    Gone,
    /// 429: too many requests; see [`Error::retry_after`].
    RateLimit,
    /// 5xx: the server's fault. Of a write, nothing is known about the outcome: repeat it with
    /// [`Error::idempotency_key`].
    Server,
    /// There was no usable answer. Of a write, nothing is known about the outcome: repeat it likewise.
    Connection,
    /// No answer, or not the state that was waited for, in time.
    Timeout,
    /// The invoice ended in another status than the one that was waited for; see [`Error::invoice`].
    Ended,
}

/// Everything this crate fails with.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    code: Code,
    status: Option<u16>,
    close_code: Option<u16>,
    request_id: Option<String>,
    param: Option<String>,
    details: Vec<ErrorDetail>,
    doc_url: Option<String>,
    retry_after: Option<Duration>,
    idempotency_key: Option<String>,
    invoice: Option<Box<Invoice>>,
    source: Option<BoxError>,
}

/// One fault among several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// Its code.
    pub code: Code,
    /// JSON pointer of the field at fault.
    pub param: Option<String>,
    /// A sentence for the developer.
    pub message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            code: Code::from(code),
            status: None,
            close_code: None,
            request_id: None,
            param: None,
            details: Vec::new(),
            doc_url: None,
            retry_after: None,
            idempotency_key: None,
            invoice: None,
            source: None,
        }))
    }

    /// A mistake of the caller that was noticed before anything was sent.
    pub(crate) fn misuse(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, "CONFIGURATION", message)
    }

    /// An invoice that was waited for and will never be what was wanted.
    pub(crate) fn over(found: InvoiceStatus, wanted: &str) -> Self {
        let message = format!("the invoice is {} and will not be {wanted}", found.invoice.status);
        let mut error = Self::new(ErrorKind::Ended, "INVOICE_ENDED", message);
        error.0.invoice = Some(Box::new(found.invoice));
        error
    }

    pub(crate) fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id.or(self.0.request_id);
        self
    }

    pub(crate) fn with_idempotency_key(mut self, key: Option<&str>) -> Self {
        self.0.idempotency_key = key.map(ToOwned::to_owned);
        self
    }

    pub(crate) fn with_close_code(mut self, code: Option<u16>) -> Self {
        self.0.close_code = code;
        self
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The server's code, or one of the client's own; match on this, not on the message.
    pub fn code(&self) -> &Code {
        &self.0.code
    }

    /// What went wrong, for a developer.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, when there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The close code of the socket, when a stream ended with one.
    pub fn close_code(&self) -> Option<u16> {
        self.0.close_code
    }

    /// The `x-request-id` of the answer; quote it when reporting a problem.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// JSON pointer of the field at fault.
    pub fn param(&self) -> Option<&str> {
        self.0.param.as_deref()
    }

    /// Every fault, when there is more than one.
    pub fn details(&self) -> &[ErrorDetail] {
        &self.0.details
    }

    /// Where the code is explained.
    pub fn doc_url(&self) -> Option<&str> {
        self.0.doc_url.as_deref()
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Of a write that was sent: the key it was sent with. The same call with this key does nothing twice.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The invoice as it ended, when another status was waited for.
    pub fn invoice(&self) -> Option<&Invoice> {
        self.0.invoice.as_deref()
    }

    /// Whether the same may succeed later.
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::RateLimit | ErrorKind::Server | ErrorKind::Connection | ErrorKind::Timeout => true,
            ErrorKind::Conflict => self.0.code == Code::IdempotencyInProgress,
            ErrorKind::Configuration
            | ErrorKind::Validation
            | ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::NotFound
            | ErrorKind::Gone
            | ErrorKind::Ended => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, code, status, request_id, .. } = &*self.0;
        write!(f, "{message} ({code}")?;
        if let Some(status) = status {
            write!(f, ", status {status}")?;
        }
        if let Some(id) = request_id {
            write!(f, ", request {id}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The body of a failure: everything may be missing, for it may come from whatever stands before the server.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Option<Fault>,
    // Rate limiting answers in its own shape, with everything at the top.
    message: Option<String>,
    error_code: Option<Code>,
    retry_after: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fault {
    code: Option<Code>,
    message: Option<String>,
    param: Option<String>,
    details: Vec<ErrorDetail>,
    request_id: Option<String>,
    doc_url: Option<String>,
}

/// The error of an answer that is no success, whatever its body is. `wait` reads a `Retry-After`, of which `header` is
/// the one that was sent.
pub(crate) fn of_answer(
    status: u16,
    body: &[u8],
    header: Option<&str>,
    wait: impl Fn(&str) -> Option<Duration>,
) -> Error {
    let Body { error, message, error_code, retry_after } = serde_json::from_slice(body).unwrap_or_default();
    let fault = error.unwrap_or_default();
    let code = fault.code.or(error_code).unwrap_or_else(|| Code::Other(format!("HTTP_{status}")));
    let message = fault.message.or(message).unwrap_or_else(|| format!("the server answered {status}"));
    let mut error = Error::new(kind_of(status), code.as_str(), message);
    let inner = &mut *error.0;
    inner.status = Some(status);
    inner.request_id = fault.request_id;
    inner.param = fault.param;
    inner.details = fault.details;
    inner.doc_url = fault.doc_url;
    inner.retry_after = header.or(retry_after.as_deref()).and_then(wait);
    error
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Permission,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        410 => ErrorKind::Gone,
        429 => ErrorKind::RateLimit,
        400..=499 => ErrorKind::Validation,
        _ => ErrorKind::Server,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Error {
        of_answer(status, body.as_bytes(), None, |text| text.parse().ok().map(Duration::from_secs))
    }

    #[test]
    fn the_envelope_is_read_in_full() {
        let error = read(
            400,
            r#"{"success":false,"error":{"code":"INVALID_AMOUNT_RANGE","message":"no","param":"/amount_usd",
            "details":[{"code":"INVALID_AMOUNT_RANGE","param":"/amount_usd","message":"no"},
            {"code":"SOMETHING_NEW","message":"neither"}],"request_id":"req_1","doc_url":"https://x.example/e"}}"#,
        );
        assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, &Code::InvalidAmountRange));
        assert_eq!((error.param(), error.status()), (Some("/amount_usd"), Some(400)));
        assert_eq!(error.details()[1].code, Code::Other("SOMETHING_NEW".to_owned()));
        assert_eq!(error.to_string(), "no (INVALID_AMOUNT_RANGE, status 400, request req_1)");
        assert!(!error.is_transient());
    }

    #[test]
    fn rate_limiting_has_a_shape_of_its_own() {
        let body = r#"{"success":false,"message":"slow","error_code":"RATE_LIMIT_EXCEEDED","retry_after":"3"}"#;
        let error = read(429, body);
        assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimit, &Code::RateLimitExceeded));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    }

    #[test]
    fn anything_else_still_has_a_kind() {
        for (status, kind) in [
            (401, ErrorKind::Authentication),
            (403, ErrorKind::Permission),
            (404, ErrorKind::NotFound),
            (409, ErrorKind::Conflict),
            (410, ErrorKind::Gone),
            (418, ErrorKind::Validation),
            (302, ErrorKind::Server),
            (502, ErrorKind::Server),
        ] {
            for body in ["", "<html>", "[]", r#"{"error":7}"#, r#"{"error":{"details":{}}}"#] {
                let error = read(status, body);
                assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{body}");
                assert_eq!(error.code(), &Code::Other(format!("HTTP_{status}")));
            }
        }
    }
}
