//! What a request is about: ids in its path, the environment it may look at, and the scope of its idempotency key.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use pepay_core::id::{DeliveryId, EndpointId, InvoiceId, KeyId, PaymentId, TokenId, WalletId};
use pepay_core::network::Environment;
use pepay_engine::auth::{Caller, Session, Via};
use pepay_engine::idempotent::Scope;
use pepay_wire::{Code, Problem};

use crate::app::App;
use crate::problem::ApiError;
use crate::query::Query;

/// The invoice a path names. What is no invoice id is no invoice: 404.
pub(crate) struct InvoicePath(pub(crate) InvoiceId);

impl FromRequestParts<App> for InvoicePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| ApiError::new(Code::InvoiceNotFound))
    }
}

/// The token a path names.
pub(crate) struct TokenPath(pub(crate) TokenId);

impl FromRequestParts<App> for TokenPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(|id| Self(TokenId(id))).ok_or_else(|| ApiError::new(Code::TokenNotFound))
    }
}

/// The webhook endpoint a path names.
pub(crate) struct WebhookPath(pub(crate) EndpointId);

impl FromRequestParts<App> for WebhookPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| ApiError::new(Code::WebhookNotFound))
    }
}

/// The webhook delivery a path names.
pub(crate) struct DeliveryPath(pub(crate) DeliveryId);

impl FromRequestParts<App> for DeliveryPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| ApiError::new(Code::WebhookDeliveryNotFound))
    }
}

/// The wallet a path names.
pub(crate) struct WalletPath(pub(crate) WalletId);

impl FromRequestParts<App> for WalletPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(|id| Self(WalletId(id))).ok_or_else(|| ApiError::new(Code::WalletNotFound))
    }
}

/// The API key a path names.
pub(crate) struct KeyPath(pub(crate) KeyId);

impl FromRequestParts<App> for KeyPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        let id = text.and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| ApiError::new(Code::KeyNotFound))
    }
}

/// The payment of an invoice that a path names.
pub(crate) struct PaymentPath {
    pub(crate) invoice: InvoiceId,
    pub(crate) payment: PaymentId,
}

impl FromRequestParts<App> for PaymentPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let texts = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((invoice, payment)) = texts.map_err(|_| ApiError::new(Code::NotFound))?;
        Ok(Self {
            invoice: invoice.parse().map_err(|_| ApiError::new(Code::InvoiceNotFound))?,
            payment: payment.parse().map_err(|_| ApiError::new(Code::PaymentNotFound))?,
        })
    }
}

/// Any text a path names.
pub(crate) struct TextPath(pub(crate) String);

impl FromRequestParts<App> for TextPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await;
        text.map(|Path(text)| Self(text)).map_err(|_| ApiError::new(Code::NotFound))
    }
}

/// The environment a read is about: the caller's own unless the query names one that is open to it.
pub(crate) async fn environment(app: &App, caller: &Caller, query: &Query) -> Result<Environment, ApiError> {
    let asked = query.parse("environment", "devnet or mainnet", |text| text.parse().ok())?;
    let Some(asked) = asked.filter(|asked| *asked != caller.environment) else { return Ok(caller.environment) };
    let open = match (caller.via, asked) {
        (Via::ApiKey(_), _) => false,
        (Via::Dashboard(_), Environment::Devnet) => true,
        (Via::Dashboard(_), Environment::Mainnet) => app.engine.mainnet_status(caller).await?.has_mainnet_access,
    };
    if open {
        return Ok(asked);
    }
    let message = format!("this credential works in {} only", caller.environment);
    Err(Problem::new(Code::EnvironmentNotEnabled).saying(message).into())
}

/// Keys of a merchant for one endpoint, and for one object of it where it has one.
pub(crate) fn of_caller(caller: &Caller, endpoint: impl Into<String>) -> Scope {
    Scope { merchant: caller.merchant, environment: caller.environment, endpoint: endpoint.into() }
}

/// Keys of a payor: those of its merchant, for this endpoint and invoice.
pub(crate) fn of_session(session: &Session, endpoint: &str) -> Scope {
    let invoice = &session.invoice;
    let endpoint = format!("{endpoint} {}", invoice.id);
    Scope { merchant: invoice.merchant_id, environment: invoice.environment, endpoint }
}
