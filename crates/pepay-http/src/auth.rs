//! Who is calling: each route names the kinds of credential it takes.
//!
//! A missing or invalid credential is 401, one of the wrong kind 403 (contract section 2). Wrong credentials count
//! against the address they come from, right API keys against their own limit. Tokens are HS256, signed with a key
//! derived from the server's own, and are told apart by audience: one for the dashboard opens no payor stream.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use pepay_core::account::Role;
use pepay_core::credential::ServerKey;
use pepay_core::id::{InvoiceId, LoginId, MerchantId, UserId};
use pepay_core::merchant::Permission;
use pepay_core::time::Millis;
use pepay_engine::auth::{Caller, Person, Session, Via};
use pepay_wire::{Code, Problem};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::limits::Outcome;
use crate::problem::ApiError;
use crate::query::Query;

/// What the signing key is derived for.
pub(crate) const PURPOSE: &str = "http tokens";

const API_KEY: &str = "x-api-key";
const SESSION_TOKEN: &str = "x-session-token";
const SIGNATURE: &str = "x-signature";

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Audience {
    /// The merchant API, for the merchant in `sub`.
    Dashboard,
    /// The payor stream of the invoice in `sub`.
    Payment,
    /// The merchant stream, for the merchant in `sub`.
    Stream,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: Audience,
    sub: String,
    iat: i64,
    exp: i64,
    /// Who is signed in; absent in tokens that the operator makes on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// By which login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login: Option<String>,
    /// What the user was at the merchant when the token was made; what it is now is looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// The environment a stream is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    env: Option<String>,
    /// The API key a stream's token was made with: it falls with the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Claims {
    const fn new(aud: Audience, sub: String, now: Millis, until_secs: i64) -> Self {
        let (user, login, role) = (None, None, None);
        Self { aud, sub, iat: now.secs(), exp: until_secs, user, login, role, env: None, key: None }
    }
}

/// Whom a dashboard token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// The operator, acting for a merchant.
    Operator(MerchantId),
    /// A signed-in user.
    Member { merchant: MerchantId, user: UserId, login: LoginId },
}

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("could not sign a token")]
pub struct SignError(#[from] jsonwebtoken::errors::Error);

/// A dashboard token of the operator for `merchant`, good for `life_secs` seconds from `now`.
pub fn dashboard_token(
    key: &ServerKey,
    merchant: MerchantId,
    now: Millis,
    life_secs: i64,
) -> Result<String, SignError> {
    let exp = now.secs().saturating_add(life_secs);
    let claims = Claims::new(Audience::Dashboard, merchant.to_string(), now, exp);
    Signer::new(&key.derive(PURPOSE)).sign(&claims)
}

/// Signs and reads tokens.
pub(crate) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Signer {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry and audience are judged here, by the engine's clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let (encoding, decoding) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Self { encoding, decoding, validation }
    }

    fn sign(&self, claims: &Claims) -> Result<String, SignError> {
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)?)
    }

    /// A token for the payor stream of `invoice`, good until `until`.
    pub(crate) fn payment_token(&self, invoice: InvoiceId, now: Millis, until: Millis) -> Result<String, SignError> {
        self.sign(&Claims::new(Audience::Payment, invoice.to_string(), now, until.secs()))
    }

    /// A token for the API, for the user of a login, good for `life_secs` seconds.
    pub(crate) fn access_token(
        &self,
        merchant: MerchantId,
        (user, login): (UserId, LoginId),
        role: Role,
        (now, life_secs): (Millis, i64),
    ) -> Result<String, SignError> {
        let exp = now.secs().saturating_add(life_secs);
        self.sign(&Claims {
            user: Some(user.to_string()),
            login: Some(login.to_string()),
            role: Some(role.as_str().to_owned()),
            ..Claims::new(Audience::Dashboard, merchant.to_string(), now, exp)
        })
    }

    /// A token for the merchant stream of `caller`, good until `until`.
    pub(crate) fn stream_token(&self, caller: &Caller, now: Millis, until: Millis) -> Result<String, SignError> {
        let (key, user) = match caller.via {
            Via::ApiKey(id) => (Some(id.to_string()), None),
            Via::Dashboard(person) => (None, person.user.map(|id| id.to_string())),
        };
        let claims = Claims::new(Audience::Stream, caller.merchant.to_string(), now, until.secs());
        self.sign(&Claims { env: Some(caller.environment.to_string()), key, user, ..claims })
    }

    /// Whose stream a token opens, and until when.
    fn stream(&self, token: &str, now: Millis) -> Result<MerchantStream, ApiError> {
        let claims = self.of(Audience::Stream, token, now)?;
        let read = || {
            let via = if let Some(id) = &claims.key {
                Via::ApiKey(id.parse().ok()?)
            } else {
                let user = claims.user.as_deref().map(str::parse).transpose().ok()?;
                Via::Dashboard(Person { user, role: Role::ReadOnly })
            };
            let merchant = MerchantId(claims.sub.parse().ok()?);
            let environment = claims.env.as_deref()?.parse().ok()?;
            let caller = Caller { merchant, environment, permission: Permission::ReadOnly, via, ip: None };
            Some(MerchantStream { caller, expires_at: Some(Millis::from_secs(claims.exp)) })
        };
        read().ok_or_else(|| ApiError::new(Code::TokenInvalid))
    }

    /// Which invoice's stream a token opens, and until when.
    fn payment(&self, token: &str, now: Millis) -> Result<PayorStream, ApiError> {
        let claims = self.of(Audience::Payment, token, now)?;
        let invoice = claims.sub.parse().map_err(|_| ApiError::new(Code::TokenInvalid))?;
        Ok(PayorStream { invoice, expires_at: Millis::from_secs(claims.exp) })
    }

    /// The claims of a token for `audience`; one for another is the wrong kind.
    fn of(&self, audience: Audience, token: &str, now: Millis) -> Result<Claims, ApiError> {
        let claims = self.read(token, now).ok_or_else(|| ApiError::new(Code::TokenInvalid))?;
        if claims.aud == audience { Ok(claims) } else { Err(ApiError::new(Code::CredentialKindNotAllowed)) }
    }

    /// The claims of a token we signed that has not ended.
    fn read(&self, token: &str, now: Millis) -> Option<Claims> {
        let claims: Claims = jsonwebtoken::decode(token, &self.decoding, &self.validation).ok()?.claims;
        (claims.exp > now.secs()).then_some(claims)
    }

    fn dashboard(&self, token: &str, now: Millis) -> Result<Bearer, ApiError> {
        let claims = self.of(Audience::Dashboard, token, now)?;
        let read = || {
            let merchant = MerchantId(claims.sub.parse().ok()?);
            match (&claims.user, &claims.login) {
                (None, None) => Some(Bearer::Operator(merchant)),
                (Some(user), Some(login)) => {
                    Some(Bearer::Member { merchant, user: user.parse().ok()?, login: login.parse().ok()? })
                }
                (Some(_), None) | (None, Some(_)) => None,
            }
        };
        read().ok_or_else(|| ApiError::new(Code::TokenInvalid))
    }
}

