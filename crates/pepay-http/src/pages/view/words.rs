//! The sentences of the checkout page: what happened, what to do, and what becomes of money that did not count.
//!
//! Plain and honest: a payor who reads only these knows whether to wait, to pay or to ask the merchant.

use pepay_core::money::UsdMillis;
use pepay_core::payment::{Payment, Standing};
use pepay_core::transfer::{Refusal, Transfer, Verdict};

use super::{Facts, Lang, Note, PaymentLine, Phase, Required, Tone, waits};

pub(super) fn headline(lang: &Lang, phase: Phase, payments: &[PaymentLine]) -> String {
    let w = &lang.words;
    let words = match phase {
        Phase::Open => &w.h_open,
        Phase::Underpaid => &w.h_underpaid,
        Phase::Confirming if payments.iter().all(|line| line.confirmations <= 1) => &w.h_detected,
        Phase::Confirming => &w.h_confirming,
        Phase::Closing => &w.h_closing,
        Phase::Paid => &w.h_paid,
        Phase::Reverted => &w.h_reverted,
        Phase::Expired => &w.h_expired,
        Phase::Canceled => &w.h_canceled,
    };
    words.clone()
}

pub(super) fn detail(facts: &Facts<'_>, phase: Phase, payments: &[PaymentLine]) -> String {
    let (invoice, lang, w) = (facts.invoice, facts.lang, &facts.lang.words);
    let gaps: &[(&str, &str)] = &[
        ("merchant", &facts.branding.company_name),
        ("paid", &lang.usd(invoice.amount_paid)),
        ("amount", &lang.usd(invoice.amount)),
        ("rest", &lang.usd(invoice.amount_remaining())),
    ];
    match phase {
        Phase::Open => w.d_open.clone(),
        Phase::Underpaid => lang.fill(&w.d_underpaid, gaps),
        Phase::Confirming => confirming(facts, payments),
        Phase::Closing => w.d_closing.clone(),
        Phase::Paid => lang.fill(&w.d_paid, gaps),
        Phase::Reverted => w.d_reverted.clone(),
        Phase::Expired => ended(facts, &w.d_expired),
        Phase::Canceled => ended(facts, &w.d_canceled),
    }
}

fn confirming(facts: &Facts<'_>, payments: &[PaymentLine]) -> String {
    let (lang, w) = (facts.lang, &facts.lang.words);
    let coming: UsdMillis = facts
        .payments
        .iter()
        .filter(|seen| waits(&seen.payment))
        .try_fold(facts.invoice.amount_paid, |sum, seen| sum.checked_add(seen.payment.value))
        .unwrap_or(facts.invoice.amount);
    if coming >= facts.invoice.threshold() {
        let blocks = payments.iter().any(|line| matches!(line.required, Required::Blocks(_)));
        return if blocks { w.d_blocks.clone() } else { w.d_finality.clone() };
    }
    lang.fill(&w.d_on_its_way, &[("paid", &lang.usd(coming)), ("amount", &lang.usd(facts.invoice.amount))])
}

// Terminal and unpaid: say what becomes of money that was sent all the same.
fn ended(facts: &Facts<'_>, otherwise: &str) -> String {
    let (lang, w) = (facts.lang, &facts.lang.words);
    let gaps = [("merchant", facts.branding.company_name.as_str())];
    if facts.payments.iter().all(|seen| seen.payment.reverted) && facts.refused.is_empty() {
        return format!("{} {}", lang.fill(otherwise, &gaps), w.d_already);
    }
    lang.fill(&w.d_not_lost, &gaps)
}

pub(super) fn notes(facts: &Facts<'_>, phase: Phase) -> Vec<Note> {
    let (lang, w) = (facts.lang, &facts.lang.words);
    let overpaid = facts.invoice.amount_overpaid();
    let gaps: &[(&str, &str)] = &[("merchant", &facts.branding.company_name), ("extra", &facts.lang.usd(overpaid))];
    let mut notes = Vec::new();
    let mut add = |tone, text: &str| notes.push(Note { tone, text: lang.fill(text, gaps) });
    if phase == Phase::Paid && overpaid > UsdMillis::ZERO {
        add(Tone::Info, &w.n_overpaid);
    }
    let any = |wanted: Standing| {
        facts.payments.iter().any(|seen| seen.payment.standing == Some(wanted) && !seen.payment.reverted)
    };
    if any(Standing::Late) && phase == Phase::Paid {
        add(Tone::Info, &w.n_late);
    }
    if any(Standing::OffLock) {
        add(Tone::Warn, &w.n_off_lock);
    }
    if any(Standing::Unpriced) {
        add(Tone::Warn, &w.n_unpriced);
    }
    if facts.payments.iter().any(|seen| seen.payment.reverted) && phase != Phase::Reverted {
        add(Tone::Warn, &w.n_reverted);
    }
    if !facts.refused.is_empty() {
        add(Tone::Warn, &w.n_refused);
    }
    notes
}

pub(super) fn payment_label(lang: &Lang, payment: &Payment, confirmations: u64, required: Required) -> String {
    let w = &lang.words;
    if payment.reverted {
        return w.l_dropped.clone();
    }
    match (payment.standing, payment.confirmed_at, required) {
        (Some(Standing::Late), ..) => w.l_late.clone(),
        (Some(Standing::OffLock), ..) => w.l_off_lock.clone(),
        (Some(Standing::Unpriced), ..) => w.l_unpriced.clone(),
        (Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None, Some(_), _) => {
            w.l_confirmed.clone()
        }
        (
            Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None,
            None,
            Required::Blocks(needed),
        ) => {
            let (have, needed) = (confirmations.to_string(), needed.to_string());
            lang.fill(&w.l_confirming, &[("n", &have), ("m", &needed)])
        }
        (Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None, None, Required::Word(_)) => {
            w.l_finality.clone()
        }
    }
}

pub(super) fn refusal(lang: &Lang, transfer: &Transfer) -> (&'static str, String) {
    let w = &lang.words;
    let reason = match transfer.verdict {
        Verdict::Refused(reason) => reason,
        // Never listed as refused; shown harmlessly if it ever is.
        Verdict::Payment(_) => return ("counted", w.counted.clone()),
    };
    let words = match reason {
        Refusal::WrongNetwork => &w.r_network,
        Refusal::TokenNotQuoted => &w.r_unquoted,
        Refusal::TokenNotListed => &w.r_unlisted,
    };
    (reason.as_str(), words.clone())
}
