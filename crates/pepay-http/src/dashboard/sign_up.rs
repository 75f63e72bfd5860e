//! Signing up, with a letter in between where the installation wants one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pepay_core::account::password::MIN_CHARS;
use pepay_engine::Error;
use pepay_engine::account::{NewAccount, SignedUp};

use super::door::{self, Visit};
use super::fault::Fault;
use super::form::{Fields, Try};
use super::input::Input;
use super::notice::Complaint;
use super::{assets, shell};
use crate::app::App;
use crate::query::Query;

#[derive(Template)]
#[template(path = "dashboard/sign_up.html")]
struct SignUpTemplate {
    base: &'static str,
    csrf: String,
    company: Input,
    email: Input,
    password: Input,
}

/// A page with one thing to read and perhaps one button.
#[derive(Template)]
#[template(path = "dashboard/message.html")]
pub(super) struct MessageTemplate {
    pub(super) base: &'static str,
    pub(super) headline: &'static str,
    pub(super) detail: String,
    pub(super) act: Option<Button>,
}

/// The button of such a page.
pub(super) struct Button {
    pub(super) csrf: String,
    pub(super) action: &'static str,
    pub(super) link: String,
    pub(super) label: &'static str,
}

/// `GET /dashboard/sign-up`.
pub(super) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    if !app.engine.sign_up_is_open() {
        return Err(Error::SignUpClosed.into());
    }
    if visit.signed(&app).await?.is_some() {
        return Ok(Redirect::to("/dashboard").into_response());
    }
    let page = form(&app, &visit, &Fields::default(), &Complaint::default());
    Ok(visit.keep(&app, shell::ok(&page)))
}

fn form(app: &App, visit: &Visit, typed: &Fields, complaint: &Complaint) -> SignUpTemplate {
    SignUpTemplate {
        base: assets::BUNDLE.base(),
        csrf: visit.csrf(app),
        company: Input::text("company", "Company name")
            .autocomplete("organization")
            .max(pepay_core::profile::MAX_NAME_CHARS)
            .required()
            .hint("Your customers see it on the checkout.")
            .value(typed.get("company"))
            .told(complaint),
        email: Input::email("email", "E-mail address")
            .autocomplete("username")
            .required()
            .value(typed.get("email"))
            .told(complaint),
        password: Input::password("password", "Password", "new-password")
            .hint(format!("At least {MIN_CHARS} characters. A sentence is easy to remember and hard to guess."))
            .told(complaint),
    }
}

/// `POST /dashboard/sign-up`.
pub(super) async fn act(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    let new =
        NewAccount { email: fields.get("email"), password: fields.raw("password"), company: fields.get("company") };
    match app.engine.sign_up(new, &visit.visitor).await {
        Ok(SignedUp::In(secret)) => Ok(door::hand_over(&app, &secret, Redirect::to("/dashboard/checklist"))),
        Ok(SignedUp::LetterSent) => {
            let detail = "We sent you a letter. Its link finishes signing up; it works for 24 hours.".to_owned();
            let base = assets::BUNDLE.base();
            Ok(shell::ok(&MessageTemplate { base, headline: "Look into your mailbox", detail, act: None }))
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &self::form(&app, &visit, &fields, &complaint)))
        }
    }
}

/// `GET /dashboard/sign-up/confirm`: asks for a click, so that a program that follows links uses nothing up.
pub(super) async fn confirm_page(State(app): State<App>, visit: Visit, query: Query) -> Response {
    let act = Some(Button {
        csrf: visit.csrf(&app),
        action: "/dashboard/sign-up/confirm",
        link: query.get("link").unwrap_or_default().to_owned(),
        label: "Create my account",
    });
    let detail = "Your address is confirmed with the next click.".to_owned();
    let page = MessageTemplate { base: assets::BUNDLE.base(), headline: "Almost there", detail, act };
    visit.keep(&app, shell::ok(&page))
}

/// `POST /dashboard/sign-up/confirm`.
pub(super) async fn confirm(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    let secret = app.engine.confirm_sign_up(fields.get("link"), &visit.visitor).await?;
    Ok(door::hand_over(&app, &secret, Redirect::to("/dashboard/checklist")))
}