/// A credential as it was presented.
enum Presented<'a> {
    ApiKey(&'a str),
    Bearer(&'a str),
    Session {
        token: &'a str,
        signature: &'a str,
    },
    /// One of the two session headers.
    HalfSession,
    Nothing,
}

impl<'a> Presented<'a> {
    fn in_headers(headers: &'a HeaderMap) -> Self {
        // A header that is no text is a credential all the same, and a wrong one.
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let bearer = || {
            let (scheme, token) = text(header::AUTHORIZATION.as_str())?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        };
        match (text(SESSION_TOKEN), text(SIGNATURE)) {
            (Some(token), Some(signature)) => Self::Session { token, signature },
            (half, other) => {
                if let Some(key) = text(API_KEY) {
                    Self::ApiKey(key)
                } else if let Some(token) = bearer() {
                    Self::Bearer(token)
                } else if half.or(other).is_some() {
                    Self::HalfSession
                } else {
                    Self::Nothing
                }
            }
        }
    }

    /// The merchant's credential, when one was sent beside a session's.
    fn of_merchant(headers: &'a HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        match text(API_KEY) {
            Some(key) => Self::ApiKey(key),
            None => Self::in_headers(headers),
        }
    }
}

/// A merchant, by API key or dashboard token.
pub(crate) struct Merchant(pub(crate) Caller);

impl FromRequestParts<App> for Merchant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let client = Client::of(&parts.extensions);
        let caller = match Presented::of_merchant(&parts.headers) {
            Presented::ApiKey(key) => app.engine.authenticate_key(key).await.map_err(ApiError::from),
            Presented::Bearer(token) => match app.signer.dashboard(token, app.engine.now()) {
                Ok(Bearer::Operator(merchant)) => {
                    app.engine.authenticate_operator(merchant).await.map_err(ApiError::from)
                }
                Ok(Bearer::Member { merchant, user, login }) => {
                    app.engine.authenticate_member(merchant, user, login).await.map_err(ApiError::from)
                }
                Err(error) => Err(error),
            },
            Presented::Session { .. } | Presented::HalfSession => Err(ApiError::new(Code::CredentialKindNotAllowed)),
            Presented::Nothing => Err(ApiError::new(Code::CredentialRequired)),
        };
        let caller = caller.map_err(|error| charged(app, client.as_deref(), error))?;
        let caller = Caller { ip: client.as_ref().map(|client| client.ip), ..caller };
        counted(app, client, &caller)?;
        Ok(Self(caller))
    }
}

