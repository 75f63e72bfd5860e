//! The client, and how it is set up: checked once, cheap to clone.

use std::sync::Arc;
use std::time::Duration;

use crate::credentials::Auth;
use crate::resources::{Events, Invoices, PaymentSessions, Settlement, Tokens, Wallets, Webhooks, Ws};
use crate::transport::{Config, Transport};
use crate::{Error, Result};

/// A client of one Pepay server. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Pepay {
    transport: Transport,
}

/// How a client is set up.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    base_url: String,
    auth: Auth,
    timeout: Duration,
    max_retries: u32,
    retryable_status_codes: Vec<u16>,
}

impl Pepay {
    /// Begins to set up a client of the server at `base_url`, such as `https://pay.example.com`.
    pub fn builder(base_url: impl Into<String>) -> Builder {
        Builder {
            base_url: base_url.into(),
            auth: Auth::new(),
            timeout: Duration::from_secs(30),
            max_retries: 2,
            retryable_status_codes: vec![429, 500, 503],
        }
    }

    /// The same client as somebody else: with these credentials instead of its own.
    pub fn with_auth(&self, auth: Auth) -> Result<Self> {
        Ok(Self { transport: self.transport.with_auth(auth.checked()?) })
    }

    /// Invoices of a merchant.
    pub fn invoices(&self) -> Invoices {
        Invoices::new(&self.transport)
    }

    /// The log of what happened to them.
    pub fn events(&self) -> Events {
        Events::new(&self.transport)
    }

    /// The same, as it happens.
    pub fn ws(&self) -> Ws {
        Ws::new(&self.transport)
    }

    /// The payor's side of one invoice.
    pub fn payment_sessions(&self) -> PaymentSessions {
        PaymentSessions::new(&self.transport)
    }

    /// The tokens a merchant takes.
    pub fn tokens(&self) -> Tokens {
        Tokens::new(&self.transport)
    }

    /// How a merchant's money is settled.
    pub fn settlement(&self) -> Settlement {
        Settlement::new(&self.transport)
    }

    /// Where it goes.
    pub fn wallets(&self) -> Wallets {
        Wallets::new(&self.transport)
    }

    /// Endpoints that are told of events.
    pub fn webhooks(&self) -> Webhooks {
        Webhooks::new(&self.transport)
    }
}

impl Builder {
    /// Who the client is: a merchant's server key.
    pub fn api_key(mut self, key: impl AsRef<str>) -> Self {
        self.auth = self.auth.api_key(key);
        self
    }

    /// Who the client is: a bearer token of the dashboard.
    pub fn bearer_token(mut self, token: impl AsRef<str>) -> Self {
        self.auth = self.auth.bearer_token(token);
        self
    }

    /// Who the client is: a payor's session, and the signature that was issued with it.
    pub fn session(mut self, token: impl AsRef<str>, signature: impl AsRef<str>) -> Self {
        self.auth = self.auth.session(token, signature);
        self
    }

    /// How long one attempt of a request may take; 30 s unless said.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a failed request is sent again; 2 unless said.
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The statuses after which it is; 429, 500 and 503 unless said. A request without an answer is sent again too.
    pub fn retryable_status_codes(mut self, codes: impl Into<Vec<u16>>) -> Self {
        self.retryable_status_codes = codes.into();
        self
    }

    /// Checks everything; sends nothing.
    pub fn build(self) -> Result<Pepay> {
        let Self { base_url, auth, timeout, max_retries, retryable_status_codes } = self;
        let config = Config { base_url: address(&base_url)?, timeout, max_retries, retryable_status_codes };
        Ok(Pepay { transport: Transport::new(Arc::new(config), auth.checked()?)? })
    }
}

/// The URL below which everything lies.
fn address(given: &str) -> Result<reqwest::Url> {
    let wrong =
        || Error::misuse("base_url is an http or https URL without credentials, such as https://pay.example.com");
    let mut url = reqwest::Url::parse(given).map_err(|_| wrong())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    if !plain || !["http", "https"].contains(&url.scheme()) {
        return Err(wrong());
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/api/v1").unwrap_or(path).to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_found_however_it_is_written() {
        for (given, base) in [
            ("https://pay.example.com", "https://pay.example.com/"),
            ("https://pay.example.com/", "https://pay.example.com/"),
            ("https://pay.example.com/api/v1/", "https://pay.example.com/"),
            ("http://127.0.0.1:8080/pepay/?a=b#c", "http://127.0.0.1:8080/pepay"),
        ] {
            assert_eq!(address(given).unwrap().as_str(), base);
        }
        for bad in ["", "pay.example.com", "ftp://pay.example.com", "https://user:secret@pay.example.com", "data:x"] {
            let error = address(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }
}
