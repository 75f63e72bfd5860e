//! Invoices, as the merchant uses them: create, read, cancel, explain.

use std::collections::HashMap;

use pepay_core::account::Action;
use pepay_core::address::Address;
use pepay_core::credential;
use pepay_core::event::Type;
use pepay_core::id::{InvoiceId, MerchantId, PaymentId};
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::invoice::{self, Invoice, State, Terms};
use pepay_core::money::UsdMillis;
use pepay_core::page::Page;
use pepay_core::payment::Payment;
use pepay_core::token::Catalogue;
use pepay_store::Connection;
use pepay_store::db::Tx;
use pepay_store::event;
use pepay_store::hot::{Created as Written, NewInvoice};
pub use pepay_store::invoice::{Filter, Waiting};
use pepay_wire::Code;

use crate::auth::Caller;
use crate::judge::{Bench, Facts};
use crate::{Engine, Error, Origin};

mod explain;

/// Events looked through for a cancellation: an invoice that could be canceled has few.
const EVENTS_OF_CANCELED: u64 = 200;

/// An invoice just created, or created before under the same idempotency key.
#[derive(Clone, Debug)]
pub struct Created {
    /// The invoice.
    pub invoice: Invoice,
    /// What opens it to its payor.
    pub session: credential::Session,
    /// Whether it was created before.
    pub replayed: bool,
}

/// Which related objects to give with an invoice (contract section 1, `expand`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expand {
    /// The latest payment.
    pub latest_payment: bool,
    /// Payments, latest first, at most this many.
    pub payments: Option<u32>,
}

impl Engine {
    /// Creates an invoice, durably and with its event, once per idempotency key. `KeyReused` when the key came with
    /// another body; `Rejected` when the receiver address does not fit the settlement network.
    pub async fn create_invoice(
        &self,
        caller: &Caller,
        request: pepay_wire::CreateInvoice,
        idempotency: Option<(Key, Fingerprint)>,
        request_id: &str,
    ) -> Result<Created, Error> {
        caller.may(Action::Invoices)?;
        let invoice = self.new_invoice(caller, request).await?;
        let event = event::New {
            kind: Type::InvoiceCreated,
            merchant_id: invoice.merchant_id,
            environment: invoice.environment,
            invoice_id: invoice.id,
            customer_id: invoice.terms.customer_id.clone(),
            request_id: Some(request_id.to_owned()),
            idempotency_key: idempotency.as_ref().map(|(key, _)| key.as_str().to_owned()),
            data: pepay_wire::data(&pepay_wire::Invoice::new(&invoice), None::<&()>),
        };
        let written = self.0.writer.create(NewInvoice { invoice: invoice.clone(), idempotency, event }).await?;
        let (invoice, replayed) = match written {
            Written::New => (invoice, false),
            Written::Replayed(earlier) => (*earlier, true),
            Written::KeyReused => return Err(Error::KeyReused),
        };
        let session = self.session_of(&invoice);
        Ok(Created { invoice, session, replayed })
    }

    /// The credentials that open `invoice` to its payor; the same every time.
    pub fn session_of(&self, invoice: &Invoice) -> credential::Session {
        credential::Session::issue(&self.0.server_key, invoice.id, invoice.created_at)
    }

    async fn new_invoice(&self, caller: &Caller, request: pepay_wire::CreateInvoice) -> Result<Invoice, Error> {
        let now = self.now();
        if let Some(receiver) = request.terms.receiver_override {
            self.check_receiver(caller, receiver).await?;
        }
        let merchant = self.merchant(caller.merchant).await?;
        let terms =
            if request.refuses_return { request.terms } else { self.with_return_url(caller, request.terms).await? };
        Ok(Invoice {
            id: self.random(|rng| InvoiceId::generate(now, rng)),
            merchant_id: caller.merchant,
            environment: caller.environment,
            amount: request.amount,
            tolerance: merchant.tolerance,
            terms,
            created_at: now,
            expires_at: now.plus_ms(request.life_ms),
            state: State::Unpaid,
            amount_paid: UsdMillis::ZERO,
            lock: None,
            late: false,
            payer: None,
            last_payment_at: None,
        })
    }

    // An invoice that says nothing leads back to where its merchant said that all do.
    async fn with_return_url(&self, caller: &Caller, terms: Terms) -> Result<Terms, Error> {
        if terms.payment_return_url.is_some() {
            return Ok(terms);
        }
        let profile = self.profile(caller.merchant).await?;
        let Some(url) = &profile.return_url else { return Ok(terms) };
        let payment_return_url = Some(url.as_str().to_owned());
        Ok(Terms { payment_return_url, payment_return_url_enabled: true, ..terms })
    }

