//! Requests about webhook endpoints, read field by field.

use pepay_core::network::Environment;
use pepay_core::webhook::{
    DEFAULT_OVERLAP_SECS, MAX_DESCRIPTION_CHARS, MAX_OVERLAP_SECS, MAX_URL_CHARS, Subscription, SubscriptionError,
};
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Code, Problem};

/// Longest text of a type or of a moment, in characters.
const MAX_WORD_CHARS: usize = 64;

/// Whose events an endpoint is to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedEnvironment {
    /// Those of the credential's environment: the field is absent.
    Own,
    /// Those of both: the field is null.
    Both,
    /// Those of one.
    One(Environment),
}

/// A checked request to create an endpoint. Whether the url may be used is judged later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateWebhook {
    /// Where to.
    pub url: String,
    /// What its owner calls it.
    pub description: Option<String>,
    /// Whose events.
    pub environment: AskedEnvironment,
    /// Which events.
    pub subscription: Subscription,
}

/// The body of a request to create an endpoint.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = CreateWebhook)]
pub struct CreateWebhookBody {
    /// Where to; https unless the operator allows http.
    #[schema(max_length = 2048, format = "uri", example = "https://shop.example/pepay")]
    pub url: String,
    /// What you call it.
    #[schema(max_length = 255)]
    pub description: Option<String>,
    /// `devnet` or `mainnet`; null for both, which takes a live key or the dashboard. Absent: the credential's own.
    pub environment: Option<String>,
    /// Types such as `invoice.updated`, families such as `invoice.*`, or `*`, which is the default; at most 20.
    #[schema(max_items = 20)]
    pub enabled_events: Option<Vec<String>>,
}

/// A checked request to change an endpoint; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateWebhook {
    /// Where to.
    pub url: Option<String>,
    /// What its owner calls it; `Some(None)` takes the description away.
    pub description: Option<Option<String>>,
    /// Which events.
    pub subscription: Option<Subscription>,
    /// Whether it is told.
    pub enabled: Option<bool>,
}

/// The body of a request to change an endpoint; what is absent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = UpdateWebhook)]
pub struct UpdateWebhookBody {
    /// Where to; https unless the operator allows http.
    #[schema(max_length = 2048, format = "uri")]
    pub url: Option<String>,
    /// What you call it; null takes the description away.
    #[schema(max_length = 255)]
    pub description: Option<String>,
    /// Types, families or `*`; replaces the whole list.
    #[schema(max_items = 20)]
    pub enabled_events: Option<Vec<String>>,
    /// Whether it is told. Enabling forgives past failures and sends what waited.
    pub enabled: Option<bool>,
}

/// A checked request for a new secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotateWebhookSecret {
    /// How long the present secret signs too, in seconds.
    pub overlap_secs: i64,
}

/// The body of a request for a new secret.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = RotateWebhookSecret)]
pub struct RotateWebhookSecretBody {
    /// How long the present secret signs too, in seconds.
    #[schema(minimum = 0, maximum = 604_800, default = 86_400)]
    pub overlap_seconds: Option<i64>,
}

/// A checked request to send past events again. The moment is read later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverWebhook {
    /// An event id, or a moment.
    pub since: String,
}

/// The body of a request to send past events again.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = RecoverWebhook)]
pub struct RecoverWebhookBody {
    /// The last event that arrived (`evt_…`), a date-time (RFC 3339) or epoch seconds: everything after it is sent.
    #[schema(value_type = String, example = "2025-12-21T13:00:00Z")]
    pub since: String,
}

impl CreateWebhook {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        Ok(Self {
            url: object.required_text("url", MAX_URL_CHARS)?,
            description: object.text("description", MAX_DESCRIPTION_CHARS)?,
            environment: environment(&object)?,
            subscription: subscription(&object)?.unwrap_or_else(Subscription::all),
        })
    }
}

impl UpdateWebhook {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        if object.raw("environment").is_some() || object.is_null("environment") {
            let message = "environment cannot be changed; create another endpoint";
            return Err(Problem::at(Code::ValidationError, object.pointer("environment"), message));
        }
        let url = match object.raw("url") {
            Some(_) => Some(object.required_text("url", MAX_URL_CHARS)?),
            None => None,
        };
        let description = match object.text("description", MAX_DESCRIPTION_CHARS)? {
            None => object.is_null("description").then_some(None),
            some => Some(some),
        };
        Ok(Self { url, description, subscription: subscription(&object)?, enabled: object.boolean("enabled")? })
    }
}

impl RotateWebhookSecret {
    /// Reads a body; an empty one asks for nothing in particular.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        if body.is_empty() {
            return Ok(Self { overlap_secs: DEFAULT_OVERLAP_SECS });
        }
        let object = Object::parse(body)?;
        let overlap_secs = object.integer("overlap_seconds")?.unwrap_or(DEFAULT_OVERLAP_SECS);
        if !(0..=MAX_OVERLAP_SECS).contains(&overlap_secs) {
            let message = format!("overlap_seconds must be from 0 to {MAX_OVERLAP_SECS}");
            return Err(Problem::at(Code::ValidationError, object.pointer("overlap_seconds"), message));
        }
        Ok(Self { overlap_secs })
    }
}

impl RecoverWebhook {
    /// Reads a body. Epoch seconds may come as a number.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let number = object.raw("since").filter(|raw| raw.get().bytes().all(|byte| byte.is_ascii_digit()));
        let since = match number {
            Some(raw) => raw.get().to_owned(),
            None => object.required_text("since", MAX_WORD_CHARS)?,
        };
        Ok(Self { since })
    }

    /// The problem of a moment that is none.
    pub fn unreadable() -> Problem {
        let message = "since must be an event id, a date-time (RFC 3339) or whole epoch seconds";
        Problem::at(Code::ValidationError, "/since", message)
    }
}

