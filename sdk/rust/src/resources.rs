//! The calls of the API, by noun.

mod events;
mod invoices;
mod payment_sessions;
mod settlement;
mod tokens;
mod wait;
mod wallets;
mod webhooks;
mod ws;

pub use events::{EventFilter, Events, ListEvents};
pub use invoices::{Expand, InvoiceFilter, Invoices, ListInvoices, ManualVerification};
pub use payment_sessions::{AvailableTokens, PaymentSessions, TokenMode};
pub use settlement::Settlement;
pub use tokens::{TokenFilter, Tokens};
pub use wait::WaitForStatus;
pub use wallets::Wallets;
pub use webhooks::{ListDeliveries, Webhooks};
pub use ws::{MerchantEvents, PaymentSession, StreamTokens, Ws};

use crate::query::Query;

/// Where a page begins, and how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPage {
    /// Objects in a page, 1 to 100; 10 when `None`.
    pub limit: Option<u32>,
    /// Only what is older than the object of this id.
    pub starting_after: Option<String>,
    /// Only what is newer than the object of this id: the page next to it.
    pub ending_before: Option<String>,
}

impl ListPage {
    fn onto(&self, query: Query) -> Query {
        query
            .with("limit", self.limit)
            .with("starting_after", self.starting_after.as_ref())
            .with("ending_before", self.ending_before.as_ref())
    }
}

/// Defines the handle of a resource.
macro_rules! resource {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            transport: $crate::transport::Transport,
        }

        impl $name {
            pub(crate) fn new(transport: &$crate::transport::Transport) -> Self {
                Self { transport: transport.clone() }
            }
        }
    };
}
use resource;
