//! `GET /webhooks`: one page, newest first.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::{List, Webhook};
use utoipa::IntoParams;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::{reply, scope};

/// Which endpoints.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(crate) struct ListWebhooks {
    /// `devnet` or `mainnet`; the credential's own when absent. Endpoints of both are always among them.
    environment: Option<String>,
    /// Endpoints in a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// Give those older than this endpoint.
    starting_after: Option<String>,
    /// Give those newer than this endpoint.
    ending_before: Option<String>,
}

/// List webhook endpoints
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    operation_id = "list_webhooks",
    tag = "webhooks",
    security(("api_key" = []), ("dashboard" = [])),
    params(ListWebhooks),
    responses((status = OK, description = "One page", body = List<Webhook>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Merchant(caller): Merchant,
    query: Query,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let environment = scope::environment(&app, &caller, &query).await?;
    Ok(reply::ok(&List::from(app.engine.list_webhooks(&caller, environment, page).await?)))
}
