//! The merchant of a trigger: creates the invoice and reads what becomes of it, with the API key of `pepay dev`.

use anyhow::{Context as _, ensure};
use pepay_core::money::UsdMillis;
use serde_json::{Value, json};

use crate::api::{Api, Caller};
use crate::config::secret::Secret;

/// Events of one invoice read at a time; a trigger causes fewer.
const EVENTS: u32 = 100;

/// A merchant's server.
#[derive(Debug)]
pub(super) struct Merchant<'a> {
    api: Api,
    key: &'a Secret,
}

/// What creating an invoice gave.
#[derive(Debug)]
pub(super) struct Invoice {
    /// Its id.
    pub(super) id: String,
    /// Its end in epoch seconds.
    pub(super) expires_at: i64,
    /// Its checkout.
    pub(super) payment_url: String,
    /// What opens it to its payor.
    pub(super) token: Secret,
    /// The other half of that.
    pub(super) signature: Secret,
}

impl<'a> Merchant<'a> {
    pub(super) const fn new(api: Api, key: &'a Secret) -> Self {
        Self { api, key }
    }

    /// The server it talks to.
    pub(super) fn base_url(&self) -> &str {
        self.api.base_url()
    }

    /// Makes sure that somebody answers who knows the key.
    pub(super) async fn greet(&self) -> anyhow::Result<()> {
        self.get("/api/v1/invoices?limit=1").await.map(drop)
    }

    /// Creates an invoice that lives for `life_ms`.
    pub(super) async fn create(&self, amount: UsdMillis, life_ms: i64) -> anyhow::Result<Invoice> {
        let description = json!("pepay trigger");
        // Written out, because a JSON number of our library is a float.
        let amount = amount.json_number();
        let body = format!(r#"{{"amount_usd":{amount},"expires_in":{life_ms},"description":{description}}}"#);
        let answer = self.api.post(Caller::Merchant(self.key), "/api/v1/invoices", body).await?;
        let text = |name: &str| {
            answer[name].as_str().map(ToOwned::to_owned).with_context(|| format!("the new invoice has no {name}"))
        };
        Ok(Invoice {
            id: text("invoice_id")?,
            expires_at: answer["expires_at"].as_i64().context("the new invoice has no expires_at")?,
            payment_url: text("payment_url")?,
            token: Secret::new(text("session_token")?),
            signature: Secret::new(text("signature")?),
        })
    }

    /// Reads an invoice with its payments.
    pub(super) async fn read(&self, id: &str) -> anyhow::Result<Value> {
        self.get(&format!("/api/v1/invoices/{id}?expand=payments&payments_limit=100")).await
    }

    /// Why it is, or is not, paid.
    pub(super) async fn explain(&self, id: &str) -> anyhow::Result<Value> {
        self.get(&format!("/api/v1/invoices/{id}/explain")).await
    }

    /// Its events, oldest first.
    pub(super) async fn events(&self, id: &str) -> anyhow::Result<Vec<Value>> {
        let answer = self.get(&format!("/api/v1/events?invoice_id={id}&limit={EVENTS}")).await?;
        let list = &answer["data"];
        ensure!(list["has_more"] != true, "more than {EVENTS} events of one invoice");
        let mut events = list["data"].as_array().context("the list of events is none")?.clone();
        events.reverse();
        Ok(events)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.api.get(Caller::Merchant(self.key), path).await?)
    }
}
