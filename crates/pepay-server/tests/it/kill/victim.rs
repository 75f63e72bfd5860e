//! The program, as it is killed and started again on the same data.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::world::{Api, wait_for};

/// What is started; killed by its process id when dropped.
pub(super) struct Victim {
    child: Option<Child>,
    config: PathBuf,
    directory: PathBuf,
    log: PathBuf,
    api: Api,
}

impl Victim {
    pub(super) fn new(world: &crate::world::World) -> Self {
        let files = &world.files;
        let log = files.directory.join("killed.log");
        let (config, directory) = (files.config.clone(), files.directory.clone());
        Self { child: None, config, directory, log, api: files.api() }
    }

    /// Starts it and does not wait.
    pub(super) fn start(&mut self) {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).expect("the log can be written");
        let child = Command::new(env!("CARGO_BIN_EXE_pepay"))
            .args(["serve", "--config"])
            .arg(&self.config)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log can be shared"))
            .stderr(log)
            .spawn();
        self.child = Some(child.expect("the program starts"));
    }

    /// Waits until it answers.
    pub(super) async fn answers(&mut self) {
        let child = self.child.as_mut().expect("it was started");
        wait_for("the program to answer", async || {
            let ended = child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "the program ended by itself: {ended:?}");
            match self.api.try_send("GET", "/health/live", &[], None).await {
                Ok(answer) if answer.status == 200 => Ok(()),
                Ok(answer) => Err(answer.status.to_string()),
                Err(error) => Err(error.to_string()),
            }
        })
        .await;
    }

    /// SIGKILL; returns when it is gone.
    pub(super) async fn kill(&mut self) {
        let mut child = self.child.take().expect("it was started");
        let ended = child.try_wait().expect("a child can be asked");
        assert!(ended.is_none(), "the program ended by itself: {ended:?}");
        child.kill().expect("a child can be killed");
        wait_for("the killed program to be gone", async || {
            child.try_wait().expect("a child can be asked").map(drop).ok_or("still there")
        })
        .await;
    }

    /// Fails if any life of it panicked.
    pub(super) fn never_panicked(&self) {
        let log = std::fs::read_to_string(&self.log).expect("the log can be read");
        let panic = log.lines().find(|line| line.to_lowercase().contains("panicked"));
        assert!(panic.is_none(), "{}", panic.unwrap_or_default());
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; then there is nothing to stop.
            let _ended = child.kill();
            let _status = child.wait();
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("--- end of {} ---\n{}", self.log.display(), lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}
