//! `PUT /merchant/wallets/{walletId}/activate`: from now on money on its network settles there.

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

/// Settle to this wallet from now on
#[utoipa::path(
    put,
    path = "/api/v1/merchant/wallets/{walletId}/activate",
    operation_id = "activate_wallet",
    tag = "wallets",
    security(("dashboard" = [])),
    params(
        ("walletId" = i64, Path, description = "The wallet"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat"),
    ),
    responses((status = OK, description = "Active, in the place of any other of its network", body = Done)),
)]
pub(crate) async fn activate(
    State(app): State<App>,
    Merchant(caller): Merchant,
    WalletPath(id): WalletPath,
    key: IdempotencyKey,
) -> Result<Response, ApiError> {
    caller.may(Action::Settlement)?;
    let scope = scope::of_caller(&caller, format!("wallet.activate {id}"));
    let act = async { app.engine.activate_wallet(&caller, id).await.map(|()| Done::new("wallet is active")) };
    key.once(&app, scope, &[], StatusCode::OK, Box::pin(act)).await
}
