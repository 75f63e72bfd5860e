//! What each letter says.

use pepay_core::account::{Role, Secret};
use pepay_core::invoice::Invoice;
use pepay_core::network::Environment;

use super::draft::{Draft, Part};

/// One letter, with what it needs to know.
pub enum Letter<'a> {
    /// Finish signing up.
    SignUp {
        /// Of the link.
        secret: &'a Secret,
    },
    /// Somebody signed up with an address that has an account.
    KnownAddress,
    /// Choose a new password.
    Reset {
        /// Of the link.
        secret: &'a Secret,
    },
    /// The password was changed.
    PasswordChanged {
        /// From where.
        ip: &'a str,
    },
    /// Somebody signed in from a client never seen before.
    NewSignIn {
        /// From where.
        ip: &'a str,
        /// With what.
        agent: &'a str,
    },
    /// Become a member.
    Invitation {
        /// Of the link.
        secret: &'a Secret,
        /// The company.
        company: &'a str,
        /// Who invites.
        by: &'a str,
        /// As what.
        role: Role,
    },
    /// Mainnet was granted.
    MainnetGranted {
        /// To which company.
        company: &'a str,
        /// What opens it.
        access_key: &'a str,
    },
    /// Mainnet was refused.
    MainnetDenied {
        /// To which company.
        company: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// Nothing is sent to a webhook endpoint any more.
    WebhookDisabled {
        /// Which.
        url: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// An invoice was paid.
    Receipt {
        /// To whom.
        merchant: &'a str,
        /// Whom to ask.
        support: &'a str,
        /// The invoice.
        invoice: &'a Invoice,
        /// Amounts and transactions.
        lines: Vec<(String, Option<String>)>,
    },
}

impl Letter<'_> {
    /// The storage word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SignUp { .. } => "sign_up",
            Self::KnownAddress => "known_address",
            Self::Reset { .. } => pepay_store::letter::RESET,
            Self::PasswordChanged { .. } => "password_changed",
            Self::NewSignIn { .. } => "new_sign_in",
            Self::Invitation { .. } => "invitation",
            Self::MainnetGranted { .. } => "mainnet_granted",
            Self::MainnetDenied { .. } => "mainnet_denied",
            Self::WebhookDisabled { .. } => "webhook_disabled",
            Self::Receipt { .. } => "receipt",
        }
    }

    /// The letter in parts; links lead to the installation at `base`.
    pub(super) fn draft(&self, base: &str) -> Draft {
        match self {
            Self::SignUp { secret } => sign_up(base, secret),
            Self::KnownAddress => known_address(base),
            Self::Reset { secret } => reset(base, secret),
            Self::PasswordChanged { ip } => {
                let what = "Your password was changed, and every other login has ended.";
                alert(base, "Your password was changed", what, vec![("Address", (*ip).to_owned())])
            }
            Self::NewSignIn { ip, agent } => {
                let facts = vec![("Address", (*ip).to_owned()), ("Client", (*agent).to_owned())];
                alert(base, "New sign-in", "Your account was signed in to from a new place.", facts)
            }
            Self::Invitation { secret, company, by, role } => invitation(base, secret, (company, by), *role),
            Self::MainnetGranted { company, access_key } => granted(base, company, access_key),
            Self::MainnetDenied { company, reason } => draft(
                "About your request for mainnet",
                vec![
                    text(format!("The request of {company} was not granted: {reason}")),
                    action("See the request", format!("{base}/dashboard/mainnet")),
                ],
            ),
            Self::WebhookDisabled { url, reason } => webhook_disabled(base, url, reason),
            Self::Receipt { merchant, support, invoice, lines } => receipt(merchant, support, invoice, lines),
        }
    }
}

fn sign_up(base: &str, secret: &Secret) -> Draft {
    draft(
        "Confirm your e-mail address",
        vec![
            text("One click, and your Pepay account is ready."),
            action("Confirm address", format!("{base}/dashboard/sign-up/confirm?link={}", secret.reveal())),
            note("The link works once, for 24 hours. If you did not sign up, ignore this letter."),
        ],
    )
}

