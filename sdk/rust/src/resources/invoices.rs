//! Invoices of a merchant.

use reqwest::Method;

use super::{ListPage, WaitForStatus, resource};
use crate::credentials::Audience;
use crate::page::List;
use crate::query::Query;
use crate::request::Request;
use crate::transport::Call;
use crate::types::{
    CreateInvoice, CreatedInvoice, Environment, Explanation, Invoice, InvoiceState, InvoiceStatus, InvoiceTotals,
    RequestVerification, Verification,
};

/// What of an invoice is given along with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expand {
    /// Its latest payment.
    pub latest_payment: bool,
    /// Its payments, newest first.
    pub payments: bool,
    /// How many of them, 1 to 100; 10 when `None`.
    pub payments_limit: Option<u32>,
}

/// Which invoices are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// Any of these; all when empty.
    pub status: Vec<InvoiceState>,
    /// `standard`.
    pub invoice_type: Option<String>,
    /// The merchant's own id of the customer.
    pub customer_id: Option<String>,
    /// The credential's own when `None`.
    pub environment: Option<Environment>,
    /// Created at or after, in epoch seconds.
    pub created_gte: Option<i64>,
    /// Created at or before, in epoch seconds.
    pub created_lte: Option<i64>,
}

/// Which invoices are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListInvoices {
    /// Which.
    pub filter: InvoiceFilter,
    /// Last paid by this address; needs `payer_wallet_network`.
    pub payer_wallet_address: Option<String>,
    /// The network of that address, such as `base`.
    pub payer_wallet_network: Option<String>,
    /// What is given along.
    pub expand: Expand,
    /// Which page.
    pub page: ListPage,
}

impl Expand {
    fn onto(&self, query: Query) -> Query {
        let names = [(self.latest_payment, "latest_payment"), (self.payments, "payments")];
        let names: Vec<&str> = names.into_iter().filter_map(|(wanted, name)| wanted.then_some(name)).collect();
        query.list("expand", &names).with("payments_limit", self.payments_limit)
    }
}

impl InvoiceFilter {
    fn onto(&self, query: Query) -> Query {
        query
            .list("status", &self.status)
            .with("invoice_type", self.invoice_type.as_ref())
            .with("customer_id", self.customer_id.as_ref())
            .with("environment", self.environment.as_ref())
            .with("created_gte", self.created_gte)
            .with("created_lte", self.created_lte)
    }
}

impl ListInvoices {
    fn query(&self) -> Query {
        let query = self.page.onto(self.expand.onto(self.filter.onto(Query::new())));
        query
            .with("payer_wallet_address", self.payer_wallet_address.as_ref())
            .with("payer_wallet_network", self.payer_wallet_network.as_ref())
    }
}

resource! {
    /// Invoices of a merchant.
    Invoices
}

impl Invoices {
    /// Creates an invoice. The payor chooses network and token on its `payment_url`, or in your page with its session.
    pub fn create(&self, invoice: &CreateInvoice) -> Request<CreatedInvoice> {
        let call = Call::new(Method::POST, &["invoices"], Audience::Merchant).body(invoice);
        Request::new(&self.transport, call)
    }

    /// Lists invoices, newest first.
    pub fn list(&self, which: &ListInvoices) -> List<Invoice> {
        let call = Call::get(&["invoices"], Audience::Merchant).query(which.query());
        List::new(&self.transport, call)
    }

    /// Lists the invoices of one customer, newest first.
    pub fn list_by_customer(&self, customer_id: &str, which: &ListInvoices) -> List<Invoice> {
        let call = Call::get(&["invoices", "customer", customer_id], Audience::Merchant).query(which.query());
        List::new(&self.transport, call)
    }

    /// Gives one invoice.
    pub fn retrieve(&self, id: &str, expand: &Expand) -> Request<Invoice> {
        let call = Call::get(&["invoices", id], Audience::Merchant).query(expand.onto(Query::new()));
        Request::new(&self.transport, call)
    }

    /// Gives one invoice with its latest payment.
    pub fn status(&self, id: &str) -> Request<InvoiceStatus> {
        Request::new(&self.transport, Call::get(&["invoices", id, "status"], Audience::Merchant))
    }

    /// Looks again and again until the invoice is `paid`, `expired` or `canceled`. Fails with `WAIT_TIMEOUT` when it is
    /// not in time.
    pub fn wait_for_status(&self, id: &str) -> WaitForStatus {
        WaitForStatus::new(self.status(id))
    }

    /// Sums and counts by status.
    pub fn totals(&self, which: &InvoiceFilter) -> Request<InvoiceTotals> {
        let call = Call::get(&["invoices", "totals"], Audience::Merchant).query(which.onto(Query::new()));
        Request::new(&self.transport, call)
    }

    /// Cancels an invoice nobody has paid anything of; else `INVOICE_NOT_CANCELABLE`.
    pub fn cancel(&self, id: &str) -> Request<Invoice> {
        Request::new(&self.transport, Call::new(Method::POST, &["invoices", id, "cancel"], Audience::Merchant))
    }

    /// Takes a payment that is `manual_retry`, such as one that came late: it is `confirmed` and settled. The invoice stays
    /// as it ended. Else `PAYMENT_NOT_ACCEPTABLE`.
    pub fn accept_payment(&self, id: &str, payment_id: &str) -> Request<Invoice> {
        let path = ["invoices", id, "payments", payment_id, "accept"];
        Request::new(&self.transport, Call::new(Method::POST, &path, Audience::Merchant))
    }

    /// Tells why an invoice is, or is not, paid: every transfer seen, and the rule that counted or refused it.
    pub fn explain(&self, id: &str) -> Request<Explanation> {
        Request::new(&self.transport, Call::get(&["invoices", id, "explain"], Audience::Merchant))
    }

    /// Requests to look for an invoice's payments again.
    pub fn manual_verification(&self) -> ManualVerification {
        ManualVerification::new(&self.transport)
    }
}

resource! {
    /// Requests to look for an invoice's payments on chain again. Open to the merchant and to the payor.
    ManualVerification
}

impl ManualVerification {
    /// Asks for another look; on `network`, which must be the one the invoice is paid on.
    pub fn trigger(&self, invoice_id: &str, network: Option<&str>) -> Request<Verification> {
        let body = RequestVerification { network: network.map(ToOwned::to_owned) };
        let call = Call::new(Method::POST, &["invoice", invoice_id, "verify"], Audience::Anybody).body(&body);
        Request::wrapped(&self.transport, call)
    }

    /// Tells how far the latest look is.
    pub fn retrieve(&self, invoice_id: &str) -> Request<Verification> {
        Request::wrapped(&self.transport, Call::get(&["invoice", invoice_id, "verify"], Audience::Anybody))
    }
}
