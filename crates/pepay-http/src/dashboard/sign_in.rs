//! Signing in and out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use pepay_engine::Error;
use pepay_engine::account::SignedIn;

use super::door::{self, Visit};
use super::fault::Fault;
use super::form::{Act, Try};
use super::input::Input;
use super::notice::Complaint;
use super::{assets, shell};
use crate::app::App;
use crate::query::Query;

#[derive(Template)]
#[template(path = "dashboard/sign_in.html")]
struct SignInTemplate {
    base: &'static str,
    csrf: String,
    next: String,
    complaint: Complaint,
    email: Input,
    password: Input,
    sign_up: bool,
    reset_done: bool,
}

#[derive(Template)]
#[template(path = "dashboard/code.html")]
struct CodeTemplate {
    base: &'static str,
    csrf: String,
    next: String,
    code: Input,
}

/// `GET /dashboard/sign-in`.
pub(super) async fn page(State(app): State<App>, visit: Visit, query: Query) -> Result<Response, Fault> {
    if visit.signed(&app).await?.is_some() {
        return Ok(door::hand_over(
            &app,
            &visit.secret,
            Redirect::to(door::next(query.get("next").unwrap_or_default())),
        ));
    }
    let next = door::next(query.get("next").unwrap_or_default()).to_owned();
    let page = form(&app, &visit, next, "", Complaint::default());
    let page = SignInTemplate { reset_done: query.get("done") == Some("reset"), ..page };
    Ok(visit.keep(&app, shell::ok(&page)))
}

fn form(app: &App, visit: &Visit, next: String, email: &str, complaint: Complaint) -> SignInTemplate {
    let address = Input::email("email", "E-mail address").autocomplete("username").required().value(email);
    SignInTemplate {
        base: assets::BUNDLE.base(),
        csrf: visit.csrf(app),
        next,
        email: if email.is_empty() { address.focused() } else { address },
        password: Input::password("password", "Password", "current-password"),
        complaint,
        sign_up: app.engine.sign_up_is_open(),
        reset_done: false,
    }
}

/// `POST /dashboard/sign-in`.
pub(super) async fn act(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    let next = door::next(fields.get("next")).to_owned();
    match app.engine.sign_in(fields.get("email"), fields.raw("password"), &visit.visitor).await {
        Ok(signed) if signed.wants_code() => {
            let to = format!("/dashboard/sign-in/code?next={next}");
            Ok(door::hand_over(&app, &signed.secret, Redirect::to(&to)))
        }
        Ok(SignedIn { secret, .. }) => Ok(door::hand_over(&app, &secret, Redirect::to(&next))),
        Err(Error::SignInRefused) => {
            let complaint = Complaint::at("form", "E-mail address or password is wrong.");
            let page = self::form(&app, &visit, next, fields.get("email"), complaint);
            Ok(shell::answer(StatusCode::UNAUTHORIZED, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /dashboard/sign-in/code`.
pub(super) async fn code_page(State(app): State<App>, visit: Visit, query: Query) -> Result<Response, Fault> {
    if !app.engine.waits_for_code(&visit.secret).await? {
        return Ok(visit.keep(&app, axum::response::IntoResponse::into_response(Redirect::to("/dashboard/sign-in"))));
    }
    let next = door::next(query.get("next").unwrap_or_default()).to_owned();
    Ok(shell::ok(&code_form(&app, &visit, next, &Complaint::default())))
}

fn code_form(app: &App, visit: &Visit, next: String, complaint: &Complaint) -> CodeTemplate {
    let code = Input::text("code", "Code").autocomplete("one-time-code").max(20).required().focused();
    let code = code.hint("Six digits from your app, or one of your recovery codes.").told(complaint);
    CodeTemplate { base: assets::BUNDLE.base(), csrf: visit.csrf(app), next, code }
}

/// `POST /dashboard/sign-in/code`.
pub(super) async fn code(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    let next = door::next(fields.get("next")).to_owned();
    match app.engine.enter_code(&visit.secret, fields.get("code"), &visit.visitor).await {
        Ok(SignedIn { secret, .. }) => Ok(door::hand_over(&app, &secret, Redirect::to(&next))),
        Err(Error::NotSignedIn) => Ok(axum::response::IntoResponse::into_response(Redirect::to("/dashboard/sign-in"))),
        Err(Error::SignInRefused) => {
            let complaint = Complaint::at("code", "This code is wrong or was used before.");
            Ok(shell::answer(StatusCode::UNAUTHORIZED, &code_form(&app, &visit, next, &complaint)))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/sign-out`.
pub(super) async fn out(State(app): State<App>, Act { page, .. }: Act) -> Result<Response, Fault> {
    app.engine.sign_out(&page.signed).await?;
    Ok(door::hand_over(&app, &app.engine.secret(), Redirect::to("/dashboard/sign-in")))
}
