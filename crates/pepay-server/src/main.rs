//! The program `pepay`. Everything is in the library beside it, so that tests can start it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    pepay_server::cmd::main()
}
