//! Why an invoice is, or is not, paid (contract section 3, `explain`): every transfer seen on its addresses, the
//! rule that counted or refused each, and how far the chains have been read.

use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, PaymentId};
use pepay_core::invoice;
use pepay_core::money::{BaseUnits, Rate, UsdMillis};
use pepay_core::network::{Network, NetworkId};
use pepay_core::quote::Quote;
use pepay_core::settlement::Deposit;
use pepay_core::time::Millis;
use pepay_core::transfer::{Refusal, Transfer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Decimal;
use crate::invoice::AMOUNT_UNIT;
use crate::token::asset_address;
use crate::{InvoiceState, PaymentToken, show};

/// The explanation of one invoice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// Always `invoice_explanation`.
    #[schema(value_type = String, example = "invoice_explanation")]
    pub object: &'static str,
    /// The invoice.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub invoice_id: InvoiceId,
    /// Where it stands.
    pub status: InvoiceState,
    /// Whether to ship.
    pub safe_to_fulfill: bool,
    /// Why, in a sentence or two.
    pub summary: String,
    /// The arithmetic.
    pub amounts: ExplainedAmounts,
    /// Every address handed out for it.
    pub addresses: Vec<ExplainedAddress>,
    /// Every price given to its payor, oldest first.
    pub quotes: Vec<ExplainedQuote>,
    /// Every transfer to one of its addresses, on any watched network, oldest first.
    pub transfers: Vec<ExplainedTransfer>,
    /// How far each network it can be paid on was read.
    pub networks: Vec<ExplainedNetwork>,
}

impl Explanation {
    /// Of `invoice`; the lists are to be filled.
    pub fn new(invoice: &invoice::Invoice, summary: String, pending: UsdMillis) -> Self {
        Self {
            object: "invoice_explanation",
            invoice_id: invoice.id,
            status: invoice.state.into(),
            safe_to_fulfill: invoice.safe_to_fulfill(),
            summary,
            amounts: ExplainedAmounts::new(invoice, pending),
            addresses: Vec::new(),
            quotes: Vec::new(),
            transfers: Vec::new(),
            networks: Vec::new(),
        }
    }
}

/// What was asked, what came, and what is missing, in `usd_millis`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedAmounts {
    /// Always `usd_millis`.
    #[schema(value_type = String, example = "usd_millis")]
    pub amount_unit: &'static str,
    /// What is asked.
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: Decimal,
    /// How much less still counts as paid, in hundredths of a per cent.
    pub tolerance_bps: u16,
    /// What must at least be confirmed: the amount less the tolerance.
    pub threshold: i64,
    /// The same in dollars.
    pub threshold_decimal: Decimal,
    /// What is confirmed and counts.
    pub confirmed: i64,
    /// The same in dollars.
    pub confirmed_decimal: Decimal,
    /// What counts once it is deep enough.
    pub pending: i64,
    /// The same in dollars.
    pub pending_decimal: Decimal,
    /// What of the threshold is still to be confirmed.
    pub missing: i64,
    /// The same in dollars.
    pub missing_decimal: Decimal,
}

impl ExplainedAmounts {
    fn new(invoice: &invoice::Invoice, pending: UsdMillis) -> Self {
        let threshold = invoice.threshold();
        let missing = threshold.saturating_sub(invoice.amount_paid);
        Self {
            amount_unit: AMOUNT_UNIT,
            amount: invoice.amount.get(),
            amount_decimal: Decimal(invoice.amount),
            tolerance_bps: invoice.tolerance.get(),
            threshold: threshold.get(),
            threshold_decimal: Decimal(threshold),
            confirmed: invoice.amount_paid.get(),
            confirmed_decimal: Decimal(invoice.amount_paid),
            pending: pending.get(),
            pending_decimal: Decimal(pending),
            missing: missing.get(),
            missing_decimal: Decimal(missing),
        }
    }
}

/// An address handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedAddress {
    /// The network it was handed out for.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// The address.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String)]
    pub address: Address,
    /// Who it pays to.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String)]
    pub receiver: Address,
    /// Whether the chain's own coin is looked for there.
    pub native: bool,
}

impl ExplainedAddress {
    /// Presents a deposit address.
    pub fn new(deposit: &Deposit) -> Self {
        Self {
            network: deposit.network.clone(),
            address: deposit.address,
            receiver: deposit.receiver,
            native: deposit.native,
        }
    }
}

/// A price given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedQuote {
    /// The network.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// The token's number.
    pub token_id: i64,
    /// What was to be paid, in `usd_millis`.
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: Decimal,
    /// The same in base units of the token, rounded up.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String)]
    pub amount_base_units: BaseUnits,
    /// Dollars per token.
    #[serde(serialize_with = "show::rate")]
    #[schema(value_type = String, example = "1.000000")]
    pub exchange_rate: Rate,
    /// Where the rate came from.
    pub source: String,
    /// When it was given, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// Until when it held, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub valid_until: Millis,
}

impl ExplainedQuote {
    /// Presents a quote.
    pub fn new(quote: &Quote) -> Self {
        Self {
            network: quote.network.clone(),
            token_id: quote.token.0,
            amount: quote.usd.get(),
            amount_decimal: Decimal(quote.usd),
            amount_base_units: quote.units,
            exchange_rate: quote.rate,
            source: quote.source.clone(),
            created_at: quote.created_at,
            valid_until: quote.valid_until,
        }
    }
}

