//! The people of a company, and how somebody joins.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Role;
use pepay_core::account::link::Purpose;
use pepay_core::account::password::MIN_CHARS;
use pepay_core::id::UserId;
use pepay_engine::Error;

use super::door::{self, Page, Visit};
use super::fault::Fault;
use super::form::{Act, Fields, Try};
use super::format::{self, Moment};
use super::input::Input;
use super::notice::{self, Complaint};
use super::{assets, shell};
use crate::app::App;
use crate::query::Query;

const ROLES: [(Role, &str, &str); 4] = [
    (Role::Owner, "Owner", "Everything, people included"),
    (Role::Developer, "Developer", "Invoices, API keys and webhooks"),
    (Role::Finance, "Finance", "Invoices, tokens, wallets and settlement"),
    (Role::ReadOnly, "Read-only", "Looks"),
];

struct Choice {
    word: &'static str,
    label: &'static str,
    detail: &'static str,
    chosen: bool,
}

fn choices(chosen: Role) -> Vec<Choice> {
    let choice = |(role, label, detail): &(Role, &'static str, &'static str)| Choice {
        word: role.as_str(),
        label,
        detail,
        chosen: *role == chosen,
    };
    ROLES.iter().map(choice).collect()
}

struct MemberRow {
    id: String,
    email: String,
    roles: Vec<Choice>,
    since: Moment,
    is_me: bool,
}

struct InvitationRow {
    email: String,
    role: String,
    until: Moment,
}

#[derive(Template)]
#[template(path = "dashboard/team.html")]
struct TeamTemplate {
    shell: shell::Shell,
    complaint: Complaint,
    members: Vec<MemberRow>,
    invitations: Vec<InvitationRow>,
    email: Input,
    roles: Vec<Choice>,
    /// The link to hand over where no letter can be sent.
    link: Option<String>,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, &Fields::default(), Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(app: &App, page: &Page, typed: &Fields, complaint: Complaint) -> Result<TeamTemplate, Fault> {
    let team = app.engine.team(&page.caller()?).await?;
    let members = team.members.into_iter().map(|(member, email)| MemberRow {
        id: member.user.to_string(),
        email: email.to_string(),
        roles: choices(member.role),
        since: format::moment(member.since),
        is_me: member.user == page.signed.user.id,
    });
    let invitations = team.invitations.into_iter().filter_map(|link| match link.purpose {
        Purpose::Invitation { role, .. } => Some(InvitationRow {
            email: link.email.to_string(),
            role: label(role),
            until: format::moment(link.expires_at),
        }),
        Purpose::Reset { .. } | Purpose::SignUp { .. } => None,
    });
    Ok(TeamTemplate {
        shell: shell::Shell::new(app, page, "Team", None).await?,
        members: members.collect(),
        invitations: invitations.collect(),
        email: Input::email("email", "E-mail address").required().value(typed.get("email")).told(&complaint),
        roles: choices(Role::parse(typed.get("role")).unwrap_or(Role::Developer)),
        link: None,
        complaint,
    })
}

fn label(role: Role) -> String {
    ROLES.iter().find(|(known, ..)| *known == role).map_or("", |(_, label, _)| label).to_owned()
}

async fn after(app: &App, form: &Act, result: Result<(), Error>, done: &str) -> Result<Response, Fault> {
    match result {
        Ok(()) => Ok(notice::done("/dashboard/team", done)),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template(app, &form.page, &form.fields, complaint).await?))
        }
    }
}

fn role(fields: &Fields) -> Result<Role, Fault> {
    Role::parse(fields.get("role")).ok_or(Fault::Malformed)
}

fn member(fields: &Fields) -> Result<UserId, Fault> {
    fields.get("member").parse().map_err(|_| Error::NotFound.into())
}

pub(super) async fn invite(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    app.limiters.sign_in(form.page.visit.client.ip)?;
    let role = role(&form.fields)?;
    match app.engine.invite(&form.page.caller()?, form.fields.get("email"), role).await {
        Ok(Some(secret)) => {
            let mut template = template(&app, &form.page, &Fields::default(), Complaint::default()).await?;
            let base = &app.options.checkout_url;
            template.link = Some(format!("{base}/dashboard/invitation?link={}", secret.reveal()));
            Ok(shell::answer(StatusCode::CREATED, &template))
        }
        Ok(None) => Ok(notice::done("/dashboard/team", "invited")),
        Err(error) => after(&app, &form, Err(error), "invited").await,
    }
}

pub(super) async fn uninvite(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let result = app.engine.take_back_invitation(&form.page.caller()?, form.fields.get("email")).await;
    after(&app, &form, result, "uninvited").await
}

pub(super) async fn set_role(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let (user, role) = (member(&form.fields)?, role(&form.fields)?);
    let result = app.engine.set_role(&form.page.caller()?, user, role).await;
    after(&app, &form, result, "role_changed").await
}

pub(super) async fn remove(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let user = member(&form.fields)?;
    let result = app.engine.remove_member(&form.page.caller()?, user).await;
    after(&app, &form, result, "member_removed").await
}

#[derive(Template)]
#[template(path = "dashboard/invitation.html")]
struct InvitationTemplate {
    base: &'static str,
    csrf: String,
    link: String,
    company: String,
    email: String,
    role: String,
    complaint: Complaint,
    /// To choose one, for somebody without an account.
    password: Option<Input>,
    signed_in: bool,
}

/// `GET /dashboard/invitation`.
pub(super) async fn invitation(State(app): State<App>, visit: Visit, query: Query) -> Result<Response, Fault> {
    let link = query.get("link").unwrap_or_default();
    let template = invited(&app, &visit, link, Complaint::default()).await?;
    Ok(visit.keep(&app, shell::ok(&template)))
}

async fn invited(app: &App, visit: &Visit, link: &str, complaint: Complaint) -> Result<InvitationTemplate, Fault> {
    let invited = app.engine.invited(link).await?;
    let signed_in = visit.signed(app).await?.is_some_and(|signed| signed.user.email == invited.email);
    let password = Input::password("password", "Choose a password", "new-password")
        .hint(format!("At least {MIN_CHARS} characters."))
        .told(&complaint);
    Ok(InvitationTemplate {
        base: assets::BUNDLE.base(),
        csrf: visit.csrf(app),
        link: link.to_owned(),
        company: invited.company,
        email: invited.email.to_string(),
        role: label(invited.role),
        password: (!invited.has_account).then_some(password),
        complaint,
        signed_in,
    })
}

/// `POST /dashboard/invitation`.
pub(super) async fn accept(State(app): State<App>, form: Try) -> Result<Response, Fault> {
    let Try { visit, fields } = form;
    app.limiters.sign_in(visit.client.ip)?;
    let link = fields.get("link");
    let joined = match visit.signed(&app).await? {
        Some(signed) => app.engine.join_signed(link, &signed).await,
        None => app.engine.join_new(link, fields.raw("password"), &visit.visitor).await,
    };
    match joined {
        Ok(secret) => Ok(door::hand_over(&app, &secret, axum::response::Redirect::to("/dashboard?done=joined"))),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let template = invited(&app, &visit, link, complaint).await?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template))
        }
    }
}
