//! The files of the repository as text, read once, so that every rule looks at the same tree.
//!
//! Build output, installed packages and data of a running program are no part of it. A file that is not UTF-8, such as
//! a picture, is there by its name alone: documents may link to it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Directories that hold nothing anybody wrote.
const SKIPPED_DIRECTORIES: [&str; 6] = [".git", ".pepay", "dist", "node_modules", "target", "test-results"];

/// One file.
pub(crate) struct File {
    /// Relative to the root, with forward slashes.
    pub(crate) path: String,
    /// Empty for what is no text.
    pub(crate) text: String,
}

impl File {
    /// The part after the last dot of the name; empty for `scripts/test`.
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Lines with their number, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.split('\n').enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// The root of the repository. Read from cargo at run time, because clones may share one build directory.
pub(crate) fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().expect("xtask lies one level below the root").to_path_buf()
}

/// Every file below `root`, ordered by path.
pub(crate) fn files(root: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    let mut directories = vec![root.to_path_buf()];
    while let Some(directory) = directories.pop() {
        let entries = directory.read_dir().with_context(|| format!("could not list {}", directory.display()))?;
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            if kind.is_dir() {
                let name = entry.file_name();
                if !SKIPPED_DIRECTORIES.iter().any(|skipped| name == *skipped) {
                    directories.push(path);
                }
            } else if kind.is_file()
                && let Some(text) = text(&path)?
            {
                let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                files.push(File { path: relative, text });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn text(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_default())),
        // An editor or a test may remove its scratch file while we walk.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installed_files_are_left_out_and_pictures_have_no_text() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("node_modules/x")).unwrap();
        std::fs::create_dir_all(root.path().join("src")).unwrap();
        std::fs::write(root.path().join("node_modules/x/index.js"), "x").unwrap();
        std::fs::write(root.path().join("src/logo.png"), [0x89, 0xff]).unwrap();
        std::fs::write(root.path().join("src/lib.rs"), "//! Yes.\n").unwrap();
        let files = files(root.path()).unwrap();
        assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["src/lib.rs", "src/logo.png"]);
        assert_eq!(files[1].text, "");
        assert_eq!(files[0].extension(), "rs");
        assert_eq!(files[0].name(), "lib.rs");
    }
}
