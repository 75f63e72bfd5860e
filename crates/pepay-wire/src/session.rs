//! What a payor sees and sends (contract section 4). Nothing here tells more than a browser may know.

use pepay_core::address::Address;
use pepay_core::id::InvoiceId;
use pepay_core::invoice::{self, State};
use pepay_core::merchant::Merchant;
use pepay_core::money::{BaseUnits, Rate};
use pepay_core::network::NetworkId;
use pepay_core::quote::{Quote, VALIDITY_MS};
use pepay_core::time::Millis;
use pepay_core::token;
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Usd;
use crate::json::Object;
use crate::token::asset_address;
use crate::{Code, Environment, InvoiceState, Problem, Question, TokenType, is_email, show};

/// The invoice behind a session, as its payor sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionDetails {
    /// The invoice.
    #[serde(serialize_with = "show::text")]
    #[schema(value_type = String, format = "uuid")]
    pub invoice_id: InvoiceId,
    /// What is asked, in dollars.
    pub amount_usd: Usd,
    /// Free text of the merchant.
    pub description: Option<String>,
    /// When it ends, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub expires_at: Millis,
    /// Where it stands.
    pub invoice_status: InvoiceState,
    /// Milliseconds until it ends, at least zero.
    pub remaining_time: i64,
    /// Whole seconds until it ends, at least zero.
    pub remaining_seconds: i64,
    /// What is still to be paid, in dollars.
    pub amount_remaining_usd: Usd,
    /// The merchant.
    pub merchant_name: String,
    /// How to reach the merchant.
    pub merchant_email: String,
    /// Whether the money is real.
    pub network_environment: Environment,
    /// The network the rest must be paid on, after a partial payment.
    #[serde(serialize_with = "show::network_or_null")]
    #[schema(value_type = Option<String>, example = "base")]
    pub locked_network: Option<NetworkId>,
    /// The token the rest must be paid in.
    pub locked_token_id: Option<i64>,
    /// The address the rest must be paid to.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub locked_payment_address: Option<Address>,
}

impl SessionDetails {
    /// Presents `invoice` of `merchant` at `now`.
    pub fn new(invoice: &invoice::Invoice, merchant: &Merchant, now: Millis) -> Self {
        let remaining_ms = invoice.expires_at.since(now).max(0);
        let lock = invoice.lock.as_ref();
        Self {
            invoice_id: invoice.id,
            amount_usd: Usd(invoice.amount),
            description: invoice.terms.description.clone(),
            expires_at: invoice.expires_at,
            invoice_status: invoice.state.into(),
            remaining_time: remaining_ms,
            remaining_seconds: remaining_ms / 1000,
            amount_remaining_usd: Usd(invoice.amount_remaining()),
            merchant_name: merchant.name.clone(),
            merchant_email: merchant.email.clone(),
            network_environment: invoice.environment.into(),
            locked_network: lock.map(|lock| lock.network.clone()),
            locked_token_id: lock.map(|lock| lock.token.0),
            locked_payment_address: lock.map(|lock| lock.address),
        }
    }
}

/// Whether a token can be paid with now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Availability {
    /// A test network: always.
    Devnet,
    /// Yes.
    Available,
    /// No: its rate is older than five minutes.
    Stale,
    /// No: it could not be settled.
    NoLiquidity,
    /// Ask for an address to learn its rate.
    QuoteRequired,
}

/// One token a payor may choose.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the contract names each")]
pub struct TokenOption {
    /// Its number.
    pub id: i64,
    /// Its ticker.
    #[schema(example = "USDC")]
    pub token_symbol: String,
    /// Its full name.
    pub token_name: String,
    /// Its standard.
    pub token_type: TokenType,
    /// The network it lives on.
    #[schema(example = "base")]
    pub network: String,
    /// Decimal places of its base unit.
    pub token_decimals: u8,
    /// Its contract or mint; null for the chain's own coin.
    pub token_address: Option<String>,
    /// Whether a payment needs a memo; never, here.
    pub requires_memo: bool,
    /// Where its picture is.
    pub photo_uri: Option<String>,
    /// Whether there is somewhere for it to settle to.
    pub has_settlement_route: bool,
    /// Whether it can settle in a stable coin.
    pub supports_stable_settlement: bool,
    /// Whether payments in it are looked for.
    pub is_monitored: bool,
    /// Dollars per token.
    #[serde(serialize_with = "show::rate_or_null")]
    #[schema(value_type = Option<String>, example = "1.000000")]
    pub settlement_rate: Option<Rate>,
    /// What settling costs the payor, in dollars; null when nothing.
    pub settlement_cost_usd: Option<Usd>,
    /// Whether the merchant settles in this very token.
    pub is_same_token_settlement: bool,
    /// Fee tier; null when there are none.
    pub tier: Option<String>,
    /// Fee of that tier; null when there is none.
    pub tier_fee: Option<String>,
    /// Whether it can be paid with now.
    pub availability_status: Availability,
    /// When its rate was fetched, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub rate_updated_at: Option<Millis>,
    /// Why it can not be paid with, in a sentence.
    pub unavailable_reason: Option<String>,
}

