//! Where Pepay is: `PEPAY_URL` and `PEPAY_API_KEY`, or what a `pepay dev` beside us says in its dev.json.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Deserialize;

/// What the shop needs to know.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where Pepay is.
    pub(crate) url: String,
    /// The merchant's key.
    pub(crate) api_key: String,
    /// Where the shop listens; 0 for a free port.
    pub(crate) port: u16,
}

#[derive(Deserialize)]
struct Dev {
    base_url: String,
    api_key: String,
}

/// Reads them.
pub(crate) fn read() -> anyhow::Result<Settings> {
    let port = env::var("PORT").unwrap_or_else(|_| "4002".to_owned()).parse().context("PORT is a port")?;
    if let (Ok(url), Ok(api_key)) = (env::var("PEPAY_URL"), env::var("PEPAY_API_KEY")) {
        return Ok(Settings { url, api_key, port });
    }
    let file = env::var_os("PEPAY_DEV_JSON").map_or_else(|| PathBuf::from(".pepay/dev.json"), PathBuf::from);
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("no {}; start scripts/dev, or set PEPAY_URL and PEPAY_API_KEY", file.display()))?;
    let dev: Dev = serde_json::from_str(&text).with_context(|| format!("{} is no dev.json", file.display()))?;
    Ok(Settings { url: dev.base_url, api_key: dev.api_key, port })
}

/// Says that the shop is open.
pub(crate) fn announce(url: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "The shop is open: {url}")?;
    Ok(out.flush()?)
}
