//! Events as payors see them: of each object, only what the payor of the invoice may know.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::event::{Envelope, EventData};
use super::{EventType, Exception, InvoiceState, PaymentState, PaymentToken, QuoteStatus, QuoteStatusCode, Usd};

/// Something that happened to the invoice of a payment session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PayorEvent {
    /// `evt_<epoch ms>-<sequence>`; ids sort by commit order.
    pub id: String,
    /// What happened.
    pub kind: EventType,
    /// When, in epoch seconds.
    pub created: i64,
    /// Whether the money is real.
    pub livemode: bool,
    /// The object as it was after the event.
    pub object: PayorObject,
    /// The former values of the top-level fields that changed.
    pub previous_attributes: Map<String, Value>,
}

/// What a payor's event is about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PayorObject {
    /// The invoice.
    Invoice(PayorInvoice),
    /// A payment of it.
    Payment(Box<PayorPayment>),
    /// Another price for it.
    Quote(Box<PayorQuote>),
    /// Something this version of the client does not know, as it came.
    Other(Box<RawValue>),
}

/// As much of an invoice as its payor sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PayorInvoice {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: InvoiceState,
    /// What is asked, in `usd_millis`.
    pub amount: i64,
    /// Confirmed money that counts, in `usd_millis`.
    pub amount_paid: i64,
    /// What is still to be paid, in `usd_millis`.
    pub amount_remaining: i64,
    /// What came above the amount, in `usd_millis`.
    #[serde(default)]
    pub amount_overpaid: i64,
    /// Free text for the payor.
    pub description: Option<String>,
    /// When it ends, in epoch seconds.
    pub expires_at: i64,
    /// When it was paid, in epoch seconds.
    pub paid_at: Option<i64>,
    /// What stands out about it.
    pub exception: Option<Exception>,
}

/// As much of a payment as the payor sees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PayorPayment {
    /// Its id.
    pub id: String,
    /// The invoice it pays.
    pub invoice_id: String,
    /// Where it stands.
    pub status: PaymentState,
    /// The network it was made on.
    pub network: String,
    /// The token it was made in.
    pub token: PaymentToken,
    /// How much of the token, in whole tokens with all its decimals.
    pub amount_token: String,
    /// Its worth at its quote, in `usd_millis`, rounded down.
    pub amount: i64,
    /// The address it was made to.
    pub payment_address: String,
    /// Its transaction; absent when a balance grew and no transaction explains it.
    pub tx_hash: Option<String>,
    /// The explorer page of the transaction, where an explorer is known.
    pub explorer_url: Option<String>,
    /// How many blocks confirm it, its own included.
    pub confirmations: u64,
    /// How many it needs; absent when the chain itself must call its block final.
    pub required_confirmations: Option<u32>,
    /// Whether it arrived after the end of the invoice.
    pub late: bool,
    /// Whether a chain reorganisation took it away.
    pub reverted: bool,
}

/// Where to pay, how much, and until when that holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PayorQuote {
    /// The invoice.
    pub invoice_id: String,
    /// Whether the price can be relied on.
    pub quote_status: QuoteStatus,
    /// Why, or why not.
    pub status_code: QuoteStatusCode,
    /// Where to pay.
    pub temp_address: Option<String>,
    /// On which network.
    pub network: String,
    /// In which token.
    pub supported_token_id: i64,
    /// How much, in whole tokens with all their decimals.
    pub estimated_token_amount: Option<String>,
    /// Dollars per token.
    pub exchange_rate: Option<String>,
    /// What is to be paid.
    pub usd_amount: Usd,
    /// Until when the price holds, in epoch seconds.
    pub quote_valid_until: Option<i64>,
}

impl<'de> Deserialize<'de> for PayorEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Envelope { id, r#type, created, livemode, data, .. } = Envelope::read(deserializer)?;
        let EventData { object, previous_attributes } = data;
        let object = object_of(&r#type, object);
        let kind = EventType::from(r#type.as_str());
        Ok(Self { id, kind, created, livemode, object, previous_attributes })
    }
}

fn object_of(kind: &str, object: Box<RawValue>) -> PayorObject {
    let read = match kind.split_once('.') {
        Some(("invoice", _)) => serde_json::from_str(object.get()).map(PayorObject::Invoice),
        Some(("invoice_payment", _)) => serde_json::from_str(object.get()).map(PayorObject::Payment),
        Some(("payment_quote", _)) => serde_json::from_str(object.get()).map(PayorObject::Quote),
        Some(_) | None => return PayorObject::Other(object),
    };
    read.unwrap_or(PayorObject::Other(object))
}
