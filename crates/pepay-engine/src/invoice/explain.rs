//! Why an invoice is, or is not, paid: everything known about it, in one answer.

use std::collections::{BTreeSet, HashMap};

use pepay_core::id::{InvoiceId, PaymentId};
use pepay_core::invoice::{self, Invoice, State};
use pepay_core::money::UsdMillis;
use pepay_core::network::NetworkId;
use pepay_core::payment::{Payment, Standing};
use pepay_core::settlement::Deposit;
use pepay_core::transfer::{Transfer, Verdict};
use pepay_store::chain::Cursor;
use pepay_wire::{
    ExplainedAddress, ExplainedNetwork, ExplainedQuote, ExplainedTransfer, Explanation, PaymentToken, Rule,
};

use crate::auth::Caller;
use crate::{Engine, Error};

type Cursors = HashMap<NetworkId, Option<Cursor>>;
type Payments = HashMap<PaymentId, Payment>;

impl Engine {
    /// Every transfer seen on the invoice's addresses on any watched network, the rule that counted or refused each,
    /// the tolerance arithmetic, and how far each network was read.
    pub async fn explain_invoice(&self, caller: &Caller, id: InvoiceId) -> Result<Explanation, Error> {
        let invoice = self.own_invoice(caller, id).await?;
        let db = self.db().read();
        let payments = pepay_store::payment::by_invoice(db, id).await?;
        let transfers = pepay_store::transfer::by_invoice(db, id).await?;
        let deposits = pepay_store::deposit::by_invoice(db, id).await?;
        let cursors = self.cursors(&deposits, &transfers).await?;
        let pending = invoice::pending(&payments);
        let summary = summary(&invoice, pending, &deposits, &transfers);
        let quotes = pepay_store::quote::by_invoice(db, id).await?;
        // As many as a stranger likes: none is looked for among all.
        let payments: Payments = payments.into_iter().map(|payment| (payment.id, payment)).collect();
        Ok(Explanation {
            addresses: deposits.iter().map(ExplainedAddress::new).collect(),
            quotes: quotes.iter().map(ExplainedQuote::new).collect(),
            transfers: transfers.iter().filter_map(|it| self.explained(it, &payments, &cursors)).collect(),
            networks: explained_networks(&cursors),
            ..Explanation::new(&invoice, summary, pending)
        })
    }

    async fn cursors(&self, deposits: &[Deposit], transfers: &[Transfer]) -> Result<Cursors, Error> {
        let paid_on = transfers.iter().map(|transfer| &transfer.network);
        let networks: BTreeSet<_> = deposits.iter().map(|deposit| &deposit.network).chain(paid_on).collect();
        let mut cursors = Cursors::new();
        for network in networks {
            cursors.insert(network.clone(), pepay_store::chain::cursor(self.db().read(), network).await?);
        }
        Ok(cursors)
    }

    // A transfer on a network that left the catalogue cannot be presented; its payment object still is.
    fn explained(&self, transfer: &Transfer, payments: &Payments, cursors: &Cursors) -> Option<ExplainedTransfer> {
        let network = self.catalogue().network(&transfer.network)?;
        let head = cursors.get(&transfer.network).and_then(Option::as_ref).map(|cursor| cursor.block.number);
        let payment = if let Verdict::Payment(id) = transfer.verdict { payments.get(&id) } else { None };
        let explained = ExplainedTransfer {
            token: transfer.token.and_then(|id| self.catalogue().token(id)).map(PaymentToken::new),
            ..ExplainedTransfer::new(transfer, rule(transfer, payment), network, head)
        };
        Some(match payment {
            Some(payment) => explained.as_payment(payment),
            None => explained,
        })
    }
}

fn rule(transfer: &Transfer, payment: Option<&Payment>) -> Rule {
    if transfer.withdrawn_at.is_some() {
        return Rule::Withdrawn;
    }
    match (transfer.verdict, payment) {
        (Verdict::Refused(refusal), _) => refusal.into(),
        (Verdict::Payment(_), None) => Rule::AwaitingConfirmations,
        (Verdict::Payment(_), Some(payment)) => match payment.standing {
            Some(Standing::Late) => Rule::Late,
            Some(Standing::OffLock) => Rule::OffLock,
            Some(Standing::Unpriced) => Rule::Unpriced,
            Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None
                if payment.confirmed_at.is_some() =>
            {
                Rule::Counted
            }
            Some(Standing::Counted | Standing::Accepted | Standing::AcceptedLate) | None => Rule::AwaitingConfirmations,
        },
    }
}

fn explained_networks(cursors: &Cursors) -> Vec<ExplainedNetwork> {
    let mut networks: Vec<_> = cursors
        .iter()
        .map(|(network, cursor)| ExplainedNetwork {
            network: network.clone(),
            read_up_to_block: cursor.as_ref().map(|cursor| cursor.block.number),
            read_up_to_time: cursor.as_ref().map(|cursor| cursor.block.time),
            finalized_block: cursor.as_ref().map(|cursor| cursor.finalized),
            updated_at: cursor.as_ref().map(|cursor| cursor.updated_at),
        })
        .collect();
    networks.sort_by(|one, two| one.network.cmp(&two.network));
    networks
}

fn summary(invoice: &Invoice, pending: UsdMillis, deposits: &[Deposit], transfers: &[Transfer]) -> String {
    let refused = transfers.iter().filter(|it| matches!(it.verdict, Verdict::Refused(_)) && it.withdrawn_at.is_none());
    let aside = match refused.count() {
        0 => String::new(),
        count => format!(" {count} transfer(s) to its addresses do not count; see each."),
    };
    let missing = invoice.threshold().saturating_sub(invoice.amount_paid);
    let main = match invoice.state {
        State::Paid { .. } if invoice.covered() => format!("Paid: {} USD is confirmed.", invoice.amount_paid),
        State::Paid { .. } => format!(
            "It was paid, but a chain reorganisation took money away again: {missing} USD is missing. Do not fulfil."
        ),
        State::Expired { .. } => {
            format!("Expired with {} USD confirmed of {} USD.", invoice.amount_paid, invoice.amount)
        }
        State::Canceled { .. } => "Canceled by the merchant.".to_owned(),
        State::Unpaid | State::Underpaid if pending > UsdMillis::ZERO => {
            format!("{pending} USD was seen and waits for confirmations; {missing} USD is missing until then.")
        }
        State::Underpaid => format!("Underpaid: {missing} USD is still missing, in the locked token."),
        State::Unpaid if deposits.is_empty() => "The payor has not chosen how to pay yet.".to_owned(),
        State::Unpaid => "No payment was seen on its addresses.".to_owned(),
    };
    main + &aside
}