impl TokenOption {
    /// Presents `token` with its availability and its rate, when there is one. It can be settled as it is; set the
    /// other fields where that is not so.
    pub fn new(token: &token::Token, availability: Availability, rate: Option<(Rate, Millis)>) -> Self {
        Self {
            id: token.id.0,
            token_symbol: token.symbol.clone(),
            token_name: token.name.clone(),
            token_type: token.standard.into(),
            network: token.network.name().to_owned(),
            token_decimals: token.decimals,
            token_address: asset_address(&token.asset),
            requires_memo: false,
            photo_uri: token.photo_uri.clone(),
            has_settlement_route: true,
            supports_stable_settlement: token.stable,
            is_monitored: token.active,
            settlement_rate: rate.map(|(rate, _)| rate),
            settlement_cost_usd: None,
            is_same_token_settlement: false,
            tier: None,
            tier_fee: None,
            availability_status: availability,
            rate_updated_at: rate.map(|(_, at)| at),
            unavailable_reason: None,
        }
    }
}

/// Request: an address and a price for one token on one network.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct PaymentAddressRequest {
    /// The network.
    #[schema(example = "base")]
    pub network: String,
    /// The token's number.
    #[schema(rename = "tokenId")]
    pub token_id: i64,
}

impl PaymentAddressRequest {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let network = object.required_text("network", 64)?;
        let token_id = object.integer("tokenId")?.ok_or_else(|| object.missing("tokenId"))?;
        Ok(Self { network, token_id })
    }
}

/// Whether a price can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStatus {
    /// Until `quote_valid_until`.
    Available,
    /// There is none.
    Unavailable,
    /// No longer.
    Expired,
}

/// Why a price can or can not be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStatusCode {
    /// It can.
    Ok,
    /// There is no fresh rate.
    QuoteUnavailable,
    /// Its time is over.
    QuoteExpired,
    /// The token could not be settled.
    SettlementUnavailable,
}

/// Where to pay, how much, and where to listen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentAddress {
    /// Always `true`.
    pub success: bool,
    /// Whether the price can be relied on.
    pub quote_status: QuoteStatus,
    /// Why, or why not.
    pub status_code: QuoteStatusCode,
    /// The same in a sentence; null when it can.
    pub message: Option<String>,
    /// Where to pay. Every address ever given for the invoice stays watched.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>)]
    pub temp_address: Option<Address>,
    /// On which network.
    #[schema(example = "base")]
    pub network: String,
    /// In which token.
    pub supported_token_id: i64,
    /// How much, in whole tokens with all their decimals.
    #[schema(example = "49.990000")]
    pub estimated_token_amount: Option<String>,
    /// The same in base units.
    #[serde(serialize_with = "show::text_or_null")]
    #[schema(value_type = Option<String>, example = "49990000")]
    pub estimated_base_units: Option<BaseUnits>,
    /// Dollars per token.
    #[serde(serialize_with = "show::rate_or_null")]
    #[schema(value_type = Option<String>, example = "1.000000")]
    pub exchange_rate: Option<Rate>,
    /// What is to be paid, in dollars.
    pub usd_amount: Usd,
    /// When the price was made, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub quote_last_updated_at: Option<Millis>,
    /// Until when it holds, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub quote_valid_until: Option<Millis>,
    /// How long that is.
    pub quote_expires_in_seconds: Option<i64>,
    /// Whether asking again may help; null when there is no need.
    pub retryable: Option<bool>,
    /// How long to wait before that.
    pub retry_after_seconds: Option<i64>,
    /// Where to listen for progress.
    pub ws_connection: WsConnection,
}

impl PaymentAddress {
    /// An address with its price. The token of `ws_connection` is left empty for the HTTP edge to fill.
    pub fn quoted(address: Address, quote: &Quote, decimals: u8) -> Self {
        Self {
            success: true,
            quote_status: QuoteStatus::Available,
            status_code: QuoteStatusCode::Ok,
            message: None,
            temp_address: Some(address),
            network: quote.network.name().to_owned(),
            supported_token_id: quote.token.0,
            estimated_token_amount: Some(quote.units.decimal(decimals)),
            estimated_base_units: Some(quote.units),
            exchange_rate: Some(quote.rate),
            usd_amount: Usd(quote.usd),
            quote_last_updated_at: Some(quote.created_at),
            quote_valid_until: Some(quote.valid_until),
            quote_expires_in_seconds: Some(VALIDITY_MS / 1000),
            retryable: None,
            retry_after_seconds: None,
            ws_connection: WsConnection::default(),
        }
    }

