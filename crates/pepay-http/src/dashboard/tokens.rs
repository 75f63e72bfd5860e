//! Which tokens payors may use.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_core::id::TokenId;
use pepay_engine::Error;
use pepay_wire::AcceptancePolicy;

use super::door::Page;
use super::fault::Fault;
use super::form::Act;
use super::format;
use super::notice;
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

struct Row {
    id: i64,
    symbol: String,
    name: String,
    network: String,
    address: String,
    kind: &'static str,
    price: String,
    blocked: bool,
    active: bool,
}

#[derive(Template)]
#[template(path = "dashboard/tokens.html")]
struct TokensTemplate {
    shell: Shell,
    policy: &'static str,
    rows: Vec<Row>,
    may: bool,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let caller = page.caller()?;
    let known = app.engine.merchant_tokens(&caller, caller.environment).await?;
    let policy = match known.acceptance_policy {
        AcceptancePolicy::AcceptAll => "You accept every token.",
        AcceptancePolicy::AcceptNone => "You accept no token: nobody can pay you.",
        AcceptancePolicy::Selective => "You accept some tokens.",
    };
    let rows = known.tokens.into_iter().map(|token| Row {
        id: token.id,
        symbol: token.token_symbol,
        name: token.token_name,
        network: format::network(&token.network),
        address: token.token_address.unwrap_or_default(),
        kind: if token.supports_stable_settlement { "Stable coin" } else { "Market price" },
        price: token
            .price
            .map_or_else(|| "No fresh price".to_owned(), |price| format!("${}", format::trimmed(&price.usd.decimal()))),
        blocked: token.is_blocked,
        active: token.is_active,
    });
    let template = TokensTemplate {
        policy,
        rows: rows.collect(),
        may: page.signed.may(Action::Tokens),
        shell: Shell::new(&app, &page, "Tokens", notice::of(&query)).await?,
    };
    Ok(shell::ok(&template))
}

pub(super) async fn block(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let id = form.fields.get("token").parse().map(TokenId).map_err(|_| Error::TokenNotFound)?;
    app.engine.block_token(&form.page.caller()?, id, form.fields.get("blocked") == "true").await?;
    Ok(notice::done("/dashboard/tokens", "tokens_changed"))
}
