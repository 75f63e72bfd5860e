//! The user's own account: password, second factor, logins.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pepay_core::account::{Login, RecoveryCode};
use pepay_core::id::{LoginId, MerchantId};
use pepay_engine::Error;

use super::door::{self, Page};
use super::fault::Fault;
use super::form::Act;
use super::format::{self, Moment};
use super::input::Input;
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

struct LoginRow {
    id: String,
    client: String,
    ip: String,
    seen: Moment,
    kind: &'static str,
    here: bool,
}

#[derive(Template)]
#[template(path = "dashboard/account.html")]
struct AccountTemplate {
    shell: Shell,
    complaint: Complaint,
    email: String,
    old: Input,
    new: Input,
    has_factor: bool,
    codes_left: u64,
    logins: Vec<LoginRow>,
}

#[derive(Template)]
#[template(path = "dashboard/factor.html")]
struct FactorTemplate {
    shell: Shell,
    image: String,
    secret: String,
    uri: String,
    code: Input,
}

#[derive(Template)]
#[template(path = "dashboard/codes.html")]
struct CodesTemplate {
    shell: Shell,
    codes: Vec<String>,
    fresh: bool,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(app: &App, page: &Page, complaint: Complaint) -> Result<AccountTemplate, Fault> {
    let logins = app.engine.live_logins(&page.signed).await?;
    Ok(AccountTemplate {
        shell: Shell::new(app, page, "Your account", None).await?,
        email: page.signed.user.email.to_string(),
        old: Input::password("current_password", "Current password", "current-password").told(&complaint),
        new: Input::password("password", "New password", "new-password").told(&complaint),
        has_factor: page.signed.user.wants_code(),
        codes_left: app.engine.codes_left(&page.signed).await?,
        logins: logins.iter().map(|login| row(login, page.signed.login.id)).collect(),
        complaint,
    })
}

fn row(login: &Login, here: LoginId) -> LoginRow {
    LoginRow {
        id: login.id.to_string(),
        client: format::client(&login.agent),
        ip: login.ip.clone(),
        seen: format::moment(login.seen_at),
        kind: match login.kind {
            pepay_core::account::Kind::Page => "Browser",
            pepay_core::account::Kind::Api => "API",
        },
        here: login.id == here,
    }
}

async fn refused(app: &App, page: &Page, error: Error) -> Result<Response, Fault> {
    let complaint = Complaint::of(error)?;
    Ok(shell::answer(StatusCode::BAD_REQUEST, &template(app, page, complaint).await?))
}

pub(super) async fn password(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    let (old, new) = (fields.raw("current_password"), fields.raw("password"));
    match app.engine.change_password(&page.signed, old, new, &page.visit.visitor).await {
        Ok(secret) => Ok(door::hand_over(&app, &secret, notice::done("/dashboard/account", "password_changed"))),
        Err(error) => refused(&app, &page, error).await,
    }
}

/// `GET /dashboard/account/factor`: begins, or goes on with, setting up the second factor.
pub(super) async fn factor_page(State(app): State<App>, page: Page) -> Result<Response, Fault> {
    if page.signed.user.wants_code() {
        return Ok(Redirect::to("/dashboard/account").into_response());
    }
    Ok(shell::ok(&factor(&app, &page, &Complaint::default()).await?))
}

async fn factor(app: &App, page: &Page, complaint: &Complaint) -> Result<FactorTemplate, Fault> {
    let enrolment = app.engine.begin_factor(&page.signed).await?;
    let secret: Vec<String> =
        enrolment.secret.as_bytes().chunks(4).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    Ok(FactorTemplate {
        shell: Shell::new(app, page, "Second factor", None).await?,
        image: crate::pages::qr_data_uri(&enrolment.uri).unwrap_or_default(),
        secret: secret.join(" "),
        uri: enrolment.uri,
        code: Input::text("code", "Code your app shows now")
            .autocomplete("one-time-code")
            .mode("numeric")
            .max(8)
            .required()
            .told(complaint),
    })
}

/// `POST /dashboard/account/factor`.
pub(super) async fn confirm_factor(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    match app.engine.confirm_factor(&page.signed, fields.get("code")).await {
        Ok((codes, secret)) => {
            let mut shown = codes_page(&app, &page, &codes, true).await?;
            // The login goes on with another secret, and the page's forms with it.
            shown.shell.csrf = door::csrf(&app, &secret);
            Ok(door::hand_over(&app, &secret, shell::ok(&shown)))
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &factor(&app, &page, &complaint).await?))
        }
    }
}

async fn codes_page(app: &App, page: &Page, codes: &[RecoveryCode], fresh: bool) -> Result<CodesTemplate, Fault> {
    let shell = Shell::new(app, page, "Recovery codes", None).await?;
    Ok(CodesTemplate { shell, codes: codes.iter().map(RecoveryCode::reveal).collect(), fresh })
}

pub(super) async fn remove_factor(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    match app.engine.remove_factor(&page.signed, fields.raw("current_password"), &page.visit.visitor).await {
        Ok(secret) => Ok(door::hand_over(&app, &secret, notice::done("/dashboard/account", "factor_removed"))),
        Err(error) => refused(&app, &page, error).await,
    }
}

pub(super) async fn renew_codes(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    if !page.signed.user.wants_code() {
        return Err(Error::NotFound.into());
    }
    match app.engine.renew_codes(&page.signed, fields.raw("current_password"), &page.visit.visitor).await {
        Ok(codes) => Ok(shell::ok(&codes_page(&app, &page, &codes, false).await?)),
        Err(error) => refused(&app, &page, error).await,
    }
}

pub(super) async fn end_login(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let id: LoginId = form.fields.get("login").parse().map_err(|_| Error::NotFound)?;
    app.engine.end_login(&form.page.signed, id).await?;
    Ok(notice::done("/dashboard/account", "login_ended"))
}

pub(super) async fn end_all(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    app.engine.sign_out_everywhere(&form.page.signed).await?;
    Ok(notice::done("/dashboard/account", "logins_ended"))
}

/// `POST /dashboard/merchant`.
pub(super) async fn switch_merchant(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let id = form.fields.get("merchant").parse().map(MerchantId).map_err(|_| Error::MerchantNotFound)?;
    let secret = app.engine.switch_merchant(&form.page.signed, id).await?;
    Ok(door::hand_over(&app, &secret, Redirect::to("/dashboard")))
}
