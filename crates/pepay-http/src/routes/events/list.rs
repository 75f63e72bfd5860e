//! `GET /events`: one page, newest first; a bad filter or cursor is refused by name.

use axum::extract::State;
use axum::response::Response;
use pepay_core::event::Types;
use pepay_engine::event::Filter;
use pepay_wire::{Event, List, Wrapped};
use utoipa::IntoParams;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;
use crate::scope;

/// Which events, and which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(crate) struct ListParams {
    /// Comma list of types, also `invoice.*`, `invoice_payment.*` and `*`.
    r#type: Option<String>,
    /// Of this invoice.
    invoice_id: Option<String>,
    /// Of invoices of this customer: the merchant's own id of it.
    customer_id: Option<String>,
    /// `devnet` or `mainnet`; the credential's own when absent.
    environment: Option<String>,
    /// Happened at or after: date-time (RFC 3339), date, or epoch seconds.
    #[param(rename = "created[gte]")]
    created_gte: Option<String>,
    /// Happened at or before, likewise.
    #[param(rename = "created[lte]")]
    created_lte: Option<String>,
    /// Events in a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// Only what is older than this event.
    starting_after: Option<String>,
    /// Only what is newer than this event: the page next to it.
    ending_before: Option<String>,
}

/// List events, newest first
///
/// With `ending_before` the page is the one next to that event, so that a reader who was away walks forward through
/// everything it missed. Ids are in commit order: no event appears before one that was listed.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "list_events",
    tag = "events",
    security(("api_key" = []), ("dashboard" = [])),
    params(ListParams),
    responses((status = OK, description = "One page", body = Wrapped<List<Event>>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Merchant(caller): Merchant,
    query: Query,
) -> Result<Response, ApiError> {
    let (page, created) = (query.page()?, query.created("created[gte]", "created[lte]")?);
    let types = query.parse::<Types>("type", "a comma list of event types such as invoice.*", |text| text.parse().ok());
    let filter = Filter {
        merchant: caller.merchant,
        environment: scope::environment(&app, &caller, &query).await?,
        types: types?,
        customer_id: query.customer()?,
        invoice_id: query.parse("invoice_id", "the id of an invoice", |text| text.parse().ok())?,
    };
    Ok(reply::ok(&Wrapped::new(app.engine.list_events(&filter, created, page).await?)))
}
