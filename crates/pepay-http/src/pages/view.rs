//! What the checkout page knows of an invoice: plain values, ready to be shown.
//!
//! The page and its scripts decide nothing: the phase, every sentence and every amount are made here, once, for the
//! server-rendered page and for `GET /pay/state` alike. Amounts leave as text, never as floats. Nothing here fails;
//! a token or network that has left the catalogue is shown by its number or name.

use pepay_core::branding::Branding;
use pepay_core::invoice::{Exception, Invoice, State};
use pepay_core::money::UsdMillis;
use pepay_core::network::{Depth, Kind};
use pepay_core::payment::{Payment, Standing};
use pepay_core::time::Millis;
use pepay_core::token::Catalogue;
use pepay_core::transfer::Transfer;
use serde::Serialize;

mod format;
mod words;

pub(crate) use format::utc;

use super::lang::Lang;
use crate::show;

/// A payment and how deep it lies, in blocks, its own included.
pub(crate) struct Seen {
    pub(crate) payment: Payment,
    pub(crate) confirmations: u64,
}

/// Everything the page is made of.
pub(crate) struct Facts<'a> {
    pub(crate) invoice: &'a Invoice,
    pub(crate) branding: &'a Branding,
    /// In which language to speak.
    pub(crate) lang: &'static Lang,
    /// All payments of the invoice, oldest first.
    pub(crate) payments: Vec<Seen>,
    /// Transfers to its addresses that are no payments and whose block stands.
    pub(crate) refused: &'a [Transfer],
    pub(crate) catalogue: &'a Catalogue,
    /// Whether play money can be asked for here.
    pub(crate) faucet: bool,
    pub(crate) now: Millis,
}

/// What the payor can do or must wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Nothing seen yet; the payor chooses how to pay.
    Open,
    /// A part is confirmed; the rest is asked in the locked token.
    Underpaid,
    /// A payment that counts is waiting for its confirmations.
    Confirming,
    /// The time is over, but the networks have not been read up to that moment.
    Closing,
    /// Done.
    Paid,
    /// It was paid, and a reorganisation took money away again.
    Reverted,
    /// Ended without enough money.
    Expired,
    /// Withdrawn by the merchant.
    Canceled,
}

impl Phase {
    fn of(facts: &Facts<'_>) -> Self {
        match facts.invoice.state {
            State::Paid { .. } if facts.invoice.covered() => Self::Paid,
            State::Paid { .. } => Self::Reverted,
            State::Expired { .. } => Self::Expired,
            State::Canceled { .. } => Self::Canceled,
            State::Unpaid | State::Underpaid if facts.payments.iter().any(|seen| waits(&seen.payment)) => {
                Self::Confirming
            }
            State::Unpaid | State::Underpaid if facts.now >= facts.invoice.expires_at => Self::Closing,
            State::Unpaid => Self::Open,
            State::Underpaid => Self::Underpaid,
        }
    }

    /// The class and `data-phase` of the page.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Underpaid => "underpaid",
            Self::Confirming => "confirming",
            Self::Closing => "closing",
            Self::Paid => "paid",
            Self::Reverted => "reverted",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }

    /// Whether an address may be asked for.
    pub(crate) const fn payable(self) -> bool {
        matches!(self, Self::Open | Self::Underpaid)
    }

    /// How many of the three steps (pay, confirm, done) lie behind; `None` where they make no sense.
    const fn steps_done(self) -> Option<u8> {
        match self {
            Self::Open | Self::Underpaid => Some(0),
            Self::Confirming => Some(1),
            Self::Paid => Some(3),
            Self::Closing | Self::Reverted | Self::Expired | Self::Canceled => None,
        }
    }
}

fn waits(payment: &Payment) -> bool {
    payment.stands() && payment.confirmed_at.is_none()
}

/// Dollars in three forms: exact, contract decimal, and as people read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Dollars {
    pub(crate) usd_millis: i64,
    pub(crate) decimal: String,
    pub(crate) text: String,
}

impl Dollars {
    fn new(amount: UsdMillis, lang: &Lang) -> Self {
        Self { usd_millis: amount.get(), decimal: amount.decimal(), text: lang.usd(amount) }
    }
}

/// A network by wire name and as people call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NetworkName {
    pub(crate) network: String,
    pub(crate) label: String,
    pub(crate) kind: &'static str,
}

/// The token and network the rest has to be paid in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Locked {
    pub(crate) network: String,
    pub(crate) network_label: String,
    pub(crate) token_id: i64,
    pub(crate) symbol: String,
    pub(crate) address: String,
}

