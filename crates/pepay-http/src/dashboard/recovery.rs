//! A lost password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pepay_core::account::password::MIN_CHARS;
use pepay_engine::Error;

use super::door::Visit;
use super::fault::Fault;
use super::form::Try;
use super::input::Input;
use super::notice::Complaint;
use super::sign_up::MessageTemplate;
use super::{assets, shell};
use crate::app::App;
use crate::query::Query;

#[derive(Template)]
#[template(path = "dashboard/reset.html")]
struct ResetTemplate {
    base: &'static str,
    csrf: String,
    email: Input,
    sends_mail: bool,
}

#[derive(Template)]
#[template(path = "dashboard/reset_new.html")]
struct NewTemplate {
    base: &'static str,
    csrf: String,
    link: String,
    password: Input,
}

/// `GET /dashboard/reset`.
pub(super) async fn page(State(app): State<App>, visit: Visit) -> Response {
    let page = form(&app, &visit, "", &Complaint::default());
    visit.keep(&app, shell::ok(&page))
}

fn form(app: &App, visit: &Visit, typed: &str, complaint: &Complaint) -> ResetTemplate {
    let email = Input::email("email", "E-mail address").autocomplete("username").required().focused();
    ResetTemplate {
        base: assets::BUNDLE.base(),
        csrf: visit.csrf(app),
        email: email.value(typed).told(complaint),
        sends_mail: app.engine.sends_mail(),
    }
}

/// `POST /dashboard/reset`.
pub(super) async fn act(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    if let Err(error) = app.engine.ask_reset(fields.get("email")).await {
        let complaint = Complaint::of(error)?;
        return Ok(shell::answer(StatusCode::BAD_REQUEST, &self::form(&app, &visit, fields.get("email"), &complaint)));
    }
    let detail = "If the address has an account, a letter is on its way. Its link works for an hour.".to_owned();
    Ok(shell::ok(&MessageTemplate {
        base: assets::BUNDLE.base(),
        headline: "Look into your mailbox",
        detail,
        act: None,
    }))
}

/// `GET /dashboard/reset/new`.
pub(super) async fn new_page(State(app): State<App>, visit: Visit, query: Query) -> Result<Response, Fault> {
    let link = query.get("link").unwrap_or_default().to_owned();
    app.engine.check_reset(&link).await?;
    Ok(visit.keep(&app, shell::ok(&new_form(&app, &visit, link, &Complaint::default()))))
}

fn new_form(app: &App, visit: &Visit, link: String, complaint: &Complaint) -> NewTemplate {
    let password = Input::password("password", "New password", "new-password").focused();
    let password = password.hint(format!("At least {MIN_CHARS} characters.")).told(complaint);
    NewTemplate { base: assets::BUNDLE.base(), csrf: visit.csrf(app), link, password }
}

/// `POST /dashboard/reset/new`.
pub(super) async fn new(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    match app.engine.reset_password(fields.get("link"), fields.raw("password"), &visit.visitor).await {
        Ok(()) => Ok(Redirect::to("/dashboard/sign-in?done=reset").into_response()),
        Err(error @ Error::Rejected(_)) => {
            let complaint = Complaint::of(error)?;
            let page = new_form(&app, &visit, fields.get("link").to_owned(), &complaint);
            Ok(shell::answer(StatusCode::BAD_REQUEST, &page))
        }
        Err(error) => Err(error.into()),
    }
}
