//! Invoices and the rules by which payments, reorganisations and time move them.
//!
//! The state of an invoice is never nudged: [`assess`] derives it from the invoice as it was, all its payments and
//! how far the chains have been read, so that any order of the same facts gives the same money. It refuses to leave
//! a terminal state; money that arrives later becomes a payment the merchant decides on.

use crate::address::Address;
use crate::id::{InvoiceId, MerchantId, TokenId};
use crate::money::{BasisPoints, UsdMillis};
use crate::network::{Environment, NetworkId};
use crate::time::Millis;

mod assess;
pub use assess::{Reading, assess, pending};

/// Default life of an invoice: 12 h (contract section 3).
pub const DEFAULT_LIFE_MS: i64 = 43_200_000;
/// Longest life of an invoice: 30 days (contract section 3).
pub const MAX_LIFE_MS: i64 = 2_592_000_000;

/// The state machine of contract section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// No confirmed payment.
    Unpaid,
    /// Confirmed payments, but not enough.
    Underpaid,
    /// Enough was confirmed.
    Paid {
        /// When.
        at: Millis,
    },
    /// Its time ended before enough was paid.
    Expired {
        /// Its end, not the moment that was noticed.
        at: Millis,
    },
    /// The merchant withdrew it.
    Canceled {
        /// When.
        at: Millis,
    },
}

impl State {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Underpaid => "underpaid",
            Self::Paid { .. } => "paid",
            Self::Expired { .. } => "expired",
            Self::Canceled { .. } => "canceled",
        }
    }

    /// Reads the stored word with the time the state ended the invoice; `None` when they do not fit together.
    pub fn parse(word: &str, ended_at: Option<Millis>) -> Option<Self> {
        match (word, ended_at) {
            ("unpaid", None) => Some(Self::Unpaid),
            ("underpaid", None) => Some(Self::Underpaid),
            ("paid", Some(at)) => Some(Self::Paid { at }),
            ("expired", Some(at)) => Some(Self::Expired { at }),
            ("canceled", Some(at)) => Some(Self::Canceled { at }),
            _ => None,
        }
    }

    /// When the invoice ended; `None` while it is open.
    pub const fn ended_at(self) -> Option<Millis> {
        match self {
            Self::Unpaid | Self::Underpaid => None,
            Self::Paid { at } | Self::Expired { at } | Self::Canceled { at } => Some(at),
        }
    }

    /// Whether it can change no more.
    pub const fn is_terminal(self) -> bool {
        self.ended_at().is_some()
    }

    /// Whether the contract allows this state to follow `self` (staying is allowed). An underpaid invoice becomes
    /// unpaid again only when a reorganisation takes its payments away.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Unpaid => true,
            Self::Underpaid => !matches!(next, Self::Canceled { .. }),
            Self::Paid { .. } | Self::Expired { .. } | Self::Canceled { .. } => self == next,
        }
    }
}

/// What a partial payment fixes: the rest is paid in the same token, on the same network, to the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The network.
    pub network: NetworkId,
    /// The token.
    pub token: TokenId,
    /// The deposit address.
    pub address: Address,
}

/// What stands out about an invoice (contract section 3, `exception`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exception {
    /// A confirmed part is missing.
    PaidPartial,
    /// More than asked was confirmed in time.
    PaidOver,
    /// Money arrived after the end.
    PaidLate,
    /// It was paid, and a reorganisation took the money away again.
    Reverted,
}

impl Exception {
    /// The wire word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PaidPartial => "paid_partial",
            Self::PaidOver => "paid_over",
            Self::PaidLate => "paid_late",
            Self::Reverted => "reverted",
        }
    }
}