/// How deep a payment must lie: a number of blocks, or the chain's own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Required {
    Blocks(u32),
    Word(&'static str),
}

impl From<Depth> for Required {
    fn from(depth: Depth) -> Self {
        match depth {
            Depth::Blocks(blocks) => Self::Blocks(blocks.max(1)),
            Depth::Finalized => Self::Word("finalized"),
        }
    }
}

/// One payment, as its line on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PaymentLine {
    pub(crate) id: String,
    pub(crate) status: &'static str,
    /// Why it does not count; `null` when it does.
    pub(crate) standing: Option<&'static str>,
    pub(crate) network: String,
    /// The network as the end of a sentence, such as `on Base`.
    pub(crate) place: String,
    pub(crate) token_symbol: String,
    /// Whole tokens, without trailing zeros.
    pub(crate) amount_token: String,
    pub(crate) amount: Dollars,
    pub(crate) tx_hash: Option<String>,
    pub(crate) tx_short: Option<String>,
    pub(crate) explorer_url: Option<String>,
    /// Who sent it, when the chain tells.
    pub(crate) from: Option<String>,
    /// Where it went.
    pub(crate) to: String,
    /// Blocks, never more than `required` asks for.
    pub(crate) confirmations: u64,
    pub(crate) required: Required,
    pub(crate) confirmed: bool,
    pub(crate) reverted: bool,
    /// Its state in words, such as `Confirming 1 of 3`.
    pub(crate) label: String,
}

/// A transfer that is no payment of this invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RefusedLine {
    pub(crate) reason: &'static str,
    pub(crate) network: String,
    /// The network as the end of a sentence, such as `on Base`.
    pub(crate) place: String,
    /// The symbol of a listed token, else its contract.
    pub(crate) asset: String,
    /// Whole tokens for a listed token; base units, said so, for another.
    pub(crate) amount: String,
    pub(crate) tx_hash: Option<String>,
    pub(crate) tx_short: Option<String>,
    pub(crate) explorer_url: Option<String>,
    /// The reason in words.
    pub(crate) label: String,
}

/// How urgent a note is; also its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tone {
    Info,
    Warn,
}

/// A remark beside the headline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Note {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// The answer of `GET /pay/state`, and what the page is rendered from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct View {
    pub(crate) invoice_id: String,
    pub(crate) environment: &'static str,
    pub(crate) phase: Phase,
    pub(crate) status: &'static str,
    pub(crate) exception: Option<&'static str>,
    pub(crate) steps_done: Option<u8>,
    pub(crate) headline: String,
    pub(crate) detail: String,
    pub(crate) notes: Vec<Note>,
    pub(crate) amount: Dollars,
    pub(crate) paid: Dollars,
    pub(crate) remaining: Dollars,
    pub(crate) overpaid: Dollars,
    /// Epoch seconds.
    pub(crate) expires_at: i64,
    /// Milliseconds from now, at least zero.
    pub(crate) remaining_ms: i64,
    pub(crate) merchant_name: String,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) footer: Option<String>,
    /// Whether the merchant wants the payor back.
    pub(crate) returns: bool,
    /// When it was paid, in epoch seconds.
    pub(crate) paid_at: Option<i64>,
    /// Where the receipt goes.
    pub(crate) customer_email: Option<String>,
    /// Where a payor with a problem writes to.
    pub(crate) support_email: Option<String>,
    pub(crate) locked: Option<Locked>,
    pub(crate) payments: Vec<PaymentLine>,
    pub(crate) refused: Vec<RefusedLine>,
    pub(crate) networks: Vec<NetworkName>,
    pub(crate) faucet: bool,
}

impl View {
    /// Draws up the page from the facts.
    pub(crate) fn new(facts: &Facts<'_>) -> Self {
        let (invoice, lang) = (facts.invoice, facts.lang);
        let terms = &invoice.terms;
        let phase = Phase::of(facts);
        let name = &facts.branding.company_name;
        let payments: Vec<_> = facts.payments.iter().map(|seen| payment_line(seen, facts)).collect();
        Self {
            invoice_id: invoice.id.to_string(),
            environment: invoice.environment.as_str(),
            phase,
            status: invoice.state.as_str(),
            exception: invoice.exception().map(Exception::as_str),
            steps_done: phase.steps_done(),
            headline: words::headline(lang, phase, &payments),
            detail: words::detail(facts, phase, &payments),
            notes: words::notes(facts, phase),
            amount: Dollars::new(invoice.amount, lang),
            paid: Dollars::new(invoice.amount_paid, lang),
            remaining: Dollars::new(invoice.amount_remaining(), lang),
            overpaid: Dollars::new(invoice.amount_overpaid(), lang),
            expires_at: invoice.expires_at.secs(),
            remaining_ms: invoice.expires_at.since(facts.now).max(0),
            merchant_name: name.clone(),
            title: shown(terms.title.as_deref()).filter(|title| title != name),
            description: shown(terms.description.as_deref()),
            footer: shown(terms.footer.as_deref()).filter(|footer| footer != name),
            returns: return_url(invoice).is_some(),
            paid_at: if let State::Paid { at } = invoice.state { Some(at.secs()) } else { None },
            customer_email: terms.customer_email.clone(),
            support_email: facts.branding.support_email.clone(),
            locked: locked(facts),
            payments,
            refused: facts.refused.iter().map(|transfer| refused_line(transfer, facts)).collect(),
            networks: network_names(facts),
            faucet: facts.faucet && phase.payable(),
        }
    }
}

