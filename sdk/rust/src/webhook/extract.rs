//! Verified webhooks for axum: a handler that takes one never sees a delivery that is not to be trusted.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{Refusal, WebhookVerifier};
use crate::types::Event;

/// The event of a delivery that was verified with the [`WebhookVerifier`] of the state.
///
/// ```
/// use axum::Router;
/// use axum::routing::post;
/// use pepay_client::WebhookVerifier;
/// use pepay_client::webhook::VerifiedWebhook;
///
/// async fn told(VerifiedWebhook(event): VerifiedWebhook) {
///     // Deliveries repeat: skip an `event.id` that was handled before.
///     println!("{} {}", event.id, event.kind);
/// }
///
/// let verifier = WebhookVerifier::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
/// let app: Router = Router::new().route("/webhooks/pepay", post(told)).with_state(verifier);
/// # Ok::<(), pepay_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct VerifiedWebhook(pub Event);

/// Why a request is no webhook.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejection {
    /// Its body could not be read.
    Body(BytesRejection),
    /// It is not to be trusted.
    Refused(Refusal),
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::Body(rejection) => rejection.into_response(),
            // Said to whoever sent it, who learns nothing about the secret.
            Self::Refused(refusal) => {
                let status = match refusal {
                    Refusal::NotAnEvent => StatusCode::BAD_REQUEST,
                    Refusal::SignatureMissing
                    | Refusal::SignatureMalformed
                    | Refusal::TimestampOutOfTolerance
                    | Refusal::SignatureMismatch => StatusCode::UNAUTHORIZED,
                };
                (status, refusal.to_string()).into_response()
            }
        }
    }
}

impl<S> FromRequest<S> for VerifiedWebhook
where
    S: Send + Sync,
    WebhookVerifier: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = WebhookVerifier::from_ref(state);
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await.map_err(Rejection::Body)?;
        verifier.verify(&headers, &body).map(Self).map_err(Rejection::Refused)
    }
}
