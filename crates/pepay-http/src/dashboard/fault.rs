//! Why a page is not shown, as a page.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pepay_engine::Error;
use pepay_wire::Code;

use super::shell;
use crate::problem::ApiError;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It is answered with something else, such as the way to sign in.
    Elsewhere(Box<Response>),
    /// A use case refused or failed.
    Error(Error),
    /// Past a rate limit.
    TooMany(ApiError),
    /// The form came from another site.
    Foreign,
    /// The form's token is of another cookie: an old page, or a forged one.
    Stale,
    /// The form is none of ours.
    Malformed,
    /// The form is too large.
    TooLarge,
    /// Our own fault.
    Failed,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::TooMany(error)
    }
}

#[derive(Template)]
#[template(path = "dashboard/fault.html")]
struct FaultTemplate {
    base: &'static str,
    headline: &'static str,
    detail: String,
    /// Where to go from here, and what that is called.
    way: Way,
}

type Way = (&'static str, &'static str);

const HOME: Way = ("/dashboard", "To the dashboard");

/// Refusals that say more than their status, and lead to where something can be done.
const TOLD: [(Code, &str, &str, Way); 4] = [
    (
        Code::InsufficientRole,
        "Not allowed",
        "Your role does not allow this. An owner of your company can change that.",
        HOME,
    ),
    // The overview would say the same again.
    (
        Code::MerchantNotFound,
        "You belong to no company",
        "No company has you on its team (any more). Ask its owner for an invitation.",
        ("/dashboard/account", "To your account"),
    ),
    (
        Code::SignUpClosed,
        "Nobody can sign up here",
        "Ask whoever runs this installation, or a company on it, for an invitation.",
        ("/dashboard/sign-in", "Sign in"),
    ),
    (
        Code::EnvironmentNotEnabled,
        "Mainnet is not open yet",
        "Your company can not use it so far. Nothing was changed.",
        ("/dashboard/mainnet", "Go live"),
    ),
];

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, headline, detail) = match self {
            Self::Elsewhere(response) => return *response,
            Self::Error(error) => return of_error(error),
            Self::TooMany(error) => return too_many(error.retry_after_secs.unwrap_or(1)),
            Self::Foreign => {
                let detail = "It was sent from another site. If that was not you, nothing has happened.";
                (StatusCode::FORBIDDEN, "This form did not come from here", detail)
            }
            Self::Stale => {
                let detail = "Go back, reload the page and try again. Nothing was changed.";
                (StatusCode::FORBIDDEN, "This page was open for too long", detail)
            }
            Self::Malformed => (StatusCode::BAD_REQUEST, "This form can not be read", "Nothing was changed."),
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "This is too much", "What you sent is too large. Nothing was changed.")
            }
            Self::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side",
                "Nothing was lost. Please try again in a moment.",
            ),
        };
        show(status, headline, detail.to_owned())
    }
}

fn of_error(error: Error) -> Response {
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Error::LockedOut { wait_ms } = error {
        return too_many(u64::try_from(wait_ms / 1_000).unwrap_or_default() + 1);
    }
    if status.is_server_error() {
        let error = Arc::new(error);
        tracing::error!(?error, "Could not show a page: {error}");
        return Fault::Failed.into_response();
    }
    if let Some((_, headline, detail, way)) = TOLD.into_iter().find(|(code, ..)| *code == error.code()) {
        return lead(status, headline, detail.to_owned(), way);
    }
    if status == StatusCode::NOT_FOUND {
        let detail = "It does not exist, or it belongs to somebody else, or to the other environment.";
        return show(status, "Not found", detail.to_owned());
    }
    let message = ApiError::from(error).problem.message;
    show(status, "That did not work", sentence(&message))
}

fn too_many(secs: u64) -> Response {
    let detail = if secs < 90 {
        format!("Please wait {secs} seconds and try again.")
    } else {
        format!("Please wait {} minutes and try again.", secs.div_ceil(60))
    };
    let mut response = show(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", detail);
    response.headers_mut().insert(axum::http::header::RETRY_AFTER, secs.into());
    response
}

/// A message of an error as a sentence on a page.
pub(super) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let rest = letters.as_str();
    let stop = if rest.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{rest}{stop}")
}

fn show(status: StatusCode, headline: &'static str, detail: String) -> Response {
    lead(status, headline, detail, HOME)
}

fn lead(status: StatusCode, headline: &'static str, detail: String, way: Way) -> Response {
    let base = super::assets::BUNDLE.base();
    shell::answer(status, &FaultTemplate { base, headline, detail, way })
}
