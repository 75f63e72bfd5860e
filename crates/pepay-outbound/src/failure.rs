//! Why a receiver got nothing, or gave no answer.

use std::error::Error as StdError;
use std::{fmt, io};

use crate::target::Refused;

/// Why there is no answer. The text may be shown to the merchant, and [`code`](Self::code) be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The url or an address behind it is not allowed. Nothing was sent.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The name has no address, or its servers did not answer. Nothing was sent.
    #[error("the host name could not be resolved")]
    Dns,
    /// Nobody took the connection. Nothing was sent.
    #[error("the connection could not be made")]
    Connect,
    /// No agreement on an encrypted connection. Nothing was sent.
    #[error("{0}")]
    Tls(TlsFault),
    /// The time was over. Unless it was while connecting, the receiver may have acted on the request.
    #[error("{phase}")]
    Timeout {
        /// What took so long.
        phase: Phase,
    },
    /// The connection ended before the head of an answer. The receiver may have acted on the request.
    #[error("the connection was closed before an answer came")]
    Closed,
    /// What came was no HTTP answer, or its head was too long. The receiver may have acted on the request.
    #[error("the answer was not valid HTTP, or its head was too long")]
    Protocol,
}

impl Failure {
    /// A short name that never changes, for storing and counting.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls(_) => "tls",
            Self::Timeout { phase: Phase::Connect } => "timeout_connect",
            Self::Timeout { phase: Phase::Head } => "timeout",
            Self::Closed => "closed",
            Self::Protocol => "protocol",
        }
    }
}

/// Where the time was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Resolving, connecting or the TLS handshake.
    Connect,
    /// Sending the request and waiting for the head of the answer.
    Head,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection was not made in time",
            Self::Head => "no answer came in time",
        })
    }
}

/// What is wrong with the encrypted connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate is past its end.
    Expired,
    /// The certificate begins in the future.
    NotYetValid,
    /// The certificate is for another host.
    WrongHost,
    /// The certificate is signed by itself or by an authority that is not trusted, or an intermediate is not sent.
    Untrusted,
    /// The certificate was revoked.
    Revoked,
    /// The certificate is wrong in another way.
    BadCertificate,
    /// No common version or cipher, or the receiver does not speak TLS at this port.
    Handshake,
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the certificate has expired",
            Self::NotYetValid => "the certificate is not valid yet",
            Self::WrongHost => "the certificate is for another host",
            Self::Untrusted => "the certificate is not from a trusted authority, or its chain is not complete",
            Self::Revoked => "the certificate was revoked",
            Self::BadCertificate => "the certificate cannot be used",
            Self::Handshake => "no encrypted connection could be agreed on",
        })
    }
}

impl From<&rustls::Error> for TlsFault {
    fn from(error: &rustls::Error) -> Self {
        use rustls::CertificateError as Certificate;
        let rustls::Error::InvalidCertificate(certificate) = error else { return Self::Handshake };
        match certificate {
            Certificate::Expired | Certificate::ExpiredContext { .. } => Self::Expired,
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Self::NotYetValid,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => Self::WrongHost,
            Certificate::UnknownIssuer | Certificate::BadSignature => Self::Untrusted,
            Certificate::Revoked => Self::Revoked,
            _ => Self::BadCertificate,
        }
    }
}

impl Failure {
    /// What went wrong while a connection was made. A failure of ours inside the chain of causes says it itself.
    pub(crate) fn of_connecting(error: &(dyn StdError + 'static), encrypted: bool) -> Self {
        if let Some(failure) = find::<Self>(error) {
            return *failure;
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::Tls(tls.into());
        }
        match causes(error).filter_map(|cause| cause.downcast_ref()).last().map(io::Error::kind) {
            Some(io::ErrorKind::TimedOut) => Self::Timeout { phase: Phase::Connect },
            // Whoever hangs up had taken the connection, so it was in the handshake.
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
                if encrypted =>
            {
                Self::Tls(TlsFault::Handshake)
            }
            _ => Self::Connect,
        }
    }

    /// What went wrong with a request, on the way to a connection or on it.
    pub(crate) fn of_exchange(error: &(dyn StdError + 'static)) -> Self {
        if let Some(failure) = find::<Self>(error) {
            return *failure;
        }
        let invalid = find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse);
        // An HTTP/2 error is the receiver's wish to end, or our objection to what it sent.
        let objection = find::<h2::Error>(error).is_some_and(|error| !error.is_remote() && !error.is_io());
        if invalid || objection { Self::Protocol } else { Self::Closed }
    }
}

/// Whether the receiver says by HTTP/2 that nobody has looked at the request, so that it may be sent again at once: it
/// refused the stream, or was closing the connection in peace.
pub(crate) fn not_looked_at(error: &(dyn StdError + 'static)) -> bool {
    find::<h2::Error>(error).filter(|error| error.is_remote()).is_some_and(|error| match error.reason() {
        Some(h2::Reason::REFUSED_STREAM) => true,
        Some(h2::Reason::NO_ERROR) => error.is_go_away(),
        _ => false,
    })
}

/// The first cause of that type.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// An error and its causes. An `io::Error` hides what it carries from `source`, so it is opened first.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| error.source())
    })
}
