//! `GET /merchant/return-secret`: how a merchant checks returns from the checkout.

use axum::extract::State;
use axum::response::Response;
use pepay_wire::CheckoutReturn;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::Merchant;
use crate::problem::ApiError;
use crate::reply;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(secret))
}

/// Get the secret that returns from the checkout are signed with
///
/// It never changes. A key that may only read is refused: whoever has the secret can make up a return.
#[utoipa::path(
    get,
    path = "/api/v1/merchant/return-secret",
    operation_id = "get_return_secret",
    tag = "invoices",
    security(("api_key" = []), ("dashboard" = [])),
    responses((status = OK, description = "The secret, and what it signs", body = CheckoutReturn)),
)]
async fn secret(State(app): State<App>, Merchant(caller): Merchant) -> Result<Response, ApiError> {
    Ok(reply::ok(&CheckoutReturn::new(&app.engine.return_secret(&caller)?)))
}