    async fn check_receiver(&self, caller: &Caller, receiver: Address) -> Result<(), Error> {
        let refuse =
            |message: String| Err(Error::rejected(Code::ValidationError, "/receiver_override_address", message));
        let id = self.settlement_network(caller.merchant, caller.environment).await?;
        match id.and_then(|id| self.catalogue().network(&id)) {
            None => refuse("choose a settlement token before overriding the receiver".to_owned()),
            Some(network) if network.kind != receiver.kind() => {
                refuse(format!("not an address of {}, where the settlement token lives", network.id.name()))
            }
            Some(_) => Ok(()),
        }
    }

    /// One invoice of the caller. `InvoiceNotFound` also for another merchant's or environment's.
    pub async fn get_invoice(
        &self,
        caller: &Caller,
        id: InvoiceId,
        expand: Expand,
    ) -> Result<pepay_wire::Invoice, Error> {
        if expand == Expand::default() {
            return Ok(pepay_wire::Invoice::new(&self.own_invoice(caller, id).await?));
        }
        let snapshot = self.db().snapshot().await?;
        let invoice = pepay_store::invoice::get(&snapshot, caller.merchant, caller.environment, id).await?;
        let invoice = invoice.ok_or(Error::InvoiceNotFound)?;
        Ok(self.present(&snapshot, &[invoice], expand).await?.remove(0))
    }

    pub(crate) async fn own_invoice(&self, caller: &Caller, id: InvoiceId) -> Result<Invoice, Error> {
        let invoice = self.db().hot().invoice(caller.merchant, caller.environment, id).await?;
        invoice.ok_or(Error::InvoiceNotFound)
    }

    /// An invoice with its latest payment.
    pub async fn invoice_status(&self, caller: &Caller, id: InvoiceId) -> Result<pepay_wire::InvoiceStatus, Error> {
        let snapshot = self.db().snapshot().await?;
        let invoice = pepay_store::invoice::get(&snapshot, caller.merchant, caller.environment, id).await?;
        let invoice = invoice.ok_or(Error::InvoiceNotFound)?;
        let payments = self.latest_payments(&snapshot, std::slice::from_ref(&invoice), 1).await?;
        let latest = payments.into_values().flatten().next();
        Ok(pepay_wire::InvoiceStatus::new(pepay_wire::Invoice::new(&invoice), latest))
    }

    /// One page of invoices, newest first.
    pub async fn list_invoices(
        &self,
        filter: &Filter,
        page: Page<InvoiceId>,
        expand: Expand,
    ) -> Result<pepay_wire::List<pepay_wire::Invoice>, Error> {
        let snapshot = self.db().snapshot().await?;
        let slice = pepay_store::invoice::list(&snapshot, filter, page).await?;
        let objects = self.present(&snapshot, &slice.items, expand).await?;
        Ok(pepay_wire::List::new(objects, slice.has_more))
    }

    /// Sums and counts by status.
    pub async fn invoice_totals(&self, filter: &Filter) -> Result<pepay_wire::InvoiceTotals, Error> {
        let rows = pepay_store::invoice::totals(self.db().read(), filter).await?;
        let mut totals = pepay_wire::Totals::default();
        let mut all = (UsdMillis::ZERO, 0_u64);
        for (status, count, amount) in rows {
            all = (all.0.checked_add(amount)?, all.1.saturating_add(count));
            let total = pepay_wire::Total::new(amount, count);
            match status {
                "unpaid" => totals.unpaid = total,
                "underpaid" => totals.underpaid = total,
                "paid" => totals.paid = total,
                "expired" => totals.expired = total,
                "canceled" => totals.canceled = total,
                _ => {}
            }
        }
        totals.all = pepay_wire::Total::new(all.0, all.1);
        Ok(pepay_wire::InvoiceTotals::new(totals))
    }

    /// Withdraws an unpaid invoice; `NotCancelable` once anything was seen on chain or it ended. The request that
    /// canceled it may be repeated under its idempotency key.
    pub async fn cancel_invoice(
        &self,
        caller: &Caller,
        id: InvoiceId,
        origin: &Origin,
    ) -> Result<pepay_wire::Invoice, Error> {
        caller.may(Action::Invoices)?;
        self.own_invoice(caller, id).await?;
        let tx = self.db().begin("invoice.cancel").await?;
        let before = pepay_store::invoice::lock(&tx, id).await?.ok_or(Error::InvoiceNotFound)?;
        let seen = pepay_store::transfer::any(&*tx, id).await?;
        if matches!(before.state, State::Canceled { .. }) && canceled_by(&tx, id, origin).await? {
            return Ok(pepay_wire::Invoice::new(&before));
        }
        let after = invoice::cancel(before.clone(), seen, self.now())?;
        let mut bench = Bench::new(&tx, self.catalogue(), self.now()).caused_by(origin);
        bench.save_invoice(&before, &after).await?;
        bench.close().await?;
        tx.commit().await?;
        Ok(pepay_wire::Invoice::new(&after))
    }

