//! No file outgrows a reader, and a module's file carries its name.
//!
//! The budget of a function is clippy's `too_many_lines`.

use super::{Problem, generated};
use crate::tree::File;

/// The longest file that one sitting can hold in the head.
const FILE_LINES: usize = 500;

/// Source that people write and read.
const MEASURED: [&str; 9] = ["rs", "sol", "js", "mjs", "ts", "css", "html", "sh", "py"];

pub(super) fn check(file: &File, problems: &mut Vec<Problem>) {
    let measured = MEASURED.contains(&file.extension()) || file.path.starts_with("scripts/");
    let lines = file.text.lines().count();
    if measured && !generated(file) && lines > FILE_LINES {
        let message =
            format!("{lines} lines, the budget is {FILE_LINES}; move one of its nouns into a file of its own");
        problems.push(Problem::new(&file.path, FILE_LINES + 1, message));
    }
    if file.name() == "mod.rs" {
        problems.push(Problem::new(&file.path, 1, "mod.rs says nothing about its subject; use foo.rs beside foo/"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::of;
    use super::*;

    #[test]
    fn a_file_at_the_budget_passes_and_one_above_fails() {
        assert!(of("crates/a/src/a.rs", &"x\n".repeat(500), check).is_empty());
        let found = of("crates/a/src/a.rs", &"x\n".repeat(501), check);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/a/src/a.rs:501: 501 lines"), "{found:?}");
    }

    #[test]
    fn scripts_are_measured_and_generated_files_are_not() {
        assert_eq!(of("scripts/test", &"x\n".repeat(501), check).len(), 1);
        assert!(of("contracts/artifacts/A.js", &"x\n".repeat(501), check).is_empty());
    }

    #[test]
    fn mod_rs_is_refused() {
        assert_eq!(of("crates/a/src/b/mod.rs", "//! B.\n", check).len(), 1);
    }
}
