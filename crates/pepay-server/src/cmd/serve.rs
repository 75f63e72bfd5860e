//! `pepay serve`: one node, until SIGTERM or Ctrl-C.

use crate::config::server::Role;
use crate::node::{Node, Options, stop_signal};
use crate::telemetry;

use super::ConfigArg;

/// Run a node
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::SERVE)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// What this node does, instead of server.roles
    #[arg(long, value_delimiter = ',', value_name = "ROLES")]
    roles: Vec<Role>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let mut config = args.config.load()?;
    if !args.roles.is_empty() {
        config.server.roles = args.roles;
    }
    telemetry::init_logs(&config.log)?;
    let stop = stop_signal()?;
    let metrics = telemetry::init_metrics()?;
    let node = Node::start(&config, Options { metrics: Some(metrics), ..Options::default() }).await?;
    node.run_until(stop).await
}
