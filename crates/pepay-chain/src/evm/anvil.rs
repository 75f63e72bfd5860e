//! A real Ethereum node on this machine, for `pepay dev` and tests.
//!
//! Fails when there is no anvil program, saying what to run, and when it ends before it listens, with what it said. The
//! node ends with the value that holds it: it is killed by its own process group, and no other process is touched.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use alloy::primitives::{B256, U64, U256};
use reqwest::Url;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::rpc::{Rpc, http_client};
use super::wallet::Wallet;
use crate::error::{Error, Result};

/// How long the node may take until it listens.
const START: Duration = Duration::from_secs(20);

/// How long it may take to write its state and end.
const STOP: Duration = Duration::from_secs(10);

/// The first account of every anvil node, known to everyone.
pub const DEV_KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// What to start.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program; [`find`] when none is given.
    pub program: Option<PathBuf>,
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// When blocks are mined.
    pub mining: Mining,
    /// Port on the loopback interface; 0 for a free one.
    pub port: u16,
    /// Where the chain is kept between runs; nowhere when `None`.
    pub state: Option<PathBuf>,
    /// How many blocks back the chain calls final, halved: an epoch of this many blocks, two epochs back.
    pub slots_in_an_epoch: u64,
}

/// When blocks are mined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mining {
    /// One for each transaction, at once.
    Automatic,
    /// One every so many seconds.
    EverySeconds(u64),
    /// Only by [`Anvil::mine`].
    Manual,
}

impl Options {
    /// A fresh chain on a free port that mines each transaction at once.
    pub const fn new(chain_id: u64) -> Self {
        Self { program: None, chain_id, mining: Mining::Automatic, port: 0, state: None, slots_in_an_epoch: 32 }
    }

    fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> =
            ["--host", "127.0.0.1", "--port", &self.port.to_string(), "--chain-id", &self.chain_id.to_string()]
                .map(OsString::from)
                .into();
        arguments.extend(["--slots-in-an-epoch".into(), self.slots_in_an_epoch.to_string().into()]);
        match self.mining {
            Mining::Automatic => {}
            Mining::EverySeconds(seconds) => arguments.extend(["--block-time".into(), seconds.to_string().into()]),
            Mining::Manual => arguments.push("--no-mining".into()),
        }
        if let Some(state) = &self.state {
            // Written now and then too, so that a node that is killed loses little.
            arguments.extend(["--state".into(), state.into(), "--state-interval".into(), "5".into()]);
        }
        arguments
    }
}

/// The anvil program: `PEPAY_ANVIL`, then `anvil` on the path, then the one that `scripts/setup` keeps in its cache.
pub fn find() -> Result<PathBuf> {
    let missing = |what: String| Error::Anvil { what, cause: None };
    if let Some(path) = std::env::var_os("PEPAY_ANVIL").map(PathBuf::from) {
        let what = format!("PEPAY_ANVIL is {}, which is no file", path.display());
        return if path.is_file() { Ok(path) } else { Err(missing(what)) };
    }
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path).map(|directory| directory.join("anvil"));
    on_path
        .chain(cached())
        .find(|path| path.is_file())
        .ok_or_else(|| missing("there is no anvil program; run: scripts/setup --dev".to_owned()))
}

/// Where `scripts/setup` puts it.
fn cached() -> Option<PathBuf> {
    let directory = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = directory("PEPAY_CACHE").or_else(|| {
        let base = directory("XDG_CACHE_HOME").or_else(|| Some(directory("HOME")?.join(".cache")))?;
        Some(base.join("pepay"))
    })?;
    Some(cache.join("bin").join("anvil"))
}

/// A running node.
#[derive(Debug)]
pub struct Anvil {
    child: Child,
    group: Pid,
    chain_id: u64,
    port: u16,
    url: Url,
    rpc: Rpc,
}

impl Anvil {
    /// Starts a node and waits until it listens.
    pub async fn spawn(options: Options) -> Result<Self> {
        let program = options.program.clone().map_or_else(find, Ok)?;
        let mut child = Command::new(&program)
            .args(options.arguments())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Of its own, so that Ctrl-C reaches this program first, and a launcher ends together with what it launched.
            .process_group(0)
            .spawn()
            .map_err(|cause| Error::Anvil {
                what: format!("cannot start {}", program.display()),
                cause: Some(cause),
            })?;
        let said = watch(&mut child);
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let listening = timeout(START, said).await;
        let (Some(group), &Ok(Ok(Ok(port)))) = (group, &listening) else {
            if let Some(group) = group {
                end(&mut child, group);
            }
            let why = match listening {
                Ok(Ok(Err(said))) => format!("it said: {said}"),
                _ => format!("it did not listen within {} s", START.as_secs()),
            };
            return Err(Error::Anvil { what: format!("{} did not start: {why}", program.display()), cause: None });
        };
        let url = loopback("http", port);
        let http = http_client(START).map_err(|error| Error::Anvil { what: error.to_string(), cause: None })?;
        let rpc = Rpc::new(url.clone(), http, options.chain_id, 1);
        Ok(Self { child, group, chain_id: options.chain_id, port, url, rpc })
    }

    /// Where it listens, for HTTP.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where it listens, for WebSocket.
    pub fn ws_url(&self) -> Url {
        loopback("ws", self.port)
    }

