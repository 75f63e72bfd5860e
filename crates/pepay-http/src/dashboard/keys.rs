//! API keys of the environment the dashboard works in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::id::KeyId;
use pepay_core::merchant::{Key, Permission};
use pepay_core::time::Millis;
use pepay_engine::Error;

use super::door::Page;
use super::fault::Fault;
use super::form::{Act, Fields};
use super::format::{self, Moment};
use super::input::Input;
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

const DAY_MS: i64 = 86_400_000;
/// How long a key may live, in days; the first is for good.
const LIVES: [(&str, &str); 5] =
    [("", "Never"), ("7", "In 7 days"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year")];

struct Row {
    id: String,
    name: String,
    permission: String,
    status: String,
    tone: &'static str,
    created: Moment,
    used: Option<Moment>,
    expires: Option<Moment>,
    works: bool,
}

struct Made {
    name: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "dashboard/keys.html")]
struct KeysTemplate {
    shell: Shell,
    rows: Vec<Row>,
    name: Input,
    lives: [(&'static str, &'static str); 5],
    life: String,
    read_only: bool,
    made: Option<Made>,
    live: bool,
    base_url: String,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, &Fields::default(), &Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(app: &App, page: &Page, typed: &Fields, complaint: &Complaint) -> Result<KeysTemplate, Fault> {
    let caller = page.caller()?;
    let now = app.engine.now();
    let keys = app.engine.keys(&caller).await?;
    Ok(KeysTemplate {
        shell: Shell::new(app, page, "API keys", None).await?,
        rows: keys.iter().map(|key| row(key, now)).collect(),
        name: Input::text("name", "Name")
            .hint("Where it is used, such as “Web server”.")
            .max(80)
            .required()
            .value(typed.get("name"))
            .told(complaint),
        lives: LIVES,
        life: typed.get("life").to_owned(),
        read_only: typed.get("permission") == Permission::ReadOnly.as_str(),
        made: None,
        live: caller.environment == pepay_core::network::Environment::Mainnet,
        base_url: app.options.checkout_url.clone(),
    })
}

fn row(key: &Key, now: Millis) -> Row {
    let status = key.status(now);
    Row {
        id: key.id.to_string(),
        name: key.name.clone(),
        permission: format::words(key.permission.as_str()),
        status: format::words(status),
        tone: format::tone(status),
        created: format::moment(key.created_at),
        used: key.last_used_at.map(format::moment),
        expires: key.expires_at.map(format::moment),
        works: key.check(now).is_ok(),
    }
}

pub(super) async fn create(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let Act { page, fields } = form;
    let permission = Permission::parse(fields.get("permission")).unwrap_or(Permission::ReadWrite);
    let known =
        LIVES.iter().find(|(days, _)| *days == fields.get("life")).and_then(|(days, _)| days.parse::<i64>().ok());
    let expires_at = known.map(|days| app.engine.now().plus_ms(days * DAY_MS));
    match app.engine.create_key(&page.caller()?, fields.get("name"), permission, expires_at).await {
        Ok((key, secret)) => {
            let mut template = template(&app, &page, &Fields::default(), &Complaint::default()).await?;
            template.made = Some(Made { name: key.name, secret: secret.reveal().to_owned() });
            Ok(shell::answer(StatusCode::CREATED, &template))
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template(&app, &page, &fields, &complaint).await?))
        }
    }
}

pub(super) async fn revoke(State(app): State<App>, Path(id): Path<String>, form: Act) -> Result<Response, Fault> {
    let id: KeyId = id.parse().map_err(|_| Error::KeyNotFound)?;
    app.engine.revoke_key(&form.page.caller()?, id).await?;
    Ok(notice::done("/dashboard/keys", "key_revoked"))
}
