//! Payments: transfers that are meant for an invoice, with what they are worth and how far they are.

use crate::id::{InvoiceId, PaymentId, QuoteId, TokenId};
use crate::money::{Rate, UsdMillis};
use crate::network::{Depth, NetworkId};
use crate::time::Millis;
use crate::transfer::Observed;

/// The wire's payment status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Seen on chain, not deep enough yet (or taken away by a reorganisation).
    Pending,
    /// Deep enough, and the invoice still wants more.
    Underpaid,
    /// Deep enough, and the invoice is paid.
    Confirmed,
    /// Arrived too late or after the invoice was locked to another token: the merchant decides.
    ManualRetry,
}

impl Status {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Underpaid => "underpaid",
            Self::Confirmed => "confirmed",
            Self::ManualRetry => "manual_retry",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Underpaid, Self::Confirmed, Self::ManualRetry].into_iter().find(|it| it.as_str() == text)
    }
}

/// Whether a payment counts towards its invoice. Decided once, when it is first judged, and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It counts once deep enough.
    Counted,
    /// First seen at or after the end of its invoice.
    Late,
    /// In another token or network than the one the invoice was locked to.
    OffLock,
    /// Made after its quote lapsed, while no fresh rate was to be had: it has no honest worth.
    Unpriced,
    /// It was in another token, or without a price, and the merchant took it all the same.
    Accepted,
    /// It was late, and the merchant took it all the same.
    AcceptedLate,
}

impl Standing {
    /// Every one there is.
    pub const ALL: [Self; 6] =
        [Self::Counted, Self::Late, Self::OffLock, Self::Unpriced, Self::Accepted, Self::AcceptedLate];

    /// Whether a payment of this standing counts once deep enough.
    pub const fn counts(self) -> bool {
        match self {
            Self::Counted | Self::Accepted | Self::AcceptedLate => true,
            Self::Late | Self::OffLock | Self::Unpriced => false,
        }
    }

    /// Whether it came after the end, whatever was made of it.
    pub const fn is_late(self) -> bool {
        matches!(self, Self::Late | Self::AcceptedLate)
    }

    /// The storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Late => "late",
            Self::OffLock => "off_lock",
            Self::Unpriced => "unpriced",
            Self::Accepted => "accepted",
            Self::AcceptedLate => "accepted_late",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// One payment of one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The invoice it pays.
    pub invoice_id: InvoiceId,
    /// The network it was made on.
    pub network: NetworkId,
    /// The token it was made in.
    pub token: TokenId,
    /// The transfer as last read.
    pub observed: Observed,
    /// The quote that values it.
    pub quote_id: QuoteId,
    /// The rate of that quote.
    pub rate: Rate,
    /// Its worth by that quote, rounded down.
    pub value: UsdMillis,
    /// How deep it must lie.
    pub depth: Depth,
    /// Whether it counts; `None` until [`crate::invoice::assess`] has judged it.
    pub standing: Option<Standing>,
    /// Status on the wire.
    pub status: Status,
    /// A reorganisation took its block away.
    pub reverted: bool,
    /// The earlier of its block's time and the moment it was noticed.
    pub first_seen_at: Millis,
    /// When it was deep enough; `None` before, and again after a reversal.
    pub confirmed_at: Option<Millis>,
    /// When it was recorded.
    pub created_at: Millis,
    /// When anything about it last changed.
    pub updated_at: Millis,
}

impl Payment {
    /// Whether it counts and its block stands.
    pub fn stands(&self) -> bool {
        self.standing.is_some_and(Standing::counts) && !self.reverted
    }

    /// Whether its money counts now.
    pub fn settled(&self) -> bool {
        self.stands() && self.confirmed_at.is_some()
    }
}

/// Why a payment cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAcceptable {
    /// It counts already, or will by itself.
    #[error("the payment does not wait for a decision")]
    Decided,
    /// It is not deep enough yet, or a reorganisation took it away.
    #[error("the payment is not confirmed on the chain yet")]
    Unconfirmed,
}

/// Takes a payment that came late or in another token than the invoice was locked to: it counts from now on.
pub fn accept(payment: Payment) -> Result<Payment, NotAcceptable> {
    let standing = match payment.standing {
        Some(Standing::Late) => Standing::AcceptedLate,
        Some(Standing::OffLock | Standing::Unpriced) => Standing::Accepted,
        Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None => {
            return Err(NotAcceptable::Decided);
        }
    };
    if payment.reverted || payment.confirmed_at.is_none() {
        return Err(NotAcceptable::Unconfirmed);
    }
    Ok(Payment { standing: Some(standing), ..payment })
}

/// How many blocks confirm a payment mined at `block_number` when `head` was read last, its own block included.
pub fn confirmations(block_number: u64, head: u64) -> u64 {
    head.checked_sub(block_number).map_or(0, |above| above.saturating_add(1))
}

/// How far a network has been read, as confirmation is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heights {
    /// The last block read and linked to the one before it.
    pub head: u64,
    /// The last block the chain calls final; at most `head`.
    pub finalized: u64,
}

impl Heights {
    /// Whether a payment mined at `block_number` lies `depth` deep.
    pub fn reach(self, block_number: u64, depth: Depth) -> bool {
        match depth {
            Depth::Blocks(needed) => confirmations(block_number, self.head) >= u64::from(needed.max(1)),
            Depth::Finalized => block_number <= self.finalized,
        }
    }
}
