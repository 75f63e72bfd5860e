//! The cookie, and who stands behind it.
//!
//! One cookie holds one random secret: of somebody unknown at first, of a login once there is one. Signing in never
//! keeps the secret a browser came with. With https the cookie is `__Host-` and `Secure`: no other host and no plain
//! connection can set or read it. The token in our forms derives from the secret, so that it needs no storage and is
//! worth nothing with another cookie.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use pepay_core::account::{LIFE_MS, Secret};
use pepay_engine::Error;
use pepay_engine::account::{Signed, Visitor};
use pepay_engine::auth::Caller;

use super::fault::Fault;
use super::gate;
use crate::app::App;
use crate::client::Client;

const SECURE_NAME: &str = "__Host-pepay";
const PLAIN_NAME: &str = "pepay";
const SIGN_IN: &str = "/dashboard/sign-in";

/// Whether people reach this installation by https.
fn is_secure(app: &App) -> bool {
    app.options.checkout_url.starts_with("https://")
}

fn cookie_of(app: &App, headers: &HeaderMap) -> Option<Secret> {
    let name = if is_secure(app) { SECURE_NAME } else { PLAIN_NAME };
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).and_then(|(_, value)| Secret::parse(value))
}

/// The header that makes a browser keep `secret`.
fn set_cookie(app: &App, secret: &Secret) -> HeaderValue {
    let life_secs = LIFE_MS / 1_000;
    let (name, secure) = if is_secure(app) { (SECURE_NAME, "; Secure") } else { (PLAIN_NAME, "") };
    let text = format!("{name}={}; Path=/; Max-Age={life_secs}; HttpOnly; SameSite=Lax{secure}", secret.reveal());
    HeaderValue::try_from(text).expect("letters and digits are a header value")
}

/// The token of forms for the holder of `secret`.
pub(super) fn csrf(app: &App, secret: &Secret) -> String {
    use std::fmt::Write as _;
    let bytes = app.engine.http_key(&format!("form token {}", secret.reveal()));
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string can not fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// Whoever asks, with a secret of its own.
pub(crate) struct Visit {
    pub(super) secret: Secret,
    /// Whether the browser holds it already.
    pub(super) known: bool,
    pub(super) visitor: Visitor,
    pub(super) client: Arc<Client>,
}

impl Visit {
    fn of(app: &App, parts: &Parts) -> Result<Self, Fault> {
        let client = Client::of(&parts.extensions).ok_or(Fault::Failed)?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let held = cookie_of(app, &parts.headers);
        let known = held.is_some();
        let visitor = Visitor::new(client.ip, agent);
        Ok(Self { secret: held.unwrap_or_else(|| app.engine.secret()), known, visitor, client })
    }

    /// The token of forms.
    pub(super) fn csrf(&self, app: &App) -> String {
        csrf(app, &self.secret)
    }

    /// `answer` for this visitor, who holds its secret afterwards.
    pub(super) fn keep(&self, app: &App, mut answer: Response) -> Response {
        if !self.known {
            answer.headers_mut().append(header::SET_COOKIE, set_cookie(app, &self.secret));
        }
        answer
    }

    /// The user behind the secret, if it is of a login.
    pub(super) async fn signed(&self, app: &App) -> Result<Option<Signed>, Error> {
        if !self.known {
            return Ok(None);
        }
        app.engine.signed(&self.secret, &self.visitor.ip).await
    }
}

/// `answer` to somebody whose browser is to hold `secret` from now on, whatever it held before.
pub(super) fn hand_over(app: &App, secret: &Secret, answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    answer.headers_mut().append(header::SET_COOKIE, set_cookie(app, secret));
    answer
}

impl FromRequestParts<App> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        Self::of(app, parts)
    }
}

/// A user at a page that is open to it.
pub(crate) struct Page {
    pub(super) signed: Signed,
    pub(super) visit: Visit,
    /// The route, as in the table.
    pub(super) route: String,
}

impl Page {
    /// The merchant the user works for.
    pub(super) fn caller(&self) -> Result<Caller, Error> {
        self.signed.caller()
    }

    /// The token of forms.
    pub(super) fn csrf(&self, app: &App) -> String {
        self.visit.csrf(app)
    }
}

impl FromRequestParts<App> for Page {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let visit = Visit::of(app, parts)?;
        let Some(signed) = visit.signed(app).await? else {
            return Err(Fault::Elsewhere(Box::new(to_sign_in(parts))));
        };
        let route = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
        let writes = parts.method != Method::GET && parts.method != Method::HEAD;
        let need = gate::need(&route, writes).ok_or(Error::RoleNotAllowed)?;
        // Whoever is an operator and nothing else has a console and no dashboard.
        if signed.member.is_none() && signed.user.operator && route == "/dashboard" {
            return Err(Fault::Elsewhere(Box::new(Redirect::to("/operator").into_response())));
        }
        gate::check(need, &signed)?;
        Ok(Self { signed, visit, route })
    }
}

// Back to where they were going, when that was a page and not an act.
fn to_sign_in(parts: &Parts) -> Response {
    let path = parts.uri.path();
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    let to = if parts.method == Method::GET && plain && path != "/dashboard" {
        format!("{SIGN_IN}?next={path}")
    } else {
        SIGN_IN.to_owned()
    };
    Redirect::to(&to).into_response()
}

/// Where somebody who signed in goes: a page of ours, or the overview.
pub(super) fn next(asked: &str) -> &str {
    let ours = asked.starts_with("/dashboard") || asked.starts_with("/operator");
    let plain = asked.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    if ours && plain && !asked.contains("//") { asked } else { "/dashboard" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_our_own_pages_only() {
        assert_eq!(next("/dashboard/keys"), "/dashboard/keys");
        assert_eq!(next("/operator"), "/operator");
        for bad in
            ["", "https://evil.example", "//evil.example", "/dashboard//evil.example", "/dashboard?x=\r\n", "/pay"]
        {
            assert_eq!(next(bad), "/dashboard", "{bad}");
        }
    }
}
