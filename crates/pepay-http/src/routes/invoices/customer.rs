//! `GET /invoices/customer/{id}`: the list, narrowed to one customer.

use axum::extract::State;
use axum::response::Response;
use pepay_engine::invoice::Filter;
use pepay_wire::{Invoice, List};

use super::filter::{self, ListParams};
use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::{self, Query};
use crate::reply;
use crate::scope::TextPath;

/// List the invoices of a customer, newest first
#[utoipa::path(
    get,
    path = "/api/v1/invoices/customer/{customerId}",
    operation_id = "list_customer_invoices",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    params(("customerId" = String, Path, description = "The merchant's own id of the customer"), ListParams),
    responses((status = OK, description = "One page", body = List<Invoice>)),
)]
pub(crate) async fn customer(
    State(app): State<App>,
    Merchant(caller): Merchant,
    TextPath(customer): TextPath,
    filters: Query,
) -> Result<Response, ApiError> {
    let (page, expand) = (filters.page()?, filters.expand()?);
    let customer = query::customer(&customer, "customerId")?;
    let filter = Filter { customer_id: Some(customer), ..filter::read(&app, &caller, &filters).await? };
    Ok(reply::ok(&app.engine.list_invoices(&filter, page, expand).await?))
}
