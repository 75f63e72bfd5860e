//! The command line: one binary, one subcommand for each thing an operator does.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::Config;

mod admin;
mod completions;
mod dev;
mod doctor;
mod help;
mod listen;
mod migrate;
mod openapi;
mod serve;
mod trigger;

/// Accepts crypto payments and settles them: API, checkout and chain watchers in one program.
#[derive(Debug, Parser)]
#[command(name = "pepay", version, propagate_version = true, after_help = help::PEPAY)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything on this machine: local chains, a seeded merchant, a faucet
    Dev(dev::Args),
    /// Run a node
    Serve(serve::Args),
    /// Forward events to a program under development, as signed webhooks
    Listen(listen::Args),
    /// Make something happen to a real invoice of a running `pepay dev`
    Trigger(trigger::Args),
    /// Check everything a node depends on, and say what to do
    Doctor(doctor::Args),
    /// Bring the database schema up to date
    #[command(after_help = help::MIGRATE)]
    Migrate(ConfigArg),
    /// Manage merchants, users, API keys, wallets and mainnet access
    Admin(admin::Args),
    /// Print the `OpenAPI` description of the API
    #[command(after_help = help::OPENAPI)]
    Openapi,
    /// Print the completions of a shell
    Completions(completions::Args),
}

/// Where the configuration is.
#[derive(Clone, Debug, clap::Args)]
struct ConfigArg {
    /// The configuration file. Environment variables win over it, and suffice without it: docs/configuration.md
    #[arg(long, short, value_name = "FILE", env = "PEPAY_CONFIG", global = true)]
    config: Option<PathBuf>,
}

impl ConfigArg {
    fn load(&self) -> anyhow::Result<Config> {
        Ok(Config::load(self.config.as_deref())?)
    }
}

/// Runs what the command line says; a failure is one line on stderr.
pub fn main() -> ExitCode {
    let found = help::with_examples(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&found).unwrap_or_else(|error| error.exit());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error).context("could not start threads")),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Dev(args) => dev::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::Listen(args) => listen::run(args).await,
            Command::Trigger(args) => trigger::run(args).await,
            Command::Doctor(args) => doctor::run(args).await,
            Command::Migrate(config) => migrate::run(&config).await,
            Command::Admin(args) => admin::run(args).await,
            Command::Openapi => openapi::run(),
            Command::Completions(args) => completions::run(&args),
        }
    });
    // A blocked DNS look-up must not hold up the end of the program.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    use std::io::Write as _;
    let is_closed_pipe = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    if error.downcast_ref::<std::io::Error>().is_some_and(is_closed_pipe) {
        // The reader has seen enough, as `pepay openapi | head` has.
        return ExitCode::SUCCESS;
    }
    // Nothing is left to tell when stderr is gone too.
    let _gone = writeln!(std::io::stderr(), "pepay: {}", one_line(error));
    ExitCode::FAILURE
}

/// An error and its causes, each said once: many repeat the one below them.
pub(crate) fn one_line(error: &anyhow::Error) -> String {
    error.chain().skip(1).fold(error.to_string(), |line, cause| {
        let cause = cause.to_string();
        if line.contains(&cause) { line } else { format!("{line}: {cause}") }
    })
}

/// Writes a line to stdout, where commands give what was asked of them.
pub(crate) fn say(line: impl AsRef<str>) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line.as_ref())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
