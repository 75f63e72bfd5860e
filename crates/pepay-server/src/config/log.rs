//! `[log]`: what is written to the log, always on stderr.

use serde::Deserialize;

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `PEPAY__LOG__FORMAT`: `pretty` or `json`. Default `pretty`.
    pub format: Style,
    /// `PEPAY__LOG__FILTER`: what is logged, such as `info` or `info,pepay_chain=debug`. Default `info`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: Style::Pretty, filter: "info".to_owned() }
    }
}
