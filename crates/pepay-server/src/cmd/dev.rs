//! `pepay dev`: everything on this machine, until Ctrl-C.

use std::path::PathBuf;

use crate::config::log::Log;
use crate::dev::{Dev, Options};
use crate::{node, telemetry};

/// Run everything on this machine: local chains, a seeded merchant, a faucet
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::DEV)]
pub(super) struct Args {
    /// Port to listen on; 0 for a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Where everything is kept
    #[arg(long, value_name = "DIR", default_value = ".pepay")]
    data: PathBuf,
    /// Throw away what an earlier run left there
    #[arg(long)]
    reset: bool,
    /// What is logged
    #[arg(long, value_name = "FILTER", env = "PEPAY__LOG__FILTER", default_value = "info")]
    log: String,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    telemetry::init_logs(&Log { filter: args.log, ..Log::default() })?;
    let stop = node::stop_signal()?;
    let metrics = telemetry::init_metrics()?;
    let options = Options { port: args.port, data: args.data, reset: args.reset, metrics: Some(metrics) };
    tokio::pin!(stop);
    let dev = tokio::select! {
        dev = Dev::start(options) => dev?,
        () = &mut stop => return Ok(()),
    };
    super::say(dev.welcome())?;
    stop.await;
    dev.stop().await
}