/// The rule that decided about a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// It counts.
    Counted,
    /// It will count once it is deep enough.
    AwaitingConfirmations,
    /// A chain reorganisation took it away.
    Withdrawn,
    /// It arrived after the end of the invoice.
    Late,
    /// The invoice was locked to another token or network.
    OffLock,
    /// It was made after its quote lapsed, while there was no fresh rate.
    Unpriced,
    /// The address was never handed out for this network.
    WrongNetwork,
    /// The payor was never quoted this token.
    TokenNotQuoted,
    /// This installation does not list the token.
    TokenNotListed,
}

impl From<Refusal> for Rule {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::WrongNetwork => Self::WrongNetwork,
            Refusal::TokenNotQuoted => Self::TokenNotQuoted,
            Refusal::TokenNotListed => Self::TokenNotListed,
        }
    }
}

impl Rule {
    /// What the rule says, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Counted => "It lies deep enough and counts towards the amount.",
            Self::AwaitingConfirmations => "It counts as soon as it lies deep enough.",
            Self::Withdrawn => "A chain reorganisation took its block away; it counts again if it is mined again.",
            Self::Late => "It arrived after the end of the invoice. The money is at the address; accept or refund it.",
            Self::OffLock => {
                "An earlier partial payment locked the invoice to another token or network. The money is at the \
                 address; accept or refund it."
            }
            Self::Unpriced => {
                "It was made after its quote lapsed, while there was no fresh rate. The money is at the address; \
                 accept or refund it."
            }
            Self::WrongNetwork => {
                "It was sent on a network the address was not given for. The money is at the address and can be \
                 recovered there."
            }
            Self::TokenNotQuoted => {
                "It was made in a token the payor was not quoted. The money is at the address and can be recovered."
            }
            Self::TokenNotListed => {
                "It was made in a token this installation does not list. It is worth nothing here, but can be \
                 recovered."
            }
        }
    }
}

/// One transfer to one of the invoice's addresses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExplainedTransfer {
    /// The rule that decided.
    pub rule: Rule,
    /// The same in a sentence.
    #[schema(value_type = String)]
    pub explanation: &'static str,
    /// The payment it became, if any.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub payment_id: Option<PaymentId>,
    /// The network it was seen on.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// The token it moved; null when that is not listed.
    pub token: Option<PaymentToken>,
    /// The contract or mint it moved; null for the chain's own coin.
    pub asset_address: Option<String>,
    /// How much, in base units.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String)]
    pub amount_base_units: BaseUnits,
    /// Its worth in `usd_millis`; null when it has none.
    pub amount: Option<i64>,
    /// The same in dollars.
    pub amount_decimal: Option<Decimal>,
    /// The sender, when the chain tells.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub from: Option<Address>,
    /// The address it went to.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String)]
    pub to: Address,
    /// Its transaction.
    pub tx_hash: Option<String>,
    /// The explorer page of the transaction.
    pub explorer_url: Option<String>,
    /// The block it was read in.
    pub block_number: u64,
    /// The hash of that block.
    pub block_hash: String,
    /// How many blocks confirm it, its own included.
    pub confirmations: u64,
    /// How many it needs; null when it is no payment or the chain itself must call its block final.
    pub required_confirmations: Option<u32>,
    /// How many are missing; null likewise.
    pub confirmations_left: Option<u64>,
    /// When it was first seen, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub detected_at: Millis,
    /// When a reorganisation took it away, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub withdrawn_at: Option<Millis>,
}

impl ExplainedTransfer {
    /// Presents `transfer`, read on `network` whose last read block is `head`; set token, payment, worth and
    /// confirmations needed where they are known.
    pub fn new(transfer: &Transfer, rule: Rule, network: &Network, head: Option<u64>) -> Self {
        let observed = &transfer.observed;
        let standing = transfer.withdrawn_at.is_none();
        let block_number = observed.anchor.block_number;
        Self {
            rule,
            explanation: rule.sentence(),
            payment_id: None,
            network: transfer.network.clone(),
            token: None,
            asset_address: asset_address(&observed.asset),
            amount_base_units: observed.units,
            amount: None,
            amount_decimal: None,
            from: observed.from,
            to: observed.to,
            tx_hash: observed.tx_hash.clone(),
            explorer_url: observed.tx_hash.as_deref().and_then(|tx| network.explorer_url(tx)),
            block_number,
            block_hash: show::block_hash(network.kind, &observed.anchor.block_hash),
            confirmations: head
                .filter(|_| standing)
                .map_or(0, |head| pepay_core::payment::confirmations(block_number, head)),
            required_confirmations: None,
            confirmations_left: None,
            detected_at: transfer.detected_at,
            withdrawn_at: transfer.withdrawn_at,
        }
    }

    /// Adds what it is worth, and how deep it must lie, as a payment.
    #[must_use]
    pub fn as_payment(self, payment: &pepay_core::payment::Payment) -> Self {
        let required = crate::payment::required(payment.depth);
        Self {
            payment_id: Some(payment.id),
            amount: Some(payment.value.get()),
            amount_decimal: Some(Decimal(payment.value)),
            required_confirmations: required,
            confirmations_left: required.map(|needed| u64::from(needed).saturating_sub(self.confirmations)),
            ..self
        }
    }
}

/// How far a network was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedNetwork {
    /// The network.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// The last block read; null when none was.
    pub read_up_to_block: Option<u64>,
    /// The time the chain gives that block, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub read_up_to_time: Option<Millis>,
    /// The last block the chain calls final.
    pub finalized_block: Option<u64>,
    /// When this installation last read it, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub updated_at: Option<Millis>,
}
