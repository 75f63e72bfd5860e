//! `pepay trigger`: something happens to a real invoice.

use std::path::PathBuf;

use anyhow::Context as _;
use pepay_core::money::UsdMillis;

use crate::installation::{DATA, DEV_JSON, Installation};
use crate::trigger::{self, Kind, Options};

/// Make something happen to a real invoice of a running `pepay dev`
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::TRIGGER)]
pub(super) struct Args {
    /// What is to happen
    #[arg(value_enum)]
    kind: Kind,
    /// The data directory of `pepay dev`
    #[arg(long, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// The file that describes it, instead of dev.json in its data directory
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    dev_json: Option<PathBuf>,
    /// The local chain to pay on
    #[arg(long, value_name = "NAME", default_value = "base")]
    network: String,
    /// The token to pay in [default: USDC, or the first token that the chain has]
    #[arg(long, value_name = "SYMBOL")]
    token: Option<String>,
    /// What the invoice asks, in US dollars
    #[arg(long, value_name = "USD", default_value = "10", value_parser = UsdMillis::parse_invoice_amount)]
    amount: UsdMillis,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let file = args.dev_json.unwrap_or_else(|| args.data.join(DEV_JSON));
    let installation = Installation::read(&file)?;
    let Args { kind, network, token, amount, .. } = args;
    trigger::run(&Options { kind, installation, network, token, amount }).await.context("the trigger failed")
}
