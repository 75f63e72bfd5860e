//! Invoices as merchants see them (contract section 3).

use pepay_core::address::Address;
use pepay_core::credential::Session;
use pepay_core::id::InvoiceId;
use pepay_core::invoice::{self, State};
use pepay_core::money::UsdMillis;
use pepay_core::network::NetworkId;
use pepay_core::time::Millis;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::amount::Decimal;
use crate::payment::Payment;
use crate::{Environment, show};

/// The unit of every integer amount of dollars.
pub(crate) const AMOUNT_UNIT: &str = "usd_millis";
/// The currency of every amount of dollars.
pub(crate) const CURRENCY: &str = "usd";

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// No confirmed payment.
    Unpaid,
    /// Confirmed payments, but not enough; the rest is paid in the same token to the same address.
    Underpaid,
    /// Enough was confirmed. Terminal.
    Paid,
    /// Its time ended before enough was paid. Terminal.
    Expired,
    /// The merchant withdrew it. Terminal.
    Canceled,
}

impl From<State> for InvoiceState {
    fn from(state: State) -> Self {
        match state {
            State::Unpaid => Self::Unpaid,
            State::Underpaid => Self::Underpaid,
            State::Paid { .. } => Self::Paid,
            State::Expired { .. } => Self::Expired,
            State::Canceled { .. } => Self::Canceled,
        }
    }
}

/// What stands out about an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// A confirmed part is missing.
    PaidPartial,
    /// More than asked was confirmed in time.
    PaidOver,
    /// Money arrived after the end.
    PaidLate,
    /// It was paid, and a chain reorganisation took the money away again.
    Reverted,
}

impl From<invoice::Exception> for Exception {
    fn from(exception: invoice::Exception) -> Self {
        match exception {
            invoice::Exception::PaidPartial => Self::PaidPartial,
            invoice::Exception::PaidOver => Self::PaidOver,
            invoice::Exception::PaidLate => Self::PaidLate,
            invoice::Exception::Reverted => Self::Reverted,
        }
    }
}

/// What kind of invoice it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceType {
    /// Paid once.
    Standard,
}

/// One invoice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invoice {
    /// Always `invoice`.
    #[schema(value_type = String, example = "invoice")]
    pub object: &'static str,
    /// Its id.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: InvoiceId,
    /// The merchant it belongs to.
    pub merchant_id: i64,
    /// Where it stands.
    pub status: InvoiceState,
    /// Always `standard` for now.
    pub invoice_type: InvoiceType,
    /// Always `usd`.
    #[schema(value_type = String, example = "usd")]
    pub currency: &'static str,
    /// What is asked, in `usd_millis` (1/1000 USD).
    #[schema(example = 49990)]
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: Decimal,
    /// Confirmed money that counts, in `usd_millis`.
    pub amount_paid: i64,
    /// The same in dollars.
    pub amount_paid_decimal: Decimal,
    /// What is still to be paid, in `usd_millis`; zero once paid.
    pub amount_remaining: i64,
    /// The same in dollars.
    pub amount_remaining_decimal: Decimal,
    /// What came above the amount, in `usd_millis`.
    pub amount_overpaid: i64,
    /// The same in dollars.
    pub amount_overpaid_decimal: Decimal,
    /// Always `usd_millis`.
    #[schema(value_type = String, example = "usd_millis")]
    pub amount_unit: &'static str,
    /// The merchant's own id of the customer.
    pub customer_id: Option<String>,
    /// Who paid last, when the chain tells.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub payer_wallet_address: Option<Address>,
    /// The network of the latest payment, such as `base`.
    #[serde(serialize_with = "show::network_or_null")]
    #[schema(value_type = Option<String>, example = "base")]
    pub payer_wallet_network: Option<NetworkId>,
    /// Always null for standard invoices.
    pub commerce_order_id: Option<String>,
    /// Where it lives.
    pub environment: Environment,
    /// Free text for the payor.
    pub description: Option<String>,
    /// Heading of the checkout.
    pub title: Option<String>,
    /// Foot of the checkout.
    pub footer: Option<String>,
    /// Where the receipt goes.
    pub customer_email: Option<String>,
    /// Where the checkout leads back to; null when that is off.
    pub payment_return_url: Option<String>,
    /// The address this one invoice settles to, when it is not the merchant's wallet.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub receiver_override_address: Option<Address>,
    /// When it ends, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64, example = 1_766_322_000)]
    pub expires_at: Millis,
    /// When it was created, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// When it was paid, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub paid_at: Option<Millis>,
    /// When its latest payment was first seen, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub last_payment_at: Option<Millis>,
    /// The one signal to ship on: paid, and the money lies as deep as it must.
    pub safe_to_fulfill: bool,
    /// What stands out about it.
    pub exception: Option<Exception>,
    /// What the merchant attached.
    #[schema(value_type = Object)]
    pub metadata: Box<RawValue>,
    /// What the payor is asked, as given on create.
    #[schema(value_type = Option<crate::QuestionsBody>)]
    pub questions: Option<Box<RawValue>>,
    /// What the payor answered.
    #[schema(value_type = Option<Vec<crate::Response>>)]
    pub responses: Option<Box<RawValue>>,
    /// Its latest payment; present when expanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Payment>)]
    pub latest_payment: Option<Option<Payment>>,
    /// Its payments, newest first, at most `payments_limit`; present when expanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payments: Option<Vec<Payment>>,
}

