//! The dashboard of merchants and the operator's console: pages, rendered here, that work without scripts.
//!
//! Who may open what is in one table ([`gate`]); a page that is not in it opens to nobody. Whatever changes anything
//! is a POST with a token that only our own pages know ([`form`]), and answers with a redirect. Texts of merchants and
//! payors are escaped by the templates; nothing here builds markup.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::app::App;

mod account;
mod assets;
mod audit;
mod chart;
mod checklist;
mod deliveries;
mod door;
mod events;
mod export;
mod fault;
mod form;
mod format;
mod gate;
mod input;
mod invoices;
mod keys;
mod mainnet;
mod notice;
mod operator;
mod overview;
mod recovery;
mod settings;
mod settlement;
mod shell;
mod sign_in;
mod sign_up;
mod team;
mod timeline;
mod tokens;
mod webhooks;

pub use gate::routes;

/// Every page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/dashboard/assets/{version}/{name}", get(file))
        .merge(doors())
        .merge(pages())
        .merge(webhooks::router())
        .merge(operator::router())
        .route("/dashboard/{*rest}", get(nowhere))
        .route("/operator/{*rest}", get(nowhere))
}

fn doors() -> Router<App> {
    Router::new()
        .route("/dashboard/sign-in", get(sign_in::page).post(sign_in::act))
        .route("/dashboard/sign-in/code", get(sign_in::code_page).post(sign_in::code))
        .route("/dashboard/sign-up", get(sign_up::page).post(sign_up::act))
        .route("/dashboard/sign-up/confirm", get(sign_up::confirm_page).post(sign_up::confirm))
        .route("/dashboard/reset", get(recovery::page).post(recovery::act))
        .route("/dashboard/reset/new", get(recovery::new_page).post(recovery::new))
        .route("/dashboard/invitation", get(team::invitation).post(team::accept))
        .route("/dashboard/sign-out", post(sign_in::out))
}

fn pages() -> Router<App> {
    Router::new()
        .route("/dashboard", get(overview::page))
        .route("/dashboard/environment", post(mainnet::switch))
        .route("/dashboard/merchant", post(account::switch_merchant))
        .route("/dashboard/checklist", get(checklist::page))
        .route("/dashboard/invoices", get(invoices::list::page).post(invoices::create::act))
        .route("/dashboard/invoices/new", get(invoices::create::page))
        .route("/dashboard/invoices/{id}", get(invoices::detail::page))
        .route("/dashboard/invoices/{id}/cancel", post(invoices::acts::cancel))
        .route("/dashboard/invoices/{id}/verify", post(invoices::acts::verify))
        .route("/dashboard/invoices/{id}/accept", post(invoices::acts::accept))
        .route("/dashboard/export/invoices.csv", get(export::invoices))
        .route("/dashboard/export/payments.csv", get(export::payments))
        .route("/dashboard/keys", get(keys::page).post(keys::create))
        .route("/dashboard/keys/{id}/revoke", post(keys::revoke))
        .route("/dashboard/events", get(events::list))
        .route("/dashboard/events/{id}", get(events::detail))
        .route("/dashboard/tokens", get(tokens::page).post(tokens::block))
        .route("/dashboard/settlement", get(settlement::page))
        .route("/dashboard/settlement/preference", post(settlement::prefer))
        .route("/dashboard/settlement/token", post(settlement::token))
        .route("/dashboard/settlement/tolerance", post(settlement::tolerance))
        .route("/dashboard/wallets", post(settlement::add_wallet))
        .route("/dashboard/wallets/{id}/activate", post(settlement::activate_wallet))
        .route("/dashboard/wallets/{id}/delete", post(settlement::delete_wallet))
        .route("/dashboard/mainnet", get(mainnet::page))
        .route("/dashboard/mainnet/request", post(mainnet::request))
        .route("/dashboard/mainnet/activate", post(mainnet::activate))
        .route("/dashboard/settings", get(settings::page).post(settings::save))
        .route("/dashboard/settings/logo", post(settings::logo))
        .route("/dashboard/logo/{merchant}/{hash}", get(settings::picture))
        .route("/dashboard/team", get(team::page))
        .route("/dashboard/team/invite", post(team::invite))
        .route("/dashboard/team/uninvite", post(team::uninvite))
        .route("/dashboard/team/role", post(team::set_role))
        .route("/dashboard/team/remove", post(team::remove))
        .route("/dashboard/audit", get(audit::page))
        .route("/dashboard/account", get(account::page))
        .route("/dashboard/account/password", post(account::password))
        .route("/dashboard/account/factor", get(account::factor_page).post(account::confirm_factor))
        .route("/dashboard/account/factor/remove", post(account::remove_factor))
        .route("/dashboard/account/codes", post(account::renew_codes))
        .route("/dashboard/account/logins/end", post(account::end_login))
        .route("/dashboard/account/logins/end-all", post(account::end_all))
}

async fn home() -> Redirect {
    Redirect::to("/dashboard")
}

/// What people mistype is answered with a page.
async fn nowhere() -> fault::Fault {
    pepay_engine::Error::NotFound.into()
}

async fn file(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    assets::BUNDLE.serve(&version, &name, &headers).into_response()
}
