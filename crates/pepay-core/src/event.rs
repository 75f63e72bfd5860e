//! The event log's identities: ids in commit order, and the types a merchant can hear of.

use std::fmt;
use std::str::FromStr;

use crate::id::ParseIdError;
use crate::time::Millis;

/// `evt_<epoch ms>-<seq>`. `seq` is the commit order of the whole installation; `ms` never runs backwards along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// Commit order, from 1.
    pub seq: i64,
    /// When it was committed.
    pub at: Millis,
}

impl EventId {
    /// The id after `last` at `now`: the next number, and a time that does not run backwards even when clocks do.
    #[must_use]
    pub fn after(last: Option<Self>, now: Millis) -> Self {
        last.map_or(Self { seq: 1, at: now }, |last| Self { seq: last.seq.saturating_add(1), at: now.max(last.at) })
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "evt_{}-{}", self.at, self.seq)
    }
}

impl FromStr for EventId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let error = ParseIdError { kind: "event id" };
        let (at, seq) = text.strip_prefix("evt_").and_then(|rest| rest.split_once('-')).ok_or(error)?;
        let number = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<i64>().ok()).flatten().ok_or(error)
        };
        Ok(Self { seq: number(seq)?, at: Millis(number(at)?) })
    }
}

/// What happened (contract section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// An invoice was created.
    InvoiceCreated,
    /// Anything visible of an invoice changed.
    InvoiceUpdated,
    /// A payment was first seen.
    PaymentCreated,
    /// Anything visible of a payment changed.
    PaymentUpdated,
    /// Somebody asked for a sign of life; goes to one webhook endpoint.
    TestPing,
}

impl Type {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::InvoiceCreated, Self::InvoiceUpdated, Self::PaymentCreated, Self::PaymentUpdated, Self::TestPing];

    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvoiceCreated => "invoice.created",
            Self::InvoiceUpdated => "invoice.updated",
            Self::PaymentCreated => "invoice_payment.created",
            Self::PaymentUpdated => "invoice_payment.updated",
            Self::TestPing => "test.ping",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_refuse_the_rest() {
        let id = EventId { seq: 42, at: Millis(1_766_322_000_123) };
        assert_eq!(id.to_string(), "evt_1766322000123-42");
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "evt_", "evt_1", "evt_1-", "evt_-1-1", "evt_1-+1", "ev_1-1", "evt_1-99999999999999999999"] {
            assert!(bad.parse::<EventId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_grow_even_when_the_clock_does_not() {
        let first = EventId::after(None, Millis(10));
        let second = EventId::after(Some(first), Millis(5));
        assert_eq!((second.seq, second.at), (2, Millis(10)));
    }
}