fn known_address(base: &str) -> Draft {
    draft(
        "You have an account already",
        vec![
            text("Somebody, perhaps you, tried to sign up with this address. It has an account already."),
            action("Sign in", format!("{base}/dashboard/sign-in")),
            note("Forgot the password? The sign-in page helps. If this was not you, nothing has happened."),
        ],
    )
}

fn reset(base: &str, secret: &Secret) -> Draft {
    draft(
        "Choose a new password",
        vec![
            text("Somebody, we hope you, asked for a new password."),
            action("Choose a password", format!("{base}/dashboard/reset/new?link={}", secret.reveal())),
            note("The link works once, for an hour. If you did not ask, ignore this letter: nothing changed."),
        ],
    )
}

fn alert(base: &str, subject: &str, what: &str, facts: Vec<(&'static str, String)>) -> Draft {
    draft(
        subject,
        vec![
            text(what),
            Part::Facts(facts),
            action("Review your logins", format!("{base}/dashboard/account")),
            note("If this was not you, change your password at once: that signs everybody else out."),
        ],
    )
}

fn invitation(base: &str, secret: &Secret, (company, by): (&str, &str), role: Role) -> Draft {
    draft(
        format!("Join {company} on Pepay"),
        vec![
            text(format!("{by} invites you to the dashboard of {company}, as {}.", role_words(role))),
            action("Accept the invitation", format!("{base}/dashboard/invitation?link={}", secret.reveal())),
            note("The link works once, for seven days."),
        ],
    )
}

fn granted(base: &str, company: &str, access_key: &str) -> Draft {
    draft(
        "Mainnet is granted",
        vec![
            text(format!("{company} may take real payments. Open mainnet with this access key:")),
            Part::Code(access_key.to_owned()),
            action("Open mainnet", format!("{base}/dashboard/mainnet")),
            note("The key works for your company only."),
        ],
    )
}

fn webhook_disabled(base: &str, url: &str, reason: &str) -> Draft {
    draft(
        "A webhook endpoint was disabled",
        vec![
            text("We no longer send events to this endpoint:"),
            Part::Code(url.to_owned()),
            text(format!("Why: {reason}.")),
            action("Look at it", format!("{base}/dashboard/webhooks")),
            note("No event is lost: turn it on again, and recover everything since a moment you choose."),
        ],
    )
}

fn receipt(merchant: &str, support: &str, invoice: &Invoice, lines: &[(String, Option<String>)]) -> Draft {
    let mut facts = vec![("Paid to", merchant.to_owned()), ("Amount", invoice.amount_paid.dollars())];
    if let Some(description) = &invoice.terms.description {
        facts.push(("For", description.clone()));
    }
    for (amount, tx) in lines {
        facts.push(("Payment", amount.clone()));
        facts.extend(tx.clone().map(|tx| ("Transaction", tx)));
    }
    facts.push(("Reference", invoice.id.to_string()));
    let (subject, words) = match invoice.environment {
        Environment::Mainnet => {
            (format!("Receipt from {merchant}"), "Thank you. Your payment has arrived and is confirmed.")
        }
        Environment::Devnet => (
            format!("[Test] Receipt from {merchant}"),
            "This is about a test payment: it was made on a test network, and no real money was paid.",
        ),
    };
    let questions = note(format!("Questions? Write to {support} and name the reference."));
    draft(subject, vec![text(words), Part::Facts(facts), questions])
}

/// A role for people to read.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Developer => "a developer",
        Role::Finance => "a finance member",
        Role::ReadOnly => "a member who may read",
    }
}

fn draft(subject: impl Into<String>, parts: Vec<Part>) -> Draft {
    Draft { subject: subject.into(), parts }
}

fn text(words: impl Into<String>) -> Part {
    Part::Text(words.into())
}

fn note(words: impl Into<String>) -> Part {
    Part::Note(words.into())
}

fn action(label: &'static str, url: String) -> Part {
    Part::Action { label, url }
}
