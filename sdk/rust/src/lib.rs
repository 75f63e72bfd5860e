#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod chance;
mod client;
mod clock;
mod credentials;
mod error;
mod page;
mod query;
mod request;
mod resources;
mod retry;
mod secret;
mod stream;
mod transport;
pub mod types;
pub mod webhook;

pub use client::{Builder, Pepay};
pub use credentials::Auth;
pub use error::{BoxError, Error, ErrorDetail, ErrorKind, Result};
pub use page::{List, Page, Recovery};
pub use request::Request;
pub use resources::{
    AvailableTokens, EventFilter, Events, Expand, InvoiceFilter, Invoices, ListDeliveries, ListEvents, ListInvoices,
    ListPage, ManualVerification, MerchantEvents, PaymentSession, PaymentSessions, Settlement, StreamTokens,
    TokenFilter, TokenMode, Tokens, WaitForStatus, Wallets, Webhooks, Ws,
};
pub use secret::Secret;
pub use stream::{ControlFrame, EventStream, Notice};
pub use types::{CreateInvoice, Environment, Event, EventObject, InvoiceState, Usd};
pub use webhook::WebhookVerifier;

// What streams and lists are used with, so that a program need not depend on the same version itself.
pub use futures_util::{Stream, StreamExt, TryStreamExt};
