//! Money that came to the addresses of an invoice and is no payment of it: what it was, why it does not count and what
//! can be done.

use pepay_wire::{ExplainedTransfer, Rule};

use crate::dashboard::format::{self, Moment};

/// Shown at most: somebody may send dust.
const SHOWN: usize = 50;

/// One such transfer.
pub(super) struct Stray {
    pub(super) amount: String,
    pub(super) network: String,
    pub(super) why: &'static str,
    pub(super) advice: &'static str,
    pub(super) seen: Moment,
    pub(super) tx: String,
    pub(super) tx_short: String,
    pub(super) url: Option<String>,
    pub(super) from: String,
    pub(super) to: String,
}

/// The latest, newest first, and how many more there are.
pub(super) fn of(transfers: &[ExplainedTransfer]) -> (Vec<Stray>, usize) {
    let mut all: Vec<Stray> = transfers.iter().rev().filter_map(stray).collect();
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    (all, more)
}

fn stray(transfer: &ExplainedTransfer) -> Option<Stray> {
    let (why, advice) = match transfer.rule {
        Rule::WrongNetwork => ("It came on a network for which this address was not handed out.", ASK_AGAIN),
        Rule::TokenNotQuoted => ("The payor was never given a price for this token at this address.", ASK_AGAIN),
        Rule::TokenNotListed => ("This installation does not take this token.", BEWARE),
        Rule::Counted | Rule::AwaitingConfirmations | Rule::Withdrawn | Rule::Late | Rule::OffLock | Rule::Unpriced => {
            return None;
        }
    };
    let tx = transfer.tx_hash.clone().unwrap_or_default();
    Some(Stray {
        amount: amount(transfer),
        network: format::network(transfer.network.name()),
        why,
        advice,
        seen: format::moment(transfer.detected_at),
        tx_short: format::short(&tx),
        tx,
        url: transfer.explorer_url.clone(),
        from: transfer.from.map(|it| it.to_string()).unwrap_or_default(),
        to: transfer.to.to_string(),
    })
}

const ASK_AGAIN: &str = "It is not lost: it lies at the address, from which it can go to your wallet only. Ask the payor \
                         to send the invoice’s amount in an offered token, or agree on what to do with this money.";
const BEWARE: &str = "It lies at the address, from which it can go to your wallet only. Anybody can make a token of any \
                      name: take it for money only if you know its contract.";

fn amount(transfer: &ExplainedTransfer) -> String {
    let units = transfer.amount_base_units;
    match (&transfer.token, &transfer.asset_address) {
        (Some(token), _) => format!("{} {}", format::trimmed(&units.decimal(token.token_decimals)), token.token_symbol),
        (None, Some(asset)) => format!("{units} base units of {}", format::short(asset)),
        (None, None) => format!("{units} base units of the network’s own coin"),
    }
}