/// Where the payor goes back to, if anywhere. A merchant's address becomes a link here, so that nothing but a web page
/// may be behind it, whoever wrote it down.
pub(crate) fn return_url(invoice: &Invoice) -> Option<&str> {
    let url = invoice.terms.payment_return_url.as_deref().filter(|_| invoice.terms.payment_return_url_enabled);
    url.filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

fn shown(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn locked(facts: &Facts<'_>) -> Option<Locked> {
    facts.invoice.lock.as_ref().map(|lock| Locked {
        network: lock.network.name().to_owned(),
        network_label: show::network(lock.network.name()),
        token_id: lock.token.0,
        symbol: format::symbol(lock.token, facts.catalogue),
        address: lock.address.to_string(),
    })
}

fn network_names(facts: &Facts<'_>) -> Vec<NetworkName> {
    let ours = facts.catalogue.networks().iter().filter(|it| it.id.environment() == facts.invoice.environment);
    ours.map(|network| NetworkName {
        network: network.id.name().to_owned(),
        label: show::network(network.id.name()),
        kind: Kind::as_str(network.kind),
    })
    .collect()
}

fn place(lang: &Lang, network: &str) -> String {
    lang.fill(&lang.words.on_network, &[("network", &show::network(network))])
}

fn payment_line(seen: &Seen, facts: &Facts<'_>) -> PaymentLine {
    let (catalogue, lang) = (facts.catalogue, facts.lang);
    let payment = &seen.payment;
    let required = Required::from(payment.depth);
    let confirmations = match required {
        Required::Blocks(blocks) => seen.confirmations.min(u64::from(blocks)),
        Required::Word(_) => seen.confirmations,
    };
    let tx_hash = payment.observed.tx_hash.clone();
    let network = catalogue.network(&payment.network);
    PaymentLine {
        id: payment.id.to_string(),
        status: payment.status.as_str(),
        standing: match payment.standing {
            Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None => None,
            Some(other @ (Standing::Late | Standing::OffLock | Standing::Unpriced)) => Some(other.as_str()),
        },
        network: payment.network.name().to_owned(),
        place: place(lang, payment.network.name()),
        token_symbol: format::symbol(payment.token, catalogue),
        amount_token: format::token_amount(lang, payment.observed.units, payment.token, catalogue),
        amount: Dollars::new(payment.value, lang),
        tx_short: tx_hash.as_deref().map(show::short),
        explorer_url: tx_hash.as_deref().and_then(|tx| network?.explorer_url(tx)),
        tx_hash,
        from: payment.observed.from.map(|from| from.to_string()),
        to: payment.observed.to.to_string(),
        confirmations,
        required,
        confirmed: payment.confirmed_at.is_some() && !payment.reverted,
        reverted: payment.reverted,
        label: words::payment_label(lang, payment, confirmations, required),
    }
}

fn refused_line(transfer: &Transfer, facts: &Facts<'_>) -> RefusedLine {
    let (catalogue, lang) = (facts.catalogue, facts.lang);
    let tx_hash = transfer.observed.tx_hash.clone();
    let network = catalogue.network(&transfer.network);
    let (asset, amount) = format::refused_amount(lang, transfer, catalogue);
    let (reason, label) = words::refusal(lang, transfer);
    RefusedLine {
        reason,
        network: transfer.network.name().to_owned(),
        place: place(lang, transfer.network.name()),
        asset,
        amount,
        tx_short: tx_hash.as_deref().map(show::short),
        explorer_url: tx_hash.as_deref().and_then(|tx| network?.explorer_url(tx)),
        tx_hash,
        label,
    }
}

#[cfg(test)]
mod tests;
