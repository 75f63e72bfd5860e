//! Chores of the repository that need more than a shell line: `cargo xtask check`, `cargo xtask tidy`,
//! `cargo xtask openapi`.
//!
//! Refuses nothing silently: a step that cannot run says why. Exits 1 when any step fails.
#![expect(clippy::print_stdout, reason = "a command-line tool reports on stdout")]

mod check;
mod sdk;
mod tidy;
mod tree;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  check [step...]  everything a change must pass besides its tests; all steps unless some are named:
                   fmt clippy tidy deny openapi contracts
  tidy             only the rules that this repository checks itself
  openapi          write openapi/openapi.json afresh from the program, and the Rust client's types from it";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let passed = match arguments.as_slice() {
        ["check", steps @ ..] => check::run(steps)?,
        ["tidy"] => check::run(&["tidy"])?,
        ["openapi"] => {
            check::write_openapi()?;
            true
        }
        _ => {
            println!("{USAGE}");
            false
        }
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
