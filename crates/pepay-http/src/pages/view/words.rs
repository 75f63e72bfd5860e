//! The sentences of the checkout page: what happened, what to do, and what becomes of money that did not count.
//!
//! Plain and honest: a payor who reads only these knows whether to wait, to pay or to ask the merchant.

use pepay_core::money::UsdMillis;
use pepay_core::payment::{Payment, Standing};
use pepay_core::transfer::{Refusal, Transfer, Verdict};

use super::format::usd_text;
use super::{Facts, Note, PaymentLine, Phase, Required, Tone, waits};

pub(super) fn headline(phase: Phase, payments: &[PaymentLine]) -> String {
    let words = match phase {
        Phase::Open => "Choose how to pay",
        Phase::Underpaid => "Almost there: a part is missing",
        Phase::Confirming if payments.iter().all(|line| line.confirmations <= 1) => "Payment detected",
        Phase::Confirming => "Confirming your payment",
        Phase::Closing => "Time is up: checking the networks",
        Phase::Paid => "Payment complete",
        Phase::Reverted => "Your payment is being checked again",
        Phase::Expired => "This payment request has expired",
        Phase::Canceled => "This payment request was canceled",
    };
    words.to_owned()
}

pub(super) fn detail(facts: &Facts<'_>, phase: Phase, payments: &[PaymentLine]) -> String {
    let invoice = facts.invoice;
    let merchant = facts.merchant_name;
    match phase {
        Phase::Open => "Pick a coin on the network you want to send it from.".to_owned(),
        Phase::Underpaid => format!(
            "{} of {} has arrived. Send the remaining {} to the same address, in the same coin.",
            usd_text(invoice.amount_paid),
            usd_text(invoice.amount),
            usd_text(invoice.amount_remaining()),
        ),
        Phase::Confirming => confirming(facts, payments),
        Phase::Closing => "Payments sent before the deadline still count. This takes a moment.".to_owned(),
        Phase::Paid => format!("{merchant} has received {}. Thank you.", usd_text(invoice.amount_paid)),
        Phase::Reverted => {
            "The network dropped a block that held your payment. It usually comes back by itself within \
                            minutes; this page will tell."
                .to_owned()
        }
        Phase::Expired => ended(facts, "Do not send money to this address any more."),
        Phase::Canceled => ended(facts, &format!("{merchant} has withdrawn it. Please do not send money.")),
    }
}

fn confirming(facts: &Facts<'_>, payments: &[PaymentLine]) -> String {
    let coming: UsdMillis = facts
        .payments
        .iter()
        .filter(|seen| waits(&seen.payment))
        .try_fold(facts.invoice.amount_paid, |sum, seen| sum.checked_add(seen.payment.value))
        .unwrap_or(facts.invoice.amount);
    let waiting = "You can leave this page: your payment is counted either way.";
    if coming >= facts.invoice.threshold() {
        let blocks = payments.iter().any(|line| matches!(line.required, Required::Blocks(_)));
        let until = if blocks { "a few more blocks" } else { "the network to finalize it" };
        return format!("Waiting for {until}. {waiting}");
    }
    format!(
        "{} of {} is on its way. Once it is confirmed you can pay the rest here.",
        usd_text(coming),
        usd_text(facts.invoice.amount)
    )
}

// Terminal and unpaid: say what becomes of money that was sent all the same.
fn ended(facts: &Facts<'_>, otherwise: &str) -> String {
    let merchant = facts.merchant_name;
    if facts.payments.iter().all(|seen| seen.payment.reverted) && facts.refused.is_empty() {
        return format!("{otherwise} If you have already paid, keep this page: your payment will show up here.");
    }
    format!(
        "The money you sent is not lost: it is listed below, {merchant} sees it too and decides whether to accept or \
         refund it. Keep this page as your reference."
    )
}

pub(super) fn notes(facts: &Facts<'_>, phase: Phase) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut add = |tone, text| notes.push(Note { tone, text });
    let merchant = facts.merchant_name;
    let overpaid = facts.invoice.amount_overpaid();
    if phase == Phase::Paid && overpaid > UsdMillis::ZERO {
        let extra = usd_text(overpaid);
        add(Tone::Info, format!("You sent {extra} more than asked. {merchant} can refund the difference."));
    }
    let any = |wanted: Standing| {
        facts.payments.iter().any(|seen| seen.payment.standing == Some(wanted) && !seen.payment.reverted)
    };
    if any(Standing::Late) && phase == Phase::Paid {
        add(Tone::Info, format!("A further payment arrived afterwards. {merchant} decides whether to refund it."));
    }
    if any(Standing::OffLock) {
        add(
            Tone::Warn,
            format!(
                "A payment came in another coin or on another network than the first one. It does not count \
                 automatically; {merchant} sees it and can accept or refund it."
            ),
        );
    }
    if any(Standing::Unpriced) {
        add(
            Tone::Warn,
            format!("A payment came when no exchange rate was to be had. {merchant} sees it and decides about it."),
        );
    }
    if facts.payments.iter().any(|seen| seen.payment.reverted) && phase != Phase::Reverted {
        let text = "The network dropped a block that held a payment. It counts again as soon as it is back in one.";
        add(Tone::Warn, text.to_owned());
    }
    if !facts.refused.is_empty() {
        add(
            Tone::Warn,
            format!(
                "Something arrived that can not be counted automatically. It is not lost: {merchant} sees it and can \
                 recover it."
            ),
        );
    }
    notes
}

pub(super) fn payment_label(payment: &Payment, confirmations: u64, required: Required) -> String {
    if payment.reverted {
        return "Dropped by the network".to_owned();
    }
    match (payment.standing, payment.confirmed_at, required) {
        (Some(Standing::Late), ..) => "Arrived late".to_owned(),
        (Some(Standing::OffLock), ..) => "Other coin or network".to_owned(),
        (Some(Standing::Unpriced), ..) => "No exchange rate".to_owned(),
        (Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None, Some(_), _) => "Confirmed".to_owned(),
        (Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None, None, Required::Blocks(needed)) => {
            format!("Confirming {confirmations} of {needed}")
        }
        (Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None, None, Required::Word(_)) => "Waiting for finality".to_owned(),
    }
}

pub(super) fn refusal(transfer: &Transfer) -> (&'static str, String) {
    let reason = match transfer.verdict {
        Verdict::Refused(reason) => reason,
        // Never listed as refused; shown harmlessly if it ever is.
        Verdict::Payment(_) => return ("counted", "Counted".to_owned()),
    };
    let words = match reason {
        Refusal::WrongNetwork => "Wrong network",
        Refusal::TokenNotQuoted => "Coin was not chosen here",
        Refusal::TokenNotListed => "Coin is not accepted",
    };
    (reason.as_str(), words.to_owned())
}
