//! `[events]`: how long what happened is kept.

use std::num::NonZeroU32;

use serde::Deserialize;

/// `[events]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Events {
    /// `PEPAY__EVENTS__RETENTION_DAYS`: days that events are kept, for lists, streams and deliveries; 0 for good.
    /// Default 400.
    pub retention_days: u32,
}

impl Default for Events {
    fn default() -> Self {
        Self { retention_days: 400 }
    }
}

impl Events {
    /// The days; `None` for good.
    pub const fn retention(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.retention_days)
    }
}
