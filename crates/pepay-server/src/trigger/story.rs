//! What happens to one invoice, told line by line: what the trigger does, and each event as it arrives.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::bail;
use pepay_engine::clock::{Clock as _, SystemClock};
use serde_json::Value;
use tokio::time::Instant;

use super::Merchant;
use crate::cmd::say;
use crate::narrate::{news, time_of_day};

/// How long one step of a story may take. Chains of `pepay dev` have a block each second.
const PATIENCE: Duration = Duration::from_mins(1);
/// Pause between two looks.
const EVERY: Duration = Duration::from_millis(150);

/// The story of an invoice.
#[derive(Debug)]
pub(super) struct Story<'a> {
    merchant: &'a Merchant<'a>,
    invoice: String,
    told: HashSet<String>,
}

impl<'a> Story<'a> {
    pub(super) fn new(merchant: &'a Merchant<'a>, invoice: String) -> Self {
        Self { merchant, invoice, told: HashSet::new() }
    }

    /// Tells what was done.
    #[expect(clippy::unused_self, reason = "only those who have a story tell it")]
    pub(super) fn step(&self, what: &str) -> anyhow::Result<()> {
        say(format!("{}  {what}", time_of_day(SystemClock.now())))
    }

    /// Tells the events since the last look.
    pub(super) async fn look(&mut self) -> anyhow::Result<()> {
        for event in self.merchant.events(&self.invoice).await? {
            let id = event["id"].as_str().unwrap_or_default();
            if self.told.insert(id.to_owned()) {
                let kind = event["type"].as_str().unwrap_or_default();
                let line = format!("    {kind:<24} {id}  {}", news(&event));
                say(format!("{}{line}", time_of_day(SystemClock.now())))?;
            }
        }
        Ok(())
    }

    /// Waits until `wanted` holds of the invoice and its payments; tells the events meanwhile.
    pub(super) async fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let began = Instant::now();
        loop {
            let read = self.merchant.read(&self.invoice).await?;
            // After reading: what caused the state just read is told before anybody acts on it.
            self.look().await?;
            if wanted(&read) {
                return Ok(read);
            }
            self.still_patient(began, what, &read["status"])?;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Waits until the invoice has this status, and tells nothing.
    pub(super) async fn until_quietly(&self, what: &str, status: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let read = self.merchant.read(&self.invoice).await?;
            if read["status"] == status {
                return Ok(());
            }
            self.still_patient(began, what, &read["status"])?;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Waits until `wanted` holds of the explanation; tells the events meanwhile.
    pub(super) async fn until_explained<T>(
        &mut self,
        what: &str,
        wanted: impl Fn(&Value) -> Option<T>,
    ) -> anyhow::Result<T> {
        let began = Instant::now();
        loop {
            let explained = self.merchant.explain(&self.invoice).await?;
            self.look().await?;
            if let Some(found) = wanted(&explained) {
                return Ok(found);
            }
            self.still_patient(began, what, &explained["status"])?;
            tokio::time::sleep(EVERY).await;
        }
    }

    fn still_patient(&self, began: Instant, what: &str, status: &Value) -> anyhow::Result<()> {
        if began.elapsed() < PATIENCE {
            return Ok(());
        }
        let (base_url, id) = (self.merchant.base_url(), &self.invoice);
        bail!(
            "waited {} s for {what}, and the invoice is {status}; {base_url}/api/v1/invoices/{id}/explain tells why",
            PATIENCE.as_secs()
        )
    }

    /// Tells how it ended, and where to read on.
    pub(super) async fn end(mut self) -> anyhow::Result<()> {
        self.look().await?;
        let explained = self.merchant.explain(&self.invoice).await?;
        let status = explained["status"].as_str().unwrap_or_default();
        self.step(&format!("Done: {status}. {}", explained["summary"].as_str().unwrap_or_default()))?;
        let (base_url, id) = (self.merchant.base_url(), &self.invoice);
        say(format!("\nWhy, in full: curl -s {base_url}/api/v1/invoices/{id}/explain -H \"x-api-key: $KEY\""))
    }
}
