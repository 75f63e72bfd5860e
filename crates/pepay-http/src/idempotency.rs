//! `Idempotency-Key`: the same write twice is one act with one answer.

use std::pin::Pin;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_engine::idempotent::{Answer, Scope};
use pepay_engine::{Error, Origin};
use pepay_wire::Code;
use serde::Serialize;

use crate::app::App;
use crate::client::Client;
use crate::problem::ApiError;
use crate::reply;

/// A use case about to run. Boxed: the edge keeps many requests in flight and their futures small.
type Act<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The caller's key, if it sent one.
pub(crate) struct IdempotencyKey(Option<Key>);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        let refuse = |message: String| ApiError::at(Code::ValidationError, "/Idempotency-Key", message);
        let text = value.to_str().map_err(|_| refuse("Idempotency-Key must be visible ASCII".to_owned()))?;
        Key::parse(text).map(|key| Self(Some(key))).map_err(|error| refuse(error.to_string()))
    }
}

impl IdempotencyKey {
    /// What the events of this request name as their cause.
    pub(crate) fn origin(&self, client: &Client) -> Origin {
        Origin {
            request_id: Some(client.request_id().to_owned()),
            idempotency_key: self.0.as_ref().map(|key| key.as_str().to_owned()),
        }
    }

    /// What tells a repetition of the act itself, for acts that would do something else a second time.
    pub(crate) fn asked(&self, scope: &Scope) -> Option<[u8; 32]> {
        let key = self.0.as_ref()?;
        let Scope { environment, endpoint, .. } = scope;
        Some(Fingerprint::of(format!("{environment} {endpoint} {}", key.as_str()).as_bytes()).0)
    }

    /// The key with what tells a repetition of this `body` from another request.
    pub(crate) fn with(self, body: &[u8]) -> Option<(Key, Fingerprint)> {
        self.0.map(|key| (key, Fingerprint::of(body)))
    }

    /// Acts, or gives the answer that was given before under the same key.
    pub(crate) async fn once<T: Serialize>(
        self,
        app: &App,
        scope: Scope,
        body: &[u8],
        status: StatusCode,
        act: Act<'_, T>,
    ) -> Result<Response, ApiError> {
        let answer = self.answer(app, scope, body, status, act).await?;
        Ok(given(answer, status))
    }

    /// Likewise, but gives the answer before it is sent, for what must not be recorded to be added.
    pub(crate) async fn answer<T: Serialize>(
        self,
        app: &App,
        scope: Scope,
        body: &[u8],
        status: StatusCode,
        act: Act<'_, T>,
    ) -> Result<Answer, ApiError> {
        let act = async {
            let answer = serde_json::to_string(&act.await?).expect("wire types always serialise to memory");
            Ok((status.as_u16(), answer))
        };
        let Some((key, fingerprint)) = self.with(body) else {
            let (status, body) = act.await.map_err(|error: Error| ApiError::from(error))?;
            return Ok(Answer { status, body, replayed: false });
        };
        Ok(app.engine.idempotent(&scope, key, fingerprint, act).await?)
    }
}

/// Sends an answer; `status` when the recorded one is damaged.
pub(crate) fn given(answer: Answer, status: StatusCode) -> Response {
    let mut response = reply::text(StatusCode::from_u16(answer.status).unwrap_or(status), answer.body);
    if answer.replayed {
        reply::mark_replayed(&mut response);
    }
    response
}
