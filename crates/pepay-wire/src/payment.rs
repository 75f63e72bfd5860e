//! Payment receipts as merchants see them (contract section 3).

use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, MerchantId, PaymentId};
use pepay_core::money::{BaseUnits, Rate};
use pepay_core::network::{Depth, Network, NetworkId};
use pepay_core::payment::{self, Status, confirmations};
use pepay_core::time::Millis;
use pepay_core::token;
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Decimal;
use crate::invoice::AMOUNT_UNIT;
use crate::{Environment, show};

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Seen on chain, not deep enough yet.
    Pending,
    /// Deep enough, and the invoice still wants more.
    Underpaid,
    /// Deep enough, and the invoice is paid.
    Confirmed,
    /// Arrived too late or in another token than the invoice was locked to: the merchant accepts or refunds it.
    ManualRetry,
}

impl From<Status> for PaymentState {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Underpaid => Self::Underpaid,
            Status::Confirmed => Self::Confirmed,
            Status::ManualRetry => Self::ManualRetry,
        }
    }
}

/// Where the settlement of a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettlementState {
    /// Not started.
    Pending,
    /// Under way.
    Processing,
    /// Waits for the merchant or the operator.
    Manual,
    /// Failed; it is tried again or decided by hand.
    Failed,
    /// The money is where it belongs.
    Settled,
}

/// Which step of its settlement a payment has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettlementStage {
    /// The payment is not deep enough yet.
    AwaitingConfirmations,
    /// Waits for its turn.
    Queued,
    /// The deposit address is being emptied.
    Sweeping,
    /// Being changed into the settlement token.
    Swapping,
    /// Being moved to another network.
    Bridging,
    /// Being paid out.
    PayingOut,
    /// Done.
    Final,
}

/// How far the settlement of a payment is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Settlement {
    /// Where it stands, in one word.
    pub summary_status: SettlementState,
    /// Which step it has reached.
    pub stage: SettlementStage,
    /// The number of the settlement, once there is one.
    pub merchant_settlement_id: Option<i64>,
    /// The transaction that paid the merchant.
    pub settlement_tx_hash: Option<String>,
    /// The network it settles on.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// The same as `summary_status`.
    pub status: SettlementState,
}

impl Settlement {
    /// The settlement of `payment` before any settlement work has begun on it.
    fn unstarted(payment: &payment::Payment) -> Self {
        let status =
            if payment.status == Status::ManualRetry { SettlementState::Manual } else { SettlementState::Pending };
        let stage = if payment.confirmed_at.is_some() {
            SettlementStage::Queued
        } else {
            SettlementStage::AwaitingConfirmations
        };
        let network = payment.network.clone();
        Self { summary_status: status, stage, merchant_settlement_id: None, settlement_tx_hash: None, network, status }
    }
}

/// The token a payment was made in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentToken {
    /// Its number.
    pub id: i64,
    /// Its ticker.
    pub token_symbol: String,
    /// Its contract or mint; null for the chain's own coin.
    pub token_address: Option<String>,
    /// Decimal places of its base unit.
    pub token_decimals: u8,
}

impl PaymentToken {
    /// The short form of a token.
    pub fn new(token: &token::Token) -> Self {
        Self {
            id: token.id.0,
            token_symbol: token.symbol.clone(),
            token_address: crate::token::asset_address(&token.asset),
            token_decimals: token.decimals,
        }
    }
}

/// What a receipt needs to know besides its payment.
#[derive(Clone, Copy, Debug)]
pub struct PaymentContext<'a> {
    /// Whose invoice it pays.
    pub merchant_id: MerchantId,
    /// The token it was made in.
    pub token: &'a token::Token,
    /// The network it was made on.
    pub network: &'a Network,
    /// The last block read there; `None` when unknown.
    pub head: Option<u64>,
}

