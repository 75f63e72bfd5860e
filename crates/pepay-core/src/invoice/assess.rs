//! The judgement: what an invoice and its payments are, given everything known.

use crate::invoice::{Invoice, Lock, Payer, State};
use crate::money::UsdMillis;
use crate::payment::{Payment, Standing, Status};
use crate::time::Millis;

/// How far the networks the invoice has addresses on have been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It has no address: no money can be on its way.
    NoAddress,
    /// The earliest block time up to which every one of them was read; `None` when one was never read.
    Through(Option<Millis>),
}

impl Reading {
    /// Whether nothing that happened before `moment` can still turn up. Blind time does not count.
    pub fn passed(self, moment: Millis) -> bool {
        match self {
            Self::NoAddress => true,
            Self::Through(time) => time.is_some_and(|time| time >= moment),
        }
    }
}

/// Judges `invoice` by all its `payments` (whose `confirmed_at` and `reverted` say what the chain says): gives
/// both as they are now. Idempotent, and indifferent to the order of `payments`.
pub fn assess(invoice: Invoice, mut payments: Vec<Payment>, reading: Reading, now: Millis) -> (Invoice, Vec<Payment>) {
    payments.sort_by_key(|payment| (payment.first_seen_at, payment.observed.anchor.block_number, payment.id));
    for payment in &mut payments {
        if payment.standing.is_none() {
            payment.standing = Some(standing_of(&invoice, payment));
        }
    }
    let amount_paid = sum(payments.iter().filter(|payment| payment.settled()));
    let mut invoice = Invoice {
        amount_paid,
        late: payments.iter().any(|payment| payment.standing.is_some_and(Standing::is_late) && !payment.reverted),
        ..invoice
    };
    invoice.state = next_state(&invoice, &payments, reading, now);
    invoice.lock = lock_of(&invoice, &payments);
    note_payer(&mut invoice, &payments);
    for payment in &mut payments {
        payment.status = status_of(&invoice, payment);
    }
    (invoice, payments)
}

/// What counts once it is deep enough; like every sum of payments it stops at [`UsdMillis::CAP`].
pub fn pending(payments: &[Payment]) -> UsdMillis {
    sum(payments.iter().filter(|payment| payment.stands() && payment.confirmed_at.is_none()))
}

fn sum<'a>(payments: impl Iterator<Item = &'a Payment>) -> UsdMillis {
    payments.map(|payment| payment.value).fold(UsdMillis::ZERO, UsdMillis::capped_add)
}

fn standing_of(invoice: &Invoice, payment: &Payment) -> Standing {
    let ended = match invoice.state {
        // Whoever pays at the same time as somebody else has overpaid, not come late.
        State::Unpaid | State::Underpaid => payment.first_seen_at >= invoice.expires_at,
        State::Paid { at } => payment.first_seen_at >= at,
        // The end was announced: nothing may undo it, whenever the money was sent.
        State::Expired { .. } | State::Canceled { .. } => true,
    };
    let off_lock = |lock: &Lock| {
        (&lock.network, lock.token, lock.address) != (&payment.network, payment.token, payment.observed.to)
    };
    if ended {
        Standing::Late
    } else if invoice.lock.as_ref().is_some_and(off_lock) {
        Standing::OffLock
    } else {
        Standing::Counted
    }
}

fn next_state(invoice: &Invoice, payments: &[Payment], reading: Reading, now: Millis) -> State {
    if invoice.state.is_terminal() {
        return invoice.state;
    }
    if invoice.covered() {
        return State::Paid { at: now };
    }
    let undecided = payments.iter().any(|payment| payment.stands() && payment.confirmed_at.is_none());
    if now >= invoice.expires_at && !undecided && reading.passed(invoice.expires_at) {
        return State::Expired { at: invoice.expires_at };
    }
    if invoice.amount_paid > UsdMillis::ZERO { State::Underpaid } else { State::Unpaid }
}

// The lock belongs to the first confirmed partial payment and outlives later states; it falls only when a
// reorganisation leaves the invoice with nothing confirmed.
fn lock_of(invoice: &Invoice, payments: &[Payment]) -> Option<Lock> {
    match invoice.state {
        State::Underpaid => invoice.lock.clone().or_else(|| {
            let first =
                payments.iter().filter(|payment| payment.settled()).min_by_key(|payment| payment.confirmed_at)?;
            Some(Lock { network: first.network.clone(), token: first.token, address: first.observed.to })
        }),
        State::Unpaid => None,
        State::Paid { .. } | State::Expired { .. } | State::Canceled { .. } => invoice.lock.clone(),
    }
}

fn note_payer(invoice: &mut Invoice, payments: &[Payment]) {
    let Some(latest) = payments.iter().rev().find(|payment| !payment.reverted) else {
        invoice.payer = None;
        invoice.last_payment_at = None;
        return;
    };
    invoice.payer = Some(Payer { address: latest.observed.from, network: latest.network.clone() });
    invoice.last_payment_at = Some(latest.first_seen_at);
}

fn status_of(invoice: &Invoice, payment: &Payment) -> Status {
    match payment.standing {
        Some(Standing::Late | Standing::OffLock | Standing::Unpriced) => Status::ManualRetry,
        Some(_) | None if !payment.settled() => Status::Pending,
        Some(Standing::Accepted | Standing::AcceptedLate) => Status::Confirmed,
        Some(Standing::Counted) | None if matches!(invoice.state, State::Paid { .. }) => Status::Confirmed,
        Some(Standing::Counted) | None => Status::Underpaid,
    }
}
