//! Forms: read only when they come from our own pages.
//!
//! Three things must fit before a field is read: where the browser says the form comes from (`Origin`,
//! `Sec-Fetch-Site`), the cookie (`SameSite=Lax` keeps it from foreign forms), and the token in the form, which
//! derives from the cookie. Any one of them alone would do against the attacks we know.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{HeaderMap, Uri, header};

use super::door::{Page, Visit};
use super::fault::Fault;
use crate::app::App;

/// Name of the field with the token.
pub(super) const TOKEN: &str = "csrf";
/// Longest form, besides a picture.
const FORM_BYTES: usize = 65_536;
/// Longest form with a picture: the picture and what is around it.
const UPLOAD_BYTES: usize = pepay_core::profile::MAX_LOGO_BYTES + 8_192;

/// The fields of a form; of a repeated one the first counts.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field without the blanks around it; empty when it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was typed, such as a password.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Whether a box was ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
}

/// A form of somebody who need not be signed in.
pub(crate) struct Try {
    pub(super) visit: Visit,
    pub(super) fields: Fields,
}

/// A form of a user at a page that is open to it.
pub(crate) struct Act {
    pub(super) page: Page,
    pub(super) fields: Fields,
}

/// A picture sent by a user at a page that is open to it.
pub(crate) struct Upload {
    pub(super) page: Page,
    pub(super) fields: Fields,
    pub(super) picture: Vec<u8>,
}

impl FromRequest<App> for Try {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        from_here(app, &parts.headers, &parts.uri)?;
        let fields = urlencoded(&parts.headers, &read(body, FORM_BYTES).await?)?;
        has_token(app, &visit, &fields)?;
        Ok(Self { visit, fields })
    }
}

impl FromRequest<App> for Act {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        from_here(app, &parts.headers, &parts.uri)?;
        let page = Page::from_request_parts(&mut parts, app).await?;
        let fields = urlencoded(&parts.headers, &read(body, FORM_BYTES).await?)?;
        has_token(app, &page.visit, &fields)?;
        Ok(Self { page, fields })
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        from_here(app, &parts.headers, &parts.uri)?;
        let page = Page::from_request_parts(&mut parts, app).await?;
        let bytes = read(body, UPLOAD_BYTES).await?;
        let request = Request::from_parts(parts, axum::body::Body::from(bytes));
        let mut form = Multipart::from_request(request, app).await.map_err(|_| Fault::Malformed)?;
        let (mut fields, mut picture) = (Fields::default(), Vec::new());
        while let Some(field) = form.next_field().await.map_err(|_| Fault::Malformed)? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|_| Fault::Malformed)?;
            if name == "logo" {
                picture = bytes.to_vec();
            } else {
                fields.0.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        has_token(app, &page.visit, &fields)?;
        Ok(Self { page, fields, picture })
    }
}

async fn read(body: axum::body::Body, limit: usize) -> Result<Bytes, Fault> {
    axum::body::to_bytes(body, limit).await.map_err(|_| Fault::TooLarge)
}

fn urlencoded(headers: &HeaderMap, body: &[u8]) -> Result<Fields, Fault> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Err(Fault::Malformed);
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    // A database would fail on it, and nobody types it.
    if pairs.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Fault::Malformed);
    }
    Ok(Fields(pairs))
}

/// Refuses what a browser says comes from another site. Programs that say nothing still need cookie and token.
fn from_here(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<(), Fault> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("(not text)"));
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Fault::Foreign);
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return Ok(()) };
    let host = text(header::HOST.as_str()).or_else(|| uri.host()).unwrap_or_default();
    let named = origin.split_once("://").map(|(_, rest)| rest);
    let ours = origin == app.options.checkout_url || (!host.is_empty() && named == Some(host));
    if ours { Ok(()) } else { Err(Fault::Foreign) }
}

fn has_token(app: &App, visit: &Visit, fields: &Fields) -> Result<(), Fault> {
    let (given, expected) = (fields.raw(TOKEN).as_bytes(), visit.csrf(app).into_bytes());
    // Whatever differs, the same time.
    let differs = given.iter().zip(&expected).fold(0, |all, (one, other)| all | (one ^ other));
    let same = given.len() == expected.len() && differs == 0;
    // A browser that lost its cookie holds a page whose token is of another one.
    if visit.known && same { Ok(()) } else { Err(Fault::Stale) }
}
