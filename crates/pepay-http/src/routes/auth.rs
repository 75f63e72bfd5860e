//! Signing in without a browser.

use axum::response::Response;
use pepay_core::account::Action;
use pepay_engine::account::{Tokens, Visitor};
use pepay_wire::{Code, LoggedIn, LoginMerchant, LoginUser};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::client::Client;
use crate::problem::ApiError;
use crate::reply;

mod login;
mod logout;
mod refresh;

/// An access token works this long: a removed member is out at once, a stolen token soon.
const ACCESS_SECS: i64 = 900;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login::login)).routes(routes!(refresh::refresh)).routes(routes!(logout::logout))
}

fn visitor(client: &Client, headers: &axum::http::HeaderMap) -> Visitor {
    let agent = headers.get(axum::http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Visitor::new(client.ip, agent)
}

async fn answer(app: &App, tokens: Tokens) -> Result<Response, ApiError> {
    let Tokens { signed, refresh } = tokens;
    let member = signed.member.filter(|member| Action::Read.by(member.role));
    let member = member.ok_or_else(|| ApiError::new(Code::MerchantNotFound))?;
    let whose = (signed.user.id, signed.login.id);
    let token = app.signer.access_token(member.merchant, whose, member.role, (app.engine.now(), ACCESS_SECS));
    let token = token.map_err(|_| ApiError::new(Code::InternalServerError))?;
    let merchants = app.engine.merchants_of(&signed).await?.into_iter();
    Ok(reply::ok(&LoggedIn {
        success: true,
        access_token: token,
        token_type: "Bearer",
        expires_in: ACCESS_SECS,
        refresh_token: refresh,
        user: LoginUser {
            id: signed.user.id.to_string(),
            email: signed.user.email.to_string(),
            merchant_id: member.merchant.0,
            role: member.role.as_str(),
            merchants: merchants.map(|(id, name)| LoginMerchant { merchant_id: id.0, name }).collect(),
        },
    }))
}
