//! `pepay doctor`: whether everything a node depends on is well.

use reqwest::Url;

use super::ConfigArg;
use crate::doctor::{self, Options};

/// Check everything a node depends on, and say what to do
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::DOCTOR)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// Also check that this webhook endpoint can be reached; nothing is delivered
    #[arg(long, value_name = "URL")]
    webhook: Option<Url>,
    /// Say it in JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    doctor::run(&Options { config: args.config.config, webhook: args.webhook, json: args.json }).await
}
