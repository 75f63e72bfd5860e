//! The parts of the benchmarks that a shell script cannot do. `benches/run` calls them and makes the table.
//!
//! Each subcommand prints one line of numbers, in the order its documentation gives. Nothing here is tuned for the
//! measured program: the bare loops are what a careful programmer would write without it.

use std::path::PathBuf;

use clap::Parser;

mod bare;
mod block;
mod deliver;
mod fill;
mod load;
mod receiver;
mod sockets;
mod start;

/// Measures what `benches/run` cannot.
#[derive(Debug, Parser)]
#[command(name = "pepay-bench")]
enum Command {
    /// Write the rows of the newest invoice in a file over and over; prints invoices a second
    BareSqlite {
        /// A database that the program wrote into
        #[arg(long)]
        template: PathBuf,
        /// The new database
        #[arg(long)]
        out: PathBuf,
        /// Invoices in one transaction
        #[arg(long, default_value_t = 64)]
        batch: u32,
        /// How long to write, in seconds
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Write invoices, each with an open deposit address; prints invoices a second
    Fill {
        /// An SQLite database, migrated
        #[arg(long)]
        database: PathBuf,
        /// Whose they are to be
        #[arg(long)]
        merchant: i64,
        /// How many
        #[arg(long)]
        invoices: u32,
    },
    /// Watch blocks of 1 000 transfers; prints microseconds of CPU for matching, for a block with none, with 10 and
    /// with 1 000 of them to addresses of ours, and for the block that confirms those 1 000
    Block {
        /// A database that `fill` wrote
        #[arg(long)]
        database: PathBuf,
    },
    /// Deliver events to a local receiver; prints deliveries a second, each recorded, and the microseconds from commit
    /// to arrival, p50 and p99, and the p99 beside a second endpoint that answers, and that does not
    Deliver {
        /// A database, which is migrated
        #[arg(long)]
        database: String,
        /// How many events wait at first
        #[arg(long, default_value_t = 20_000)]
        events: u32,
    },
    /// Pretend to be a node, for `block`
    #[command(hide = true)]
    Node {
        /// Its chain
        #[arg(long)]
        chain_id: u64,
        /// The token that is transferred, without the 0x
        #[arg(long)]
        contract: String,
    },
    /// Hold sockets open and create invoices; prints the median and most microseconds from asking for one until the last
    /// socket has heard of it, the median until it was answered, and bytes of the server's memory a socket
    FanOut {
        /// Where the server answers: address and port
        #[arg(long)]
        address: std::net::SocketAddr,
        /// The API key
        #[arg(long)]
        key: String,
        /// The server's process
        #[arg(long)]
        pid: u32,
        /// How many
        #[arg(long, default_value_t = 5_000)]
        sockets: usize,
        /// Invoices, one after another
        #[arg(long, default_value_t = 20)]
        rounds: usize,
    },
    /// Have one socket told everything there is; prints how many events that were and milliseconds
    Replay {
        /// Where the server answers: address and port
        #[arg(long)]
        address: std::net::SocketAddr,
        /// The API key
        #[arg(long)]
        key: String,
    },
    /// Start a server again and again; prints the median, least and most microseconds to the first answer
    Start {
        /// How often
        #[arg(long, default_value_t = 10)]
        runs: usize,
        /// Where it answers: address and port
        #[arg(long)]
        address: std::net::SocketAddr,
        /// The server
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
}

fn main() -> anyhow::Result<()> {
    let line = match Command::parse() {
        Command::BareSqlite { template, out, batch, seconds } => bare::run(&template, &out, batch, seconds)?,
        Command::Fill { database, merchant, invoices } => fill::run(&database, merchant, invoices)?,
        Command::Block { database } => block::run(&database)?,
        Command::Deliver { database, events } => deliver::run(&database, events)?,
        Command::Node { chain_id, contract } => return block::node::serve(chain_id, &contract),
        Command::FanOut { address, key, pid, sockets, rounds } => {
            sockets::fan_out(address, &key, (pid, sockets, rounds))?
        }
        Command::Replay { address, key } => sockets::replay(address, &key)?,
        Command::Start { runs, address, command } => start::run(runs, address, &command)?,
    };
    say(&line)
}

/// Writes a line to stdout, where `benches/run` reads it.
fn say(line: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
