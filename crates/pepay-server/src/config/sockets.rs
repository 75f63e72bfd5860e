//! `[sockets]`: how many WebSockets there may be, and how they are kept.

use serde::Deserialize;

use super::Error;

/// `[sockets]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sockets {
    /// `PEPAY__SOCKETS__MAX`: sockets open on this node at once. Default 20000.
    pub max: usize,
    /// `PEPAY__SOCKETS__PER_MERCHANT`: of one merchant. Default 100.
    pub per_merchant: usize,
    /// `PEPAY__SOCKETS__PER_INVOICE`: of the payors of one invoice. Default 20.
    pub per_invoice: usize,
    /// `PEPAY__SOCKETS__HEARTBEAT_S`: seconds between two pings; also how long the answer to one, or room for a frame,
    /// is waited for. Default 30.
    pub heartbeat_s: u64,
    /// `PEPAY__SOCKETS__BACKLOG_EVENTS`: how many events a client that was up to date may fall behind before its socket
    /// is closed. Default 10000.
    pub backlog_events: u64,
}

impl Default for Sockets {
    fn default() -> Self {
        Self { max: 20_000, per_merchant: 100, per_invoice: 20, heartbeat_s: 30, backlog_events: 10_000 }
    }
}

impl Sockets {
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.heartbeat_s == 0 {
            return Err(Error::value("sockets.heartbeat_s", "must be at least 1"));
        }
        if self.backlog_events < 500 {
            return Err(Error::value("sockets.backlog_events", "must be at least 500"));
        }
        Ok(())
    }
}
