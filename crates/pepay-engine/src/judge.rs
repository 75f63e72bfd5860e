//! From facts to rows and events: loads an invoice, lets the core judge it, saves what changed.
//!
//! Every change of an invoice after its creation goes through [`Bench::judge`], whoever caused it: a block, a tick or
//! a merchant. The caller's transaction holds the invoice's lock meanwhile.

use std::collections::{HashMap, HashSet};

use pepay_core::event::Type;
use pepay_core::id::{InvoiceId, LetterId, MerchantId, PaymentId};
use pepay_core::invoice::{self, Invoice, Reading, State};
use pepay_core::network::NetworkId;
use pepay_core::payment::{Heights, Payment, Standing};
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use pepay_core::token::{Asset, Catalogue};
use pepay_core::transfer::Observed;
use pepay_store::chain::Cursor;
use pepay_store::db::Tx;
use pepay_store::event;
use pepay_store::letter::{Content, Letter};
use pepay_store::native_look::NativeLook;
use serde::Serialize;

use crate::{Error, Origin};

/// What the chain said of an invoice's payments.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Payments never seen before.
    pub(crate) new: Vec<Payment>,
    /// Payments whose block a reorganisation removed.
    pub(crate) reverted: Vec<PaymentId>,
    /// A payment the merchant takes although it would not count.
    pub(crate) accepted: Option<Payment>,
    /// Payments that were removed and mined again.
    pub(crate) remined: Vec<(PaymentId, Observed)>,
}

/// A sitting: one transaction in which any number of invoices are judged, whose events are announced together.
pub(crate) struct Bench<'a> {
    tx: &'a Tx,
    catalogue: &'a Catalogue,
    now: Millis,
    cursors: HashMap<NetworkId, Option<Cursor>>,
    looks: HashMap<NetworkId, Option<NativeLook>>,
    origin: Origin,
    events: Vec<event::New>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(tx: &'a Tx, catalogue: &'a Catalogue, now: Millis) -> Self {
        Self {
            tx,
            catalogue,
            now,
            cursors: HashMap::new(),
            looks: HashMap::new(),
            origin: Origin::default(),
            events: Vec::new(),
        }
    }

    /// Names the request that causes what is announced from now on.
    pub(crate) fn caused_by(self, origin: &Origin) -> Self {
        Self { origin: origin.clone(), ..self }
    }

    /// Judges one invoice in the light of `facts`; `None` when it does not exist. A second judgement without new
    /// facts changes and announces nothing.
    pub(crate) async fn judge(&mut self, id: InvoiceId, facts: Facts) -> Result<Option<Invoice>, Error> {
        let Some(before) = pepay_store::invoice::lock(self.tx, id).await? else {
            return Ok(None);
        };
        // Another node may have moved a cursor since the invoice before this one was judged.
        self.cursors.clear();
        self.looks.clear();
        let payments_before = pepay_store::payment::by_invoice(&**self.tx, id).await?;
        let deposits = pepay_store::deposit::by_invoice(&**self.tx, id).await?;
        for deposit in &deposits {
            self.load_cursor(&deposit.network).await?;
            if deposit.native {
                self.load_look(&deposit.network).await?;
            }
        }
        for payment in &payments_before {
            self.load_cursor(&payment.network).await?;
        }
        let payments = self.apply(&before, &payments_before, facts);
        let reading = reading(self.catalogue, &deposits, |network| self.cursor(network), |network| self.look(network));
        let (after, payments) = invoice::assess(before.clone(), payments, reading, self.now);
        self.save_payments(&after, &payments_before, payments).await?;
        self.save_invoice(&before, &after).await?;
        Ok(Some(after))
    }

    /// Announces an invoice changed by other means than its payments, and saves it.
    pub(crate) async fn save_invoice(&mut self, before: &Invoice, after: &Invoice) -> Result<(), Error> {
        if before == after {
            return Ok(());
        }
        pepay_store::invoice::update(self.tx, after).await?;
        self.write_receipt(before, after).await?;
        let (old, new) = (pepay_wire::Invoice::new(before), pepay_wire::Invoice::new(after));
        if let Some(data) = change(&old, &new) {
            self.announce(after, Type::InvoiceUpdated, data);
        }
        Ok(())
    }

    // The payor's receipt goes out with the fact that it was paid.
    async fn write_receipt(&self, before: &Invoice, after: &Invoice) -> Result<(), Error> {
        let is_paid = |invoice: &Invoice| matches!(invoice.state, State::Paid { .. });
        let Some(to) = after.terms.customer_email.clone().filter(|_| is_paid(after) && !is_paid(before)) else {
            return Ok(());
        };
        let letter = Letter {
            // An invoice is paid once and has one receipt.
            id: LetterId::from_uuid(after.id.uuid()),
            recipient: to,
            kind: "receipt".to_owned(),
            content: Content::Receipt(after.id),
            created_at: self.now,
            attempts: 0,
        };
        Ok(pepay_store::letter::insert(self.tx, &letter).await?)
    }

    /// Writes the events of this sitting: the last statement before the commit, for their order is global.
    pub(crate) async fn close(self) -> Result<(), Error> {
        if !self.events.is_empty() {
            event::append(self.tx, self.now, &self.events).await?;
        }
        Ok(())
    }

    async fn load_look(&mut self, network: &NetworkId) -> Result<(), Error> {
        if !self.looks.contains_key(network) {
            let look = pepay_store::native_look::get(&**self.tx, network).await?;
            self.looks.insert(network.clone(), look);
        }
        Ok(())
    }

    async fn load_cursor(&mut self, network: &NetworkId) -> Result<(), Error> {
        if !self.cursors.contains_key(network) {
            let cursor = pepay_store::chain::cursor(&**self.tx, network).await?;
            self.cursors.insert(network.clone(), cursor);
        }
        Ok(())
    }

    fn cursor(&self, network: &NetworkId) -> Option<&Cursor> {
        self.cursors.get(network).and_then(Option::as_ref)
    }

    fn look(&self, network: &NetworkId) -> Option<NativeLook> {
        self.looks.get(network).copied().flatten()
    }

    fn apply(&self, invoice: &Invoice, before: &[Payment], facts: Facts) -> Vec<Payment> {
        let reverted: HashSet<PaymentId> = facts.reverted.into_iter().collect();
        let remined: HashMap<PaymentId, Observed> = facts.remined.into_iter().rev().collect();
        let mut payments = before.to_vec();
        for payment in &mut payments {
            if reverted.contains(&payment.id) {
                payment.reverted = true;
                payment.confirmed_at = None;
            }
            if let Some(accepted) = facts.accepted.as_ref().filter(|it| it.id == payment.id) {
                payment.standing = accepted.standing;
            }
            if let Some(observed) = remined.get(&payment.id) {
                payment.reverted = false;
                payment.observed = observed.clone();
                // What comes back after the end comes late, whatever it was before.
                // What the merchant took stays taken.
                let ended = matches!(invoice.state, State::Expired { .. } | State::Canceled { .. });
                let taken = matches!(payment.standing, Some(Standing::Accepted | Standing::AcceptedLate));
                if ended && !taken {
                    payment.standing = None;
                }
            }
        }
        payments.extend(facts.new.into_iter().map(|payment| Payment {
            // Late money is late, also when it has no price.
            standing: payment.standing.filter(|_| payment.first_seen_at < invoice.end()),
            ..payment
        }));
        for payment in &mut payments {
            let heights =
                self.cursor(&payment.network).map(|it| Heights { head: it.block.number, finalized: it.finalized });
            let deep = heights.is_some_and(|it| it.reach(payment.observed.anchor.block_number, payment.depth));
            if deep && !payment.reverted && payment.confirmed_at.is_none() {
                payment.confirmed_at = Some(self.now);
            }
        }
        payments
    }

    async fn save_payments(&mut self, invoice: &Invoice, before: &[Payment], after: Vec<Payment>) -> Result<(), Error> {
        let mut after = after;
        // A stranger can make them many: nothing here may look at each for each.
        let before: HashMap<PaymentId, &Payment> = before.iter().map(|old| (old.id, old)).collect();
        for payment in &mut after {
            let old = before.get(&payment.id).copied();
            if old == Some(&*payment) {
                continue;
            }
            payment.updated_at = self.now;
            let new_object = self.payment_object(invoice.merchant_id, payment)?;
            match old {
                None => {
                    pepay_store::payment::insert(self.tx, payment).await?;
                    self.announce(invoice, Type::PaymentCreated, pepay_wire::data(&new_object, None::<&()>));
                }
                Some(old) => {
                    pepay_store::payment::update(self.tx, payment).await?;
                    let old_object = self.payment_object(invoice.merchant_id, old)?;
                    if let Some(data) = change(&old_object, &new_object) {
                        self.announce(invoice, Type::PaymentUpdated, data);
                    }
                }
            }
            alarm_on_reversal(old, payment);
        }
        Ok(())
    }

    fn payment_object(&self, merchant: MerchantId, payment: &Payment) -> Result<pepay_wire::Payment, Error> {
        let head = self.cursor(&payment.network).map(|cursor| cursor.block.number);
        crate::invoice::payment_object(self.catalogue, merchant, payment, head)
    }

    fn announce(&mut self, invoice: &Invoice, kind: Type, data: String) {
        self.events.push(event::New {
            kind,
            merchant_id: invoice.merchant_id,
            environment: invoice.environment,
            invoice_id: invoice.id,
            customer_id: invoice.terms.customer_id.clone(),
            request_id: self.origin.request_id.clone(),
            idempotency_key: self.origin.idempotency_key.clone(),
            data,
        });
    }
}

