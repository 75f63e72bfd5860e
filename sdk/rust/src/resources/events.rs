//! The log of everything that happened to a merchant's invoices.

use super::{ListPage, resource};
use crate::credentials::Audience;
use crate::page::{List, Recovery};
use crate::query::Query;
use crate::request::Request;
use crate::stream::BEGINNING;
use crate::transport::Call;
use crate::types::{Environment, Event};

/// The largest page, for the fewest requests.
const RECOVERY_PAGE: u32 = 100;

/// Which events are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Any of these types; `invoice.*` means all that begin so. All when empty.
    pub types: Vec<String>,
    /// Of this invoice only.
    pub invoice_id: Option<String>,
    /// Of this customer's invoices only.
    pub customer_id: Option<String>,
    /// The credential's own when `None`.
    pub environment: Option<Environment>,
}

/// Which events are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListEvents {
    /// Which.
    pub filter: EventFilter,
    /// Happened at or after, in epoch seconds.
    pub created_gte: Option<i64>,
    /// Happened at or before, in epoch seconds.
    pub created_lte: Option<i64>,
    /// Which page.
    pub page: ListPage,
}

impl EventFilter {
    /// The same on a query that calls the types `types`.
    pub(crate) fn onto(&self, query: Query, types: &'static str) -> Query {
        query
            .list(types, &self.types)
            .with("invoice_id", self.invoice_id.as_ref())
            .with("customer_id", self.customer_id.as_ref())
            .with("environment", self.environment.as_ref())
    }
}

resource! {
    /// The log of everything that happened to a merchant's invoices.
    Events
}

impl Events {
    /// Lists events, newest first.
    pub fn list(&self, which: &ListEvents) -> List<Event> {
        let ListEvents { filter, created_gte, created_lte, page } = which;
        let query = filter.onto(page.onto(Query::new()), "type");
        let query = query.with("created[gte]", *created_gte).with("created[lte]", *created_lte);
        List::wrapped(&self.transport, Call::get(&["events"], Audience::Merchant).query(query))
    }

    /// Gives one event.
    pub fn retrieve(&self, id: &str) -> Request<Event> {
        Request::wrapped(&self.transport, Call::get(&["events", id], Audience::Merchant))
    }

    /// Gives everything after the event of this id, oldest first, through as many pages as it takes; everything there is
    /// when `None`.
    pub fn recover_since(&self, cursor: Option<&str>, filter: &EventFilter) -> Recovery {
        let ending_before = Some(cursor.unwrap_or(BEGINNING).to_owned());
        let page = ListPage { limit: Some(RECOVERY_PAGE), ending_before, ..ListPage::default() };
        Recovery(self.list(&ListEvents { filter: filter.clone(), page, ..ListEvents::default() }))
    }
}