    /// Takes a payment that came late or in another token: it counts from now on, and the invoice stays as it ended.
    /// `NotAcceptable` for one that does not wait for a decision or is not deep enough.
    pub async fn accept_payment(
        &self,
        caller: &Caller,
        id: InvoiceId,
        payment: PaymentId,
        origin: &Origin,
    ) -> Result<pepay_wire::Invoice, Error> {
        caller.may(Action::Invoices)?;
        self.own_invoice(caller, id).await?;
        let tx = self.db().begin("invoice.accept_payment").await?;
        pepay_store::invoice::lock(&tx, id).await?.ok_or(Error::InvoiceNotFound)?;
        let payments = pepay_store::payment::by_invoice(&*tx, id).await?;
        let found = payments.into_iter().find(|it| it.id == payment).ok_or(Error::PaymentNotFound)?;
        let accepted = Some(pepay_core::payment::accept(found)?);
        let mut bench = Bench::new(&tx, self.catalogue(), self.now()).caused_by(origin);
        let facts = Facts { accepted, ..Facts::default() };
        let after = bench.judge(id, facts).await?.ok_or(Error::InvoiceNotFound)?;
        self.audit_caller(&tx, caller, "payment.accepted", &format!("{payment} of invoice {id}")).await?;
        bench.close().await?;
        tx.commit().await?;
        Ok(pepay_wire::Invoice::new(&after))
    }

    async fn present(
        &self,
        conn: &impl Connection,
        invoices: &[Invoice],
        expand: Expand,
    ) -> Result<Vec<pepay_wire::Invoice>, Error> {
        let wanted = expand.payments.unwrap_or(0).max(u32::from(expand.latest_payment));
        let mut payments =
            if wanted > 0 { self.latest_payments(conn, invoices, wanted).await? } else { HashMap::new() };
        let objects = invoices.iter().map(|invoice| {
            let payments = payments.remove(&invoice.id).unwrap_or_default();
            let mut object = pepay_wire::Invoice::new(invoice);
            if expand.latest_payment {
                object.latest_payment = Some(payments.first().cloned());
            }
            if let Some(limit) = expand.payments {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                object.payments = Some(payments.into_iter().take(limit).collect());
            }
            object
        });
        Ok(objects.collect())
    }

    /// The latest payments of each invoice, latest first.
    async fn latest_payments(
        &self,
        conn: &impl Connection,
        invoices: &[Invoice],
        limit: u32,
    ) -> Result<HashMap<InvoiceId, Vec<pepay_wire::Payment>>, Error> {
        let merchants: HashMap<_, _> = invoices.iter().map(|invoice| (invoice.id, invoice.merchant_id)).collect();
        let ids: Vec<InvoiceId> = merchants.keys().copied().collect();
        let payments = pepay_store::payment::by_invoices(conn, &ids, u64::from(limit)).await?;
        let mut objects: HashMap<_, Vec<_>> = HashMap::new();
        for object in self.payment_objects(conn, |invoice| merchants.get(&invoice).copied(), &payments).await? {
            objects.entry(object.invoice_id).or_default().push(object);
        }
        Ok(objects)
    }

    /// Payments as the wire shows them, in the same order; those of an invoice nobody has are left out.
    pub(crate) async fn payment_objects(
        &self,
        conn: &impl Connection,
        merchant_of: impl Fn(InvoiceId) -> Option<MerchantId>,
        payments: &[Payment],
    ) -> Result<Vec<pepay_wire::Payment>, Error> {
        let mut objects = Vec::with_capacity(payments.len());
        let mut heads = HashMap::new();
        for payment in payments {
            let Some(merchant) = merchant_of(payment.invoice_id) else { continue };
            if !heads.contains_key(&payment.network) {
                let cursor = pepay_store::chain::cursor(conn, &payment.network).await?;
                heads.insert(payment.network.clone(), cursor.map(|cursor| cursor.block.number));
            }
            let head = heads.get(&payment.network).copied().flatten();
            objects.push(payment_object(self.catalogue(), merchant, payment, head)?);
        }
        Ok(objects)
    }
}

/// Whether the request behind `origin`, which has an idempotency key, is the one that canceled the invoice.
async fn canceled_by(tx: &Tx, id: InvoiceId, origin: &Origin) -> Result<bool, Error> {
    let events = pepay_store::event::by_invoice(&**tx, id, EVENTS_OF_CANCELED).await?;
    let ours = |it: &event::New| it.kind == Type::InvoiceUpdated && it.idempotency_key == origin.idempotency_key;
    Ok(origin.idempotency_key.is_some() && events.iter().any(|stored| ours(&stored.event)))
}

/// A payment as the wire shows it. `TokenNotFound` when the catalogue lost its token, which an operator must not do.
pub(crate) fn payment_object(
    catalogue: &Catalogue,
    merchant_id: MerchantId,
    payment: &Payment,
    head: Option<u64>,
) -> Result<pepay_wire::Payment, Error> {
    let token = catalogue.token(payment.token).ok_or(Error::TokenNotFound)?;
    let network = catalogue.network(&payment.network).ok_or(Error::TokenNotFound)?;
    Ok(pepay_wire::Payment::new(payment, &pepay_wire::PaymentContext { merchant_id, token, network, head }))
}