/// How far the networks of an invoice's `deposits` have been read, as their cursors and looks at coin tell. Those on a
/// network that the operator no longer runs cannot hold an invoice open for ever.
pub(crate) fn reading<'a>(
    catalogue: &Catalogue,
    deposits: &[Deposit],
    cursor: impl Fn(&NetworkId) -> Option<&'a Cursor>,
    look: impl Fn(&NetworkId) -> Option<NativeLook>,
) -> Reading {
    let watched = deposits.iter().filter(|deposit| catalogue.network(&deposit.network).is_some());
    let times = watched.map(|deposit| {
        let time = cursor(&deposit.network)?.block.time;
        // Where the coin is not taken any more, nobody looks at balances.
        if deposit.native && catalogue.token_of(&deposit.network, Asset::Native).is_some() {
            Some(look(&deposit.network)?.through.min(time))
        } else {
            Some(time)
        }
    });
    times.reduce(Option::min).map_or(Reading::NoAddress, Reading::Through)
}

fn alarm_on_reversal(old: Option<&Payment>, payment: &Payment) {
    if payment.reverted && old.is_some_and(|old| old.confirmed_at.is_some()) {
        metrics::counter!("pepay_confirmed_payments_reverted_total").increment(1);
        tracing::error!(
            invoice.id = %payment.invoice_id, payment.id = %payment.id,
            "A reorganisation removed confirmed payment {}", payment.id
        );
    }
}

/// The data of an `updated` event; `None` when nothing visible changed, so that nothing is announced.
fn change<T: Serialize>(old: &T, new: &T) -> Option<String> {
    let same = serde_json::to_vec(old).ok() == serde_json::to_vec(new).ok();
    (!same).then(|| pepay_wire::data(new, Some(old)))
}