    /// Its chain id.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The process id of the node (or of its launcher).
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A wallet of its first account, which has 10 000 coins.
    pub fn wallet(&self) -> Result<Wallet> {
        Wallet::new(self.url.clone(), self.chain_id, DEV_KEY)
    }

    /// Asks the node to end, which writes its state, and waits for that.
    pub async fn stop(mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        let asked = Instant::now();
        while asked.elapsed() < STOP {
            match self.child.try_wait() {
                Ok(None) => sleep(Duration::from_millis(10)).await,
                Ok(Some(_)) => return Ok(()),
                Err(cause) => {
                    return Err(Error::Anvil { what: "cannot wait for anvil".to_owned(), cause: Some(cause) });
                }
            }
        }
        Err(Error::Anvil { what: format!("anvil did not end within {} s", STOP.as_secs()), cause: None })
    }

    /// Stops it in its tracks: requests hang until [`Anvil::resume`].
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub fn resume(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        kill_process_group(self.group, signal)
            .map_err(|error| Error::Anvil { what: "cannot signal anvil".to_owned(), cause: Some(error.into()) })
    }

    /// One call of the node's own methods.
    pub async fn call<R: DeserializeOwned>(&self, method: &'static str, params: impl serde::Serialize) -> Result<R> {
        let refused = |message| Error::Refused { rpc: self.rpc.host.clone(), method, message };
        self.rpc.call(method, params).await.map_err(|failure| refused(failure.message()))
    }

    async fn command(&self, method: &'static str, params: impl serde::Serialize) -> Result<()> {
        self.call::<serde::de::IgnoredAny>(method, params).await.map(|_| ())
    }

    /// The newest block.
    pub async fn head(&self) -> Result<u64> {
        Ok(self.call::<U64>("eth_blockNumber", [(); 0]).await?.to())
    }

    /// Mines `blocks` blocks.
    pub async fn mine(&self, blocks: u64) -> Result<()> {
        self.command("anvil_mine", [U64::from(blocks)]).await
    }

    /// Whether each transaction is mined at once.
    pub async fn set_automine(&self, on: bool) -> Result<()> {
        self.command("evm_setAutomine", [on]).await
    }

    /// Remembers the chain as it is, for [`Anvil::revert`].
    pub async fn snapshot(&self) -> Result<U256> {
        self.call("evm_snapshot", [(); 0]).await
    }

    /// Goes back to a snapshot, which is used up.
    pub async fn revert(&self, snapshot: U256) -> Result<()> {
        if self.call("evm_revert", [snapshot]).await? {
            Ok(())
        } else {
            Err(Error::Anvil { what: "there is no such snapshot".to_owned(), cause: None })
        }
    }

    /// Replaces the newest `depth` blocks by as many others. Their transactions are gone, but for those of `keep`: raw
    /// signed transactions, each with the new block (from 0) that gets it.
    pub async fn reorg(&self, depth: u64, keep: &[(Vec<u8>, u64)]) -> Result<()> {
        let keep: Vec<_> = keep.iter().map(|(raw, block)| json!([alloy::hex::encode_prefixed(raw), block])).collect();
        self.command("anvil_reorg", (depth, keep)).await
    }

    /// The raw signed bytes of a transaction, for [`Anvil::reorg`].
    pub async fn raw_transaction(&self, transaction: B256) -> Result<Vec<u8>> {
        let raw: alloy::primitives::Bytes = self.call("eth_getRawTransactionByHash", [transaction]).await?;
        Ok(raw.into())
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        end(&mut self.child, self.group);
    }
}

fn loopback(scheme: &str, port: u16) -> Url {
    format!("{scheme}://127.0.0.1:{port}").parse().expect("a scheme and a port make a url")
}

/// Kills what this module started, unless it has ended by itself.
fn end(child: &mut Child, group: Pid) {
    if matches!(child.try_wait(), Ok(None)) {
        // Killed processes cannot be waited for in vain, so neither call can fail in a way that matters.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = child.wait();
    }
}

/// Reads what the node says as long as it runs, so that it never blocks on a full pipe. Tells the port it listens on, or
/// what it said last when it ends before that. The private keys it prints are dropped.
fn watch(child: &mut Child) -> oneshot::Receiver<std::result::Result<u16, String>> {
    let (tell, told) = oneshot::channel();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::spawn(move || {
        let errors = std::thread::spawn(move || last_line(stderr));
        let mut tell = Some(tell);
        for line in lines(stdout) {
            let port = line.strip_prefix("Listening on 127.0.0.1:").and_then(|port| port.trim().parse().ok());
            if let Some((port, tell)) = port.and_then(|port| Some((port, tell.take()?))) {
                // Nobody listens any more when starting was given up.
                let _ = tell.send(Ok(port));
            }
        }
        let said = errors.join().unwrap_or_default();
        if let Some(tell) = tell {
            let _ = tell.send(Err(said));
        }
    });
    told
}

fn lines(pipe: Option<impl Read>) -> impl Iterator<Item = String> {
    pipe.into_iter().flat_map(|pipe| BufReader::new(pipe).lines().map_while(std::result::Result::ok))
}

fn last_line(pipe: Option<impl Read>) -> String {
    lines(pipe).filter(|line| !line.trim().is_empty()).last().unwrap_or_default()
}
