//! From the start of the process to its first answer.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// A server that does not answer by then never will.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries: what the result may be too large by.
const BETWEEN: Duration = Duration::from_micros(500);
const REQUEST: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

pub(crate) fn run(runs: usize, address: SocketAddr, command: &[String]) -> anyhow::Result<String> {
    let mut took = Vec::with_capacity(runs);
    for _ in 0..runs {
        took.push(once(address, command)?.as_micros());
    }
    took.sort_unstable();
    let at = |place: usize| took.get(place).copied().context("there were no runs");
    Ok(format!("{} {} {}", at(runs / 2)?, at(0)?, at(runs.saturating_sub(1))?))
}

fn once(address: SocketAddr, command: &[String]) -> anyhow::Result<Duration> {
    let (program, arguments) = command.split_first().context("what is to be started?")?;
    let began = Instant::now();
    let mut server = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let answered = wait_for_answer(address, &mut server, began);
    // By the id of the process that was started above.
    let stopped = server.kill().and_then(|()| server.wait());
    stopped.context("could not stop the server")?;
    answered
}

fn wait_for_answer(address: SocketAddr, server: &mut Child, began: Instant) -> anyhow::Result<Duration> {
    loop {
        if is_alive(address)? {
            return Ok(began.elapsed());
        }
        if let Some(status) = server.try_wait()? {
            bail!("the server ended by itself: {status}");
        }
        if began.elapsed() > PATIENCE {
            bail!("the server does not answer");
        }
        std::thread::sleep(BETWEEN);
    }
}

fn is_alive(address: SocketAddr) -> anyhow::Result<bool> {
    let mut stream = match TcpStream::connect(address) {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(REQUEST)?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(&answer == b"HTTP/1.1 200")
}
