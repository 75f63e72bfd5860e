//! `[server]`: where the program listens and what it is reached as.

use std::net::{Ipv4Addr, SocketAddr};

use pepay_core::branding::OriginPattern;
use serde::Deserialize;

use super::Error;

/// Part of the work that a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers HTTP.
    Api,
    /// Reads the chains, confirms, expires and prices.
    Watch,
    /// Delivers webhooks.
    Deliver,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// `PEPAY__SERVER__LISTEN`: address and port to listen on. Default `127.0.0.1:3000`.
    pub listen: SocketAddr,
    /// `PEPAY__SERVER__BASE_URL`: what payors and merchants reach this installation as, without a slash at the end;
    /// payment links start with it. Default `http://localhost:3000`.
    pub base_url: String,
    /// `PEPAY__SERVER__ROLES`: what this node does, any of `api`, `watch` and `deliver`.
    /// Default all.
    pub roles: Vec<Role>,
    /// `PEPAY__SERVER__TRUSTED_PROXIES`: how many reverse proxies of yours stand in front; the client is that many
    /// entries from the end of `X-Forwarded-For`. Default 0: the header is ignored.
    pub trusted_proxies: usize,
    /// `PEPAY__SERVER__METRICS`: whether `GET /metrics` is answered. Default true.
    pub metrics: bool,
    /// `PEPAY__SERVER__EMBED_ORIGINS`: pages that may embed the checkout of any merchant, such as
    /// `https://shop.example`, `https://*.shop.example` or `http://localhost:*`. Default none: a merchant allows its own.
    pub embed_origins: Vec<String>,
    /// `PEPAY__SERVER__SHUTDOWN_S`: seconds that requests and workers get to finish after SIGTERM. Default 20.
    pub shutdown_s: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            base_url: "http://localhost:3000".to_owned(),
            roles: vec![Role::Api, Role::Watch, Role::Deliver],
            trusted_proxies: 0,
            metrics: true,
            embed_origins: Vec::new(),
            shutdown_s: 20,
        }
    }
}

impl Server {
    /// The pages that may embed any checkout.
    pub(crate) fn embed_origins(&self) -> Result<Vec<OriginPattern>, Error> {
        let read = |text: &String| {
            let problem = || format!("{text:?} is not like https://shop.example or http://localhost:*");
            OriginPattern::parse(text).ok_or_else(|| Error::value("server.embed_origins", problem()))
        };
        self.embed_origins.iter().map(read).collect()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let host = ["http://", "https://"].iter().find_map(|scheme| self.base_url.strip_prefix(scheme));
        if host.is_none_or(|host| host.is_empty() || host.ends_with('/') || host.contains(['?', '#', ' '])) {
            let problem = "must be http(s)://host without a slash at the end";
            return Err(Error::value("server.base_url", problem));
        }
        self.embed_origins()?;
        if self.roles.is_empty() {
            return Err(Error::value("server.roles", "must name at least one of api, watch, deliver"));
        }
        Ok(())
    }
}
