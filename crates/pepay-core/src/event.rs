//! The event log's identities: ids in commit order, and the types that merchants and payors can hear of.

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
    /// Before every event: whoever has seen nothing yet has seen everything up to here.
    pub const BEFORE_ALL: Self = Self { seq: 0, at: Millis(0) };

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
    /// The payor was given another price. Only the payor hears of it.
    QuoteUpdated,
}

impl Type {
    /// Every type a merchant can hear of.
    pub const ALL: [Self; 4] = [Self::InvoiceCreated, Self::InvoiceUpdated, Self::PaymentCreated, Self::PaymentUpdated];
    /// Every type the payor of an invoice can hear of.
    pub const OF_PAYORS: [Self; 5] =
        [Self::InvoiceCreated, Self::InvoiceUpdated, Self::PaymentCreated, Self::PaymentUpdated, Self::QuoteUpdated];

    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvoiceCreated => "invoice.created",
            Self::InvoiceUpdated => "invoice.updated",
            Self::PaymentCreated => "invoice_payment.created",
            Self::PaymentUpdated => "invoice_payment.updated",
            Self::QuoteUpdated => "payment_quote.updated",
        }
    }

    /// The type of that word, whoever hears of it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::OF_PAYORS.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether merchants hear of it: lists, streams and webhooks show nothing else.
    pub const fn is_for_merchants(self) -> bool {
        !matches!(self, Self::QuoteUpdated)
    }
}

/// A word that is sent to merchants without being in the log: the test of a webhook endpoint.
const TEST_PING: &str = "test.ping";

/// A choice among the types a merchant can hear of, each once, in the order of [`Type::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Types(Vec<Type>);

/// A word of the list is no type and no `group.*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a comma list of event types")]
pub struct ParseTypesError;

impl Types {
    /// The types, which may be none: `test.ping` alone is in no log.
    pub fn as_slice(&self) -> &[Type] {
        &self.0
    }

    /// Whether `kind` was chosen.
    pub fn contains(&self, kind: Type) -> bool {
        self.0.contains(&kind)
    }
}

impl FromStr for Types {
    type Err = ParseTypesError;

    /// Reads a comma list of types, `group.*` and `*`.
    fn from_str(text: &str) -> Result<Self, ParseTypesError> {
        let mut chosen = [false; Type::ALL.len()];
        for word in text.split(',').map(str::trim) {
            let group = word.strip_suffix('*').filter(|group| group.is_empty() || group.ends_with('.'));
            let fits = |known: &str| group.map_or(known == word, |group| known.starts_with(group));
            let mut known = fits(TEST_PING);
            for (chosen, kind) in chosen.iter_mut().zip(Type::ALL) {
                if fits(kind.as_str()) {
                    (known, *chosen) = (true, true);
                }
            }
            if !known {
                return Err(ParseTypesError);
            }
        }
        Ok(Self(Type::ALL.into_iter().zip(chosen).filter_map(|(kind, chosen)| chosen.then_some(kind)).collect()))
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

    #[test]
    fn types_are_chosen_by_word_and_by_group() {
        let read = |text: &str| text.parse::<Types>().map(|types| types.0);
        assert_eq!(read("invoice.updated"), Ok(vec![Type::InvoiceUpdated]));
        assert_eq!(read("invoice.*"), Ok(vec![Type::InvoiceCreated, Type::InvoiceUpdated]));
        let mixed = "invoice_payment.*, invoice.created,invoice.created,test.ping";
        assert_eq!(read(mixed), Ok(vec![Type::InvoiceCreated, Type::PaymentCreated, Type::PaymentUpdated]));
        assert_eq!(read("*"), Ok(Type::ALL.to_vec()));
        assert_eq!(read("test.*"), Ok(vec![]));
        for bad in [
            "",
            ",",
            "invoice",
            "invoice*",
            "invoice.c*",
            "*.created",
            "refund.*",
            "payment_quote.updated",
            "payment_quote.*",
        ] {
            assert_eq!(read(bad), Err(ParseTypesError), "{bad}");
        }
    }

    #[test]
    fn merchants_hear_of_all_but_what_is_for_payors() {
        for kind in Type::OF_PAYORS {
            assert_eq!(Type::from_word(kind.as_str()), Some(kind));
            assert_eq!(Type::ALL.contains(&kind), kind.is_for_merchants());
        }
        assert_eq!(Type::from_word("invoice.deleted"), None);
    }
}
