//! What went wrong, in the payor's language: the few codes a checkout can meet, and one sentence for all others.

use pepay_wire::Code;

use super::{Lang, Words};

/// Finds a text among the words of a language.
type Say = fn(&Words) -> &str;

/// The codes that have words of their own.
const KNOWN: [(Code, Say); 12] = [
    (Code::InvoiceExpired, |w| &w.h_expired),
    (Code::SessionExpired, |w| &w.h_expired),
    (Code::InvoiceAlreadyPaid, |w| &w.h_paid),
    (Code::RateLimitExceeded, |w| &w.busy),
    (Code::TokenNotFound, |w| script(w, "no_route")),
    (Code::NetworkNotSupported, |w| script(w, "no_route")),
    (Code::InternalServerError, |w| &w.broken),
    (Code::ServiceUnavailable, |w| &w.broken),
    (Code::SessionInvalid, |w| &w.link_bad_title),
    (Code::SessionNotFound, |w| &w.link_bad_title),
    (Code::InvalidSignature, |w| &w.link_bad_title),
    (Code::InvoiceNotFound, |w| &w.link_bad_title),
];

fn script<'a>(words: &'a Words, name: &str) -> &'a str {
    words.js.get(name).map_or("", String::as_str)
}

impl Lang {
    /// What to tell a payor whose call ended with `code`.
    pub(crate) fn trouble(&self, code: Code) -> &str {
        let own = KNOWN.iter().find(|(known, _)| *known == code);
        own.map_or_else(|| script(&self.words, "failed"), |(_, say)| say(&self.words))
    }

    /// The same for scripts, by code.
    pub(crate) fn troubles(&self) -> impl Iterator<Item = (&str, &str)> {
        KNOWN.iter().map(|(code, say)| (code.as_str(), say(&self.words)))
    }
}
