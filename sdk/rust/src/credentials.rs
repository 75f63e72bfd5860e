//! Who the client is. A route is sent only the credential that it takes; none is ever printed.

use reqwest::header::{HeaderName, HeaderValue};

use crate::{Error, Result};

/// Credentials, any of which may be missing.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    api_key: Option<HeaderValue>,
    bearer: Option<HeaderValue>,
    session: Option<(HeaderValue, HeaderValue)>,
    fault: Option<&'static str>,
}

/// Which credentials a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A merchant: key, else bearer token.
    Merchant,
    /// Bearer token only.
    Dashboard,
    /// A payor's session.
    Payor,
    /// Whoever it is.
    Anybody,
}

/// The headers that prove who somebody is.
pub(crate) type Proof = Vec<(HeaderName, HeaderValue)>;

impl Auth {
    /// None at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// A merchant's server key, `sk_test_…` or `sk_live_…`.
    #[must_use]
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        self.api_key = self.value(key.as_ref(), "", "api_key");
        self
    }

    /// A bearer token of the dashboard.
    #[must_use]
    pub fn bearer_token(mut self, token: impl AsRef<str>) -> Self {
        self.bearer = self.value(token.as_ref(), "Bearer ", "bearer_token");
        self
    }

    /// A payor's session, `pst_…`, and the signature that was issued with it.
    #[must_use]
    pub fn session(mut self, token: impl AsRef<str>, signature: impl AsRef<str>) -> Self {
        let token = self.value(token.as_ref(), "", "session token");
        self.session = token.zip(self.value(signature.as_ref(), "", "session signature"));
        self
    }

    fn value(&mut self, text: &str, before: &str, name: &'static str) -> Option<HeaderValue> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let value = plain.then(|| HeaderValue::from_str(&format!("{before}{text}")).ok()).flatten();
        if value.is_none() {
            self.fault = Some(name);
        }
        value.map(|mut value| {
            value.set_sensitive(true);
            value
        })
    }

    /// Itself, unless one of its parts can be no credential.
    pub(crate) fn checked(self) -> Result<Self> {
        match self.fault {
            None => Ok(self),
            // Says which one, and never what it was.
            Some(name) => Err(Error::misuse(format!("{name} is empty or has characters that no credential has"))),
        }
    }

    /// The headers for a route, if there is a credential it takes.
    pub(crate) fn proof(&self, audience: Audience) -> Option<Proof> {
        let key = || Some(vec![(HeaderName::from_static("x-api-key"), self.api_key.clone()?)]);
        let bearer = || Some(vec![(reqwest::header::AUTHORIZATION, self.bearer.clone()?)]);
        let session = || {
            let (token, signature) = self.session.clone()?;
            let name = HeaderName::from_static;
            Some(vec![(name("x-session-token"), token), (name("x-signature"), signature)])
        };
        match audience {
            Audience::Merchant => key().or_else(bearer),
            Audience::Dashboard => bearer(),
            Audience::Payor => session(),
            Audience::Anybody => key().or_else(bearer).or_else(session),
        }
    }

    /// Whether there is a server key.
    pub(crate) fn has_api_key(&self) -> bool {
        self.api_key.is_some()
    }
}

impl Audience {
    /// What a route takes, in words.
    pub(crate) const fn wants(self) -> &'static str {
        match self {
            Self::Merchant => "an api key or a bearer token",
            Self::Dashboard => "a bearer token",
            Self::Payor => "a payment session",
            Self::Anybody => "a credential",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_gets_the_credential_it_takes_and_no_other() {
        let auth = Auth::new().api_key("sk_test_1").bearer_token("jwt").session("pst_1", "ab.1").checked().unwrap();
        let sent = |audience| {
            let proof = auth.proof(audience).unwrap();
            proof.iter().map(|(name, _)| name.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(sent(Audience::Merchant), ["x-api-key"]);
        assert_eq!(sent(Audience::Dashboard), ["authorization"]);
        assert_eq!(sent(Audience::Payor), ["x-session-token", "x-signature"]);
        assert_eq!(Auth::new().api_key("sk_test_1").proof(Audience::Payor), None);
    }

    #[test]
    fn nothing_prints_a_credential() {
        let auth = Auth::new().api_key("sk_test_hidden").bearer_token("hidden").session("hidden", "hidden");
        assert!(!format!("{auth:?}").contains("hidden"), "{auth:?}");
        for bad in ["", "a b", "a\nb", "ä"] {
            let error = Auth::new().api_key(bad).checked().unwrap_err();
            assert_eq!(error.message(), "api_key is empty or has characters that no credential has");
        }
    }
}
