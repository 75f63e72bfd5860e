//! Ends a child process when this one ends, however it ends: a watchdog holds the other end of a pipe, and the system
//! closes our end even on `kill -9`.
//!
//! The watchdog is in a process group of its own, so that Ctrl-C at the terminal leaves the order of shutdown to us.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

// Waits for the end of stdin, which nobody writes to.
const WATCH: &str = r#"cat >/dev/null; kill -s TERM -- "-$1" 2>/dev/null"#;

/// While it lives, the guarded process dies with us. Dropping it lets the process live on.
#[derive(Debug)]
pub(super) struct Guard(Child);

impl Guard {
    /// Guards the process group that `pid` leads.
    pub(super) fn of(pid: u32) -> anyhow::Result<Self> {
        let child = Command::new("/bin/sh")
            .args(["-c", WATCH, "pepay-guard", &pid.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("could not start /bin/sh to guard the local chain")?;
        Ok(Self(child))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Killed before its pipe closes, so that it does not act. It cannot have ended by itself.
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_ends_the_process_and_a_drop_does_not() {
        let sleeper = || Command::new("sleep").arg("600").process_group(0).spawn().unwrap();

        let mut child = sleeper();
        let mut guard = Guard::of(child.id()).unwrap();
        drop(guard.0.stdin.take());
        assert!(!child.wait().unwrap().success(), "ended by the guard");

        let mut child = sleeper();
        drop(Guard::of(child.id()).unwrap());
        assert_eq!(child.try_wait().unwrap(), None, "still running");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
