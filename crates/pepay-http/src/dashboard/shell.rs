//! What is around every page: the environment, the menu, who is signed in; and the headers it leaves with.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use pepay_core::account::Action;
use pepay_core::network::Environment;
use pepay_engine::Error;

use super::assets;
use super::door::Page;
use super::notice::Notice;
use crate::app::App;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()"),
    ),
];

/// A rendered page with its headers.
pub(super) fn answer(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, HEADERS, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "Could not render a page: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, HEADERS).into_response()
        }
    }
}

/// 200 with a rendered page.
pub(super) fn ok(template: &impl Template) -> Response {
    answer(StatusCode::OK, template)
}

/// One entry of the menu.
pub(super) struct Link {
    pub(super) href: &'static str,
    pub(super) label: &'static str,
    pub(super) here: bool,
}

/// Entries of the menu that belong together.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) links: Vec<Link>,
}

/// The environment bar.
pub(super) struct Bar {
    pub(super) live: bool,
    pub(super) mainnet_open: bool,
    pub(super) may_switch: bool,
}

/// What is around a page.
pub(super) struct Shell {
    pub(super) base: &'static str,
    pub(super) title: String,
    pub(super) company: String,
    pub(super) user: String,
    pub(super) csrf: String,
    pub(super) bar: Option<Bar>,
    pub(super) menu: Vec<Group>,
    pub(super) notice: Option<Notice>,
    /// Other companies of the user.
    pub(super) others: Vec<(i64, String)>,
}

impl Shell {
    /// Around the page `title` of `page`.
    pub(super) async fn new(app: &App, page: &Page, title: &str, notice: Option<Notice>) -> Result<Self, Error> {
        let base = assets::BUNDLE.base();
        let mut shell = Self {
            base,
            title: title.to_owned(),
            company: "Operator".to_owned(),
            user: page.signed.user.email.to_string(),
            csrf: page.csrf(app),
            bar: None,
            menu: menu(page),
            notice,
            others: Vec::new(),
        };
        if let Some(member) = page.signed.member {
            let caller = page.caller()?;
            let merchant = app.engine.own_merchant(&caller).await?;
            shell.company = merchant.name;
            shell.bar = Some(Bar {
                live: member.environment == Environment::Mainnet,
                mainnet_open: merchant.mainnet_access,
                may_switch: page.signed.may(Action::Environment),
            });
            let all = app.engine.merchants_of(&page.signed).await?;
            let others = all.into_iter().filter(|(id, _)| *id != member.merchant);
            shell.others = others.map(|(id, name)| (id.0, name)).collect();
        }
        Ok(shell)
    }
}

type Entry = (&'static str, &'static str, Option<Action>);

const MERCHANT: [(&str, &[Entry]); 4] = [
    (
        "",
        &[
            ("/dashboard", "Overview", Some(Action::Read)),
            ("/dashboard/invoices", "Invoices", Some(Action::Read)),
            ("/dashboard/checklist", "Get started", Some(Action::Read)),
        ],
    ),
    (
        "Develop",
        &[
            ("/dashboard/keys", "API keys", Some(Action::Keys)),
            ("/dashboard/webhooks", "Webhooks", Some(Action::Webhooks)),
            ("/dashboard/events", "Events", Some(Action::Read)),
        ],
    ),
    (
        "Money",
        &[
            ("/dashboard/tokens", "Tokens", Some(Action::Read)),
            ("/dashboard/settlement", "Settlement", Some(Action::Read)),
            ("/dashboard/mainnet", "Mainnet", Some(Action::Read)),
        ],
    ),
    (
        "Company",
        &[
            ("/dashboard/settings", "Profile", Some(Action::Read)),
            ("/dashboard/team", "Team", Some(Action::Team)),
            ("/dashboard/audit", "Audit log", Some(Action::Audit)),
        ],
    ),
];

const OPERATOR: [Entry; 5] = [
    ("/operator", "Overview", None),
    ("/operator/requests", "Mainnet requests", None),
    ("/operator/merchants", "Merchants", None),
    ("/operator/networks", "Networks", None),
    ("/operator/work", "Work", None),
];

fn menu(page: &Page) -> Vec<Group> {
    let link = |(href, label, _): &Entry| {
        // Of `/dashboard/keys/{id}` the entry of keys is meant; the overviews mean themselves alone.
        let within = !matches!(*href, "/dashboard" | "/operator")
            && (page.route.starts_with(href)
                || (*href == "/dashboard/webhooks" && page.route.starts_with("/dashboard/deliveries")));
        Link { href, label, here: page.route == *href || within }
    };
    let mut groups = Vec::new();
    if page.signed.member.is_some() {
        for (title, entries) in MERCHANT {
            let open = entries.iter().filter(|(.., action)| action.is_none_or(|action| page.signed.may(action)));
            let links: Vec<Link> = open.map(link).collect();
            if !links.is_empty() {
                groups.push(Group { title, links });
            }
        }
    }
    if page.signed.user.operator {
        groups.push(Group { title: "Operator", links: OPERATOR.iter().map(link).collect() });
    }
    groups
}
