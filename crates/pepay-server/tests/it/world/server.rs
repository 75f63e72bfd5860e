//! The program itself, as the operator would run it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::config::Files;
use super::wait_for;

/// How much of its log a failed test shows.
const TAIL_LINES: usize = 60;

/// A running `pepay serve`, killed by its process id when dropped.
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a node and waits until it answers. `name` is of its log file.
    pub(crate) async fn start(files: &Files, name: &str) -> Self {
        let log = files.directory.join(format!("{name}.log"));
        let file = File::create(&log).expect("the log can be written");
        let child = Command::new(env!("CARGO_BIN_EXE_pepay"))
            .args(["serve", "--config"])
            .arg(&files.config)
            .current_dir(&files.directory)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("the log can be shared"))
            .stderr(file)
            .spawn()
            .expect("the program starts");
        let mut server = Self { child, log };
        let api = files.api();
        wait_for(format!("{} to live", files.address), async || {
            let ended = server.child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "the server ended: {ended:?}");
            match api.try_send("GET", "/health/live", &[], None).await {
                Ok(answer) if answer.status == 200 => Ok(()),
                Ok(answer) => Err(String::from_utf8_lossy(&answer.body).into_owned()),
                Err(error) => Err(error.to_string()),
            }
        })
        .await;
        server
    }

    /// SIGTERM; returns when the process has ended by itself, and well.
    pub(crate) async fn stop(&mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let pid = pid.expect("a process has a number");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("the server was running");
        let status = wait_for("the server to stop", async || {
            self.child.try_wait().expect("a child can be asked").ok_or("still there")
        })
        .await;
        assert!(status.success(), "the server ended with {status}");
    }

    /// SIGKILL, as a power cut; returns when the process is gone.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().expect("the server was running");
        wait_for("the killed server to be gone", async || {
            self.child.try_wait().expect("a child can be asked").map(drop).ok_or("still there")
        })
        .await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already; then there is nothing to stop.
        let _ended = self.child.kill();
        let _status = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n");
            eprintln!("--- end of {} ---\n{tail}", self.log.display());
        }
    }
}
