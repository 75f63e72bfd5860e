//! `[webhooks]`: how events are delivered to merchants.

use std::time::Duration;

use anyhow::Context as _;
use figment::value::magic::RelativePathBuf;
use pepay_core::webhook::{Rules, Schedule};
use pepay_engine::webhook::Settings;
use pepay_outbound::{Allowed, Client, Policy};
use serde::Deserialize;

use super::Error;
use super::secrets::read_file;

/// What an attempt may take beyond its timeout, in milliseconds: the body of the answer.
const BODY_MS: u64 = 2_000;
/// How much longer than an attempt a lease must last, in milliseconds.
const LEASE_MARGIN_MS: u64 = 1_000;
/// Bytes of an answer's body that are read for the delivery log.
const EXCERPT_BYTES: usize = 1_024;

/// `[webhooks]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// `PEPAY__WEBHOOKS__ALLOW_HTTP`: whether public endpoints may be http. Default false.
    pub allow_http: bool,
    /// `PEPAY__WEBHOOKS__ALLOW`: private hosts and address blocks that endpoints may be at all the same, over http too;
    /// for development. Default none.
    pub allow: Vec<String>,
    /// `PEPAY__WEBHOOKS__CA_FILE`: certificates in PEM that are trusted besides the system's. No default.
    pub ca_file: Option<RelativePathBuf>,
    /// `PEPAY__WEBHOOKS__TIMEOUT_MS`: milliseconds an endpoint has to answer. Default 15000.
    pub timeout_ms: u64,
    /// `PEPAY__WEBHOOKS__CONCURRENCY`: deliveries under way to one endpoint at most. Default 16.
    pub concurrency: usize,
    /// `PEPAY__WEBHOOKS__TOTAL_CONCURRENCY`: deliveries under way on this node at most. Default 256.
    pub total_concurrency: usize,
    /// `PEPAY__WEBHOOKS__LEASE_S`: seconds after which another node takes over what a dead one had. Default 30.
    pub lease_s: u64,
    /// `PEPAY__WEBHOOKS__RETRY_MS`: the pauses before each attempt, in milliseconds. Default 0, 5 s, 5 min, 30 min, 2 h,
    /// 5 h, 10 h and 10 h.
    pub retry_ms: Vec<i64>,
    /// `PEPAY__WEBHOOKS__BREAKER_FAILURES`: failures in a row after which an endpoint is spared. Default 10.
    pub breaker_failures: u32,
    /// `PEPAY__WEBHOOKS__BREAKER_MS`: for how long, in milliseconds, each time it fails again. Default 10 s, 30 s, 1 min,
    /// 2 min and 5 min.
    pub breaker_ms: Vec<i64>,
    /// `PEPAY__WEBHOOKS__DISABLE_AFTER_S`: seconds of nothing but failure after which an endpoint is disabled. Default
    /// 432000: 5 days.
    pub disable_after_s: u32,
    /// `PEPAY__WEBHOOKS__RETENTION_DAYS`: days that deliveries and their attempts are kept. Default 30.
    pub retention_days: u32,
}

impl Default for Webhooks {
    fn default() -> Self {
        let Rules { open_after, pauses_ms, .. } = Rules::default();
        Self {
            allow_http: false,
            allow: Vec::new(),
            ca_file: None,
            timeout_ms: 15_000,
            concurrency: 16,
            total_concurrency: 256,
            lease_s: 30,
            retry_ms: vec![0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000],
            breaker_failures: open_after,
            breaker_ms: pauses_ms,
            disable_after_s: 432_000,
            retention_days: 30,
        }
    }
}

impl Webhooks {
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |key: &str, problem: &str| Err(Error::value(format!("webhooks.{key}"), problem));
        self.allowed()?;
        if !(100..=60_000).contains(&self.timeout_ms) {
            return wrong("timeout_ms", "must be from 100 to 60000");
        }
        if !(1..=256).contains(&self.concurrency) {
            return wrong("concurrency", "must be from 1 to 256");
        }
        if !(self.concurrency..=4_096).contains(&self.total_concurrency) {
            return wrong("total_concurrency", "must be from webhooks.concurrency to 4096");
        }
        if self.lease_ms() < self.attempt_ms() + LEASE_MARGIN_MS || self.lease_s > 3_600 {
            return wrong("lease_s", "must last 3 s longer than webhooks.timeout_ms, and at most 3600");
        }
        if Schedule::new(self.retry_ms.clone()).is_none() {
            return wrong("retry_ms", "must be 1 to 20 pauses of 0 to 604800000 milliseconds");
        }
        if self.breaker_failures == 0 {
            return wrong("breaker_failures", "must be at least 1");
        }
        let pauses = &self.breaker_ms;
        if pauses.is_empty() || pauses.len() > 20 || pauses.iter().any(|ms| !(1..=86_400_000).contains(ms)) {
            return wrong("breaker_ms", "must be 1 to 20 pauses of 1 to 86400000 milliseconds");
        }
        if self.disable_after_s == 0 {
            return wrong("disable_after_s", "must be at least 1");
        }
        if self.retention_days == 0 {
            return wrong("retention_days", "must be at least 1");
        }
        Ok(())
    }

    /// What the engine is told.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let extra_roots_pem = match &self.ca_file {
            Some(path) => read_file("webhooks.ca_file", path)?,
            None => String::new(),
        };
        let timeout = Duration::from_millis(self.timeout_ms);
        let policy = Policy {
            allow_http: self.allow_http,
            allow: self.allowed()?,
            timeout,
            connect_timeout: timeout.min(Policy::default().connect_timeout),
            body_timeout: Duration::from_millis(BODY_MS),
            max_excerpt_bytes: EXCERPT_BYTES,
            extra_roots_pem,
            ..Policy::default()
        };
        let client = Client::new(policy).context("could not set up webhooks (webhooks.ca_file)")?;
        let ms = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        Ok(Settings {
            client,
            schedule: Schedule::new(self.retry_ms.clone()).unwrap_or_default(),
            rules: Rules {
                open_after: self.breaker_failures,
                pauses_ms: self.breaker_ms.clone(),
                disable_after_ms: i64::from(self.disable_after_s) * 1_000,
            },
            concurrency: self.concurrency,
            total: self.total_concurrency,
            lease_ms: ms(self.lease_ms()),
            attempt_ms: ms(self.attempt_ms()),
            retention_ms: i64::from(self.retention_days) * 86_400_000,
        })
    }

    fn lease_ms(&self) -> u64 {
        self.lease_s.saturating_mul(1_000)
    }

    fn attempt_ms(&self) -> u64 {
        self.timeout_ms + BODY_MS
    }

    fn allowed(&self) -> Result<Vec<Allowed>, Error> {
        let read = |(place, text): (usize, &String)| {
            text.parse().map_err(|error| Error::value(format!("webhooks.allow.{place}"), format!("{error}")))
        };
        self.allow.iter().enumerate().map(read).collect()
    }
}
