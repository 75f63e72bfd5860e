//! The program `pepay`. Everything is in the library beside it, so that tests can start it too.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Requests allocate much and briefly on several threads: creating an invoice is about a sixth faster than with glibc's.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    pepay_server::cmd::main()
}
