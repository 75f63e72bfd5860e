//! The way to real money: asked for, granted, opened; and the switch between the environments.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_core::network::Environment;
use pepay_engine::Error;
use pepay_engine::mainnet::RequestState;

use super::door::Page;
use super::fault::Fault;
use super::form::{Act, Fields};
use super::format::{self, Moment};
use super::input::Input;
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

/// How far a merchant is.
#[derive(PartialEq, Eq)]
enum Stage {
    Nothing,
    Asked,
    Granted,
    Denied,
    Open,
}

#[derive(Template)]
#[template(path = "dashboard/mainnet.html")]
struct MainnetTemplate {
    shell: Shell,
    stage: Stage,
    asked: Option<Moment>,
    website_asked: String,
    reason: String,
    website: Input,
    note: Input,
    access_key: Input,
    may: bool,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, &Fields::default(), &Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(app: &App, page: &Page, typed: &Fields, complaint: &Complaint) -> Result<MainnetTemplate, Fault> {
    let caller = page.caller()?;
    let merchant = app.engine.own_merchant(&caller).await?;
    let request = app.engine.mainnet_request(&caller).await?;
    let mut reason = String::new();
    let stage = match request.as_ref().map(|it| &it.state) {
        _ if merchant.mainnet_access => Stage::Open,
        None => Stage::Nothing,
        Some(RequestState::Open) => Stage::Asked,
        Some(RequestState::Granted { .. }) => Stage::Granted,
        Some(RequestState::Denied { reason: why, .. }) => {
            reason.clone_from(why);
            Stage::Denied
        }
    };
    Ok(MainnetTemplate {
        shell: Shell::new(app, page, "Mainnet", None).await?,
        stage,
        asked: request.as_ref().map(|it| format::moment(it.created_at)),
        website_asked: request.map(|it| it.website).unwrap_or_default(),
        reason,
        website: Input::text("website", "Where you sell")
            .mode("url")
            .placeholder("https://")
            .required()
            .max(2_048)
            .value(typed.get("website"))
            .told(complaint),
        note: Input::new("textarea", "note", "What you sell, and anything the operator should know")
            .max(1_000)
            .value(typed.get("note"))
            .told(complaint),
        access_key: Input::text("access_key", "Access key")
            .autocomplete("off")
            .placeholder("mak_…")
            .required()
            .hint("In the letter that told you, or from the operator.")
            .told(complaint),
        may: page.signed.may(Action::Mainnet),
    })
}

pub(super) async fn request(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let (website, note) = (form.fields.get("website"), form.fields.get("note"));
    let result = app.engine.request_mainnet(&form.page.caller()?, website, note).await;
    after(&app, &form, result, "mainnet_requested").await
}

pub(super) async fn activate(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let caller = form.page.caller()?;
    app.limiters.sign_in(form.page.visit.client.ip)?;
    let result = app.engine.activate_mainnet(&caller, form.fields.get("access_key")).await;
    if result.is_ok() {
        app.engine.switch_environment(&form.page.signed, Environment::Mainnet).await?;
    }
    after(&app, &form, result, "mainnet_open").await
}

async fn after(app: &App, form: &Act, result: Result<(), Error>, done: &str) -> Result<Response, Fault> {
    match result {
        Ok(()) => Ok(notice::done("/dashboard/mainnet", done)),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template(app, &form.page, &form.fields, &complaint).await?))
        }
    }
}

/// `POST /dashboard/environment`.
pub(super) async fn switch(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let environment: Environment = form.fields.get("environment").parse().map_err(|_| Fault::Malformed)?;
    app.engine.switch_environment(&form.page.signed, environment).await?;
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to("/dashboard")))
}
