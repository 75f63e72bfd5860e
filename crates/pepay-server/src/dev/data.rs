//! The data directory of `pepay dev`: one process at a time, secrets readable by their owner only.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rand::rngs::StdRng;

use crate::node;

const OWNER_ONLY: u32 = 0o600;

/// Everything that `--reset` throws away, in this order; nothing else in the directory is touched. The database goes
/// before the key without which it is worth nothing.
const FILES: [&str; 11] = [
    "dev.json",
    "pepay.toml",
    "pepay.db",
    "pepay.db-wal",
    "pepay.db-shm",
    "server.key",
    "api.key",
    "password",
    "base.state.json",
    "bsc.state.json",
    "lock",
];

/// An open data directory, locked until it is dropped.
#[derive(Debug)]
pub(super) struct Data {
    directory: PathBuf,
    _lock: File,
}

impl Data {
    /// Opens `directory`, making it when it is not there.
    pub(super) fn open(directory: &Path, reset: bool) -> anyhow::Result<Self> {
        fs::create_dir_all(directory)
            .with_context(|| format!("could not make the data directory {}", directory.display()))?;
        let directory = directory.canonicalize().context("the data directory vanished")?;
        let lock = lock(&directory)?;
        if reset {
            for file in FILES.iter().filter(|file| **file != "lock") {
                remove(&directory.join(file))?;
            }
            forget_forwarded(&directory.join(crate::listen::MEMORY))?;
        }
        Ok(Self { directory, _lock: lock })
    }

    /// The directory itself, absolute.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A file in it.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        debug_assert!(FILES.contains(&file), "{file} would survive --reset");
        self.directory.join(file)
    }

    /// What a file says; `None` when it is not there.
    pub(super) fn read(&self, file: &str) -> anyhow::Result<Option<String>> {
        match fs::read_to_string(self.path(file)) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("could not read {}", self.path(file).display())),
        }
    }

    /// Replaces a file as a whole: a reader sees the old text or the new one, never a part.
    pub(super) fn write(&self, file: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(file);
        let draft = self.directory.join(format!(".{file}.new"));
        write_private(&draft, text)
            .and_then(|()| fs::rename(&draft, &path))
            .with_context(|| format!("could not write {}", path.display()))
    }

    /// Removes a file; one that is not there is no error.
    pub(super) fn remove(&self, file: &str) -> anyhow::Result<()> {
        remove(&self.path(file))
    }

    /// The server key of this directory, made on first use.
    pub(super) fn server_key(&self, rng: &mut StdRng) -> anyhow::Result<()> {
        if self.read("server.key")?.is_none() {
            self.write("server.key", &node::new_server_key(rng))?;
        }
        Ok(())
    }
}

fn lock(directory: &Path) -> anyhow::Result<File> {
    let path = directory.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(OWNER_ONLY).open(&path);
    let file = file.with_context(|| format!("could not write to the data directory {}", directory.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another `pepay dev` is using {}; stop it, or choose another directory with --data",
            directory.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("could not lock {}", path.display())),
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    remove_io(path)?;
    let mut file = OpenOptions::new().create_new(true).write(true).mode(OWNER_ONLY).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

// What `pepay listen` remembers is of events that are thrown away.
fn forget_forwarded(directory: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", directory.display()))
        }
        _ => Ok(()),
    }
}

fn remove(path: &Path) -> anyhow::Result<()> {
    remove_io(path).with_context(|| format!("could not remove {}", path.display()))
}

fn remove_io(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn secrets_are_private_and_one_process_works_at_a_time() {
        let temp = tempfile::tempdir().unwrap();
        let data = Data::open(&temp.path().join("new"), false).unwrap();
        data.write("api.key", "sk_test_x").unwrap();
        data.write("api.key", "sk_test_y").unwrap();
        assert_eq!(data.read("api.key").unwrap().as_deref(), Some("sk_test_y"));
        let mode = fs::metadata(data.path("api.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY);
        let error = Data::open(data.directory(), false).unwrap_err().to_string();
        assert!(error.starts_with("another `pepay dev` is using"), "{error}");
        let directory = data.directory().to_owned();
        drop(data);
        fs::write(directory.join("mine.txt"), "kept").unwrap();
        let data = Data::open(&directory, true).unwrap();
        assert_eq!(data.read("api.key").unwrap(), None);
        assert!(directory.join("mine.txt").exists(), "--reset removes only its own files");
    }
}
