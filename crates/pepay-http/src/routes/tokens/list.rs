//! `GET /merchant/tokens`: every token of an environment.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::MerchantTokens;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::query::Query;
use crate::reply;
use crate::scope;

/// List every token, with what is blocked
#[utoipa::path(
    get,
    path = "/api/v1/merchant/tokens",
    operation_id = "list_tokens",
    tag = "tokens",
    security(("api_key" = []), ("dashboard" = [])),
    params(("environment" = Option<String>, Query, description = "`devnet` or `mainnet`; the credential's own when absent")),
    responses((status = OK, description = "The tokens", body = MerchantTokens)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    Merchant(caller): Merchant,
    query: Query,
) -> Result<Response, ApiError> {
    let environment = scope::environment(&app, &caller, &query).await?;
    Ok(reply::ok(&app.engine.merchant_tokens(&caller, environment).await?))
}
