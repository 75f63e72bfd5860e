//! From what failed to what the caller sees. One exhaustive table; the status belongs to the code.
//!
//! A 4xx says what the caller can change. A 5xx says the code and the request's id; its cause goes to the log. The
//! body is written by the edge, which knows the request's id: until then the error travels in the response's
//! extensions.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pepay_core::credential;
use pepay_engine::Error;
use pepay_wire::{Code, ErrorEnvelope, Problem, RateLimited};

use crate::auth::SignError;
use crate::reply::{self, JSON};

/// Seconds after which the same request may succeed, where nothing more exact is known.
const RETRY_SOON_SECS: u64 = 1;

/// The page of the guide that has every code.
const ERRORS_PAGE: &str = "errors.html";

/// A refused or failed request.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) problem: Problem,
    pub(crate) retry_after_secs: Option<u64>,
    /// What failed behind it; for the log only.
    pub(crate) cause: Option<Arc<Error>>,
}

impl ApiError {
    /// In the words of the code table.
    pub(crate) fn new(code: Code) -> Self {
        Problem::new(code).into()
    }

    /// About one parameter.
    pub(crate) fn at(code: Code, param: &str, message: impl Into<String>) -> Self {
        Problem::at(code, param, message).into()
    }

    /// Past a rate limit.
    pub(crate) fn too_many(secs: u64) -> Self {
        Self { retry_after_secs: Some(secs), ..Self::new(Code::RateLimitExceeded) }
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer with its body; `base_url` is where the guide is served, which explains the code.
    pub(crate) fn render(&self, request_id: &str, base_url: &str) -> Response {
        let mut response = match self.retry_after_secs {
            Some(secs) if self.problem.code == Code::RateLimitExceeded => {
                reply::json(self.status(), &RateLimited::new(&secs.to_string()))
            }
            Some(_) | None => {
                let doc_url = format!("{base_url}/docs/guide/{ERRORS_PAGE}#{}", self.problem.code);
                reply::json(self.status(), &ErrorEnvelope::new(&self.problem, Some(request_id), Some(&doc_url)))
            }
        };
        if let Some(secs) = self.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        let wait = matches!(problem.code, Code::IdempotencyInProgress | Code::ServiceUnavailable);
        Self { problem, retry_after_secs: wait.then_some(RETRY_SOON_SECS), cause: None }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let code = error.code();
        match &error {
            Error::Rejected(problem) => problem.clone().into(),
            Error::KeyInvalid { reason: credential::Error::Malformed } => {
                Problem::new(code).saying("not an api key: one starts with sk_test_ or sk_live_").into()
            }
            Error::KeyInvalid { reason } => Problem::new(code).saying(reason.to_string()).into(),
            Error::KeyRefused(reason) => Problem::new(code).saying(reason.to_string()).into(),
            Error::NotCancelable(reason) => Problem::new(code).saying(reason.to_string()).into(),
            Error::NotAcceptable(reason) => Problem::new(code).saying(reason.to_string()).into(),
            Error::KeyNotAllowed(reason) => Problem::new(code).saying(reason.to_string()).into(),
            Error::LockedOut { wait_ms } => Self::too_many(u64::try_from(wait_ms / 1_000).unwrap_or_default() + 1),
            Error::Session(_)
            | Error::SessionExpired
            | Error::InvoiceNotFound
            | Error::EventNotFound
            | Error::TokenNotFound
            | Error::MerchantNotFound
            | Error::WebhookNotFound
            | Error::WebhookDeliveryNotFound
            | Error::WebhookDisabled
            | Error::WebhookLimit
            | Error::EnvironmentNotEnabled
            | Error::RoleNotAllowed
            | Error::SignInRefused
            | Error::CodeRequired
            | Error::NotSignedIn
            | Error::RefreshInvalid
            | Error::LinkInvalid
            | Error::SignUpClosed
            | Error::NotFound
            | Error::KeyNotFound
            | Error::WalletNotFound
            | Error::PaymentNotFound
            | Error::WalletInUse
            | Error::WalletExists
            | Error::InvoiceExpired
            | Error::InvoiceAlreadyPaid
            | Error::KeyReused
            | Error::InProgress
            | Error::ShuttingDown => Self::new(code),
            Error::Money(_)
            | Error::Store(_)
            | Error::WebhookSecret(_)
            | Error::EventDamaged { .. }
            | Error::Chain(_) => Self { cause: Some(Arc::new(error)), ..Self::new(code) },
        }
    }
}

impl From<SignError> for ApiError {
    fn from(error: SignError) -> Self {
        tracing::error!(%error, "Could not sign a token");
        Self::new(Code::InternalServerError)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response.extensions_mut().insert(self);
        response
    }
}

/// No such path.
pub(crate) async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound)
}

/// The path exists, but not with this method.
pub(crate) async fn method_not_allowed() -> ApiError {
    ApiError::new(Code::MethodNotAllowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn rendered(error: &ApiError) -> (u16, Option<String>, String) {
        let response = error.render("req_1", "https://pay.example");
        let retry = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, retry, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_refusal_is_the_envelope_of_the_contract() {
        let error = ApiError::at(Code::InvalidLimit, "/limit", "limit must be from 1 to 100");
        let body = r#"{"success":false,"error":{"code":"INVALID_LIMIT","message":"limit must be from 1 to 100","param":"/limit","request_id":"req_1","doc_url":"https://pay.example/docs/guide/errors.html#INVALID_LIMIT"}}"#;
        assert_eq!(rendered(&error).await, (400, None, body.to_owned()));
    }

    #[tokio::test]
    async fn too_many_requests_have_their_own_body() {
        let body =
            r#"{"success":false,"message":"too many requests","error_code":"RATE_LIMIT_EXCEEDED","retry_after":"7"}"#;
        assert_eq!(rendered(&ApiError::too_many(7)).await, (429, Some("7".to_owned()), body.to_owned()));
    }

    #[tokio::test]
    async fn what_failed_inside_stays_inside() {
        let error = ApiError::from(Error::Money(pepay_core::money::Error::Overflow));
        assert!(error.cause.is_some());
        let body = r#"{"success":false,"error":{"code":"INTERNAL_SERVER_ERROR","message":"something went wrong on our side","request_id":"req_1","doc_url":"https://pay.example/docs/guide/errors.html#INTERNAL_SERVER_ERROR"}}"#;
        assert_eq!(rendered(&error).await, (500, None, body.to_owned()));
        let error = ApiError::from(Error::InProgress);
        assert_eq!((rendered(&error).await.0, rendered(&error).await.1), (409, Some("1".to_owned())));
    }

    #[test]
    fn every_code_is_explained_where_its_error_says() {
        let page = pepay_guide::file(ERRORS_PAGE).expect("the guide has that page");
        let page = std::str::from_utf8(page.plain).unwrap();
        for code in Code::ALL {
            assert!(page.contains(&format!(r#"<span id="{code}"></span><code"#)), "{code}");
        }
    }

    #[test]
    fn every_code_has_a_status_of_an_error() {
        for code in Code::ALL {
            assert!((400..600).contains(&ApiError::new(*code).status().as_u16()), "{code}");
        }
    }
}
