//! `DELETE /merchant/wallets/{walletId}`: forgets an address that is not active.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::Done;

use crate::app::App;
use crate::auth::Merchant;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope::{self, WalletPath};

/// Remove a wallet that is not active
#[utoipa::path(
    delete,
    path = "/api/v1/merchant/wallets/{walletId}",
    operation_id = "delete_wallet",
    tag = "wallets",
    security(("dashboard" = [])),
    params(
        ("walletId" = i64, Path, description = "The wallet"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = OK, description = "Removed", body = Done)),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WalletPath(id): WalletPath,
    key: IdempotencyKey,
) -> Result<Response, ApiError> {
    caller.may(Action::Settlement)?;
    let scope = scope::of_caller(&caller, format!("wallet.delete {id}"));
    let act = async { app.engine.delete_wallet(&caller, id).await.map(|()| Done::new("wallet removed")) };
    key.once(&app, scope, &[], StatusCode::OK, Box::pin(act)).await
}
