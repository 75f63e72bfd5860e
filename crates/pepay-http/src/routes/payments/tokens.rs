//! `GET /payments/available-tokens`: what the payor may choose from.

use axum::extract::State;
use axum::response::Response;
use pepay_engine::payor::Mode;
use pepay_wire::{Code, TokenOption};
use utoipa::IntoParams;

use crate::app::App;
use crate::auth::Payor;
use crate::problem::ApiError;
use crate::query::{Query, invalid};
use crate::reply;

/// Which tokens to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; the parser reads it one parameter at a time")]
pub(crate) struct TokensParams {
    /// `monitored`, `all` or `network`; the latter needs `network`.
    #[param(default = "monitored")]
    mode: Option<String>,
    /// Network name, such as `base`; implies `mode=network` when `mode` is absent.
    network: Option<String>,
    /// Leave out what can not be paid with now.
    #[param(default = false)]
    available_only: Option<bool>,
}

/// List the tokens to choose from
#[utoipa::path(
    get,
    path = "/api/v1/payments/available-tokens",
    operation_id = "available_tokens",
    tag = "payments",
    security(("session_token" = [], "session_signature" = [])),
    params(TokensParams),
    responses((status = OK, description = "The tokens; after a partial payment only the locked one", body = Vec<TokenOption>)),
)]
pub(crate) async fn available(
    State(app): State<App>,
    Payor(session): Payor,
    query: Query,
) -> Result<Response, ApiError> {
    let mode = mode(&query)?;
    let available_only = query.boolean("available_only")?.unwrap_or(false);
    Ok(reply::ok(&app.engine.available_tokens(&session, &mode, available_only).await?))
}

fn mode(query: &Query) -> Result<Mode, ApiError> {
    match (query.get("mode"), query.get("network")) {
        (Some("network") | None, Some(network)) => Ok(Mode::Network(network.to_owned())),
        (Some("network"), None) => {
            Err(invalid(Code::ValidationError, "network", "network is required when mode is network"))
        }
        (Some("monitored") | None, _) => Ok(Mode::Monitored),
        (Some("all"), _) => Ok(Mode::All),
        (Some(_), _) => Err(invalid(Code::ValidationError, "mode", "mode must be monitored, all or network")),
    }
}
