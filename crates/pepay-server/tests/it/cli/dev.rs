//! A running `pepay dev`, and commands run beside it.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::world::{Api, wait_for};

/// A `pepay dev` of its own directory, killed by its process id when dropped.
pub(super) struct Dev {
    child: Child,
    log: PathBuf,
    port: u16,
    manifest: Value,
    // After everything that writes into it.
    directory: TempDir,
}

impl Dev {
    /// Starts it and waits until it is ready.
    pub(super) async fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let log = directory.path().join("dev.log");
        let (child, manifest) = start(directory.path(), 0, &log).await;
        let base_url = manifest["base_url"].as_str().expect("dev.json has a base_url");
        let (_, port) = base_url.rsplit_once(':').expect("it has a port");
        let port = port.parse().expect("a port is a number");
        Self { child, log, port, manifest, directory }
    }

    /// Stops it in good order, as Ctrl-C does.
    pub(super) async fn stop(&mut self) {
        terminate(&self.child);
        let ended = wait_for("pepay dev to stop", async || {
            self.child.try_wait().expect("a child can be asked").ok_or("still there")
        })
        .await;
        assert!(ended.success(), "{ended}");
    }

    /// Starts it again on the same data and the same port.
    pub(super) async fn start_again(&mut self) {
        (self.child, self.manifest) = start(self.directory.path(), self.port, &self.log).await;
    }

    /// Its data directory.
    pub(super) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Where commands run beside it: `.pepay` is not there.
    pub(super) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// What it is reached as.
    pub(super) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What dev.json says.
    pub(super) const fn manifest(&self) -> &Value {
        &self.manifest
    }

    /// The API key of its merchant.
    pub(super) fn api_key(&self) -> &str {
        self.manifest["api_key"].as_str().expect("dev.json has an api_key")
    }

    /// Reads with that key.
    pub(super) async fn get(&self, path: &str) -> Value {
        Api::new(self.base_url()).send("GET", path, &[("x-api-key", self.api_key())], None).await.json()
    }

    /// Creates an invoice of one dollar; its id.
    pub(super) async fn create_invoice(&self) -> String {
        let headers = [("x-api-key", self.api_key())];
        let body = r#"{"amount_usd":1}"#.to_owned();
        let made = Api::new(self.base_url()).send("POST", "/api/v1/invoices", &headers, Some(body)).await.json();
        made["invoice_id"].as_str().expect("an invoice has an id").to_owned()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // So that it takes its chains along. It may have been stopped already; then there is nothing to stop.
        if matches!(self.child.try_wait(), Ok(None)) {
            terminate(&self.child);
            let _status = self.child.wait();
        }
        if std::thread::panicking() {
            show_end(&self.log);
        }
    }
}

async fn start(directory: &Path, port: u16, log: &Path) -> (Child, Value) {
    let file = OpenOptions::new().create(true).append(true).open(log).expect("the log can be written");
    let mut child = pepay(directory)
        .args(["dev", "--data", "data", "--port", &port.to_string()])
        .stdout(file.try_clone().expect("the log can be shared"))
        .stderr(file)
        .spawn()
        .expect("the program starts");
    let manifest = wait_for("pepay dev to be ready", async || {
        let ended = child.try_wait().expect("a child can be asked");
        if let Some(ended) = ended {
            show_end(log);
            panic!("pepay dev ended: {ended}");
        }
        let text = std::fs::read_to_string(directory.join("data/dev.json")).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    })
    .await;
    (child, manifest)
}

fn show_end(log: &Path) {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    eprintln!("--- end of {} ---\n{}", log.display(), lines[lines.len().saturating_sub(60)..].join("\n"));
}

/// SIGTERM, by process id.
pub(super) fn terminate(child: &Child) {
    signal(child, rustix::process::Signal::TERM);
}

/// Any signal, by process id.
pub(super) fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_child(child);
    // It may have ended in between.
    let _ended = rustix::process::kill_process(pid, signal);
}

/// The program, to be run in `directory` without what the environment of the tests says of it.
pub(super) fn pepay(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pepay"));
    command.current_dir(directory).stdin(Stdio::null());
    command.env("XDG_STATE_HOME", directory.join("state")).env_remove("PEPAY_CONFIG").env_remove("PEPAY_API_KEY");
    command
}

/// Runs a command to its end, without keeping others of the test from going on.
pub(super) async fn run(mut command: Command) -> Output {
    let ended = tokio::task::spawn_blocking(move || command.output());
    ended.await.expect("nothing panics").expect("the program starts")
}

/// What it wrote to stdout.
pub(super) fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// What it wrote to stderr.
pub(super) fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("output is UTF-8")
}
