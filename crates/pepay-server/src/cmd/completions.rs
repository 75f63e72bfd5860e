//! `pepay completions`: what a shell needs to complete this command line.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Cli;

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::COMPLETIONS)]
pub(super) struct Args {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "pepay", &mut script);
    super::say(String::from_utf8(script)?.trim_end())
}
