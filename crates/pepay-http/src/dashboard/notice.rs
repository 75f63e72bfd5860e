//! What a page says about the act that led to it. A query parameter names it, so that nothing typed is repeated.

use axum::response::{IntoResponse, Redirect, Response};

use crate::query::Query;

/// A line on top of a page.
pub(crate) struct Notice {
    pub(super) text: &'static str,
}

const DONE: [(&str, &str); 32] = [
    ("invoice_created", "The invoice is created."),
    ("invoice_canceled", "The invoice is canceled."),
    ("payment_accepted", "The payment is accepted. It counts from now on."),
    ("verification_asked", "We look at the chain again. Reload in a moment."),
    ("key_revoked", "The key is revoked. Every node refuses it within seconds."),
    ("webhook_changed", "Saved."),
    ("webhook_on", "The endpoint is on. It gets what happens from now on; recover sends what it missed."),
    ("webhook_off", "The endpoint is off."),
    ("webhook_removed", "The endpoint is removed."),
    ("webhook_tested", "A test ping is on its way. Reload in a moment."),
    ("webhook_recovering", "What it missed is on its way."),
    ("delivery_replayed", "The delivery is made again. Reload in a moment."),
    ("tokens_changed", "Saved. New checkouts follow your choice at once."),
    ("settlement_changed", "Saved."),
    ("wallet_added", "The wallet is added. Activate it to have money go there."),
    ("wallet_activated", "The wallet is active. Payments chosen from now on go there."),
    ("wallet_removed", "The wallet is removed."),
    ("mainnet_requested", "The request is sent. You get a letter as soon as it is decided."),
    ("mainnet_open", "Mainnet is open. Make a live key and go."),
    ("profile_saved", "Saved."),
    ("logo_saved", "The logo is saved."),
    ("logo_removed", "The logo is removed."),
    ("invited", "The invitation is sent."),
    ("uninvited", "The invitation is taken back."),
    ("role_changed", "The role is changed."),
    ("member_removed", "The member is removed and signed out."),
    ("password_changed", "Your password is changed, and every other login has ended."),
    ("factor_removed", "The second factor is off."),
    ("login_ended", "That login has ended."),
    ("logins_ended", "Every other login has ended."),
    ("denied", "The request is denied, and the merchant was told."),
    ("joined", "Welcome to the team."),
];

/// The notice that a query asks for.
pub(super) fn of(query: &Query) -> Option<Notice> {
    let word = query.get("done")?;
    let (_, text) = DONE.iter().find(|(known, _)| *known == word)?;
    Some(Notice { text })
}

/// To `path`, which says that `word` is done.
pub(super) fn done(path: &str, word: &str) -> Response {
    debug_assert!(DONE.iter().any(|(known, _)| *known == word), "{word} has no words");
    Redirect::to(&format!("{path}?done={word}")).into_response()
}

/// What of a form was refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Complaint {
    field: String,
    message: String,
}

impl Complaint {
    /// What `error` refuses, if it is a field of a form; the error itself otherwise.
    pub(super) fn of(error: pepay_engine::Error) -> Result<Self, pepay_engine::Error> {
        let pepay_engine::Error::Rejected(problem) = error else { return Err(error) };
        Ok(Self {
            field: problem.param.unwrap_or_default().trim_start_matches('/').to_owned(),
            message: super::fault::sentence(&problem.message),
        })
    }

    /// About one field.
    pub(super) fn at(field: &str, message: &str) -> Self {
        Self { field: field.to_owned(), message: message.to_owned() }
    }

    /// What is wrong with `field`.
    pub(super) fn about(&self, field: &str) -> Option<&str> {
        (self.field == field && !self.message.is_empty()).then_some(self.message.as_str())
    }

    /// Whether there is nothing to complain about.
    pub(super) fn is_empty(&self) -> bool {
        self.message.is_empty()
    }

    /// What is wrong.
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}
