//! Where the money goes: wallets, the settlement token, what payors may pay in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_core::id::{TokenId, WalletId};
use pepay_core::merchant::SettlementPreference;
use pepay_engine::Error;

use super::door::Page;
use super::fault::Fault;
use super::form::{Act, Fields};
use super::format;
use super::input::Input;
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

const PREFERENCES: [(SettlementPreference, &str, &str); 3] = [
    (
        SettlementPreference::StablesPreferred,
        "Stable coins preferred",
        "Payors may pay in any token. It is converted to your settlement token where a route exists, else settled as paid.",
    ),
    (SettlementPreference::StablesOnly, "Stable coins only", "Payors may pay in stable coins only."),
    (SettlementPreference::Tokens, "As paid", "Payors may pay in any token, and each settles as it was paid."),
];

struct Preference {
    word: &'static str,
    label: &'static str,
    detail: &'static str,
    chosen: bool,
}

struct Token {
    id: String,
    label: String,
    chosen: bool,
}

struct Wallet {
    id: i64,
    address: String,
    active: bool,
}

struct Network {
    label: String,
    wallets: Vec<Wallet>,
}

struct Named {
    name: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "dashboard/settlement.html")]
struct SettlementTemplate {
    shell: Shell,
    complaint: Complaint,
    preferences: Vec<Preference>,
    tokens: Vec<Token>,
    settles_in: String,
    networks: Vec<Network>,
    choices: Vec<Named>,
    address: Input,
    tolerance: Input,
    may: bool,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, &Fields::default(), Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(app: &App, page: &Page, typed: &Fields, complaint: Complaint) -> Result<SettlementTemplate, Fault> {
    let caller = page.caller()?;
    let chosen = app.engine.settlement_preference(&caller).await?;
    let merchant = app.engine.own_merchant(&caller).await?;
    let selected = chosen.selected_settlement_token.as_ref();
    let own = selected.filter(|token| !token.is_default).map(|token| token.id);
    let token = |id: String, label: String, chosen: bool| Token { id, label, chosen };
    let mut tokens = vec![token(String::new(), "The installation’s default".to_owned(), own.is_none())];
    tokens.extend(chosen.available_stable_tokens.iter().map(|it| {
        let label = format!("{} on {}", it.token_symbol, format::network(&it.network));
        token(it.id.to_string(), label, own == Some(it.id))
    }));
    let here = app.engine.catalogue().networks().iter().filter(|it| it.id.environment() == caller.environment);
    let choices = here.map(|it| Named {
        label: format::network(it.id.name()),
        chosen: it.id.name() == typed.get("network"),
        name: it.id.name().to_owned(),
    });
    let bps = merchant.tolerance.get();
    let percent = if typed.get("tolerance").is_empty() {
        format!("{}.{:02}", bps / 100, bps % 100)
    } else {
        typed.get("tolerance").to_owned()
    };
    Ok(SettlementTemplate {
        shell: Shell::new(app, page, "Settlement", None).await?,
        preferences: PREFERENCES
            .iter()
            .map(|(it, label, detail)| Preference {
                word: it.as_str(),
                label,
                detail,
                chosen: pepay_wire::SettlementMode::from(*it) == chosen.settlement_preference,
            })
            .collect(),
        tokens,
        settles_in: selected
            .map(|it| format!("{} on {}", it.token_symbol, format::network(&it.network)))
            .unwrap_or_default(),
        networks: app.engine.wallets(&caller).await?.into_iter().map(network).collect(),
        choices: choices.collect(),
        address: Input::text("address", "Address")
            .required()
            .max(128)
            .value(typed.get("address"))
            .hint("Yours alone. Check it twice: money sent to a wrong address is gone.")
            .told(&complaint),
        tolerance: Input::text("tolerance", "Tolerance in per cent")
            .mode("decimal")
            .max(6)
            .value(percent)
            .hint("An invoice that is short by up to this much counts as paid. For invoices created from now on.")
            .told(&complaint),
        may: page.signed.may(Action::Settlement),
        complaint,
    })
}

fn network(of: pepay_wire::NetworkWallets) -> Network {
    let wallet = |it: pepay_wire::Wallet| Wallet { id: it.id, address: it.address, active: it.is_active };
    Network { label: format::network(&of.network), wallets: of.wallets.into_iter().map(wallet).collect() }
}

async fn after<T>(app: &App, form: &Act, result: Result<T, Error>, done: &str) -> Result<Response, Fault> {
    let complaint = match result {
        Ok(_) => return Ok(notice::done("/dashboard/settlement", done)),
        Err(Error::WalletExists) => Complaint::at("address", "You have this wallet already."),
        Err(Error::WalletInUse) => Complaint::at("form", "Activate another wallet of this network first."),
        Err(error) => Complaint::of(error)?,
    };
    Ok(shell::answer(StatusCode::BAD_REQUEST, &template(app, &form.page, &form.fields, complaint).await?))
}

pub(super) async fn prefer(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let chosen = SettlementPreference::parse(form.fields.get("preference")).ok_or(Fault::Malformed)?;
    let result = app.engine.set_settlement_preference(&form.page.caller()?, chosen).await;
    after(&app, &form, result, "settlement_changed").await
}

pub(super) async fn token(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let text = form.fields.get("token");
    let token = if text.is_empty() { None } else { Some(TokenId(text.parse().map_err(|_| Fault::Malformed)?)) };
    let result = app.engine.set_settlement_token(&form.page.caller()?, token).await;
    after(&app, &form, result, "settlement_changed").await
}

pub(super) async fn tolerance(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let caller = form.page.caller()?;
    let Some(bps) = bps(form.fields.get("tolerance")) else {
        let complaint = Complaint::at("tolerance", "Write a per cent with at most two decimals, such as 0.5.");
        let page = template(&app, &form.page, &form.fields, complaint).await?;
        return Ok(shell::answer(StatusCode::BAD_REQUEST, &page));
    };
    let result = app.engine.set_tolerance(&caller, bps).await;
    after(&app, &form, result, "settlement_changed").await
}

/// `0.5` as 50.
fn bps(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: u16 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<u16>().ok()?.checked_mul(100)?.checked_add(part)
}

pub(super) async fn add_wallet(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let (network, address) = (form.fields.get("network"), form.fields.get("address"));
    let result = app.engine.add_wallet(&form.page.caller()?, network, address).await;
    after(&app, &form, result, "wallet_added").await
}

pub(super) async fn activate_wallet(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Act,
) -> Result<Response, Fault> {
    let id = id.parse().map(WalletId).map_err(|_| Error::WalletNotFound)?;
    let result = app.engine.activate_wallet(&form.page.caller()?, id).await;
    after(&app, &form, result, "wallet_activated").await
}

pub(super) async fn delete_wallet(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Act,
) -> Result<Response, Fault> {
    let id = id.parse().map(WalletId).map_err(|_| Error::WalletNotFound)?;
    let result = app.engine.delete_wallet(&form.page.caller()?, id).await;
    after(&app, &form, result, "wallet_removed").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cents_are_read_exactly() {
        for (text, read) in
            [("0", Some(0)), ("0.5", Some(50)), ("1.25", Some(125)), ("10", Some(1_000)), ("3.", Some(300))]
        {
            assert_eq!(bps(text), read, "{text}");
        }
        for bad in ["", ".5", "1.234", "-1", "1e3", "99999"] {
            assert_eq!(bps(bad), None, "{bad}");
        }
    }
}
