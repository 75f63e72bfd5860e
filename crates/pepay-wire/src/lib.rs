//! The bytes a customer sees: every request and response body of the HTTP API and the event envelope.
//!
//! A change under this crate is a change of the contract. It decides nothing: it presents what the core judged and
//! parses what a caller sent, and refuses a bad body with the exact [`Code`] and the JSON pointer of the field at
//! fault. Money leaves as integers of `usd_millis` or as exact decimal text, never through a float; timestamps are
//! whole epoch seconds, fields ending in `_ms` are milliseconds.
#![warn(missing_docs)]

mod access;
mod account;
mod amount;
mod code;
mod create;
mod event;
mod explain;
mod invoice;
mod json;
mod key;
mod list;
mod payment;
mod payor;
mod problem;
mod questions;
mod return_secret;
mod session;
mod settlement;
mod show;
mod stream;
mod token;
mod verification;
mod wallet;
mod webhook;

pub use access::{ActivateMainnet, Done, MainnetAccess, SetEnvironment};
pub use account::{LoggedIn, Login, LoginMerchant, LoginUser, Logout, Refresh};
pub use amount::{Decimal, Usd};
pub use code::{Code, error_reference};
pub use create::{CreateInvoice, CreateInvoiceBody, is_email};
pub use event::{API_VERSION, Envelope, Event, EventData, EventRequest, data, ping, previous_attributes};
pub use explain::{ExplainedAddress, ExplainedAmounts, ExplainedNetwork, ExplainedQuote, Explanation};
pub use explain::{ExplainedTransfer, Rule};
pub use invoice::{CreatedInvoice, Exception, Invoice, InvoiceState, InvoiceStatus, InvoiceTotals, InvoiceType};
pub use invoice::{SessionHeaders, Total, Totals};
pub use key::{CreateKey, CreatedKey, KeyInfo};
pub use list::{List, Wrapped};
pub use payment::{Payment, PaymentContext, PaymentState, PaymentToken, Settlement, SettlementStage, SettlementState};
pub use payor::{payor_event, quote_data};
pub use problem::{Detail, ErrorBody, ErrorEnvelope, Problem, RateLimited};
pub use questions::{
    Question, QuestionType, Questions, QuestionsBody, Response, SubmitForm, SubmitFormBody, Validation,
};
pub use return_secret::CheckoutReturn;
pub use session::{Availability, CustomerEmail, CustomerEmailSet, InvoiceQuestions, PaymentAddress};
pub use session::{PaymentAddressRequest, PaymentStatus, QuoteStatus, QuoteStatusCode, SessionDetails};
pub use session::{SetCustomerEmail, Success, TokenOption, WsConnection};
pub use settlement::{
    SettlementMode, SettlementPreference, SettlementToken, SettlementTokenUpdated, StableToken,
    UpdateSettlementPreference, UpdateSettlementToken,
};
pub use show::Environment;
pub use stream::{Control, ControlType, ResyncReason, WsScope, WsToken, WsTokenRequest, ws_error};
pub use token::{AcceptancePolicy, BlockToken, Blocked, MerchantTokens, Price, Token, TokenSearch, TokenType};
pub use verification::{RequestVerification, Verification, VerificationState};
pub use wallet::{AddWallet, NetworkWallets, Wallet};
pub use webhook::{AskedEnvironment, CreateWebhook, CreateWebhookBody, RecoverWebhook, RecoverWebhookBody};
pub use webhook::{RotateWebhookSecret, RotateWebhookSecretBody, UpdateWebhook, UpdateWebhookBody};
pub use webhook::{Webhook, WebhookAttempt, WebhookBreaker, WebhookDelivery, WebhookDeliveryState, WebhookHeader};
pub use webhook::{WebhookDeleted, WebhookError, WebhookRecovery, WebhookResponse, WebhookWithSecret};