/// What the merchant said when creating it. Texts are within the contract's limits; JSON is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Free text for the payor.
    pub description: Option<String>,
    /// The merchant's own customer id.
    pub customer_id: Option<String>,
    /// JSON object, serialised.
    pub metadata: Option<String>,
    /// Heading of the checkout.
    pub title: Option<String>,
    /// Foot of the checkout.
    pub footer: Option<String>,
    /// Where the receipt goes; the payor may set it.
    pub customer_email: Option<String>,
    /// Where the checkout leads back to.
    pub payment_return_url: Option<String>,
    /// Whether it does.
    pub payment_return_url_enabled: bool,
    /// Settle this invoice to that address.
    pub receiver_override: Option<Address>,
    /// Questions for the payor, serialised.
    pub questions: Option<String>,
    /// The payor's answers, serialised.
    pub responses: Option<String>,
}

/// One invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// Where it lives.
    pub environment: Environment,
    /// What is asked.
    pub amount: UsdMillis,
    /// How much less still counts as paid; the merchant's setting when it was created.
    pub tolerance: BasisPoints,
    /// What the merchant said.
    pub terms: Terms,
    /// When it was created.
    pub created_at: Millis,
    /// When it ends.
    pub expires_at: Millis,
    /// Where it stands.
    pub state: State,
    /// Confirmed money that counts.
    pub amount_paid: UsdMillis,
    /// Set by the first confirmed partial payment.
    pub lock: Option<Lock>,
    /// Money arrived after the end.
    pub late: bool,
    /// Who paid, on which network: the sender of the latest payment.
    pub payer: Option<Payer>,
    /// When the latest payment was first seen.
    pub last_payment_at: Option<Millis>,
}

/// Who paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// The sender, when the chain tells.
    pub address: Option<Address>,
    /// The network.
    pub network: NetworkId,
}

impl Invoice {
    /// What must at least be confirmed.
    pub fn threshold(&self) -> UsdMillis {
        self.amount.less_tolerance(self.tolerance)
    }

    /// Whether enough is confirmed now.
    pub fn covered(&self) -> bool {
        self.amount_paid >= self.threshold()
    }

    /// What is still asked: nothing once paid, also when the tolerance forgave a little.
    pub fn amount_remaining(&self) -> UsdMillis {
        if matches!(self.state, State::Paid { .. }) && self.covered() {
            return UsdMillis::ZERO;
        }
        self.amount.saturating_sub(self.amount_paid)
    }

    /// What came above the amount.
    pub fn amount_overpaid(&self) -> UsdMillis {
        self.amount_paid.saturating_sub(self.amount)
    }

    /// What stands out about it; the gravest first.
    pub fn exception(&self) -> Option<Exception> {
        let paid = matches!(self.state, State::Paid { .. });
        if paid && !self.covered() {
            Some(Exception::Reverted)
        } else if self.late {
            Some(Exception::PaidLate)
        } else if self.amount_overpaid() > UsdMillis::ZERO {
            Some(Exception::PaidOver)
        } else if !paid && self.amount_paid > UsdMillis::ZERO {
            Some(Exception::PaidPartial)
        } else {
            None
        }
    }

    /// The one signal to ship on: paid, and the money still there at the depth the operator asks for.
    pub fn safe_to_fulfill(&self) -> bool {
        matches!(self.state, State::Paid { .. }) && self.covered()
    }

    /// The instant from which money is late: the end that came, else the end that will.
    pub fn end(&self) -> Millis {
        self.state.ended_at().map_or(self.expires_at, |ended| ended.min(self.expires_at))
    }

    /// Whether a payor may still be quoted.
    pub fn is_payable(&self, now: Millis) -> bool {
        !self.state.is_terminal() && now < self.expires_at
    }
}

/// Why an invoice cannot be canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invoice is {status} and can not be canceled")]
pub struct NotCancelable {
    /// Its status; `unpaid` when a payment is on its way.
    pub status: &'static str,
}

/// Cancels an unpaid invoice of which nothing was ever seen on chain: `seen` is true also of transfers that were
/// withdrawn, for those may come back.
pub fn cancel(invoice: Invoice, seen: bool, now: Millis) -> Result<Invoice, NotCancelable> {
    if invoice.state != State::Unpaid || seen {
        return Err(NotCancelable { status: invoice.state.as_str() });
    }
    Ok(Invoice { state: State::Canceled { at: now }, ..invoice })
}

#[cfg(test)]
mod tests;
