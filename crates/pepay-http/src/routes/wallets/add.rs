//! `POST /merchant/wallets`: one more address, not active yet.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_wire::{AddWallet, Wallet};

use crate::app::App;
use crate::auth::Merchant;
use crate::body::JsonBody;
use crate::idempotency::IdempotencyKey;
use crate::problem::ApiError;
use crate::scope;

/// Add a wallet; activate it to have money go there
#[utoipa::path(
    post,
    path = "/api/v1/merchant/wallets",
    operation_id = "add_wallet",
    tag = "wallets",
    security(("dashboard" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat")),
    request_body = AddWallet,
    responses((status = CREATED, description = "Added", body = Wallet)),
)]
pub(crate) async fn add(
    State(app): State<App>,
    Merchant(caller): Merchant,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    caller.may(Action::Settlement)?;
    let AddWallet { network, address } = AddWallet::parse(&body)?;
    let scope = scope::of_caller(&caller, "wallet.add");
    let act = async { app.engine.add_wallet(&caller, &network, &address).await.map(|wallet| Wallet::new(&wallet)) };
    key.once(&app, scope, &body, StatusCode::CREATED, Box::pin(act)).await
}