/// Counts a request of `caller` against its limit.
fn counted(app: &App, client: Option<Arc<Client>>, caller: &Caller) -> Result<(), ApiError> {
    match app.limiters.caller(caller) {
        None => Ok(()),
        Some(Outcome::Within(quota)) => {
            note(client, quota);
            Ok(())
        }
        Some(Outcome::Exceeded(quota, error)) => {
            note(client, quota);
            Err(error)
        }
    }
}

fn note(client: Option<Arc<Client>>, quota: crate::limits::Quota) {
    if let Some(client) = client {
        // Set once per request; a second extractor of the same request finds it set and counts no less.
        let _first = client.quota.set(quota);
    }
}

/// Counts a refused credential against its address: guessing must not be cheaper than asking.
fn charged(app: &App, client: Option<&Client>, error: ApiError) -> ApiError {
    match client.map(|client| app.limiters.ip(client.ip)) {
        Some(Err(too_many)) => too_many,
        Some(Ok(())) | None => error,
    }
}

/// A merchant that opens its stream, by API key or by a token in the query.
pub(crate) struct MerchantStream {
    pub(crate) caller: Caller,
    /// The end of the token; API keys tell their own when they are looked at again.
    pub(crate) expires_at: Option<Millis>,
}

impl FromRequestParts<App> for MerchantStream {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let client = Client::of(&parts.extensions);
        let query = Query::from_request_parts(parts, app).await?;
        let this = match (Presented::of_merchant(&parts.headers), query.get("token")) {
            (Presented::ApiKey(key), _) => {
                let caller = app.engine.authenticate_key(key).await.map_err(ApiError::from);
                caller.map(|caller| Self { caller, expires_at: None })
            }
            (_, Some(token)) => match app.signer.stream(token, app.engine.now()) {
                Ok(this) => app.engine.check_caller(&this.caller).await.map(|()| this).map_err(ApiError::from),
                Err(error) => Err(error),
            },
            (Presented::Nothing, None) => Err(ApiError::new(Code::CredentialRequired)),
            (Presented::Bearer(_) | Presented::Session { .. } | Presented::HalfSession, None) => {
                Err(ApiError::new(Code::CredentialKindNotAllowed))
            }
        };
        let this = this.map_err(|error| charged(app, client.as_deref(), error))?;
        counted(app, client, &this.caller)?;
        Ok(this)
    }
}

/// A payor that opens the stream of its invoice, by a token in the query.
pub(crate) struct PayorStream {
    pub(crate) invoice: InvoiceId,
    /// The end of the token.
    pub(crate) expires_at: Millis,
}

impl FromRequestParts<App> for PayorStream {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(client) = Client::of(&parts.extensions) {
            app.limiters.ip(client.ip)?;
        }
        let query = Query::from_request_parts(parts, app).await?;
        match (query.get("token"), Presented::of_merchant(&parts.headers)) {
            (Some(token), _) => app.signer.payment(token, app.engine.now()),
            (None, Presented::Nothing) => Err(ApiError::new(Code::CredentialRequired)),
            (None, _) => Err(ApiError::new(Code::CredentialKindNotAllowed)),
        }
    }
}

/// A payor, by its session headers.
pub(crate) struct Payor(pub(crate) Session);

impl FromRequestParts<App> for Payor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(client) = Client::of(&parts.extensions) {
            app.limiters.ip(client.ip)?;
        }
        match Presented::in_headers(&parts.headers) {
            Presented::Session { token, signature } => Ok(Self(app.engine.open_session(token, signature).await?)),
            Presented::ApiKey(_) | Presented::Bearer(_) => Err(ApiError::new(Code::CredentialKindNotAllowed)),
            Presented::HalfSession | Presented::Nothing => {
                let message = "x-session-token and x-signature are both required";
                Err(Problem::new(Code::SessionInvalid).saying(message).into())
            }
        }
    }
}

/// Either of the two, where both may ask.
pub(crate) enum Anyone {
    Merchant(Caller),
    Payor(Box<Session>),
}

impl FromRequestParts<App> for Anyone {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Presented::of_merchant(&parts.headers) {
            Presented::ApiKey(_) | Presented::Bearer(_) => {
                Merchant::from_request_parts(parts, app).await.map(|Merchant(caller)| Self::Merchant(caller))
            }
            Presented::Session { .. } | Presented::HalfSession | Presented::Nothing => {
                Payor::from_request_parts(parts, app).await.map(|Payor(session)| Self::Payor(Box::new(session)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