    /// No price now, and why; `address` only when one was given before.
    pub fn unavailable(token: &token::Token, address: Option<Address>, usd: Usd, why: QuoteStatusCode) -> Self {
        let (message, retryable) = match why {
            QuoteStatusCode::Ok => (None, None),
            QuoteStatusCode::QuoteUnavailable => (Some("there is no fresh rate for this token"), Some(true)),
            QuoteStatusCode::QuoteExpired => (Some("the quote has expired; ask again"), Some(true)),
            QuoteStatusCode::SettlementUnavailable => {
                (Some("nobody could receive this token on this network"), Some(false))
            }
        };
        let expired = why == QuoteStatusCode::QuoteExpired;
        Self {
            success: true,
            quote_status: if expired { QuoteStatus::Expired } else { QuoteStatus::Unavailable },
            status_code: why,
            message: message.map(ToOwned::to_owned),
            temp_address: address,
            network: token.network.name().to_owned(),
            supported_token_id: token.id.0,
            estimated_token_amount: None,
            estimated_base_units: None,
            exchange_rate: None,
            usd_amount: usd,
            quote_last_updated_at: None,
            quote_valid_until: None,
            quote_expires_in_seconds: None,
            retryable,
            retry_after_seconds: (retryable == Some(true)).then_some(RETRY_QUOTE_SECS),
            ws_connection: WsConnection::default(),
        }
    }
}

/// Seconds after which a payor who got no price may ask again: rates are fetched several times a minute.
const RETRY_QUOTE_SECS: i64 = 10;

/// Where a payor listens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WsConnection {
    /// A token for this invoice's stream.
    pub token: String,
    /// Always `/ws/payment`.
    #[schema(value_type = String, example = "/ws/payment")]
    pub endpoint: &'static str,
    /// Always `event_v1`.
    #[schema(value_type = String, example = "event_v1")]
    pub format: &'static str,
    /// Endpoint and format.
    #[schema(value_type = String, example = "/ws/payment?format=event_v1")]
    pub ws_url: &'static str,
}

impl Default for WsConnection {
    fn default() -> Self {
        Self {
            token: String::new(),
            endpoint: "/ws/payment",
            format: "event_v1",
            ws_url: "/ws/payment?format=event_v1",
        }
    }
}

/// Where the invoice stands, in short.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PaymentStatus {
    /// Where it stands.
    pub status: InvoiceState,
    /// When it was paid, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub paid_at: Option<Millis>,
}

impl PaymentStatus {
    /// Of `invoice`.
    pub fn new(invoice: &invoice::Invoice) -> Self {
        let paid_at = if let State::Paid { at } = invoice.state { Some(at) } else { None };
        Self { status: invoice.state.into(), paid_at }
    }
}

/// Request: where the receipt goes.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct SetCustomerEmail {
    /// The address.
    #[schema(max_length = 255, format = "email")]
    pub email: String,
}

impl SetCustomerEmail {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let email = Object::parse(body)?.required_text("email", 255)?;
        if !is_email(&email) {
            return Err(Problem::at(Code::ValidationError, "/email", "email is not an email address"));
        }
        Ok(Self { email })
    }
}

/// Answer: the address was kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerEmailSet {
    /// Always `true`.
    pub success: bool,
    /// The address.
    pub email: String,
    /// What was done.
    #[schema(value_type = String)]
    pub message: &'static str,
}

impl CustomerEmailSet {
    /// The address that was kept.
    pub const fn new(email: String) -> Self {
        Self { success: true, email, message: "email saved" }
    }
}

/// Where the receipt goes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerEmail {
    /// The address.
    pub email: Option<String>,
    /// Whether there is one.
    pub has_email: bool,
}

impl CustomerEmail {
    /// Of an invoice.
    pub const fn new(email: Option<String>) -> Self {
        Self { has_email: email.is_some(), email }
    }
}

/// What the payor is asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoiceQuestions {
    /// Whether anything is asked.
    pub has_questions: bool,
    /// The questions; absent when nothing is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub questions: Option<Vec<Question>>,
}

impl InvoiceQuestions {
    /// Of an invoice.
    pub const fn new(questions: Option<Vec<Question>>) -> Self {
        Self { has_questions: questions.is_some(), questions }
    }
}

/// Answer: done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Success {
    /// Always `true`.
    pub success: bool,
}

impl Success {
    /// Done.
    pub const fn new() -> Self {
        Self { success: true }
    }
}

impl Default for Success {
    fn default() -> Self {
        Self::new()
    }
}