impl Invoice {
    /// Presents `invoice` without its payments; set `latest_payment` and `payments` to expand it.
    pub fn new(invoice: &invoice::Invoice) -> Self {
        let terms = &invoice.terms;
        let (remaining, overpaid) = (invoice.amount_remaining(), invoice.amount_overpaid());
        Self {
            object: "invoice",
            id: invoice.id,
            merchant_id: invoice.merchant_id.0,
            status: invoice.state.into(),
            invoice_type: InvoiceType::Standard,
            currency: CURRENCY,
            amount: invoice.amount.get(),
            amount_decimal: Decimal(invoice.amount),
            amount_paid: invoice.amount_paid.get(),
            amount_paid_decimal: Decimal(invoice.amount_paid),
            amount_remaining: remaining.get(),
            amount_remaining_decimal: Decimal(remaining),
            amount_overpaid: overpaid.get(),
            amount_overpaid_decimal: Decimal(overpaid),
            amount_unit: AMOUNT_UNIT,
            customer_id: terms.customer_id.clone(),
            payer_wallet_address: invoice.payer.as_ref().and_then(|payer| payer.address),
            payer_wallet_network: invoice.payer.as_ref().map(|payer| payer.network.clone()),
            commerce_order_id: None,
            environment: invoice.environment.into(),
            description: terms.description.clone(),
            title: terms.title.clone(),
            footer: terms.footer.clone(),
            customer_email: terms.customer_email.clone(),
            payment_return_url: terms.payment_return_url.clone().filter(|_| terms.payment_return_url_enabled),
            receiver_override_address: terms.receiver_override,
            expires_at: invoice.expires_at,
            created_at: invoice.created_at,
            paid_at: if let State::Paid { at } = invoice.state { Some(at) } else { None },
            last_payment_at: invoice.last_payment_at,
            safe_to_fulfill: invoice.safe_to_fulfill(),
            exception: invoice.exception().map(Into::into),
            metadata: terms.metadata.as_deref().and_then(stored).unwrap_or_else(empty_object),
            questions: terms.questions.as_deref().and_then(stored),
            responses: terms.responses.as_deref().and_then(stored),
            latest_payment: None,
            payments: None,
        }
    }
}

// What was stored was checked when it came in; a row damaged since shows as absent rather than as broken JSON.
fn stored(json: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(json.to_owned()).ok()
}

fn empty_object() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).expect("{} is JSON")
}

/// The answer to a created invoice: where to send the payor, and the credentials of embedded checkout.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CreatedInvoice<'a> {
    /// The new invoice.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub invoice_id: InvoiceId,
    /// The hosted checkout of this invoice.
    pub payment_url: String,
    /// When the invoice ends, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub expires_at: Millis,
    /// `pst_…`, for `x-session-token`.
    pub session_token: &'a str,
    /// For `x-signature`.
    pub signature: &'a str,
    /// Both as the headers of every payor call.
    pub payment_session_headers: SessionHeaders<'a>,
}

/// The headers of every payor call.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionHeaders<'a> {
    /// The session token.
    #[serde(rename = "x-session-token")]
    pub token: &'a str,
    /// Its signature.
    #[serde(rename = "x-signature")]
    pub signature: &'a str,
}

impl<'a> CreatedInvoice<'a> {
    /// The answer for `invoice`, whose checkout lives under `checkout_url` (no trailing slash). The same arguments
    /// always give the same bytes.
    pub fn new(invoice: &invoice::Invoice, session: &'a Session, checkout_url: &str) -> Self {
        let Session { token, signature } = session;
        Self {
            invoice_id: invoice.id,
            payment_url: format!("{checkout_url}/pay?session={token}&signature={signature}"),
            expires_at: invoice.expires_at,
            session_token: token,
            signature,
            payment_session_headers: SessionHeaders { token, signature },
        }
    }
}

/// An invoice and its latest payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceStatus {
    /// Always `invoice_status`.
    #[schema(value_type = String, example = "invoice_status")]
    pub object: &'static str,
    /// The invoice.
    pub invoice: Invoice,
    /// Its latest payment.
    pub latest_payment: Option<Payment>,
}

impl InvoiceStatus {
    /// The invoice with its latest payment.
    pub const fn new(invoice: Invoice, latest_payment: Option<Payment>) -> Self {
        Self { object: "invoice_status", invoice, latest_payment }
    }
}

/// Sums of invoices by status.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceTotals {
    /// Always `invoice_totals`.
    #[schema(value_type = String, example = "invoice_totals")]
    pub object: &'static str,
    /// Always `usd`.
    #[schema(value_type = String, example = "usd")]
    pub currency: &'static str,
    /// Always `usd_millis`.
    #[schema(value_type = String, example = "usd_millis")]
    pub amount_unit: &'static str,
    /// The sums.
    pub totals: Totals,
}

impl InvoiceTotals {
    /// Wraps sums.
    pub const fn new(totals: Totals) -> Self {
        Self { object: "invoice_totals", currency: CURRENCY, amount_unit: AMOUNT_UNIT, totals }
    }
}

/// One sum per status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    /// Every invoice.
    pub all: Total,
    /// Paid ones.
    pub paid: Total,
    /// Unpaid ones.
    pub unpaid: Total,
    /// Underpaid ones.
    pub underpaid: Total,
    /// Expired ones.
    pub expired: Total,
    /// Canceled ones.
    pub canceled: Total,
}

/// A sum of invoice amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Total {
    /// The sum of what was asked, in `usd_millis`.
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: Decimal,
    /// How many.
    pub count: u64,
}

impl Total {
    /// `count` invoices asking for `amount` together.
    pub const fn new(amount: UsdMillis, count: u64) -> Self {
        Self { amount: amount.get(), amount_decimal: Decimal(amount), count }
    }
}

impl Default for Total {
    fn default() -> Self {
        Self::new(UsdMillis::ZERO, 0)
    }
}

#[cfg(test)]
mod tests;
