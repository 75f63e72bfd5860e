//! How the company presents itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pepay_core::account::Action;
use pepay_core::id::MerchantId;
use pepay_core::profile::{MAX_LOGO_BYTES, MAX_NAME_CHARS, logo_path};
use pepay_engine::profile::Typed;

use super::door::Page;
use super::fault::Fault;
use super::form::{Act, Fields, Upload};
use super::input::Input;
use super::notice::{self, Complaint};
use super::shell::{self, Shell};
use crate::app::App;
use crate::query::Query;

#[derive(Template)]
#[template(path = "dashboard/settings.html")]
struct SettingsTemplate {
    shell: Shell,
    complaint: Complaint,
    company: Input,
    support_email: Input,
    return_url: Input,
    accent: String,
    accent_error: Option<String>,
    embed_origins: Input,
    logo: Option<String>,
    logo_error: Option<String>,
    logo_limit: String,
    may: bool,
}

pub(super) async fn page(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    let mut template = template(&app, &page, None, Complaint::default()).await?;
    template.shell.notice = notice::of(&query);
    Ok(shell::ok(&template))
}

async fn template(
    app: &App,
    page: &Page,
    typed: Option<&Fields>,
    complaint: Complaint,
) -> Result<SettingsTemplate, Fault> {
    let caller = page.caller()?;
    let merchant = app.engine.own_merchant(&caller).await?;
    let profile = app.engine.profile(caller.merchant).await?;
    let value = |name: &str, saved: String| typed.map_or(saved, |typed| typed.raw(name).to_owned());
    let origins: Vec<String> = profile.embed_origins.iter().map(ToString::to_string).collect();
    let text = |saved: Option<&str>| saved.unwrap_or_default().to_owned();
    let accent = profile.accent.map(|it| it.to_string()).unwrap_or_default();
    let support = text(profile.support_email.as_ref().map(pepay_core::account::Email::as_str));
    let return_url = text(profile.return_url.as_ref().map(pepay_core::profile::Url::as_str));
    Ok(SettingsTemplate {
        shell: Shell::new(app, page, "Profile", None).await?,
        company: Input::text("company", "Company name")
            .max(MAX_NAME_CHARS)
            .required()
            .value(value("company", merchant.name))
            .told(&complaint),
        support_email: Input::email("support_email", "Support e-mail")
            .hint("Where your customers ask for help.")
            .value(value("support_email", support))
            .told(&complaint),
        return_url: Input::text("return_url", "Default return URL")
            .mode("url")
            .placeholder("https://")
            .max(2_048)
            .hint("Where the checkout leads back to when an invoice says nothing.")
            .value(value("return_url", return_url))
            .told(&complaint),
        accent: value("accent", accent),
        accent_error: complaint.about("accent").map(str::to_owned),
        embed_origins: Input::new("textarea", "embed_origins", "Sites that may embed your checkout")
            .max(4_000)
            .hint("One origin on a line, such as https://shop.example. Nobody else can put it into a frame.")
            .value(value("embed_origins", origins.join("\n")))
            .told(&complaint),
        logo: profile.logo.map(|(_, hash)| logo_path(caller.merchant, &hash)),
        logo_error: complaint.about("logo").map(str::to_owned),
        logo_limit: format!("PNG, JPEG or WebP, at most {} kB, best square.", MAX_LOGO_BYTES / 1_000),
        may: page.signed.may(Action::Profile),
        complaint,
    })
}

pub(super) async fn save(State(app): State<App>, form: Act) -> Result<Response, Fault> {
    let fields = &form.fields;
    let typed = Typed {
        company: fields.get("company"),
        support_email: fields.get("support_email"),
        accent: if fields.ticked("use_accent") { fields.get("accent") } else { "" },
        return_url: fields.get("return_url"),
        embed_origins: fields.get("embed_origins"),
    };
    match app.engine.save_profile(&form.page.caller()?, &typed).await {
        Ok(()) => Ok(notice::done("/dashboard/settings", "profile_saved")),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = template(&app, &form.page, Some(fields), complaint).await?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &page))
        }
    }
}

pub(super) async fn logo(State(app): State<App>, form: Upload) -> Result<Response, Fault> {
    let remove = form.fields.ticked("remove");
    let picture = (!remove).then_some(form.picture);
    match app.engine.save_logo(&form.page.caller()?, picture).await {
        Ok(()) => Ok(notice::done("/dashboard/settings", if remove { "logo_removed" } else { "logo_saved" })),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            Ok(shell::answer(StatusCode::BAD_REQUEST, &template(&app, &form.page, None, complaint).await?))
        }
    }
}

/// `GET /dashboard/logo/{merchant}/{hash}`: shown to every payor, so to everybody. Only ever a picture.
pub(super) async fn picture(
    State(app): State<App>,
    Path((merchant, hash)): Path<(i64, String)>,
) -> Result<Response, Fault> {
    let merchant = MerchantId(merchant);
    let profile = app.engine.profile(merchant).await?;
    let known = profile.logo.is_some_and(|(_, known)| logo_path(merchant, &known).ends_with(&format!("/{hash}")));
    if !known {
        return Err(pepay_engine::Error::NotFound.into());
    }
    let (kind, bytes) = app.engine.logo(merchant).await?.ok_or(pepay_engine::Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, bytes).into_response())
}