/// One payment of an invoice: a receipt.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Payment {
    /// Always `invoice_payment`.
    #[schema(value_type = String, example = "invoice_payment")]
    pub object: &'static str,
    /// Its id.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub id: PaymentId,
    /// The invoice it pays.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub invoice_id: InvoiceId,
    /// The merchant it belongs to.
    pub merchant_id: i64,
    /// Where it stands.
    pub status: PaymentState,
    /// Where its settlement stands.
    pub settlement_status: SettlementState,
    /// How far its settlement is.
    pub settlement: Settlement,
    /// Where money is real and where it is not.
    pub environment: Environment,
    /// The network it was made on.
    #[serde(serialize_with = "show::network")]
    #[schema(value_type = String, example = "base")]
    pub network: NetworkId,
    /// The token it was made in.
    pub token: PaymentToken,
    /// How much of the token, in whole tokens with all its decimals.
    #[schema(example = "49.990000")]
    pub amount_token: String,
    /// The same in base units.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, example = "49990000")]
    pub amount_base_units: BaseUnits,
    /// Its worth at its quote, in `usd_millis`, rounded down.
    pub amount: i64,
    /// The same in dollars.
    pub amount_decimal: Decimal,
    /// Always `usd_millis`.
    #[schema(value_type = String, example = "usd_millis")]
    pub amount_unit: &'static str,
    /// Dollars per token by its quote.
    #[serde(serialize_with = "show::rate")]
    #[schema(value_type = String, example = "1.000000")]
    pub exchange_rate: Rate,
    /// The sender, when the chain tells.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub payer_address: Option<Address>,
    /// The address it was made to.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String)]
    pub payment_address: Address,
    /// Its transaction; null when a balance grew and no transaction explains it.
    pub tx_hash: Option<String>,
    /// The explorer page of the transaction, where an explorer is known.
    pub explorer_url: Option<String>,
    /// The block it is in.
    pub block_number: u64,
    /// The hash of that block.
    pub block_hash: String,
    /// The index of its log in the block; null for the chain's own coin.
    pub log_index: Option<u32>,
    /// How many blocks confirm it, its own included; zero once reverted.
    pub confirmations: u64,
    /// How many it needs; null when the chain itself must call its block final.
    pub required_confirmations: Option<u32>,
    /// Whether it arrived after the end of the invoice.
    pub late: bool,
    /// Whether a chain reorganisation took it away.
    pub reverted: bool,
    /// When it was first seen, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub detected_at: Millis,
    /// When it was deep enough, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub confirmed_at: Option<Millis>,
    /// When it was recorded, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// When anything about it last changed, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub updated_at: Millis,
}

impl Payment {
    /// The receipt of `payment`, whose settlement has not begun.
    pub fn new(payment: &payment::Payment, context: &PaymentContext<'_>) -> Self {
        let PaymentContext { merchant_id, token, network, head } = *context;
        let observed = &payment.observed;
        let settlement = Settlement::unstarted(payment);
        Self {
            object: "invoice_payment",
            id: payment.id,
            invoice_id: payment.invoice_id,
            merchant_id: merchant_id.0,
            status: payment.status.into(),
            settlement_status: settlement.summary_status,
            settlement,
            environment: payment.network.environment().into(),
            network: payment.network.clone(),
            token: PaymentToken::new(token),
            amount_token: observed.units.decimal(token.decimals),
            amount_base_units: observed.units,
            amount: payment.value.get(),
            amount_decimal: Decimal(payment.value),
            amount_unit: AMOUNT_UNIT,
            exchange_rate: payment.rate,
            payer_address: observed.from,
            payment_address: observed.to,
            explorer_url: observed.tx_hash.as_deref().and_then(|tx| network.explorer_url(tx)),
            tx_hash: observed.tx_hash.clone(),
            block_number: observed.anchor.block_number,
            block_hash: show::block_hash(network.kind, &observed.anchor.block_hash),
            log_index: observed.anchor.log_index,
            confirmations: depth_reached(payment, head),
            required_confirmations: required(payment.depth),
            late: payment.standing.is_some_and(payment::Standing::is_late),
            reverted: payment.reverted,
            detected_at: payment.first_seen_at,
            confirmed_at: payment.confirmed_at,
            created_at: payment.created_at,
            updated_at: payment.updated_at,
        }
    }
}

/// How many confirmations `depth` asks for; `None` when the chain's own finality is waited for.
pub(crate) const fn required(depth: Depth) -> Option<u32> {
    match depth {
        Depth::Blocks(0) => Some(1),
        Depth::Blocks(blocks) => Some(blocks),
        Depth::Finalized => None,
    }
}

fn depth_reached(payment: &payment::Payment, head: Option<u64>) -> u64 {
    if payment.reverted {
        return 0;
    }
    let counted = head.map_or(0, |head| confirmations(payment.observed.anchor.block_number, head));
    // A confirmed payment never shows less than it needed, even when the head is unknown or read anew.
    let needed = payment.confirmed_at.and(required(payment.depth)).map_or(0, u64::from);
    counted.max(needed)
}

#[cfg(test)]
mod tests;