fn environment(object: &Object<'_>) -> Result<AskedEnvironment, Problem> {
    const NAME: &str = "environment";
    if object.is_null(NAME) {
        return Ok(AskedEnvironment::Both);
    }
    let Some(text) = object.text(NAME, MAX_WORD_CHARS)? else { return Ok(AskedEnvironment::Own) };
    text.parse().map(AskedEnvironment::One).map_err(|_| {
        let message = "environment must be devnet, mainnet or null";
        Problem::at(Code::ValidationError, object.pointer(NAME), message)
    })
}

fn subscription(object: &Object<'_>) -> Result<Option<Subscription>, Problem> {
    const NAME: &str = "enabled_events";
    let Some(values) = object.array(NAME)? else { return Ok(None) };
    let at = |place: usize| format!("{}/{place}", object.pointer(NAME));
    let mut patterns = Vec::with_capacity(values.len().min(MAX_WORD_CHARS));
    for (place, raw) in values.iter().enumerate() {
        let text: Option<String> = serde_json::from_str(raw.get()).ok();
        let text = text.ok_or_else(|| {
            Problem::at(Code::ValidationError, at(place), "entries of enabled_events must be strings")
        })?;
        patterns.push(text);
    }
    Subscription::new(&patterns).map(Some).map_err(|error| {
        let param = match error {
            SubscriptionError::Unknown { place } => at(place),
            SubscriptionError::Empty | SubscriptionError::TooMany => object.pointer(NAME),
        };
        Problem::at(Code::ValidationError, param, error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param<T: std::fmt::Debug>(parsed: Result<T, Problem>) -> String {
        parsed.unwrap_err().param.unwrap_or_default()
    }

    #[test]
    fn a_url_is_enough() {
        let least = CreateWebhook::parse(br#"{"url":"https://a.example"}"#).unwrap();
        assert_eq!((least.environment, least.subscription), (AskedEnvironment::Own, Subscription::all()));
        let both = CreateWebhook::parse(br#"{"url":"x","environment":null}"#).unwrap();
        assert_eq!(both.environment, AskedEnvironment::Both);
        let one = CreateWebhook::parse(br#"{"url":"x","environment":"mainnet"}"#).unwrap();
        assert_eq!(one.environment, AskedEnvironment::One(Environment::Mainnet));
    }

    #[test]
    fn each_fault_of_a_new_endpoint_has_its_pointer() {
        let long = format!(r#"{{"url":"{}"}}"#, "x".repeat(2_049));
        let many = format!(r#"{{"url":"x","enabled_events":[{}]}}"#, vec!["\"*\""; 21].join(","));
        for (body, wanted) in [
            ("{}", "/url"),
            (r#"{"url":""}"#, "/url"),
            (r#"{"url":7}"#, "/url"),
            (&*long, "/url"),
            (r#"{"url":"x","description":7}"#, "/description"),
            (r#"{"url":"x","environment":"test"}"#, "/environment"),
            (r#"{"url":"x","enabled_events":"*"}"#, "/enabled_events"),
            (r#"{"url":"x","enabled_events":[]}"#, "/enabled_events"),
            (&*many, "/enabled_events"),
            (r#"{"url":"x","enabled_events":["*",null]}"#, "/enabled_events/1"),
            (r#"{"url":"x","enabled_events":["invoice.*","invoice.paid"]}"#, "/enabled_events/1"),
        ] {
            assert_eq!(param(CreateWebhook::parse(body.as_bytes())), wanted, "{body}");
        }
    }

    #[test]
    fn a_change_says_what_changes() {
        assert_eq!(UpdateWebhook::parse(b"{}"), Ok(UpdateWebhook::default()));
        let cleared = UpdateWebhook::parse(br#"{"description":null}"#).unwrap();
        assert_eq!(cleared.description, Some(None));
        let set = UpdateWebhook::parse(br#"{"description":"a","enabled":false}"#).unwrap();
        assert_eq!((set.description, set.enabled), (Some(Some("a".to_owned())), Some(false)));
        for (body, wanted) in [
            (r#"{"environment":null}"#, "/environment"),
            (r#"{"environment":"devnet"}"#, "/environment"),
            (r#"{"enabled":"yes"}"#, "/enabled"),
            (r#"{"url":""}"#, "/url"),
        ] {
            assert_eq!(param(UpdateWebhook::parse(body.as_bytes())), wanted, "{body}");
        }
    }

    #[test]
    fn overlaps_and_moments_are_bounded() {
        let overlap = |body: &str| RotateWebhookSecret::parse(body.as_bytes()).map(|it| it.overlap_secs);
        assert_eq!(overlap(""), Ok(86_400));
        assert_eq!(overlap(r#"{"overlap_seconds":0}"#), Ok(0));
        for bad in ["-1", "604801", "1.5", "\"1\""] {
            assert_eq!(param(overlap(&format!(r#"{{"overlap_seconds":{bad}}}"#))), "/overlap_seconds");
        }
        let since = |body: &str| RecoverWebhook::parse(body.as_bytes()).map(|it| it.since);
        assert_eq!(since(r#"{"since":1766322000}"#), Ok("1766322000".to_owned()));
        assert_eq!(since(r#"{"since":"evt_1-2"}"#), Ok("evt_1-2".to_owned()));
        assert_eq!([param(since("{}")), param(since(r#"{"since":true}"#))], ["/since", "/since"]);
    }
}
