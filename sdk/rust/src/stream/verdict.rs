//! What follows from the end of a connection.

use std::time::Duration;

use super::frame::Fault;
use crate::error::{Error, ErrorKind};
use crate::retry;

/// How often in a row another credential is tried.
const RENEWALS: u32 = 2;
const BASE: Duration = Duration::from_millis(250);
/// A server that restarts is given a moment, and not everybody at once.
const RESTART_BASE: Duration = Duration::from_secs(1);
const MAX: Duration = Duration::from_secs(30);

/// Close codes (contract section 5).
const FILTER: u16 = 4_400;
const CREDENTIAL: u16 = 4_401;
const SCOPE: u16 = 4_403;
const SLOW: u16 = 4_408;
const RESTART: u16 = 1_012;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Connect again.
    Resume,
    /// Connect again with another credential.
    Renew,
    /// Nothing more.
    End,
}

/// The error of a socket that ended with `code`, after a fault perhaps.
pub(super) fn ended(code: Option<u16>, fault: Option<Fault>) -> Error {
    let (kind, word, message) = match code {
        Some(FILTER) => (ErrorKind::Validation, "STREAM_REFUSED", "the server refused the filter of the stream"),
        Some(CREDENTIAL) => (ErrorKind::Authentication, "STREAM_REFUSED", "the credential of the stream has ended"),
        Some(SCOPE) => (ErrorKind::Permission, "STREAM_REFUSED", "the credential may not open the stream"),
        Some(SLOW) => (ErrorKind::Connection, "STREAM_LOST", "events were taken too slowly"),
        Some(RESTART) => (ErrorKind::Connection, "STREAM_LOST", "the server restarts"),
        Some(_) => (ErrorKind::Connection, "STREAM_LOST", "the server closed the stream"),
        None => (ErrorKind::Connection, "STREAM_LOST", "the connection of the stream was lost"),
    };
    let error = match fault {
        Some(Fault { code, message }) => Error::new(kind, &code, message),
        None => Error::new(kind, word, message),
    };
    error.with_close_code(code)
}

/// Judges why a connection ended or was refused. `refusals` credentials were refused in a row before; `alone` says that
/// there is no log to read instead.
pub(super) fn judge(error: &Error, renewable: bool, refusals: u32, alone: bool) -> Verdict {
    match error.kind() {
        ErrorKind::Authentication | ErrorKind::Permission if renewable && refusals < RENEWALS => Verdict::Renew,
        // Nobody knows sockets at that address; the log may still be there.
        ErrorKind::Validation if !alone && [Some(405), Some(426)].contains(&error.status()) => Verdict::Resume,
        ErrorKind::NotFound if !alone => Verdict::Resume,
        ErrorKind::Authentication
        | ErrorKind::Permission
        | ErrorKind::Configuration
        | ErrorKind::Validation
        | ErrorKind::NotFound
        | ErrorKind::Gone
        | ErrorKind::Ended
        | ErrorKind::Conflict => Verdict::End,
        ErrorKind::RateLimit | ErrorKind::Server | ErrorKind::Connection | ErrorKind::Timeout => Verdict::Resume,
    }
}

/// How long to pause before the next connection.
pub(super) fn pause(error: &Error, attempt: u32) -> Duration {
    let base = if error.close_code() == Some(RESTART) { RESTART_BASE } else { BASE };
    error.retry_after().unwrap_or_default().min(MAX) + retry::jitter(attempt, base, MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_say_what_to_do() {
        for (code, renewable, refusals, verdict) in [
            (Some(4_400), true, 0, Verdict::End),
            (Some(4_401), true, 0, Verdict::Renew),
            (Some(4_401), true, 2, Verdict::End),
            (Some(4_401), false, 0, Verdict::End),
            (Some(4_403), true, 1, Verdict::Renew),
            (Some(4_403), false, 0, Verdict::End),
            (Some(4_408), false, 9, Verdict::Resume),
            (Some(1_012), false, 9, Verdict::Resume),
            (Some(1_011), false, 9, Verdict::Resume),
            (None, false, 9, Verdict::Resume),
        ] {
            assert_eq!(judge(&ended(code, None), renewable, refusals, true), verdict, "{code:?}");
        }
    }

    #[test]
    fn the_words_of_the_server_come_first() {
        let fault = Fault { code: "API_KEY_REVOKED".to_owned(), message: "gone".to_owned() };
        let error = ended(Some(4_401), Some(fault));
        assert_eq!((error.code(), error.message()), (&crate::types::Code::ApiKeyRevoked, "gone"));
        assert_eq!(error.close_code(), Some(4_401));
    }
}
