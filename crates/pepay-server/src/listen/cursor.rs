//! The last event that was forwarded, remembered between runs.
//!
//! Each API key and target has a file of its own, so that a thrown-away installation leaves nothing to go on after. It
//! is written after the forward: a run that is killed in between forwards that event once more.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use pepay_core::event::EventId;
use sha2::{Digest as _, Sha256};

use super::Options;

/// Where a run is.
#[derive(Debug)]
pub(super) struct Cursor {
    file: Option<PathBuf>,
    last: Option<EventId>,
}

impl Cursor {
    /// Of this key and target.
    pub(super) fn of(options: &Options) -> Self {
        let name = |key: &str, target: &str| {
            let digest = Sha256::digest(format!("{key}\n{target}"));
            hex::encode(digest.get(..8).unwrap_or_default())
        };
        let named = |directory: &Path| directory.join(name(options.api_key.reveal(), options.forward_to.as_str()));
        Self { file: options.memory.as_deref().map(named), last: None }
    }

    /// Where the run before ended.
    pub(super) fn read(&mut self) -> anyhow::Result<Option<EventId>> {
        let Some(file) = &self.file else { return Ok(None) };
        match fs::read_to_string(file) {
            Ok(text) => {
                let help = || format!("{} is damaged; remove it, or give --latest", file.display());
                self.last = Some(text.trim().parse().with_context(help)?);
                Ok(self.last)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("could not read {}", file.display())),
        }
    }

    /// The last event of this run or the one before.
    pub(super) const fn last(&self) -> Option<EventId> {
        self.last
    }

    /// What is to be forwarded comes after `at`.
    pub(super) fn begin(&mut self, at: EventId) -> anyhow::Result<()> {
        if self.last.is_none() { self.advance(at) } else { Ok(()) }
    }

    /// Everything up to `event` was forwarded.
    pub(super) fn advance(&mut self, event: EventId) -> anyhow::Result<()> {
        self.last = Some(event);
        let Some(file) = &self.file else { return Ok(()) };
        let draft = file.with_extension("new");
        file.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&draft, event.to_string()))
            .and_then(|()| fs::rename(&draft, file))
            .with_context(|| format!("could not write {}", file.display()))
    }
}
